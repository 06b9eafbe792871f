"""One agent at a time: a lease with a heartbeat, and a generation that outdates the agent before.

An agent that loses the candidate gives the lease back, one that dies lets it run out: in the middle of an
interview that is `interview.interrupted`. The next lease is `interview.resumed`. Where another agent waits for it, who
holds it learns so by its next heartbeat; given back, it is that agent's, and nothing was interrupted.
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

HEARTBEAT_SECONDS = 0.8
LIFE = timedelta(seconds=2.5)
"""Three heartbeats: two may be late or lost, by a stalled process or a slow network, and nobody takes it away."""
LOST_AFTER = timedelta(seconds=30)
"""A lease that ran out so long ago, and that nobody took: the line is lost."""
BATCH = 100

_KEEP = """
UPDATE interviews SET lease_expires_at = $3
WHERE id = $1 AND lease_generation = $2 AND lease_expires_at IS NOT NULL
  AND (interrupted_at IS NULL OR status <> 'IN_PROGRESS')
RETURNING lease_wanted_by IS NOT NULL AS wanted
"""


class LeaseRequest(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Without a generation: take it. With one: keep it, or give it back."""

    holder: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    generation: int | None = None
    release: bool = False


class Lease(msgspec.Struct, frozen=True, rename="camel"):
    generation: int
    expires_at: datetime | None
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    wanted: bool = False
    ran_out: bool = False


async def lease(services: "Services", interview_id: str, asked: LeaseRequest) -> Lease:
    """Raises Conflict LEASE_HELD while another agent's is alive, and for a generation that is no longer the lease's."""
    at = services.clock()
    if asked.generation is not None and not asked.release:
        row = await services.database.pool.fetchrow(_KEEP, interview_id, asked.generation, at + LIFE)
        if row:
            return Lease(asked.generation, at + LIFE, wanted=row["wanted"])
    async with services.database.transaction() as connection:
        if asked.generation is not None:
            return await _keep_or_give_back(
                connection, interview_id, asked.generation, release=asked.release, at=at
            )
        taken = await take(connection, interview_id, asked.holder, at=at, since=services.since)
    if taken is None:
        raise lease_held()
    return taken


def lease_held() -> Conflict:
    return Conflict(
        "Another agent holds this interview, and is told that you wait for it: ask again in a moment.",
        code="LEASE_HELD",
        headers={"Retry-After": "1"},
    )


async def take(
    connection: Connection, interview_id: str, holder: str | None, *, at: datetime, since: datetime
) -> Lease | None:
    """None while another agent's is alive, which is then marked as wanted.

    One that ran out while no web process was there, or soon after this one came (`since`), still counts as alive: who
    holds it could not keep it, and may have words to store.
    """
    state = await held(connection, interview_id)
    if holder is None:
        raise Unprocessable.field("holder", "Say who takes the lease.")
    require_open(state, at)
    expires_at = state["lease_expires_at"]
    ran_out = expires_at is not None and expires_at <= at
    alive = expires_at is not None and max(expires_at, since + LIFE) > at
    if alive and state["lease_holder"] != holder:
        await connection.execute(
            "UPDATE interviews SET lease_wanted_by = $2 WHERE id = $1", interview_id, holder
        )
        return None
    generation: int = await connection.fetchval(
        "UPDATE interviews SET lease_generation = lease_generation + 1, lease_holder = $2, lease_expires_at = $3,"
        " lease_wanted_by = NULL,"
        " config_version = coalesce(config_version, (SELECT version FROM interview_configs WHERE id = config_id))"
        " WHERE id = $1 RETURNING lease_generation",
        interview_id,
        holder,
        at + LIFE,
    )
    if state["status"] == "IN_PROGRESS":
        # Who takes a lease that ran out is the first to see that the line was lost.
        if ran_out and state["interrupted_at"] is None:
            await _interrupt(connection, state, at)
        if ran_out or state["interrupted_at"] is not None:
            await _resume(connection, state, at)
    return Lease(generation, at + LIFE, ran_out=ran_out)


async def _keep_or_give_back(
    connection: Connection, interview_id: str, generation: int, *, release: bool, at: datetime
) -> Lease:
    state = await held(connection, interview_id)
    given_back = state["lease_expires_at"] is None
    if generation != state["lease_generation"] or (given_back and not release):
        raise lease_lost(state)
    next_holder = state["lease_wanted_by"] if release else None
    expires_at = at + LIFE if next_holder or not release else None
    await connection.execute(
        "UPDATE interviews SET lease_expires_at = $2, lease_holder = coalesce($3, lease_holder), lease_wanted_by = NULL"
        " WHERE id = $1",
        interview_id,
        expires_at,
        next_holder,
    )
    if state["status"] == "IN_PROGRESS":
        if expires_at is None and state["interrupted_at"] is None:
            await _interrupt(connection, state, at)
        elif expires_at is not None and state["interrupted_at"] is not None:
            await _resume(connection, state, at)
    return Lease(generation, None if release else expires_at)


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
