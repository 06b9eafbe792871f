-- How often somebody asked, in this second and in its minute. It may be lost: a crash empties it, and costs no flush.
CREATE UNLOGGED TABLE request_rates (
    subject text PRIMARY KEY,
    second bigint NOT NULL,
    in_second integer NOT NULL,
    in_minute integer NOT NULL
) WITH (fillfactor = 20);

-- What a request with an Idempotency-Key was answered. The key itself is not kept: `request` is the SHA-256 of
-- method, path and key. `links` says which links of ours stood where in the answer, which holds none.
CREATE TABLE idempotency_records (
    api_key_id text NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    request bytea NOT NULL,
    body_hash bytea NOT NULL,
    status smallint NOT NULL,
    answer json,
    links json NOT NULL,
    candidate_id text REFERENCES candidates ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (api_key_id, request)
);
CREATE INDEX idempotency_records_of_candidate ON idempotency_records (candidate_id);
CREATE INDEX idempotency_records_oldest ON idempotency_records (created_at);
