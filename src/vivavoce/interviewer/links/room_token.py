"""The agent's own tokens, signed with LiveKit's key: each for one room, and that interview's internal endpoints."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import jwt

LIFE = timedelta(hours=13)
"""Longer than any page's token, and the drain after it. The one that LiveKit makes for a job lasts one hour."""


class LiveKitSettings(Protocol):
    """What of the settings a room needs."""

    @property
    def livekit_url(self) -> str | None: ...
    @property
    def livekit_api_key(self) -> str | None: ...
    @property
    def livekit_api_secret(self) -> str | None: ...


def room_token(settings: LiveKitSettings, room: str, identity: str) -> str:
    grants = {
        "room": room,
        "roomJoin": True,
        "agent": True,
        "canSubscribe": True,
        "canPublish": True,
        "canPublishSources": ["microphone"],
        "canPublishData": True,
        "canUpdateOwnMetadata": False,
    }
    claims = {
        "iss": settings.livekit_api_key,
        "sub": identity,
        "kind": "agent",
        "exp": datetime.now(UTC) + LIFE,
        "video": grants,
    }
    return jwt.encode(claims, settings.livekit_api_secret or "", algorithm="HS256")
