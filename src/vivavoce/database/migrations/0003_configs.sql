-- A version says who conducts, too. The configuration's own row says what its newest version does, for those who
-- choose among many; its language is read where an interview is made.
ALTER TABLE interview_config_versions ADD COLUMN agent_id text REFERENCES agents;
UPDATE interview_config_versions v SET agent_id = g.agent_id FROM interview_configs g WHERE g.id = v.config_id;
ALTER TABLE interview_config_versions ALTER COLUMN agent_id SET NOT NULL;

ALTER TABLE interview_configs ADD COLUMN language text CHECK (language IN ('en', 'fr'));
UPDATE interview_configs g SET language = v.body->>'language'
FROM interview_config_versions v WHERE v.config_id = g.id AND v.version = g.version;

CREATE INDEX interview_configs_newest ON interview_configs (organization_id, created_at DESC, id DESC);
CREATE INDEX agents_newest ON agents (organization_id, created_at DESC, id DESC);
CREATE INDEX api_keys_newest ON api_keys (organization_id, created_at DESC, id DESC);
