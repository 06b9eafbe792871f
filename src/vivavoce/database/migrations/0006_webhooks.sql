-- An id as ids.new makes it: 10 characters of the time, 16 of chance.
CREATE FUNCTION new_id(prefix text) RETURNS text LANGUAGE sql VOLATILE
RETURN (
    SELECT prefix || '_' || string_agg(
        substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + CASE WHEN place < 10
            THEN (now.ms >> (5 * (9 - place))) & 31
            ELSE get_byte(chance.bytes, place - 10) & 31 END::integer, 1), '' ORDER BY place)
    FROM generate_series(0, 25) AS place,
        (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms) AS now,
        (SELECT uuid_send(gen_random_uuid()) AS bytes) AS chance
);

-- The secret is derived from the id and its generation, and stored nowhere. `events` null: of every kind.
CREATE TABLE webhooks (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    url text NOT NULL,
    description text,
    events text[],
    secret_generation integer NOT NULL DEFAULT 1,
    earlier_secret_until timestamptz,
    disabled_at timestamptz,
    disabled_reason text CHECK (disabled_reason IN ('BY_HAND', 'GONE', 'FAILING')),
    failing_since timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);
CREATE INDEX webhooks_newest ON webhooks (organization_id, created_at DESC, id DESC);

-- A message for one endpoint: what it says, and how each attempt went. They go with the person they speak of.
-- `message_id` is the same for every attempt, every endpoint and every replay. Ids and states only in `data`.
CREATE TABLE webhook_deliveries (
    id text PRIMARY KEY,
    webhook_id text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    organization_id text NOT NULL,
    message_id text NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL,
    data json NOT NULL,
    interview_id text REFERENCES interviews ON DELETE CASCADE,
    candidate_id text REFERENCES candidates ON DELETE CASCADE,
    replayed boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED')),
    attempts jsonb NOT NULL DEFAULT '[]',
    next_attempt_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_interview ON webhook_deliveries (interview_id);
CREATE INDEX webhook_deliveries_of_candidate ON webhook_deliveries (candidate_id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- What a message says of its event. The candidate of `candidate.erased` is no more: it goes with nobody.
CREATE FUNCTION webhook_data(told events, interview interviews) RETURNS json LANGUAGE sql STABLE
RETURN CASE
    WHEN told.type = 'candidate.erased' THEN json_build_object('id', told.data->>'candidateId')
    WHEN told.type LIKE 'report.%' THEN json_build_object(
        'id', told.data->>'reportId',
        'status', (SELECT status FROM reports WHERE id = told.data->>'reportId'),
        'interviewId', interview.id,
        'candidateId', interview.candidate_id,
        'jobId', interview.job_id,
        'mode', interview.mode)
    ELSE json_build_object(
        'id', interview.id,
        'status', interview_status(interview.status, interview.expires_at, told.created_at),
        'completion', interview.completion,
        'candidateId', interview.candidate_id,
        'jobId', interview.job_id,
        'mode', interview.mode)
END;

-- Deliveries are rows of the commit that the event is in, whoever writes the event.
CREATE FUNCTION tell_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    jobs bigint[];
BEGIN
    WITH written AS (
        INSERT INTO webhook_deliveries (id, webhook_id, organization_id, message_id, type, occurred_at, data,
            interview_id, candidate_id, next_attempt_at, created_at)
        SELECT new_id('whd'), w.id, w.organization_id, (SELECT new_id('msg')), NEW.type, NEW.created_at,
            webhook_data(NEW, i), i.id, i.candidate_id, NEW.created_at, NEW.created_at
        FROM webhooks w LEFT JOIN interviews i ON i.id = NEW.interview_id
        WHERE w.organization_id = NEW.organization_id AND w.disabled_at IS NULL
            AND (w.events IS NULL OR NEW.type = ANY (w.events))
        RETURNING id
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW('webhooks', 'webhook.deliver', 0, NULL, NULL,
        jsonb_build_object('delivery_id', id, 'attempt', '1'), NULL)::procrastinate_job_to_defer_v1))
    INTO jobs FROM written HAVING count(*) > 0;
    RETURN NULL;
END
$$;

-- Not of single turns: those would be messages by the second, and slow down what stores them.
CREATE TRIGGER events_tell_webhooks AFTER INSERT ON events FOR EACH ROW
    WHEN (NEW.type LIKE 'interview.%' OR NEW.type LIKE 'report.%' OR NEW.type = 'candidate.erased')
    EXECUTE FUNCTION tell_webhooks();

-- When the line to the candidate was lost, while it is; the round that looks for lost lines reads few rows.
ALTER TABLE interviews ADD COLUMN interrupted_at timestamptz;
CREATE INDEX interviews_in_progress ON interviews (id) WHERE status = 'IN_PROGRESS';
