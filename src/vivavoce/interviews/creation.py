"""Makes an interview: checks that its parts belong together, chooses configuration and language, invites."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec

from vivavoce import events, ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.interviews.states import invite
from vivavoce.settings import Settings

DEFAULT_LIFE = timedelta(days=7)
MAX_METADATA = 20

ShortText = Annotated[str, msgspec.Meta(max_length=200)]


class InterviewCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    candidate_id: str
    job_id: str
    campaign_id: str | None = None
    stage_id: str | None = None
    config_id: str | None = None
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    send_invite: bool = True
    external_id: ShortText | None = None
    metadata: Annotated[dict[ShortText, ShortText], msgspec.Meta(max_length=MAX_METADATA)] = {}
    mode: Literal["live"] = "live"


async def create_interview(
    connection: Connection,
    caller: OrganizationCaller,
    settings: Settings,
    wanted: InterviewCreate,
    *,
    at: datetime,
) -> str:
    """Its id; the invitation is written in the same transaction unless `send_invite` is false.

    Raises Unprocessable for an id that is not of this organization or does not belong to the others,
    and Conflict JOB_CLOSED.
    """
    if wanted.expires_at is not None and wanted.expires_at <= at:
        raise Unprocessable.field("expiresAt", "This moment has passed: give one to come.")
    candidate = await _owned(connection, caller, "candidates", "candidateId", wanted.candidate_id)
    job = await _owned(connection, caller, "jobs", "jobId", wanted.job_id)
    if job["status"] == "CLOSED":
        raise Conflict("This job is closed: there are no new interviews for it.", code="JOB_CLOSED")
    stage = await _stage(connection, caller, wanted)
    campaign = await _campaign(connection, caller, wanted, stage)
    config = await _config(connection, caller, wanted.config_id, stage, campaign)
    interview_id = ids.new("int")
    await connection.execute(
        "INSERT INTO interviews (id, organization_id, candidate_id, job_id, campaign_id, stage_id, config_id, language,"
        " mode, status, external_id, metadata, expires_at, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'DRAFT', $10, $11, $12, $13, $13)",
        interview_id,
        caller.organization_id,
        wanted.candidate_id,
        wanted.job_id,
        campaign and campaign["id"],
        stage and stage["id"],
        config["id"],
        config["language"] or _language(candidate["locale"]),
        wanted.mode,
        wanted.external_id,
        wanted.metadata,
        wanted.expires_at or at + DEFAULT_LIFE,
        at,
    )
    await events.record(
        connection,
        caller.organization_id,
        "interview.created",
        actor=caller.actor,
        at=at,
        interview_id=interview_id,
    )
    if wanted.send_invite:
        await invite(connection, caller, settings, interview_id, at=at)
    return interview_id


async def _owned(
    connection: Connection, caller: OrganizationCaller, table: str, field: str, identity: str
) -> Row:
    row = await connection.fetchrow(
        f"SELECT * FROM {table} WHERE id = $1 AND organization_id = $2", identity, caller.organization_id
    )
    if row is None:
        raise Unprocessable.field(field, "There is none with this id.")
    return row


async def _stage(connection: Connection, caller: OrganizationCaller, wanted: InterviewCreate) -> Row | None:
    if wanted.stage_id is None:
        return None
    row = await connection.fetchrow(
        "SELECT s.* FROM stages s JOIN campaigns c ON c.id = s.campaign_id WHERE s.id = $1 AND c.organization_id = $2",
        wanted.stage_id,
        caller.organization_id,
    )
    if row is None:
        raise Unprocessable.field("stageId", "There is none with this id.")
    if wanted.campaign_id is not None and row["campaign_id"] != wanted.campaign_id:
        raise Unprocessable.field("stageId", "This stage is of another campaign.")
    return row


async def _campaign(
    connection: Connection, caller: OrganizationCaller, wanted: InterviewCreate, stage: Row | None
) -> Row | None:
    campaign_id: str | None = wanted.campaign_id or (stage["campaign_id"] if stage else None)
    if campaign_id is None:
        return None
    row = await _owned(connection, caller, "campaigns", "campaignId", campaign_id)
    if row["job_id"] != wanted.job_id:
        raise Unprocessable.field("campaignId", "This campaign is for another job.")
    member = await connection.fetchval(
        "SELECT 1 FROM campaign_candidates WHERE campaign_id = $1 AND candidate_id = $2",
        campaign_id,
        wanted.candidate_id,
    )
    if member is None:
        raise Unprocessable.field(
            "candidateId",
            "This candidate is not in the campaign: add them first.",
            code="CANDIDATE_NOT_IN_CAMPAIGN",
        )
    return row


async def _config(
    connection: Connection,
    caller: OrganizationCaller,
    config_id: str | None,
    stage: Row | None,
    campaign: Row | None,
) -> Row:
    """The body's, else the stage's, else the campaign's, else the organization's default."""
    chosen = config_id or (stage and stage["config_id"]) or (campaign and campaign["interview_config_id"])
    row = await connection.fetchrow(
        "SELECT g.id, v.body->>'language' AS language FROM interview_configs g"
        " JOIN organizations o ON o.id = g.organization_id"
        " JOIN interview_config_versions v ON v.config_id = g.id AND v.version = g.version"
        " WHERE g.organization_id = $1 AND g.id = coalesce($2, o.default_config_id)",
        caller.organization_id,
        chosen,
    )
    if row is None:
        raise Unprocessable.field("configId", "There is none with this id.")
    return row


def _language(locale: str) -> str:
    """English where the locale's language is none that interviews are held in."""
    return "fr" if locale.startswith("fr") else "en"
