-- Stages say when they changed; candidates in a campaign since when they are at their stage.
ALTER TABLE stages ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
UPDATE stages SET updated_at = created_at;

ALTER TABLE campaign_candidates
    ADD COLUMN stage_entered_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
UPDATE campaign_candidates SET stage_entered_at = created_at, updated_at = created_at;

-- No candidate of a campaign is without a stage as long as there is one.
UPDATE campaign_candidates x SET stage_id = s.id FROM stages s
    WHERE x.stage_id IS NULL AND s.campaign_id = x.campaign_id
    AND s.position = (SELECT min(position) FROM stages WHERE campaign_id = x.campaign_id);

CREATE INDEX campaigns_newest ON campaigns (organization_id, created_at DESC, id DESC);
CREATE INDEX campaigns_of_job ON campaigns (job_id);
CREATE INDEX campaign_candidates_newest ON campaign_candidates (campaign_id, created_at DESC, candidate_id DESC);
CREATE INDEX campaign_candidates_at_stage ON campaign_candidates (stage_id, created_at DESC, candidate_id DESC);
CREATE INDEX campaign_candidates_of_candidate ON campaign_candidates (candidate_id);
CREATE INDEX interviews_of_campaign ON interviews (campaign_id, created_at DESC, id DESC) WHERE campaign_id IS NOT NULL;
CREATE INDEX interviews_of_stage ON interviews (stage_id) WHERE stage_id IS NOT NULL;
