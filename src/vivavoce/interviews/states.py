"""The states of an interview and the verbs that change them, each with its guard and its event.

    DRAFT ──invite──▶ INVITED        DRAFT, INVITED ──first turn──▶ IN_PROGRESS ──finalize──▶ COMPLETED
    DRAFT, INVITED ──expiresAt──▶ EXPIRED         DRAFT, INVITED, IN_PROGRESS ──cancel──▶ CANCELLED
    EXPIRED ──new expiresAt──▶ what it was: DRAFT, INVITED, or IN_PROGRESS (has turns)

The first turn's move is in the statement that stores the turn (`turns.py`), a new `expiresAt` in `changes.py`, what
time alone does in `expiry.py`.
"""

from datetime import datetime

from vivavoce import callers, events
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, NotFound
from vivavoce.mail.writing import write_invitation
from vivavoce.organizations.quotas import require_credits
from vivavoce.settings import Settings
from vivavoce.tasks import defer

REFUSALS = {
    "COMPLETED": ("INTERVIEW_ALREADY_COMPLETED", "This interview is completed, and completed is final."),
    "CANCELLED": ("INTERVIEW_CANCELLED", "This interview was cancelled."),
    "EXPIRED": ("INTERVIEW_EXPIRED", "This interview's invitation has expired: give it a new `expiresAt`."),
}
STARTED = "INTERVIEW_ALREADY_STARTED"


def require_open(state: Row, at: datetime) -> None:
    """Raises Conflict where the state takes nothing more."""
    if refusal := REFUSALS.get(current_status(state, at)):
        code, message = refusal
        raise Conflict(message, code=code)


def current_status(state: Row, at: datetime) -> str:
    """As the function `interview_status` of the database."""
    status: str = state["status"]
    return "EXPIRED" if status in ("DRAFT", "INVITED") and state["expires_at"] <= at else status


async def held(connection: Connection, interview_id: str) -> Row:
    """The interview's row, held until the transaction ends. Raises NotFound."""
    row = await connection.fetchrow("SELECT * FROM interviews WHERE id = $1 FOR UPDATE", interview_id)
    if row is None:
        raise NotFound
    return row


async def require_lease(connection: Connection, caller: callers.Agent, interview_id: str) -> Row:
    """The row, held. Raises Conflict for an agent whose lease was taken away."""
    state = await held(connection, interview_id)
    if caller.generation is not None and caller.generation < state["lease_generation"]:
        raise lease_lost(state)
    return state


def lease_lost(state: Row) -> Conflict:
    """INTERVIEW_CANCELLED where that took it away, which the candidate is to be told; else LEASE_LOST."""
    if state["status"] == "CANCELLED":
        code, message = REFUSALS["CANCELLED"]
        return Conflict(message, code=code)
    return Conflict("Another agent has taken this interview over: stop.", code="LEASE_LOST")


async def invite(
    connection: Connection, caller: OrganizationCaller, settings: Settings, interview_id: str, *, at: datetime
) -> None:
    """Send the invitation, or send it again; a link that was sent before is revoked.

    Not once the candidate has begun: the page that they are on, or come back to, would be revoked with its link.
    Raises PaymentRequired for a new invitation when the month's quota is used up.
    """
    state = await held(connection, interview_id)
    require_open(state, at)
    if state["status"] == "IN_PROGRESS":
        raise Conflict(
            "The candidate has begun, and their link goes on working: pass `invitationUrl` on if it was lost.",
            code=STARTED,
        )
    again = state["invited_at"] is not None
    if not again and state["mode"] == "live":
        await require_credits(connection, state["organization_id"], at=at)
    await send_invitation(connection, caller, settings, interview_id, again=again, at=at)


async def send_invitation(
    connection: Connection,
    caller: OrganizationCaller,
    settings: Settings,
    interview_id: str,
    *,
    again: bool,
    at: datetime,
) -> None:
    """The move itself, of an interview that may be invited: its mail, or in test mode a candidate who comes at once."""
    invited = await connection.fetchrow(
        "UPDATE interviews SET status = CASE status WHEN 'DRAFT' THEN 'INVITED' ELSE status END, invited_at = $2,"
        " link_generation = link_generation + $3, updated_at = $2 WHERE id = $1"
        " RETURNING organization_id, mode, link_generation",
        interview_id,
        at,
        int(again),
    )
    assert invited is not None
    if invited["mode"] == "test":
        await defer(connection, "interview.play_script", interview_id=interview_id)
    else:
        await write_invitation(connection, settings, interview_id, invited["link_generation"], at=at)
    await events.record(
        connection,
        invited["organization_id"],
        "interview.invited",
        actor=caller.actor,
        at=at,
        interview_id=interview_id,
        data={"again": again},
    )


async def cancel(
    connection: Connection, caller: OrganizationCaller, interview_id: str, *, at: datetime
) -> None:
    """Twice is once."""
    state = await held(connection, interview_id)
    if state["status"] == "CANCELLED":
        return
    require_open(state, at)
    await connection.execute(
        "UPDATE interviews SET status = 'CANCELLED', updated_at = $2, lease_generation = lease_generation + 1,"
        " lease_holder = NULL, lease_expires_at = NULL WHERE id = $1",
        interview_id,
        at,
    )
    await events.record(
        connection,
        state["organization_id"],
        "interview.cancelled",
        actor=caller.actor,
        at=at,
        interview_id=interview_id,
    )


async def note_opened(connection: Connection, interview_id: str, *, at: datetime) -> None:
    """The candidate enters the room: the first time is told of."""
    organization_id = await connection.fetchval(
        "UPDATE interviews SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL RETURNING organization_id",
        interview_id,
        at,
    )
    if organization_id is not None:
        await events.record(
            connection,
            organization_id,
            "interview.opened",
            actor=events.CANDIDATE,
            at=at,
            interview_id=interview_id,
        )


async def tell_expired(connection: Connection, state: Row, *, at: datetime) -> None:
    """The event of an interview whose time is over."""
    await events.record(
        connection,
        state["organization_id"],
        "interview.expired",
        actor=events.SYSTEM,
        at=at,
        interview_id=state["id"],
    )
