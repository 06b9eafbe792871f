-- What a test interview's candidate answers, question by question. No row: the built-in answers.
CREATE TABLE test_scripts (
    interview_id text PRIMARY KEY REFERENCES interviews ON DELETE CASCADE,
    answers jsonb NOT NULL
);
