"""Tokens of a room: LiveKit's, and those of our own pages, signed alike, good for one interview.

A page's is good for as long as the link that the page came by: it says of which generation that is.
"""

from datetime import datetime, timedelta
from typing import Any

import jwt

from vivavoce.callers import Candidate
from vivavoce.errors import Unauthorized
from vivavoce.interviewer.ports import ROOM_CANDIDATE
from vivavoce.settings import Settings

ISSUER = "vivavoce"
LIFE = timedelta(hours=12)
LEEWAY_SECONDS = 60


def page_token(settings: Settings, interview_id: str, generation: int, at: datetime) -> str:
    """For the candidate's page: reads this interview's history, and opens its line."""
    grants = {"room": interview_id, "roomJoin": True}
    claims = {"iss": ISSUER, "exp": at + LIFE, "video": grants, "link": generation}
    return jwt.encode(claims, settings.secret_key, algorithm="HS256")


def room_token(settings: Settings, interview_id: str, generation: int, at: datetime) -> str:
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
    claims = {
        "iss": settings.livekit_api_key,
        "sub": ROOM_CANDIDATE,
        "exp": at + LIFE,
        "video": grants,
        "link": generation,
    }
    return jwt.encode(claims, settings.livekit_api_secret or "", algorithm="HS256")


def page_of(settings: Settings, token: str, at: datetime) -> Candidate:
    """Whose page it is. Raises Unauthorized for a token that is not ours or too old."""
    try:
        claims = verified_claims(token, settings.secret_key, ISSUER, at)
    except jwt.InvalidTokenError:
        raise Unauthorized("This page's token is not valid, or no longer.") from None
    return Candidate(claims["video"]["room"], claims.get("link"))


def require_link(caller: Candidate, generation: int) -> None:
    """Raises Unauthorized where a newer link than the caller's is the interview's."""
    if caller.link_generation not in (None, generation):
        raise Unauthorized("A newer link replaced the one that this page came by.")


def verified_claims(token: str, secret: str, issuer: str, at: datetime) -> dict[str, Any]:
    """Raises jwt.InvalidTokenError: not signed so, of another issuer, or expired by more than the leeway."""
    claims = jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        issuer=issuer,
        leeway=LEEWAY_SECONDS,
        options={"require": ["exp", "iss"], "verify_exp": False, "verify_aud": False},
    )
    expires = claims["exp"]
    if not isinstance(expires, int | float) or not at.timestamp() <= expires + LEEWAY_SECONDS:
        raise jwt.ExpiredSignatureError
    return claims
