"""One agent at a time: a lease with a heartbeat, and a generation that outdates the agent before."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, Malformed
from vivavoce.interviews.states import held, lease_lost, require_open

LIFE = timedelta(seconds=5)
HEARTBEAT_SECONDS = 2


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
    return Lease(wanted.generation, expires_at)


async def _take(connection: Connection, state: Row, holder: str | None, at: datetime) -> Lease:
    if holder is None:
        raise Malformed("Say who takes the lease: `holder`.")
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
    return Lease(generation, at + LIFE)
