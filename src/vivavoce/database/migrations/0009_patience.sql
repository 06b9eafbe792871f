-- How long an agent waits when the candidate pauses.
ALTER TABLE agents ADD COLUMN patience text NOT NULL DEFAULT 'patient' CHECK (patience IN ('patient', 'quick'));
