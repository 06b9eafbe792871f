-- How many interviews there are, kept by week: a list's total adds some hundred numbers up instead of reading half a
-- million rows. Who changes an interview only notes the change, so nobody waits for a shared row; the worker folds
-- the notes in.
CREATE FUNCTION interview_week(moment timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN floor(extract(epoch FROM moment) / 604800)::integer;

CREATE TABLE interview_tallies (
    organization_id text NOT NULL,
    mode text NOT NULL,
    created_week integer NOT NULL,
    updated_week integer NOT NULL,
    status text NOT NULL,
    interviews integer NOT NULL,
    PRIMARY KEY (organization_id, mode, created_week, updated_week, status)
);
CREATE TABLE interview_tally_changes (
    organization_id text NOT NULL,
    mode text NOT NULL,
    created_week integer NOT NULL,
    updated_week integer NOT NULL,
    status text NOT NULL,
    interviews integer NOT NULL
);
CREATE INDEX interview_tally_changes_of ON interview_tally_changes (organization_id, mode);

CREATE FUNCTION tally_interview() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO interview_tally_changes VALUES (OLD.organization_id, OLD.mode, interview_week(OLD.created_at),
            interview_week(OLD.updated_at), OLD.status, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO interview_tally_changes VALUES (NEW.organization_id, NEW.mode, interview_week(NEW.created_at),
            interview_week(NEW.updated_at), NEW.status, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER interviews_tallied AFTER INSERT OR DELETE ON interviews
FOR EACH ROW EXECUTE FUNCTION tally_interview();
CREATE TRIGGER interviews_tallied_anew AFTER UPDATE OF status, mode, created_at, updated_at ON interviews
FOR EACH ROW WHEN ((OLD.status, OLD.mode, interview_week(OLD.created_at), interview_week(OLD.updated_at))
    IS DISTINCT FROM (NEW.status, NEW.mode, interview_week(NEW.created_at), interview_week(NEW.updated_at)))
EXECUTE FUNCTION tally_interview();

INSERT INTO interview_tallies
SELECT organization_id, mode, interview_week(created_at), interview_week(updated_at), status, count(*)
FROM interviews GROUP BY 1, 2, 3, 4, 5;

-- Of one job, one campaign or one candidate, rows are counted as they are, in an index alone.
DROP INDEX interviews_of_job, interviews_of_campaign, interviews_of_candidate;
CREATE INDEX interviews_of_job ON interviews (job_id, mode, created_at DESC, id DESC)
    INCLUDE (organization_id, status, expires_at, updated_at);
CREATE INDEX interviews_of_campaign ON interviews (campaign_id, mode, created_at DESC, id DESC)
    INCLUDE (organization_id, status, expires_at, updated_at) WHERE campaign_id IS NOT NULL;
CREATE INDEX interviews_of_candidate ON interviews (candidate_id, mode, created_at DESC, id DESC);

-- When an interview that has not begun runs out. Only who asks for this gets its indexes: as parts of the planner's
-- answer to a status they would read every invitation there is.
CREATE FUNCTION interview_runs_out(status text, expires_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status IN ('DRAFT', 'INVITED') THEN expires_at END;

DROP INDEX interviews_to_expire;
CREATE INDEX interviews_to_expire ON interviews (interview_runs_out(status, expires_at))
    WHERE interview_runs_out(status, expires_at) IS NOT NULL;
CREATE INDEX interviews_overdue ON interviews (organization_id, mode, interview_runs_out(status, expires_at))
    WHERE interview_runs_out(status, expires_at) IS NOT NULL;
CREATE STATISTICS interviews_runs_out ON (interview_runs_out(status, expires_at)) FROM interviews;
