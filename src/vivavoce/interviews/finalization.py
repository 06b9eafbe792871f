"""The end of an interview: closing it and asking for its report is one commit."""

import hashlib
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import callers, events
from vivavoce.database.pool import Connection, Row, to_milliseconds
from vivavoce.errors import Conflict
from vivavoce.interviews.states import current_status, held, require_lease, require_open
from vivavoce.interviews.turns import AudioUrl, require_usable_audio
from vivavoce.reports.reports import request_report


class Finalize(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    ended_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    audio_url: AudioUrl | None = None
    completion: Literal["FULL", "PARTIAL"] = "FULL"
    generate_report: bool | None = None


class Finalized(msgspec.Struct, frozen=True, rename="camel"):
    """As it was when the interview was closed, however often it is asked for: what became of the report, it says."""

    id: str
    status: Literal["COMPLETED"]
    completion: Literal["FULL", "PARTIAL"]
    ended_at: datetime
    duration_seconds: int
    report_id: str | None
    report_status: Literal["PENDING"] | None


async def finalize(
    connection: Connection, caller: callers.Agent, interview_id: str, wanted: Finalize, *, at: datetime
) -> Finalized:
    """Close it, once. The same body again gets the same answer. Raises Conflict as the contract says."""
    require_usable_audio(wanted.audio_url, interview_id)
    fingerprint = hashlib.sha256(msgspec.json.encode(wanted)).digest()
    state = await require_lease(connection, caller, interview_id)
    if state["status"] == "COMPLETED" and state["finalized_by"] == fingerprint:
        return await _answer(connection, interview_id)
    require_open(state, at)
    if current_status(state, at) != "IN_PROGRESS":
        raise Conflict(
            "This interview has no turns yet, so there is nothing to close.", code="INTERVIEW_NOT_STARTED"
        )
    ended_at = to_milliseconds(min(max(wanted.ended_at or at, state["started_at"]), at))
    report_id = None
    if await _wants_report(connection, state, wanted):
        report_id = await request_report(connection, interview_id, at=at)
    await connection.execute(
        "UPDATE interviews SET status = 'COMPLETED', completion = $2, ended_at = $3, audio_url = $4, finalized_by = $5,"
        " updated_at = $6, closing_report_id = $7, lease_holder = NULL, lease_expires_at = NULL WHERE id = $1",
        interview_id,
        wanted.completion,
        ended_at,
        wanted.audio_url,
        fingerprint,
        at,
        report_id,
    )
    await events.record(
        connection,
        state["organization_id"],
        "interview.completed",
        actor=events.AGENT,
        at=at,
        interview_id=interview_id,
        data={"completion": wanted.completion},
    )
    return await _answer(connection, interview_id)


async def ask_for_report(connection: Connection, interview_id: str, *, at: datetime) -> str:
    """A completed interview's report: made where there is none, again where it failed or is stale; its id."""
    state = await held(connection, interview_id)
    if state["status"] != "COMPLETED":
        raise Conflict(
            "This interview is not over, so there is nothing to report on yet.",
            code="INTERVIEW_NOT_COMPLETED",
        )
    return await request_report(connection, interview_id, at=at)


async def _wants_report(connection: Connection, state: Row, wanted: Finalize) -> bool:
    """As finalize says, else the stage, else the configuration, else yes."""
    if wanted.generate_report is not None:
        return wanted.generate_report
    chosen: bool | None = await connection.fetchval(
        "SELECT coalesce((SELECT generate_report FROM stages WHERE id = $1), (SELECT (body->>'generateReport')::boolean"
        " FROM interview_config_versions WHERE config_id = $2 AND version = $3))",
        state["stage_id"],
        state["config_id"],
        state["config_version"],
    )
    return chosen is not False


async def _answer(connection: Connection, interview_id: str) -> Finalized:
    row = await connection.fetchrow(
        "SELECT completion, started_at, ended_at, closing_report_id FROM interviews WHERE id = $1",
        interview_id,
    )
    assert row is not None
    return Finalized(
        id=interview_id,
        status="COMPLETED",
        completion=row["completion"],
        ended_at=row["ended_at"],
        duration_seconds=int((row["ended_at"] - row["started_at"]).total_seconds()),
        report_id=row["closing_report_id"],
        report_status=None if row["closing_report_id"] is None else "PENDING",
    )
