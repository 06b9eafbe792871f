-- Webhooks of the LiveKit server that were taken: their signature alone does not keep them from being sent again.
CREATE TABLE livekit_events (
    id text PRIMARY KEY,
    received_at timestamptz NOT NULL
);
