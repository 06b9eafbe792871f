-- Who plays a candidate in rehearsals: no person, so in no list of persons.
ALTER TABLE candidates ADD COLUMN simulated boolean NOT NULL DEFAULT false;

DROP INDEX candidates_newest;
CREATE INDEX candidates_newest ON candidates (organization_id, created_at DESC, id DESC) WHERE NOT simulated;
