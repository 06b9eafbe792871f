"""One agent at a time: a lease with a heartbeat, and a generation that outdates the agent before.

An agent that loses the candidate gives the lease back, one that dies lets it run out: in the middle of an
interview that is `interview.interrupted`. The next lease is `interview.resumed`.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from vivavoce import events
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.interviews.states import held, lease_lost, require_open

if TYPE_CHECKING:
    from vivavoce.wiring import Services

LIFE = timedelta(seconds=5)
HEARTBEAT_SECONDS = 2
LOST_AFTER = timedelta(seconds=30)
"""A lease that ran out so long ago, and that nobody took: the line is lost."""
BATCH = 100


class LeaseRequest(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Without a generation: take it. With one: keep it, or give it back."""

    holder: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    generation: int | None = None
    release: bool = False


class Lease(msgspec.Struct, frozen=True, rename="camel"):
    generation: int
    expires_at: datetime | None
    heartbeat_seconds: int = HEARTBEAT_SECONDS


async def lease(connection: Connection, interview_id: str, wanted: LeaseRequest, *, at: datetime) -> Lease:
    """Raises Conflict LEASE_HELD while another agent's is alive, and for a generation that is no longer the lease's."""
    state = await held(connection, interview_id)
    if wanted.generation is None:
        return await _take(connection, state, wanted.holder, at)
    if wanted.generation != state["lease_generation"]:
        raise lease_lost(state)
    expires_at = None if wanted.release else at + LIFE
    await connection.execute(
        "UPDATE interviews SET lease_expires_at = $2 WHERE id = $1", interview_id, expires_at
    )
    if state["status"] == "IN_PROGRESS":
        if wanted.release and state["interrupted_at"] is None:
            await _interrupt(connection, state, at)
        elif not wanted.release and state["interrupted_at"] is not None:
            await _resume(connection, state, at)
    return Lease(wanted.generation, expires_at)


async def _take(connection: Connection, state: Row, holder: str | None, at: datetime) -> Lease:
    if holder is None:
        raise Unprocessable.field("holder", "Say who takes the lease.")
    require_open(state, at)
    expires_at = state["lease_expires_at"]
    if expires_at is not None and expires_at > at and state["lease_holder"] != holder:
        raise Conflict(
            "Another agent holds this interview: try again when its lease has run out.",
            code="LEASE_HELD",
            headers={"Retry-After": str(int(LIFE.total_seconds()))},
        )
    generation: int = await connection.fetchval(
        "UPDATE interviews SET lease_generation = lease_generation + 1, lease_holder = $2, lease_expires_at = $3,"
        " config_version = coalesce(config_version, (SELECT version FROM interview_configs WHERE id = config_id))"
        " WHERE id = $1 RETURNING lease_generation",
        state["id"],
        holder,
        at + LIFE,
    )
    if state["status"] == "IN_PROGRESS":
        await _go_on(connection, state, at)
    return Lease(generation, at + LIFE)


async def _go_on(connection: Connection, state: Row, at: datetime) -> None:
    """Who takes a lease that ran out is the first to see that the line was lost."""
    ran_out = state["lease_expires_at"] is not None and state["lease_expires_at"] <= at
    if ran_out and state["interrupted_at"] is None:
        await _interrupt(connection, state, at)
    if ran_out or state["interrupted_at"] is not None:
        await _resume(connection, state, at)


async def _interrupt(connection: Connection, state: Row, at: datetime) -> None:
    await connection.execute("UPDATE interviews SET interrupted_at = $2 WHERE id = $1", state["id"], at)
    await events.record(
        connection,
        state["organization_id"],
        "interview.interrupted",
        actor=events.SYSTEM,
        at=at,
        interview_id=state["id"],
    )


async def _resume(connection: Connection, state: Row, at: datetime) -> None:
    await connection.execute("UPDATE interviews SET interrupted_at = NULL WHERE id = $1", state["id"])
    await events.record(
        connection,
        state["organization_id"],
        "interview.resumed",
        actor=events.SYSTEM,
        at=at,
        interview_id=state["id"],
    )


async def lapse(connection: Connection, interview_id: str, holder: str | None, *, at: datetime) -> bool:
    """Let the lease run out now, of that holder or of whoever has it: an agent that is alive keeps it again soon."""
    changed: str = await connection.execute(
        "UPDATE interviews SET lease_expires_at = $3"
        " WHERE id = $1 AND lease_expires_at > $3 AND ($2::text IS NULL OR lease_holder = $2)",
        interview_id,
        holder,
        at,
    )
    return changed != "UPDATE 0"


async def notice_lost_lines(services: "Services") -> int:
    """Interviews whose agent died, and no other came: how many, at most a batch."""
    at = services.clock()
    async with services.database.transaction() as connection:
        rows = await connection.fetch(
            "SELECT id, organization_id FROM interviews WHERE status = 'IN_PROGRESS' AND interrupted_at IS NULL"
            " AND lease_expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED",
            at - LOST_AFTER,
            BATCH,
        )
        for row in rows:
            await _interrupt(connection, row, at)
    return len(rows)
