"""The candidates of a campaign: who is in it, at which stage, and the verbs that bring them in, on and out."""

from datetime import datetime
from typing import Annotated

import msgspec

from vivavoce import events
from vivavoce.callers import OrganizationCaller
from vivavoce.campaigns.campaigns import access_campaign, given, hold_campaign, require_owned
from vivavoce.campaigns.progress import COLUMNS, SOURCE, CampaignCandidate, with_progress
from vivavoce.campaigns.stages import read_stages
from vivavoce.candidates.candidates import MAX_CHOICES, access_candidate
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection
from vivavoce.database.rows import Conditions, typed
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.interviews.interview import CandidateSummary

MAX_NOTE = 5_000

Note = Annotated[str, msgspec.Meta(max_length=MAX_NOTE)]


class CampaignCandidateAdd(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """At the first stage unless `stage_id` names another."""

    candidate_id: str
    stage_id: str | None = None
    note: Note | None = None


class CampaignCandidatePatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is left out stays. Any stage may follow any other."""

    stage_id: str | msgspec.UnsetType = msgspec.UNSET
    note: Note | None | msgspec.UnsetType = msgspec.UNSET


class CampaignCandidateQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None
    stage_id: str | None = None


async def list_campaign_candidates(
    connection: Connection,
    caller: OrganizationCaller,
    campaign_id: str,
    query: CampaignCandidateQuery,
    *,
    at: datetime,
) -> Page[CampaignCandidate]:
    """Who came into it last, first."""
    await access_campaign(connection, caller, campaign_id)
    where = Conditions()
    where.add("x.campaign_id = {}", campaign_id)
    where.add_given("x.stage_id = {}", query.stage_id)
    page = await select_page(
        connection,
        COLUMNS,
        SOURCE,
        where,
        lambda row: row,
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )
    return Page(await with_progress(connection, campaign_id, page.data, at=at), page.pagination)


async def access_campaign_candidate(
    connection: Connection, caller: OrganizationCaller, campaign_id: str, candidate_id: str, *, at: datetime
) -> CampaignCandidate:
    """Raises NotFound for who is not in the organization, Unprocessable for who is but not in the campaign."""
    await access_campaign(connection, caller, campaign_id)
    await access_candidate(connection, caller, candidate_id)
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM {SOURCE} WHERE x.campaign_id = $1 AND x.candidate_id = $2",
        campaign_id,
        candidate_id,
    )
    if row is None:
        raise Unprocessable(
            "This candidate is not in the campaign: add them first.", code="CANDIDATE_NOT_IN_CAMPAIGN"
        )
    return (await with_progress(connection, campaign_id, [row], at=at))[0]


async def add_candidate(
    connection: Connection,
    caller: OrganizationCaller,
    campaign_id: str,
    wanted: CampaignCandidateAdd,
    *,
    at: datetime,
) -> CampaignCandidate:
    """Raises Conflict ALREADY_IN_CAMPAIGN."""
    await hold_campaign(connection, caller, campaign_id)
    await require_owned(connection, caller, "candidates", "candidateId", wanted.candidate_id)
    stages = [stage.id for stage in await read_stages(connection, campaign_id)]
    if wanted.stage_id is not None:
        _require_stage(stages, wanted.stage_id)
    first = stages[0] if stages else None
    added = await connection.fetchval(
        "INSERT INTO campaign_candidates (campaign_id, candidate_id, stage_id, note, stage_entered_at, created_at,"
        " updated_at) VALUES ($1, $2, $3, $4, $5, $5, $5) ON CONFLICT DO NOTHING RETURNING 1",
        campaign_id,
        wanted.candidate_id,
        wanted.stage_id or first,
        wanted.note,
        at,
    )
    if added is None:
        raise Conflict("This candidate is in the campaign already.", code="ALREADY_IN_CAMPAIGN")
    await events.record(
        connection,
        caller.organization_id,
        "campaign.candidate_added",
        actor=caller.actor,
        at=at,
        data=_named(campaign_id, wanted.candidate_id, wanted.stage_id or first),
    )
    return await access_campaign_candidate(connection, caller, campaign_id, wanted.candidate_id, at=at)


async def addresses_to_add(
    connection: Connection, caller: OrganizationCaller, campaign_id: str
) -> list[CandidateSummary]:
    """The newest of the organization's candidates who are not in the campaign."""
    rows = await connection.fetch(
        "SELECT c.id, c.first_name, c.last_name, c.email FROM candidates c"
        " WHERE c.organization_id = $1 AND NOT c.simulated"
        " AND NOT EXISTS (SELECT FROM campaign_candidates x WHERE x.campaign_id = $2 AND x.candidate_id = c.id)"
        " ORDER BY c.created_at DESC, c.id DESC LIMIT $3",
        caller.organization_id,
        campaign_id,
        MAX_CHOICES,
    )
    return [typed(CandidateSummary, row) for row in rows]


async def update_campaign_candidate(
    connection: Connection,
    caller: OrganizationCaller,
    campaign_id: str,
    candidate_id: str,
    wanted: CampaignCandidatePatch,
    *,
    at: datetime,
) -> CampaignCandidate:
    """Move to another stage, note something, or both."""
    await hold_campaign(connection, caller, campaign_id)
    before = await access_campaign_candidate(connection, caller, campaign_id, candidate_id, at=at)
    after = msgspec.structs.replace(before, **given(wanted))
    if after == before:
        return before
    moved = after.stage_id != before.stage_id
    if moved and after.stage_id is not None:
        _require_stage([stage.id for stage in await read_stages(connection, campaign_id)], after.stage_id)
    await connection.execute(
        "UPDATE campaign_candidates SET stage_id = $3, stage_entered_at = $4, note = $5, updated_at = $6"
        " WHERE campaign_id = $1 AND candidate_id = $2",
        campaign_id,
        candidate_id,
        after.stage_id,
        at if moved else before.stage_entered_at,
        after.note,
        at,
    )
    if moved:
        await events.record(
            connection,
            caller.organization_id,
            "campaign.candidate_moved",
            actor=caller.actor,
            at=at,
            data=_named(campaign_id, candidate_id, after.stage_id) | {"fromStageId": before.stage_id},
        )
    return await access_campaign_candidate(connection, caller, campaign_id, candidate_id, at=at)


async def remove_candidate(
    connection: Connection, caller: OrganizationCaller, campaign_id: str, candidate_id: str, *, at: datetime
) -> None:
    """Out of the campaign; the person and their interviews stay as they are."""
    await hold_campaign(connection, caller, campaign_id)
    gone = await access_campaign_candidate(connection, caller, campaign_id, candidate_id, at=at)
    await connection.execute(
        "DELETE FROM campaign_candidates WHERE campaign_id = $1 AND candidate_id = $2",
        campaign_id,
        candidate_id,
    )
    await events.record(
        connection,
        caller.organization_id,
        "campaign.candidate_removed",
        actor=caller.actor,
        at=at,
        data=_named(campaign_id, candidate_id, gone.stage_id),
    )


def _require_stage(stages: list[str], stage_id: str) -> None:
    if stage_id not in stages:
        raise Unprocessable.field("stageId", "This campaign has no stage with this id.")


def _named(campaign_id: str, candidate_id: str, stage_id: str | None) -> dict[str, str | None]:
    return {"campaignId": campaign_id, "candidateId": candidate_id, "stageId": stage_id}
