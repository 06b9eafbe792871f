-- What people put beside the levels of a report, each with its reason. They stay when the report is made anew.
CREATE TABLE report_overrides (
    report_id text NOT NULL REFERENCES reports ON DELETE CASCADE,
    criterion_id text NOT NULL,
    level integer NOT NULL CHECK (level BETWEEN 1 AND 5),
    reason text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (report_id, criterion_id)
);
