"""What the API answers with. A field that may be absent is None where it is."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")

Language = Literal["en", "fr"]
Mode = Literal["live", "test"]
InterviewStatus = Literal["DRAFT", "INVITED", "IN_PROGRESS", "COMPLETED", "CANCELLED", "EXPIRED"]
Completion = Literal["FULL", "PARTIAL"]
ReportStatus = Literal["PENDING", "READY", "FAILED"]
JobStatus = Literal["DRAFT", "ACTIVE", "PAUSED", "CLOSED"]
WorkMode = Literal["ONSITE", "REMOTE", "HYBRID"]
Seniority = Literal["INTERN", "JUNIOR", "MID", "SENIOR", "LEAD", "MANAGER", "DIRECTOR"]
ContractType = Literal["CDI", "CDD", "FREELANCE", "INTERNSHIP", "APPRENTICESHIP"]
CampaignStatus = Literal["DRAFT", "ACTIVE", "PAUSED", "COMPLETED", "ARCHIVED"]
StageType = Literal["AI_INTERVIEW", "TEST", "AI_PREQUALIFICATION", "HUMAN_REVIEW"]
Provider = Literal["local", "openai", "elevenlabs"]
Tone = Literal["professional", "friendly", "formal", "casual", "empathetic"]
Patience = Literal["patient", "quick"]
Texts = dict[Language, str]


class Model(msgspec.Struct, frozen=True, rename="camel"):
    pass


class Pagination(Model, frozen=True):
    """`page`, `total` and `total_pages` are None for a page by cursor."""

    page: int | None
    page_size: int
    total: int | None
    total_pages: int | None
    next_cursor: str | None


class Page(Model, Generic[T], frozen=True):
    data: Sequence[T]
    pagination: Pagination


# Interviews


class CandidateSummary(Model, frozen=True):
    id: str
    first_name: str | None
    last_name: str | None
    email: str


class JobSummary(Model, frozen=True):
    id: str
    title: str


class Turn(Model, frozen=True):
    turn_number: int
    role: Literal["agent", "candidate"]
    content: str
    is_pending_question: bool
    question_id: str | None
    audio_url: str | None
    audio_start_ms: int | None
    audio_end_ms: int | None
    started_at: datetime | None
    ended_at: datetime | None
    evaluation: dict[str, Any] | None
    revised: bool
    metrics: dict[str, Any] | None


class Evidence(Model, frozen=True):
    """A quote that stands in the candidate's turn, in code points of its content, and where to hear it."""

    turn_number: int
    quote: str
    start_char: int
    end_char: int
    audio_ms: int | None


class Flag(Model, frozen=True):
    """Something to look at. A flag never moves a score."""

    type: str
    severity: str
    detail: str
    criterion_id: str | None
    turn_number: int | None


class EvaluatorLabel(Model, frozen=True):
    kind: Literal["model", "offline"]
    model: str | None
    prompt_version: str
    rubric_version: int


class Scale(Model, frozen=True):
    min: int
    max: int


class Override(Model, frozen=True):
    """A level that a person put beside the evaluator's."""

    level: int
    reason: str
    by: str
    at: datetime


class CriterionScore(Model, frozen=True):
    """`spread` is every rating that counted, lowest first; `reason` says why, or why there is no level."""

    criterion_id: str
    name: str
    weight: float
    level: int | None
    spread: Sequence[int]
    status: Literal["SCORED", "NOT_ENOUGH_EVIDENCE"]
    reason: str
    unstable: bool
    override: Override | None
    evidence: Sequence[Evidence]


class Scorecard(Model, frozen=True):
    overall: float | None
    recommendation: Literal["advance", "discuss", "decline"] | None
    summary: str
    criteria: Sequence[CriterionScore]
    flags: Sequence[Flag]
    evaluator: EvaluatorLabel
    scale: Scale


