"""What LiveKit's server tells of its rooms, by signed webhooks: an agent that left holds no interview any more.

Whatever is told twice, late or never changes nothing: leases run out by themselves, only later.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import jwt
import msgspec
import structlog

from vivavoce.errors import Malformed, Unauthorized, Unavailable
from vivavoce.interviews.lease import lapse
from vivavoce.interviews.tokens import verified_claims
from vivavoce.settings import Settings

if TYPE_CHECKING:
    from vivavoce.wiring import Services

KEPT = timedelta(hours=1)
"""Longer than a webhook's signature is good for."""
LEFT = ("participant_left", "participant_connection_aborted")
BY_ITSELF = "CLIENT_INITIATED"
"""Who left so gave back what it held; it may hold the interview from another stay in the room."""

_log = structlog.get_logger()


class Room(msgspec.Struct, frozen=True):
    name: str = ""


class Participant(msgspec.Struct, frozen=True, rename="camel"):
    identity: str = ""
    disconnect_reason: str = ""


class RoomEvent(msgspec.Struct, frozen=True):
    """What we need of LiveKit's WebhookEvent."""

    id: str
    event: str
    room: Room = Room()
    participant: Participant = Participant()


def verified(settings: Settings, body: bytes, token: str, at: datetime) -> RoomEvent:
    """Raises Unauthorized where LiveKit did not sign this body, Malformed for what is no event."""
    if settings.livekit_api_key is None or settings.livekit_api_secret is None:
        raise Unavailable("LiveKit is not set up here.")
    try:
        claims = verified_claims(token, settings.livekit_api_secret, settings.livekit_api_key, at)
        signed = base64.b64decode(str(claims.get("sha256", "")))
    except (jwt.InvalidTokenError, ValueError):
        raise Unauthorized("This webhook is not signed with the LiveKit key of this installation.") from None
    if not hmac.compare_digest(signed, hashlib.sha256(body).digest()):
        raise Unauthorized("This webhook's signature is for another body.")
    try:
        return msgspec.json.decode(body, type=RoomEvent)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Malformed("The body is no event of LiveKit's.") from None


async def take_room_event(services: "Services", event: RoomEvent) -> None:
    """Once for each event."""
    at = services.clock()
    async with services.database.transaction() as connection:
        new = await connection.fetchval(
            "INSERT INTO livekit_events (id, received_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true",
            event.id,
            at,
        )
        if not new:
            return
        if event.event in LEFT and event.participant.disconnect_reason != BY_ITSELF:
            holder = event.participant.identity.partition(".")[0]
            lapsed = await lapse(connection, event.room.name, holder, at=at)
        elif event.event == "room_finished":
            lapsed = await lapse(connection, event.room.name, None, at=at)
        else:
            lapsed = False
    if lapsed:
        _log.info("lease_lapsed", interview_id=event.room.name, reason=event.event)


async def forget_old_room_events(services: "Services") -> None:
    await services.database.pool.execute(
        "DELETE FROM livekit_events WHERE received_at < $1", services.clock() - KEPT
    )
