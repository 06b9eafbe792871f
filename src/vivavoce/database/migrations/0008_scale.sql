-- Lists of half a million stay quick: each filter finds its rows in the order in which they are shown, and a
-- total reads an index alone.
DROP INDEX interviews_newest, interviews_of_candidate, interviews_of_job;
CREATE INDEX interviews_newest ON interviews (organization_id, mode, created_at DESC, id DESC)
    INCLUDE (status, expires_at);
CREATE INDEX interviews_by_status ON interviews (organization_id, mode, status, created_at DESC, id DESC)
    INCLUDE (expires_at);
CREATE INDEX interviews_by_change ON interviews (organization_id, mode, updated_at) INCLUDE (status, expires_at);
CREATE INDEX interviews_of_job ON interviews (job_id, created_at DESC, id DESC);
CREATE INDEX interviews_of_candidate ON interviews (candidate_id, created_at DESC, id DESC);
CREATE INDEX interviews_by_external_id ON interviews (organization_id, external_id) WHERE external_id IS NOT NULL;

-- What the worker looks for each minute.
CREATE INDEX interviews_to_expire ON interviews (expires_at) WHERE status IN ('DRAFT', 'INVITED');
