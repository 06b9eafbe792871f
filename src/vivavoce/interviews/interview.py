"""An interview as the API shows it, and the one door to it."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce.callers import ApiKey, OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import NotFound
from vivavoce.evaluation.report import Scorecard
from vivavoce.interviews.links import invitation_url
from vivavoce.interviews.matching import InterviewFilter, Mode, Status
from vivavoce.interviews.tallies import count_matches
from vivavoce.interviews.turns import Turn, read_turns
from vivavoce.recordings.links import recording_url
from vivavoce.reports.overrides import OVERRIDES, with_overrides
from vivavoce.settings import Settings

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class CandidateSummary(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    first_name: str | None
    last_name: str | None
    email: str


class JobSummary(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    title: str


class Interview(msgspec.Struct, frozen=True, rename="camel"):
    """Rows of a list have no transcript and no evaluation; only writers see the invitation's link."""

    id: str
    status: Status
    completion: Literal["FULL", "PARTIAL"] | None
    mode: Mode
    language: Literal["en", "fr"]
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
    invitation_url: str | msgspec.UnsetType = msgspec.UNSET
    transcript: list[Turn] | msgspec.UnsetType = msgspec.UNSET
    evaluation: Scorecard | None | msgspec.UnsetType = msgspec.UNSET


class InterviewQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`created_before` and `created_after` leave the moment itself out; `updated_after` too."""

    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None
    status: Status | None = None
    job_id: str | None = None
    campaign_id: str | None = None
    candidate_id: str | None = None
    external_id: str | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    updated_after: Moment | None = None
    mode: Mode = "live"


_COLUMNS = """
    x.id, interview_status(x.status, x.expires_at, $1) AS status, x.completion, x.mode, x.language, x.candidate_id,
    x.job_id, x.campaign_id, x.stage_id, x.config_id, coalesce(x.config_version, g.version) AS config_version,
    x.external_id, x.metadata, x.expires_at, x.invited_at, x.started_at, x.ended_at, x.audio_url, x.created_at,
    x.updated_at, x.link_generation, c.first_name, c.last_name, c.email, j.title, r.id AS report_id
"""
_SOURCE = """
    interviews x JOIN candidates c ON c.id = x.candidate_id JOIN jobs j ON j.id = x.job_id
    JOIN interview_configs g ON g.id = x.config_id LEFT JOIN reports r ON r.interview_id = x.id
"""


async def access_interview(
    connection: Connection, caller: OrganizationCaller, settings: Settings, interview_id: str, *, at: datetime
) -> Interview:
    """The one door: everything about one. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS}, x.last_turn, r.status AS report_status, r.body->'scorecard' AS evaluation, {OVERRIDES}"
        f" FROM {_SOURCE} WHERE x.id = $2 AND x.organization_id = $3",
        at,
        interview_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    turns = await read_turns(connection, interview_id) if row["last_turn"] else []
    evaluation = None
    if row["report_status"] == "READY":
        evaluation = msgspec.convert(with_overrides(row["evaluation"], row["overrides"]), Scorecard)
    return msgspec.structs.replace(
        _built(row, caller, settings, at),
        transcript=[turn.linked(settings, interview_id, at, recording=row["audio_url"]) for turn in turns],
        evaluation=evaluation,
    )


async def require_interview(connection: Connection, caller: OrganizationCaller, interview_id: str) -> None:
    """The same door for those who act on it: holds the row until the transaction ends. Raises NotFound."""
    found = await connection.fetchval(
        "SELECT 1 FROM interviews WHERE id = $1 AND organization_id = $2 FOR UPDATE",
        interview_id,
        caller.organization_id,
    )
    if found is None:
        raise NotFound


async def list_interviews(
    connection: Connection,
    caller: OrganizationCaller,
    settings: Settings,
    query: InterviewQuery,
    *,
    at: datetime,
) -> Page[Interview]:
    wanted = InterviewFilter(
        organization_id=caller.organization_id,
        mode=query.mode,
        status=query.status,
        job_id=query.job_id,
        campaign_id=query.campaign_id,
        candidate_id=query.candidate_id,
        external_id=query.external_id,
        created_after=query.created_after,
        created_before=query.created_before,
        updated_after=query.updated_after,
    )
    return await select_page(
        connection,
        _COLUMNS,
        _SOURCE,
        wanted.conditions(at),
        lambda row: _built(row, caller, settings, at),
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
        count=lambda: count_matches(connection, wanted, at=at),
    )


def _built(row: Row, caller: OrganizationCaller, settings: Settings, at: datetime) -> Interview:
    names = {name for name in Interview.__struct_fields__ if name in row}
    plain = {name: row[name] for name in names - {"evaluation", "audio_url"}}
    started, ended = row["started_at"], row["ended_at"]
    interview = Interview(
        **plain,
        candidate=CandidateSummary(row["candidate_id"], row["first_name"], row["last_name"], row["email"]),
        job=JobSummary(row["job_id"], row["title"]),
        duration_seconds=int((ended - started).total_seconds()) if started and ended else None,
        audio_url=recording_url(settings, row["audio_url"], at),
    )
    if _may_write(caller):
        link = invitation_url(settings, row["id"], row["link_generation"])
        return msgspec.structs.replace(interview, invitation_url=link)
    return interview


def _may_write(caller: OrganizationCaller) -> bool:
    return "interviews:write" in caller.scopes if isinstance(caller, ApiKey) else caller.may_write
