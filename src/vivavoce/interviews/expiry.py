"""What time alone does: invitations run out, and interviews that nobody came back to are closed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from vivavoce import callers
from vivavoce.database.pool import Connection
from vivavoce.interviews.finalization import Finalize, finalize
from vivavoce.interviews.states import tell_expired
from vivavoce.recordings.recordings import read_state

if TYPE_CHECKING:
    from vivavoce.wiring import Services

BATCH = 100
LEFT_IN_GOODBYE = timedelta(minutes=2)
"""So long after the goodbye was begun and no agent holds the interview, nobody comes back to hear its end."""

_LEFT_AT = "greatest(x.last_turn_at, x.lease_expires_at, x.interrupted_at)"
_LEFT_IN_GOODBYE = f"""
SELECT x.id, t.metrics->>'completion' AS completion, {_LEFT_AT} AS ended_at FROM interviews x
JOIN turns t ON t.interview_id = x.id AND t.turn_number = x.last_turn
WHERE x.status = 'IN_PROGRESS' AND t.metrics->>'completion' IN ('FULL', 'PARTIAL') AND {_LEFT_AT} < $1
"""


async def let_time_pass(services: "Services") -> int:
    """How many interviews it moved, at most a batch of each kind. Reads never wait for it: see `interview_status`."""
    at = services.clock()
    left_before = at - timedelta(hours=services.settings.hours_to_return)
    async with services.database.transaction() as connection:
        expired = await _expire(connection, at, left_before)
    left = await services.database.pool.fetch(
        "SELECT id FROM interviews WHERE status = 'IN_PROGRESS' AND candidate_spoke AND last_turn_at < $1 LIMIT $2",
        left_before,
        BATCH,
    )
    for row in left:
        async with services.database.transaction() as connection:
            await _close_left(connection, row["id"], at, left_before)
    said = await services.database.pool.fetch(f"{_LEFT_IN_GOODBYE} LIMIT $2", at - LEFT_IN_GOODBYE, BATCH)
    for row in said:
        async with services.database.transaction() as connection:
            await _close_said(connection, row["id"], at)
    return expired + len(left) + len(said)


async def _expire(connection: Connection, at: datetime, left_before: datetime) -> int:
    """Invitations whose time is over, and interviews in which the candidate never said a word.

    One of those that was reopened has at least until its new `expires_at`.
    """
    rows = await connection.fetch(
        "UPDATE interviews SET status = 'EXPIRED', updated_at = $1 WHERE id IN (SELECT id FROM interviews"
        " WHERE interview_runs_out(status, expires_at) <= $1"
        " OR status = 'IN_PROGRESS' AND NOT candidate_spoke AND last_turn_at < $2"
        " AND NOT (reopened AND expires_at > $1) LIMIT $3 FOR UPDATE SKIP LOCKED)"
        " RETURNING id, organization_id",
        at,
        left_before,
        BATCH,
    )
    for row in rows:
        await tell_expired(connection, row, at=at)
    return len(rows)


async def _close_left(connection: Connection, interview_id: str, at: datetime, left_before: datetime) -> None:
    """As if the agent had ended it after the last turn; someone who came back meanwhile goes on."""
    left = await connection.fetchrow(
        "SELECT last_turn_at FROM interviews WHERE id = $1 AND status = 'IN_PROGRESS' AND last_turn_at < $2 FOR UPDATE",
        interview_id,
        left_before,
    )
    if left:
        await _close(connection, interview_id, Finalize(left["last_turn_at"], completion="PARTIAL"), at)


async def _close_said(connection: Connection, interview_id: str, at: datetime) -> None:
    """As the agent was about to, which died meanwhile."""
    said = await connection.fetchrow(
        f"{_LEFT_IN_GOODBYE} AND x.id = $2 FOR UPDATE OF x", at - LEFT_IN_GOODBYE, interview_id
    )
    if said:
        await _close(connection, interview_id, Finalize(said["ended_at"], completion=said["completion"]), at)


async def _close(connection: Connection, interview_id: str, ending: Finalize, at: datetime) -> None:
    """With what is there of the recording."""
    recording = await read_state(connection, interview_id)
    audio_url = recording.reference if recording is not None and recording.parts else None
    ending = msgspec.structs.replace(ending, audio_url=audio_url)
    await finalize(connection, callers.Agent(), interview_id, ending, at=at)
