"""Tokens of a room: LiveKit's, and those of our own pages, signed alike, good for one interview."""

from datetime import datetime, timedelta
from typing import Any

import jwt

from vivavoce.errors import Unauthorized
from vivavoce.interviewer.ports import ROOM_CANDIDATE
from vivavoce.settings import Settings

ISSUER = "vivavoce"
LIFE = timedelta(hours=12)
LEEWAY_SECONDS = 60


def page_token(settings: Settings, interview_id: str, at: datetime) -> str:
    """For the candidate's page: reads this interview's history, and opens its line."""
    claims = {"iss": ISSUER, "exp": at + LIFE, "video": {"room": interview_id, "roomJoin": True}}
    return jwt.encode(claims, settings.secret_key, algorithm="HS256")


def room_token(settings: Settings, interview_id: str, at: datetime) -> str:
    """The same in a LiveKit room: comes in under one name, hears, sends sound and messages, and nothing else."""
    grants = {
        "room": interview_id,
        "roomJoin": True,
        "canSubscribe": True,
        "canPublish": True,
        "canPublishSources": ["microphone"],
        "canPublishData": True,
        "canUpdateOwnMetadata": False,
    }
    claims = {"iss": settings.livekit_api_key, "sub": ROOM_CANDIDATE, "exp": at + LIFE, "video": grants}
    return jwt.encode(claims, settings.livekit_api_secret or "", algorithm="HS256")


def interview_of(settings: Settings, token: str, at: datetime) -> str:
    """The interview that the page may join. Raises Unauthorized for a token that is not ours or too old."""
    try:
        room: str = verified_claims(token, settings.secret_key, ISSUER, at)["video"]["room"]
    except jwt.InvalidTokenError:
        raise Unauthorized("This page's token is not valid, or no longer.") from None
    return room


def verified_claims(token: str, secret: str, issuer: str, at: datetime) -> dict[str, Any]:
    """Raises jwt.InvalidTokenError: not signed so, of another issuer, or expired by more than the leeway."""
    claims = jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        issuer=issuer,
        options={"require": ["exp", "iss"], "verify_exp": False, "verify_aud": False},
    )
    expires = claims["exp"]
    if not isinstance(expires, int) or at.timestamp() > expires + LEEWAY_SECONDS:
        raise jwt.ExpiredSignatureError
    return claims