class Interview(Model, frozen=True):
    """Rows of a list have no transcript and no evaluation; only keys that may write see the invitation's link."""

    id: str
    status: InterviewStatus
    completion: Completion | None
    mode: Mode
    language: Language
    candidate_id: str
    job_id: str
    campaign_id: str | None
    stage_id: str | None
    config_id: str
    config_version: int
    external_id: str | None
    metadata: dict[str, str]
    candidate: CandidateSummary
    job: JobSummary
    expires_at: datetime
    invited_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    audio_url: str | None
    report_id: str | None
    created_at: datetime
    updated_at: datetime
    invitation_url: str | None = None
    transcript: Sequence[Turn] | None = None
    evaluation: Scorecard | None = None


class Event(Model, frozen=True):
    """`actor` is a key's or a member's id, or `agent`, `candidate`, `system`. `data` depends on the type."""

    id: str
    interview_id: str
    type: str
    actor: str
    data: dict[str, Any]
    created_at: datetime


# Reports


class Point(Model, frozen=True):
    """A strength or a concern, with the words that it rests on."""

    text: str
    evidence: Sequence[Evidence]


class QuestionAccount(Model, frozen=True):
    """What became of a question; `probes` are the follow-ups as they were said."""

    question_id: str
    text: str
    asked: bool
    probes: Sequence[str]
    answer_turns: Sequence[int]


class Conduct(Model, frozen=True):
    """The interviewer's own faults; None where they were neither counted nor recorded.

    A wait is from the candidate's last word to the interviewer's first sound.
    """

    cut_offs: int | None
    longest_wait_ms: int | None
    waits: int | None
    median_wait_ms: int | None


class CandidateQuestion(Model, frozen=True):
    """What the candidate asked. `answer` is empty where the interviewer had none: `source` is then "none"."""

    text: str
    answer: str
    source: Literal["fact", "process", "none"]
    fact_id: str | None
    turn_number: int | None


class Report(Model, frozen=True):
    """Everything from `summary` to `evaluator` is None until it is READY."""

    id: str
    interview_id: str
    status: ReportStatus
    stale: bool
    failure: str | None
    language: Language
    summary: str | None
    strengths: Sequence[Point] | None
    concerns: Sequence[Point] | None
    scorecard: Scorecard | None
    questions: Sequence[QuestionAccount] | None
    conduct: Conduct | None
    candidate_questions: Sequence[CandidateQuestion] | None
    recording_url: str | None
    evaluator: EvaluatorLabel | None
    created_at: datetime
    ready_at: datetime | None


# Candidates and jobs


class Candidate(Model, frozen=True):
    id: str
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    locale: str
    cv_url: str | None
    tags: Sequence[str]
    source: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime


class ErasedCounts(Model, frozen=True):
    """How much was erased of each kind. `answers` are those kept for repeated requests."""

    interviews: int
    turns: int
    recordings: int
    reports: int
    mails: int
    events: int
    webhook_deliveries: int
    answers: int


class Erasure(Model, frozen=True):
    """The receipt. `files_erased_at` is None while the file store does not answer: it is asked until it does."""

    id: str
    candidate_id: str
    erased_at: datetime
    files_erased_at: datetime | None
    counts: ErasedCounts


class Job(Model, frozen=True):
    id: str
    title: str
    description: str | None
    department: str | None
    location: str | None
    work_mode: WorkMode | None
    seniority: Seniority | None
    contract_type: ContractType | None
    salary_min: float | None
    salary_max: float | None
    daily_rate: float | None
    skills: Sequence[str]
    status: JobStatus
    created_at: datetime
    updated_at: datetime


# Campaigns


class Campaign(Model, frozen=True):
    """`target_count` is how many people are to be found, `candidate_count` how many are in it."""

    id: str
    name: str
    job_id: str
    job: JobSummary
    description: str | None
    status: CampaignStatus
    start_date: date | None
    end_date: date | None
    target_count: int | None
    interview_config_id: str | None
    candidate_count: int
    created_at: datetime
    updated_at: datetime


