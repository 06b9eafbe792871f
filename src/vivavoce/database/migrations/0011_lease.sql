-- Which agent waits for the interview that another one holds: who holds it is told, and hands it over.
ALTER TABLE interviews ADD COLUMN lease_wanted_by text;
