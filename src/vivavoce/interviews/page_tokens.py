"""The token of the candidate's own page: signed like a LiveKit token, good for one interview's history and line."""

from datetime import datetime, timedelta

import jwt

from vivavoce.errors import Unauthorized
from vivavoce.settings import Settings

ISSUER = "vivavoce"
LIFE = timedelta(hours=12)


def page_token(settings: Settings, interview_id: str, at: datetime) -> str:
    claims = {"iss": ISSUER, "exp": at + LIFE, "video": {"room": interview_id, "roomJoin": True}}
    return jwt.encode(claims, settings.secret_key, algorithm="HS256")


def interview_of(settings: Settings, token: str) -> str:
    """The interview that the page may join. Raises Unauthorized for a token that is not ours or too old."""
    try:
        claims = jwt.decode(
            token,
            settings.secret_key,
            algorithms=["HS256"],
            issuer=ISSUER,
            options={"require": ["exp", "iss"]},
        )
    except jwt.InvalidTokenError:
        raise Unauthorized("This page's token is not valid, or no longer.") from None
    room: str = claims["video"]["room"]
    return room
