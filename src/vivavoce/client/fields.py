"""What calls take, by keyword: filters of lists, and fields of bodies. What is left out stays, or is the default."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Required, TypedDict

from vivavoce.client.models import (
    CampaignStatus,
    ConfigCriterion,
    ConfigFact,
    ConfigQuestion,
    ContractType,
    InterviewStatus,
    JobStatus,
    Language,
    Mode,
    Patience,
    Provider,
    Seniority,
    StageType,
    Tone,
    WorkMode,
)
from vivavoce.client.webhooks import DeliveryStatus

ScriptEntry = str | Sequence[str] | None
"""To one question of a test interview: the answer, the answer and those to its follow-ups, or silence."""


class Paging(TypedDict, total=False):
    page: int
    page_size: int
    cursor: str


# Interviews


class InterviewFilter(TypedDict, total=False):
    status: InterviewStatus
    job_id: str
    campaign_id: str
    candidate_id: str
    external_id: str
    created_after: datetime
    created_before: datetime
    updated_after: datetime
    mode: Mode


class InterviewPaging(InterviewFilter, Paging, total=False):
    pass


class NewInterview(TypedDict, total=False):
    candidate_id: Required[str]
    job_id: Required[str]
    campaign_id: str | None
    stage_id: str | None
    config_id: str | None
    expires_at: datetime | None
    send_invite: bool
    external_id: str | None
    metadata: Mapping[str, str]
    mode: Mode
    script: Sequence[ScriptEntry] | None


class InterviewChange(TypedDict, total=False):
    expires_at: datetime
    external_id: str | None
    metadata: Mapping[str, str]


# Candidates


class CandidateFilter(TypedDict, total=False):
    """`tags` are comma-separated, and all of them are asked for."""

    search: str
    job_id: str
    tags: str


class CandidatePaging(CandidateFilter, Paging, total=False):
    pass


class _CandidateFields(TypedDict, total=False):
    first_name: str | None
    last_name: str | None
    phone: str | None
    locale: str
    cv_url: str | None
    tags: Sequence[str]
    source: str | None
    external_id: str | None


class NewCandidate(_CandidateFields, total=False):
    email: Required[str]


class CandidateChange(_CandidateFields, total=False):
    email: str


# Jobs


class JobFilter(TypedDict, total=False):
    search: str
    status: JobStatus
    department: str
    work_mode: WorkMode


class JobPaging(JobFilter, Paging, total=False):
    pass


class _JobFields(TypedDict, total=False):
    """`salary_min` and `salary_max` in k€ a year, `daily_rate` in €."""

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


class NewJob(_JobFields, total=False):
    title: Required[str]
    status: Literal["DRAFT", "ACTIVE"]


class JobChange(_JobFields, total=False):
    title: str
    status: JobStatus


# Campaigns and stages


class CampaignFilter(TypedDict, total=False):
    job_id: str
    status: CampaignStatus


class CampaignPaging(CampaignFilter, Paging, total=False):
    pass


class _CampaignFields(TypedDict, total=False):
    description: str | None
    status: CampaignStatus
    start_date: date | None
    end_date: date | None
    target_count: int | None
    interview_config_id: str | None


class NewCampaign(_CampaignFields, total=False):
    name: Required[str]
    job_id: Required[str]


class CampaignChange(_CampaignFields, total=False):
    name: str


class CampaignCandidateFilter(TypedDict, total=False):
    stage_id: str


class CampaignCandidatePaging(CampaignCandidateFilter, Paging, total=False):
    pass


class CampaignCandidateChange(TypedDict, total=False):
    stage_id: str
    note: str | None


class NewCampaignCandidate(TypedDict, total=False):
    candidate_id: Required[str]
    stage_id: str | None
    note: str | None


class StageChange(TypedDict, total=False):
    name: str
    type: StageType
    position: int
    config_id: str | None
    generate_report: bool | None


class NewStage(TypedDict, total=False):
    name: Required[str]
    type: Required[StageType]
    position: int | None
    config_id: str | None
    generate_report: bool | None


# Agents and interview configurations


class AgentFilter(TypedDict, total=False):
    job_id: str


class AgentPaging(AgentFilter, Paging, total=False):
    pass


class AgentChange(TypedDict, total=False):
    name: str
    provider: Provider
    voice: str
    tone: Tone
    language: Language | None
    patience: Patience
    instructions: str
    suspicion_level: int
    job_id: str | None


class NewAgent(TypedDict, total=False):
    name: Required[str]
    provider: Provider
    voice: str | None
    tone: Tone
    language: Language | None
    patience: Patience
    instructions: str
    suspicion_level: int
    job_id: str | None


class ConfigVersionFilter(TypedDict, total=False):
    version: int


class ConfigChange(TypedDict, total=False):
    name: str
    agent_id: str
    language: Language | None
    duration_minutes: int
    generate_report: bool
    questions: Sequence[ConfigQuestion]
    criteria: Sequence[ConfigCriterion]
    facts: Sequence[ConfigFact]


class NewConfig(TypedDict, total=False):
    name: Required[str]
    questions: Required[Sequence[ConfigQuestion]]
    criteria: Required[Sequence[ConfigCriterion]]
    facts: Sequence[ConfigFact]
    agent_id: str | None
    language: Language | None
    duration_minutes: int
    generate_report: bool


# Reports


class Override(TypedDict):
    level: int
    reason: str


class ReportChange(TypedDict):
    """`overrides` by the criterion's id; None takes one back."""

    overrides: Mapping[str, Override | None]


# Webhooks


class WebhookChange(TypedDict, total=False):
    """`events` None: of every kind, also of kinds to come."""

    url: str
    description: str | None
    events: Sequence[str] | None
    enabled: bool


class NewWebhook(TypedDict, total=False):
    url: Required[str]
    description: str | None
    events: Sequence[str] | None


class DeliveryFilter(TypedDict, total=False):
    status: DeliveryStatus
    type: str


class DeliveryPaging(DeliveryFilter, Paging, total=False):
    pass
