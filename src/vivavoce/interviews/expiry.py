"""What time alone does: invitations run out, and interviews that nobody came back to are closed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vivavoce import callers
from vivavoce.database.pool import Connection
from vivavoce.interviews.finalization import Finalize, finalize
from vivavoce.interviews.states import tell_expired
from vivavoce.recordings.recordings import read_state

if TYPE_CHECKING:
    from vivavoce.wiring import Services

BATCH = 100


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
            await _close(connection, row["id"], at, left_before)
    return expired + len(left)


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


async def _close(connection: Connection, interview_id: str, at: datetime, left_before: datetime) -> None:
    """As if the agent had ended it after the last turn; someone who came back meanwhile goes on."""
    state = await connection.fetchrow(
        "SELECT last_turn_at FROM interviews WHERE id = $1 AND status = 'IN_PROGRESS' AND last_turn_at < $2 FOR UPDATE",
        interview_id,
        left_before,
    )
    if state is None:
        return
    recording = await read_state(connection, interview_id)
    audio_url = recording.reference if recording is not None and recording.parts else None
    ending = Finalize(ended_at=state["last_turn_at"], audio_url=audio_url, completion="PARTIAL")
    await finalize(connection, callers.Agent(), interview_id, ending, at=at)
