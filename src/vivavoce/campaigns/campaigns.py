"""Campaigns: a hiring process for one job, its ordered stages, and the candidates in it."""

from datetime import datetime
from typing import Literal

from vivavoce import ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection

StageType = Literal["AI_INTERVIEW", "TEST", "AI_PREQUALIFICATION", "HUMAN_REVIEW"]


async def create_campaign(
    connection: Connection,
    caller: OrganizationCaller,
    name: str,
    job_id: str,
    *,
    config_id: str | None = None,
    at: datetime,
) -> str:
    """Its id. `config_id` is what its AI interviews use unless their stage says otherwise."""
    campaign_id = ids.new("camp")
    await connection.execute(
        "INSERT INTO campaigns (id, organization_id, job_id, name, status, interview_config_id, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, 'ACTIVE', $5, $6, $6)",
        campaign_id,
        caller.organization_id,
        job_id,
        name,
        config_id,
        at,
    )
    return campaign_id


async def add_stage(
    connection: Connection, campaign_id: str, name: str, kind: StageType, *, at: datetime
) -> str:
    """A stage after the others; its id."""
    stage_id = ids.new("stg")
    await connection.execute(
        "INSERT INTO stages (id, campaign_id, position, name, type, created_at)"
        " SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5 FROM stages WHERE campaign_id = $2",
        stage_id,
        campaign_id,
        name,
        kind,
        at,
    )
    return stage_id


async def add_candidate(
    connection: Connection, campaign_id: str, candidate_id: str, stage_id: str, *, at: datetime
) -> None:
    await connection.execute(
        "INSERT INTO campaign_candidates (campaign_id, candidate_id, stage_id, created_at) VALUES ($1, $2, $3, $4)",
        campaign_id,
        candidate_id,
        stage_id,
        at,
    )