class Stage(Model, frozen=True):
    """`config_id` None: the campaign's `interview_config_id`; `generate_report` None: as the configuration says."""

    id: str
    campaign_id: str
    position: int
    name: str
    type: StageType
    config_id: str | None
    generate_report: bool | None
    created_at: datetime
    updated_at: datetime


class CampaignInterview(Model, frozen=True):
    """`overall` is a level from 1 to 5: None until the report is READY, and where there was too little evidence."""

    id: str
    candidate_id: str
    stage_id: str | None
    status: InterviewStatus
    completion: Completion | None
    report_id: str | None
    report_status: ReportStatus | None
    overall: float | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    ready_at: datetime | None


class Score(Model, frozen=True):
    """The overall level of a report that is ready."""

    interview_id: str
    stage_id: str | None
    report_id: str
    overall: float
    ready_at: datetime


class Progress(Model, frozen=True):
    """At which stage of how many, and how that stands."""

    position: int | None
    stages: int
    state: Literal["TO_DO", "WAITING", "IN_PROGRESS", "DONE"]


class CampaignCandidate(Model, frozen=True):
    """`stage_id` is None only where the campaign has no stages. Scores and interviews are newest first."""

    candidate_id: str
    candidate: CandidateSummary
    stage_id: str | None
    stage_entered_at: datetime
    note: str | None
    progress: Progress
    scores: Sequence[Score]
    interviews: Sequence[CampaignInterview]
    created_at: datetime
    updated_at: datetime


class CampaignDetail(Campaign, frozen=True):
    """`candidates` are the newest 100 of `candidate_count`, `recent_interviews` the newest 20."""

    stages: Sequence[Stage]
    candidates: Sequence[CampaignCandidate]
    recent_interviews: Sequence[CampaignInterview]


class PipelineStage(Stage, frozen=True):
    """`candidates` are the newest 100 of `candidate_count`."""

    candidate_count: int
    candidates: Sequence[CampaignCandidate]


class Pipeline(Model, frozen=True):
    campaign_id: str
    stages: Sequence[PipelineStage]


# Agents and interview configurations


class Agent(Model, frozen=True):
    id: str
    name: str
    provider: Provider
    voice: str
    tone: Tone
    language: Language | None
    patience: Patience
    instructions: str
    suspicion_level: int
    job_id: str | None
    created_at: datetime
    updated_at: datetime


class ConfigQuestion(Model, frozen=True):
    """Of the body too: `ConfigQuestion(id="q1", text={"en": "…"}, criteria=["ownership"])`."""

    id: str
    text: Texts
    criteria: Sequence[str] = ()
    max_follow_ups: int = 1
    time_minutes: float = 4


class ConfigCriterion(Model, frozen=True):
    """Of the body too. `levels` say what an answer of each is like, by "1" to "5" and language."""

    id: str
    name: Texts
    description: Texts = {}
    weight: float = 1
    levels: dict[Literal["1", "2", "3", "4", "5"], Texts] = {}
    reference_points: dict[Language, Sequence[str]] = {}


class ConfigFact(Model, frozen=True):
    """Of the body too. `text` is what candidates who ask about the `topic` are told, word for word."""

    id: str
    topic: Texts
    text: Texts


class Config(Model, frozen=True):
    """At one version, made at `updated_at`. Rows of a list have no questions, criteria and facts."""

    id: str
    name: str
    version: int
    is_default: bool
    agent_id: str
    language: Language | None
    duration_minutes: int
    generate_report: bool
    created_at: datetime
    updated_at: datetime
    questions: Sequence[ConfigQuestion] | None = None
    criteria: Sequence[ConfigCriterion] | None = None
    facts: Sequence[ConfigFact] | None = None


class ConfigVersion(Model, frozen=True):
    version: int
    name: str
    agent_id: str
    language: Language | None
    created_at: datetime
