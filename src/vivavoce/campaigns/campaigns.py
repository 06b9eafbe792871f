"""Campaigns: hiring processes, each for one job. No state of a campaign refuses anything: it says how things stand."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from vivavoce import events, ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import Conditions
from vivavoce.errors import NotFound, Unprocessable
from vivavoce.interviews.interview import JobSummary

MAX_TARGET = 100_000

Status = Literal["DRAFT", "ACTIVE", "PAUSED", "COMPLETED", "ARCHIVED"]
Name = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=200)]
Description = Annotated[str, msgspec.Meta(max_length=20_000)]
TargetCount = Annotated[int, msgspec.Meta(ge=1, le=MAX_TARGET)]


class CampaignCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`interview_config_id` is what its AI interviews use unless their stage says otherwise."""

    name: Name
    job_id: str
    description: Description | None = None
    status: Status = "DRAFT"
    start_date: date | None = None
    end_date: date | None = None
    target_count: TargetCount | None = None
    interview_config_id: str | None = None


class CampaignPatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is left out stays; null clears. The job stays: interviews and reports belong to it."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    description: Description | None | msgspec.UnsetType = msgspec.UNSET
    status: Status | msgspec.UnsetType = msgspec.UNSET
    start_date: date | None | msgspec.UnsetType = msgspec.UNSET
    end_date: date | None | msgspec.UnsetType = msgspec.UNSET
    target_count: TargetCount | None | msgspec.UnsetType = msgspec.UNSET
    interview_config_id: str | None | msgspec.UnsetType = msgspec.UNSET


class Campaign(msgspec.Struct, frozen=True, rename="camel"):
    """`target_count` is how many people are to be found, `candidate_count` how many are in it."""

    id: str
    name: str
    job_id: str
    job: JobSummary
    description: str | None
    status: Status
    start_date: date | None
    end_date: date | None
    target_count: int | None
    interview_config_id: str | None
    candidate_count: int
    created_at: datetime
    updated_at: datetime


class CampaignQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None
    job_id: str | None = None
    status: Status | None = None


_COLUMNS = """
    x.id, x.name, x.job_id, j.title, x.description, x.status, x.start_date, x.end_date, x.target_count,
    x.interview_config_id, x.created_at, x.updated_at,
    (SELECT count(*) FROM campaign_candidates cc WHERE cc.campaign_id = x.id) AS candidate_count
"""
_SOURCE = "campaigns x JOIN jobs j ON j.id = x.job_id"


async def create_campaign(
    connection: Connection, caller: OrganizationCaller, wanted: CampaignCreate, *, at: datetime
) -> Campaign:
    """Raises Unprocessable for a job or a configuration that is not here, and for an end before the start."""
    await require_owned(connection, caller, "jobs", "jobId", wanted.job_id)
    await _require_fitting(connection, caller, wanted)
    campaign_id = ids.new("camp")
    await connection.execute(
        "INSERT INTO campaigns (id, organization_id, job_id, name, description, status, start_date, end_date,"
        " target_count, interview_config_id, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        campaign_id,
        caller.organization_id,
        wanted.job_id,
        wanted.name,
        wanted.description,
        wanted.status,
        wanted.start_date,
        wanted.end_date,
        wanted.target_count,
        wanted.interview_config_id,
        at,
    )
    await events.record(
        connection,
        caller.organization_id,
        "campaign.created",
        actor=caller.actor,
        at=at,
        data={"campaignId": campaign_id},
    )
    return await access_campaign(connection, caller, campaign_id)


async def access_campaign(connection: Connection, caller: OrganizationCaller, campaign_id: str) -> Campaign:
    """The one door. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE x.id = $1 AND x.organization_id = $2",
        campaign_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return _built(row)


async def hold_campaign(connection: Connection, caller: OrganizationCaller, campaign_id: str) -> None:
    """The same door for those who change it, its stages or who is in it: one at a time. Raises NotFound."""
    found = await connection.fetchval(
        "SELECT 1 FROM campaigns WHERE id = $1 AND organization_id = $2 FOR NO KEY UPDATE",
        campaign_id,
        caller.organization_id,
    )
    if found is None:
        raise NotFound


async def list_campaigns(
    connection: Connection, caller: OrganizationCaller, query: CampaignQuery
) -> Page[Campaign]:
    where = Conditions()
    where.add("x.organization_id = {}", caller.organization_id)
    where.add_given("x.job_id = {}", query.job_id)
    where.add_given("x.status = {}", query.status)
    return await select_page(
        connection,
        _COLUMNS,
        _SOURCE,
        where,
        _built,
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


async def update_campaign(
    connection: Connection,
    caller: OrganizationCaller,
    campaign_id: str,
    wanted: CampaignPatch,
    *,
    at: datetime,
) -> Campaign:
    await hold_campaign(connection, caller, campaign_id)
    before = await access_campaign(connection, caller, campaign_id)
    after = msgspec.structs.replace(before, **given(wanted))
    if after == before:
        return before
    await _require_fitting(connection, caller, after)
    await connection.execute(
        "UPDATE campaigns SET name = $2, description = $3, status = $4, start_date = $5, end_date = $6,"
        " target_count = $7, interview_config_id = $8, updated_at = $9 WHERE id = $1",
        campaign_id,
        after.name,
        after.description,
        after.status,
        after.start_date,
        after.end_date,
        after.target_count,
        after.interview_config_id,
        at,
    )
    await events.record(
        connection,
        caller.organization_id,
        "campaign.updated",
        actor=caller.actor,
        at=at,
        data={"campaignId": campaign_id, "status": after.status},
    )
    return msgspec.structs.replace(after, updated_at=at)


def given(update: msgspec.Struct) -> dict[str, Any]:
    """The fields that a PATCH names."""
    return {
        name: value for name, value in msgspec.structs.asdict(update).items() if value is not msgspec.UNSET
    }


async def require_owned(
    connection: Connection, caller: OrganizationCaller, table: str, field: str, identity: str
) -> None:
    """Raises Unprocessable where the body names what is not in this organization; held against its removal."""
    found = await connection.fetchval(
        f"SELECT 1 FROM {table} WHERE id = $1 AND organization_id = $2 FOR KEY SHARE",
        identity,
        caller.organization_id,
    )
    if found is None:
        raise Unprocessable.field(field, "There is none with this id.")


async def _require_fitting(
    connection: Connection, caller: OrganizationCaller, campaign: Campaign | CampaignCreate
) -> None:
    if campaign.start_date and campaign.end_date and campaign.end_date < campaign.start_date:
        raise Unprocessable.field("endDate", "The end is before the start.")
    if campaign.interview_config_id is not None:
        await require_owned(
            connection, caller, "interview_configs", "interviewConfigId", campaign.interview_config_id
        )


def _built(row: Row) -> Campaign:
    return Campaign(
        **{name: row[name] for name in Campaign.__struct_fields__ if name != "job"},
        job=JobSummary(row["job_id"], row["title"]),
    )
