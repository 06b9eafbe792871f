"""Makes an interview: checks that its parts belong together, chooses configuration and language, invites."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import msgspec

from vivavoce import events, ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.interviews.languages import interview_language
from vivavoce.interviews.matching import Mode
from vivavoce.interviews.states import send_invitation
from vivavoce.organizations.quotas import require_credits
from vivavoce.settings import Settings

DEFAULT_LIFE = timedelta(days=7)
END_OF_DAY = time(23, 59, 59, tzinfo=UTC)
MAX_METADATA = 20

ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Metadata = Annotated[dict[ShortText, ShortText], msgspec.Meta(max_length=MAX_METADATA)]
TestAnswer = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=10_000)]
TestAnswers = Annotated[list[TestAnswer], msgspec.Meta(min_length=1, max_length=10)]
Script = Annotated[list[TestAnswer | TestAnswers | None], msgspec.Meta(min_length=1, max_length=100)]


class InterviewCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`script` is what the candidate of an interview in test mode says, an entry for each question.

    An entry is the answer, or a list of the answer and those to its follow-ups, or null for silence. Where the
    script ends, the candidate stops.
    """

    candidate_id: str
    job_id: str
    campaign_id: str | None = None
    stage_id: str | None = None
    config_id: str | None = None
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    send_invite: bool = True
    external_id: ShortText | None = None
    metadata: Metadata = {}
    mode: Mode = "live"
    script: Script | None = None


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
    Conflict JOB_CLOSED, and PaymentRequired when the month's quota is used up.
    """
    if wanted.script is not None and wanted.mode != "test":
        raise Unprocessable.field("script", "Only an interview in test mode is answered by a script.")
    if wanted.expires_at is not None and wanted.expires_at <= at:
        raise Unprocessable.field("expiresAt", "This moment has passed: give one to come.")
    candidate = await _owned(connection, caller, "candidates", "candidateId", wanted.candidate_id)
    if candidate["simulated"] and wanted.mode != "test":
        raise Unprocessable.field("candidateId", "This candidate is simulated, for rehearsals in test mode.")
    job = await _owned(connection, caller, "jobs", "jobId", wanted.job_id)
    if job["status"] == "CLOSED":
        raise Conflict("This job is closed: there are no new interviews for it.", code="JOB_CLOSED")
    stage = await _stage(connection, caller, wanted)
    campaign = await _campaign(connection, caller, wanted, stage)
    config = await _config(connection, caller, wanted, stage, campaign)
    if wanted.mode == "live":
        await require_credits(connection, caller.organization_id, at=at)
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
        interview_language(config["language"], candidate["locale"]),
        wanted.mode,
        wanted.external_id,
        wanted.metadata,
        wanted.expires_at or at + DEFAULT_LIFE,
        at,
    )
    if wanted.script is not None:
        await connection.execute(
            "INSERT INTO test_scripts (interview_id, answers) VALUES ($1, $2)", interview_id, wanted.script
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
        await send_invitation(connection, caller, settings, interview_id, again=False, at=at)
    return interview_id


async def _owned(
    connection: Connection, caller: OrganizationCaller, table: str, field: str, identity: str
) -> Row:
    row = await connection.fetchrow(
        # held, so that nobody is erased between this look and what is made of it
        f"SELECT * FROM {table} WHERE id = $1 AND organization_id = $2 FOR KEY SHARE",
        identity,
        caller.organization_id,
    )
    if row is None:
        raise Unprocessable.field(field, "There is none with this id.")
    return row


async def _stage(connection: Connection, caller: OrganizationCaller, wanted: InterviewCreate) -> Row | None:
    if wanted.stage_id is None:
        return None
    row = await connection.fetchrow(
        "SELECT s.* FROM stages s JOIN campaigns c ON c.id = s.campaign_id WHERE s.id = $1 AND c.organization_id = $2"
        " FOR KEY SHARE OF s",  # held, as all that the interview belongs to
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
    campaign_id: str | None = wanted.campaign_id
    if campaign_id is None:
        if stage is None:
            return None
        campaign_id = stage["campaign_id"]
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
    wanted: InterviewCreate,
    stage: Row | None,
    campaign: Row | None,
) -> Row:
    """The body's, else the stage's, else the campaign's, else the organization's default.

    Held until the interview is there, so that a change of its language meets it.
    """
    inherited = (stage and stage["config_id"]) or (campaign and campaign["interview_config_id"])
    chosen = inherited if wanted.config_id is None else wanted.config_id
    row = await connection.fetchrow(
        "SELECT g.id, g.language, (SELECT a.job_id FROM agents a WHERE a.id = g.agent_id) AS job_id"
        " FROM interview_configs g JOIN organizations o ON o.id = g.organization_id"
        " WHERE g.organization_id = $1 AND g.id = coalesce($2, o.default_config_id) FOR KEY SHARE OF g",
        caller.organization_id,
        chosen,
    )
    if row is None:
        raise Unprocessable.field("configId", "There is none with this id.")
    if row["job_id"] not in (None, wanted.job_id):
        raise Unprocessable.field("configId", "This configuration's agent conducts for another job only.")
    return row


def first_day(at: datetime) -> date:
    """The first day whose end is still to come: the first that an invitation can be good for."""
    return (at + timedelta(seconds=1)).date()
