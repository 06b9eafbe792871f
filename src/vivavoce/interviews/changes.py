"""What can be changed about an interview that is there: until when it may begin, what its integrator notes with it."""

from datetime import datetime

import msgspec

from vivavoce import events
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import assignments, given
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.interviews.creation import Metadata, ShortText
from vivavoce.interviews.interview import Moment
from vivavoce.interviews.states import STARTED, current_status, held, require_open, tell_expired

PASSED = "This moment has passed: give one to come."


class InterviewPatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is absent stays as it is; `metadata` is replaced as a whole.

    `expires_at` only before the candidate begins, or when that time has run out: then it is again what it was.
    """

    expires_at: Moment | msgspec.UnsetType = msgspec.UNSET
    external_id: ShortText | None | msgspec.UnsetType = msgspec.UNSET
    metadata: Metadata | msgspec.UnsetType = msgspec.UNSET


async def change_interview(
    connection: Connection,
    caller: OrganizationCaller,
    interview_id: str,
    patch: InterviewPatch,
    *,
    at: datetime,
) -> None:
    """All of it or nothing. Raises Unprocessable and Conflict for an `expires_at` that cannot be given."""
    state = await held(connection, interview_id)
    wanted = given(patch)
    reopens = patch.expires_at is not msgspec.UNSET and _reopens(state, patch.expires_at, at)
    if reopens:
        before = _before_it_expired(state)
        wanted |= {"status": before, "reopened": before == "IN_PROGRESS"}
        if state["status"] != "EXPIRED":  # time alone did it, and nobody was told yet
            await tell_expired(connection, state, at=at)
    changed = {name: value for name, value in wanted.items() if value != state[name]}
    if not changed:
        return
    await connection.execute(
        f"UPDATE interviews SET {assignments(changed, start=3)}, updated_at = $2 WHERE id = $1",
        interview_id,
        at,
        *changed.values(),
    )
    if reopens:
        await events.record(
            connection,
            state["organization_id"],
            "interview.reopened",
            actor=caller.actor,
            at=at,
            interview_id=interview_id,
        )
    fields = [field for name, field in _FIELDS if name in changed and not (reopens and name == "expires_at")]
    if fields:
        await events.record(
            connection,
            state["organization_id"],
            "interview.updated",
            actor=caller.actor,
            at=at,
            interview_id=interview_id,
            data={"fields": fields},
        )


_FIELDS = (("expires_at", "expiresAt"), ("external_id", "externalId"), ("metadata", "metadata"))


def _reopens(state: Row, expires_at: datetime, at: datetime) -> bool:
    """Whether a new time brings the interview back. Raises Unprocessable and Conflict where none can be given."""
    if expires_at <= at:
        raise Unprocessable.field("expiresAt", PASSED)
    status = current_status(state, at)
    if status == "IN_PROGRESS":
        raise Conflict("The candidate has begun, and an interview in progress does not expire.", code=STARTED)
    if status == "EXPIRED":
        return True
    require_open(state, at)
    return False


def _before_it_expired(state: Row) -> str:
    if state["last_turn"]:
        return "IN_PROGRESS"
    return "DRAFT" if state["invited_at"] is None else "INVITED"
