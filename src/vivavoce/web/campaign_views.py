"""What the recruiter's pages of campaigns show."""

from datetime import date, datetime

import msgspec

from vivavoce.callers import Member
from vivavoce.campaigns.campaigns import Campaign, Status
from vivavoce.campaigns.pipeline import PipelineStage
from vivavoce.campaigns.progress import CampaignCandidate, CampaignInterview
from vivavoce.campaigns.stages import Stage
from vivavoce.interviews.interview import CandidateSummary
from vivavoce.web.recruiter_views import Choice, Form, ListFilter


class CampaignRow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    job: str
    status: Status
    candidates: int
    target: int | None
    end_date: date | None
    created_at: datetime


class CampaignsPage(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns/list.html"""

    member: Member
    rows: tuple[CampaignRow, ...]
    filter: ListFilter
    total: int
    total_pages: int


class CampaignFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns/form.html, to /campaigns or, for one that is there, to /campaigns/ID.

    `name`, `jobId` (of a new one), `interviewConfigId`, `startDate`, `endDate`, `targetCount`, `description`, `status`.
    """

    member: Member
    form: Form
    configs: tuple[Choice, ...]
    jobs: tuple[Choice, ...] = ()
    campaign: Campaign | None = None
    """None for a new one."""


class PersonRow(msgspec.Struct, frozen=True):
    """Someone at a stage, the interview by which they stand there as they do, and the one to read first."""

    person: CampaignCandidate
    interview: CampaignInterview | None
    read: str | None


class StageSection(msgspec.Struct, frozen=True):
    """`rows` are the first of the stage's candidates."""

    stage: PipelineStage
    rows: tuple[PersonRow, ...]


class CampaignPage(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns/campaign.html: the pipeline. Posts `candidate`, an e-mail address, to …/candidates."""

    member: Member
    campaign: Campaign
    sections: tuple[StageSection, ...]
    form: Form
    addresses: tuple[CandidateSummary, ...]
    """To choose from; any other candidate's may be typed."""
    notice: str = ""


class StagePage(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns/stage.html: everybody at one stage, a page at a time."""

    member: Member
    campaign: Campaign
    stage: Stage
    configuration: str
    """Empty where it is the organization's usual one."""
    rows: tuple[PersonRow, ...]
    filter: ListFilter
    total: int
    total_pages: int


class StageFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns/stage_form.html: `name`, `type`, `position`, `configId`, `generateReport` (empty, yes, no)."""

    member: Member
    campaign: Campaign
    form: Form
    positions: tuple[Choice, ...]
    configs: tuple[Choice, ...]
    stage: Stage | None = None
    """None for a new one."""
    used: bool = False
    """Whether it has interviews, and so cannot be deleted."""


class CampaignCandidatePage(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns/candidate.html: posts `stageId` and `note`; …/interview and …/removal without fields."""

    member: Member
    campaign: Campaign
    person: CampaignCandidate
    stage: Stage | None
    stages: tuple[Stage, ...]
    form: Form
    notice: str = ""


def person_row(person: CampaignCandidate) -> PersonRow:
    """Of the interviews at their stage, the furthest counts, and of those the newest.

    Without one there, the one that the newest level comes from is to be read.
    """
    held = [one for one in person.interviews if one.stage_id == person.stage_id]
    furthest = {"COMPLETED": 0, "IN_PROGRESS": 1, "INVITED": 2, "DRAFT": 2}
    interview = min(held, key=lambda one: furthest.get(one.status, 3), default=None)
    before = [score.interview_id for score in person.scores] + [one.id for one in person.interviews]
    return PersonRow(person, interview, interview.id if interview else next(iter(before), None))
