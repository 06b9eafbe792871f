"""A campaign with all that is in it, and its pipeline: stage by stage who is there and how far."""

from datetime import datetime

import msgspec

from vivavoce.callers import OrganizationCaller
from vivavoce.campaigns.campaigns import Campaign, access_campaign
from vivavoce.campaigns.candidates import CampaignCandidateQuery, list_campaign_candidates
from vivavoce.campaigns.progress import (
    COLUMNS,
    SOURCE,
    CampaignCandidate,
    CampaignInterview,
    recent_interviews,
    with_progress,
)
from vivavoce.campaigns.stages import Stage, read_stages
from vivavoce.database.pool import Connection

MAX_SHOWN = 100


class CampaignDetail(Campaign, frozen=True, rename="camel"):
    """`candidates` are the newest 100 of `candidate_count`, `recent_interviews` the newest 20."""

    stages: list[Stage]
    candidates: list[CampaignCandidate]
    recent_interviews: list[CampaignInterview]


class PipelineStage(Stage, frozen=True, rename="camel"):
    """`candidates` are the newest 100 of `candidate_count`."""

    candidate_count: int
    candidates: list[CampaignCandidate]


class Pipeline(msgspec.Struct, frozen=True, rename="camel"):
    campaign_id: str
    stages: list[PipelineStage]


async def read_campaign(
    connection: Connection, caller: OrganizationCaller, campaign_id: str, *, at: datetime
) -> CampaignDetail:
    campaign = await access_campaign(connection, caller, campaign_id)
    newest = CampaignCandidateQuery(page_size=MAX_SHOWN)
    candidates = await list_campaign_candidates(connection, caller, campaign_id, newest, at=at)
    return CampaignDetail(
        **msgspec.structs.asdict(campaign),
        stages=await read_stages(connection, campaign_id),
        candidates=list(candidates.data),
        recent_interviews=await recent_interviews(connection, campaign_id, at=at),
    )


async def read_pipeline(
    connection: Connection,
    caller: OrganizationCaller,
    campaign_id: str,
    *,
    at: datetime,
    shown: int = MAX_SHOWN,
) -> Pipeline:
    """Each stage with the newest `shown` of its candidates."""
    await access_campaign(connection, caller, campaign_id)
    stages = await read_stages(connection, campaign_id)
    counts = await connection.fetch(
        "SELECT stage_id, count(*) AS candidates FROM campaign_candidates WHERE campaign_id = $1 GROUP BY stage_id",
        campaign_id,
    )
    count_of = {row["stage_id"]: row["candidates"] for row in counts}
    rows = await connection.fetch(
        f"SELECT y.* FROM unnest($1::text[]) stage(id) CROSS JOIN LATERAL (SELECT {COLUMNS} FROM {SOURCE}"
        " WHERE x.stage_id = stage.id ORDER BY x.created_at DESC, x.id DESC LIMIT $2) y"
        " ORDER BY y.created_at DESC, y.id DESC",
        [stage.id for stage in stages],
        shown,
    )
    candidates = await with_progress(connection, campaign_id, rows, at=at)
    return Pipeline(
        campaign_id,
        [
            PipelineStage(
                **msgspec.structs.asdict(stage),
                candidate_count=count_of.get(stage.id, 0),
                candidates=[one for one in candidates if one.stage_id == stage.id],
            )
            for stage in stages
        ],
    )
