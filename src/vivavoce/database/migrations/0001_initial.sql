CREATE TABLE organizations (
    id text PRIMARY KEY,
    name text NOT NULL,
    contact_email text,
    default_config_id text,
    created_at timestamptz NOT NULL
);

CREATE TABLE members (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    email text NOT NULL,
    name text NOT NULL DEFAULT '',
    role text NOT NULL CHECK (role IN ('OWNER', 'ADMINISTRATOR', 'MEMBER', 'READER')),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX members_email ON members (organization_id, lower(email));
CREATE INDEX members_by_email ON members (lower(email));

-- The secret of a sign-in link is derived from its id, and stored nowhere.
CREATE TABLE sign_in_links (
    id text PRIMARY KEY,
    member_id text NOT NULL REFERENCES members ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz
);
CREATE INDEX sign_in_links_of_member ON sign_in_links (member_id, created_at);

-- A session is known by the hash of its secret only.
CREATE TABLE sessions (
    secret_hash bytea PRIMARY KEY,
    member_id text NOT NULL REFERENCES members ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE api_keys (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    name text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
);

CREATE TABLE candidates (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    email text NOT NULL,
    first_name text,
    last_name text,
    phone text,
    locale text NOT NULL DEFAULT 'fr',
    cv_url text,
    tags text[] NOT NULL DEFAULT '{}',
    source text,
    external_id text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX candidates_email ON candidates (organization_id, lower(email));
CREATE INDEX candidates_newest ON candidates (organization_id, created_at DESC, id DESC);

CREATE TABLE jobs (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    title text NOT NULL,
    description text,
    department text,
    location text,
    work_mode text CHECK (work_mode IN ('ONSITE', 'REMOTE', 'HYBRID')),
    seniority text CHECK (seniority IN ('INTERN', 'JUNIOR', 'MID', 'SENIOR', 'LEAD', 'MANAGER', 'DIRECTOR')),
    contract_type text CHECK (contract_type IN ('CDI', 'CDD', 'FREELANCE', 'INTERNSHIP', 'APPRENTICESHIP')),
    salary_min double precision,
    salary_max double precision,
    daily_rate double precision,
    skills text[] NOT NULL DEFAULT '{}',
    status text NOT NULL CHECK (status IN ('DRAFT', 'ACTIVE', 'PAUSED', 'CLOSED')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX jobs_newest ON jobs (organization_id, created_at DESC, id DESC);

CREATE TABLE agents (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    job_id text REFERENCES jobs ON DELETE CASCADE,
    name text NOT NULL,
    provider text NOT NULL,
    voice text NOT NULL,
    tone text NOT NULL CHECK (tone IN ('professional', 'friendly', 'formal', 'casual', 'empathetic')),
    language text CHECK (language IN ('en', 'fr')),
    instructions text NOT NULL DEFAULT '',
    suspicion_level integer NOT NULL DEFAULT 1 CHECK (suspicion_level BETWEEN 0 AND 3),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE interview_configs (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    agent_id text NOT NULL REFERENCES agents,
    name text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
ALTER TABLE organizations ADD FOREIGN KEY (default_config_id) REFERENCES interview_configs DEFERRABLE INITIALLY DEFERRED;

-- What a configuration said at each version: an interview keeps the one it began with.
CREATE TABLE interview_config_versions (
    config_id text NOT NULL REFERENCES interview_configs ON DELETE CASCADE,
    version integer NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (config_id, version)
);

CREATE TABLE campaigns (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    job_id text NOT NULL REFERENCES jobs ON DELETE CASCADE,
    name text NOT NULL,
    description text,
    status text NOT NULL CHECK (status IN ('DRAFT', 'ACTIVE', 'PAUSED', 'COMPLETED', 'ARCHIVED')),
    start_date date,
    end_date date,
    target_count integer,
    interview_config_id text REFERENCES interview_configs,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE stages (
    id text PRIMARY KEY,
    campaign_id text NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL,
    type text NOT NULL CHECK (type IN ('AI_INTERVIEW', 'TEST', 'AI_PREQUALIFICATION', 'HUMAN_REVIEW')),
    config_id text REFERENCES interview_configs,
    generate_report boolean,
    created_at timestamptz NOT NULL,
    UNIQUE (campaign_id, position) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE campaign_candidates (
    campaign_id text NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    candidate_id text NOT NULL REFERENCES candidates ON DELETE CASCADE,
    stage_id text REFERENCES stages ON DELETE SET NULL,
    note text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, candidate_id)
);

-- `status` never says EXPIRED by itself where only the time has passed: read it through interview_status().
CREATE TABLE interviews (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    candidate_id text NOT NULL REFERENCES candidates ON DELETE CASCADE,
    job_id text NOT NULL REFERENCES jobs,
    campaign_id text REFERENCES campaigns,
    stage_id text REFERENCES stages,
    config_id text NOT NULL REFERENCES interview_configs,
    config_version integer,
    language text NOT NULL CHECK (language IN ('en', 'fr')),
    mode text NOT NULL CHECK (mode IN ('live', 'test')),
    status text NOT NULL CHECK (status IN ('DRAFT', 'INVITED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'EXPIRED')),
    completion text CHECK (completion IN ('FULL', 'PARTIAL')),
    external_id text,
    metadata jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz NOT NULL,
    link_generation integer NOT NULL DEFAULT 1,
    invited_at timestamptz,
    opened_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    last_turn integer NOT NULL DEFAULT 0,
    last_turn_at timestamptz,
    candidate_spoke boolean NOT NULL DEFAULT false,
    finalized_by bytea,
    audio_url text,
    lease_generation integer NOT NULL DEFAULT 0,
    lease_holder text,
    lease_expires_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX interviews_newest ON interviews (organization_id, created_at DESC, id DESC);
CREATE INDEX interviews_of_candidate ON interviews (candidate_id);
CREATE INDEX interviews_of_job ON interviews (job_id);

-- `posted_hash` is of the body as first posted: the same again is the same turn, whatever was patched since.
CREATE TABLE turns (
    interview_id text NOT NULL REFERENCES interviews ON DELETE CASCADE,
    turn_number integer NOT NULL CHECK (turn_number >= 1),
    role text NOT NULL CHECK (role IN ('agent', 'candidate')),
    content text NOT NULL,
    is_pending_question boolean NOT NULL,
    question_id text,
    audio_url text,
    audio_start_ms integer,
    audio_end_ms integer,
    started_at timestamptz,
    ended_at timestamptz,
    evaluation jsonb,
    metrics jsonb,
    revised boolean NOT NULL DEFAULT false,
    posted_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (interview_id, turn_number)
);

CREATE TABLE turn_revisions (
    interview_id text NOT NULL,
    turn_number integer NOT NULL,
    content text NOT NULL,
    replaced_at timestamptz NOT NULL,
    FOREIGN KEY (interview_id, turn_number) REFERENCES turns ON DELETE CASCADE
);
CREATE INDEX turn_revisions_of_turn ON turn_revisions (interview_id, turn_number);

-- Which text the candidate agreed to, word for word, and when.
CREATE TABLE consents (
    interview_id text PRIMARY KEY REFERENCES interviews ON DELETE CASCADE,
    version text NOT NULL,
    language text NOT NULL,
    sha256 text NOT NULL,
    agreed_at timestamptz NOT NULL
);

CREATE TABLE recording_parts (
    interview_id text NOT NULL REFERENCES interviews ON DELETE CASCADE,
    part integer NOT NULL CHECK (part >= 1),
    path text NOT NULL,
    size integer NOT NULL,
    duration_ms integer NOT NULL,
    sha256 bytea NOT NULL,
    PRIMARY KEY (interview_id, part)
);

CREATE TABLE reports (
    id text PRIMARY KEY,
    interview_id text NOT NULL UNIQUE REFERENCES interviews ON DELETE CASCADE,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    status text NOT NULL CHECK (status IN ('PENDING', 'READY', 'FAILED')),
    stale boolean NOT NULL DEFAULT false,
    failure text,
    body jsonb,
    created_at timestamptz NOT NULL,
    ready_at timestamptz
);

-- The link of a mail is not stored: its texts hold a mark where it goes.
CREATE TABLE mails (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('invitation', 'sign_in')),
    interview_id text REFERENCES interviews ON DELETE CASCADE,
    link_generation integer,
    sign_in_link_id text REFERENCES sign_in_links ON DELETE CASCADE,
    recipient text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    failure text
);
CREATE INDEX mails_newest ON mails (organization_id, created_at DESC, id DESC);

-- What happened, in order: the history of a thing. Append only.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
    interview_id text REFERENCES interviews ON DELETE CASCADE,
    type text NOT NULL,
    actor text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
);
CREATE INDEX events_of_interview ON events (interview_id, id);

CREATE FUNCTION interview_status(status text, expires_at timestamptz, at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status IN ('DRAFT', 'INVITED') AND expires_at <= at THEN 'EXPIRED' ELSE status END;
