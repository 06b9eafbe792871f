-- Null: none. Used up by interviews that begin, in the calendar month (UTC).
ALTER TABLE organizations ADD COLUMN monthly_quota integer CHECK (monthly_quota >= 0);
CREATE INDEX interviews_started ON interviews (organization_id, started_at)
    WHERE mode = 'live' AND started_at IS NOT NULL;

-- Began, expired without a word of the candidate, and was given a new `expires_at`, which then counts.
ALTER TABLE interviews ADD COLUMN reopened boolean NOT NULL DEFAULT false;

-- Receipts: what was erased, by whom, when, and nothing about the person.
CREATE TABLE erasures (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    candidate_id text NOT NULL,
    erased_by text NOT NULL,
    erased_at timestamptz NOT NULL,
    counts jsonb NOT NULL,
    -- Interviews that used up the quota of the month of `erased_at`: erasing them gives nothing back.
    began_this_month integer NOT NULL,
    -- Interviews whose files are to go, until the last look for them.
    files_of text[] NOT NULL,
    files_erased_at timestamptz
);
CREATE INDEX erasures_of_organization ON erasures (organization_id, erased_at);

-- What happened to a candidate apart from any interview.
CREATE INDEX events_of_candidate ON events ((data->>'candidateId')) WHERE data ? 'candidateId';

-- What goes with an interview is found without reading all there is.
CREATE INDEX mails_of_interview ON mails (interview_id);
