-- The report that finalize asked for: what it answers does not change when a report is made later.
ALTER TABLE interviews ADD COLUMN closing_report_id text;
UPDATE interviews x SET closing_report_id = r.id FROM reports r WHERE r.interview_id = x.id;
