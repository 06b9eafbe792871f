-- Who plays a candidate in rehearsals: no person, so in no list of persons.
ALTER TABLE candidates ADD COLUMN simulated boolean NOT NULL DEFAULT false;
