"""The invitation's link: its token is derived from the interview and a generation, and stored nowhere."""

import re

from vivavoce.database.pool import Connection, Row
from vivavoce.settings import Settings
from vivavoce.signing import signature, verified

_TOKEN = re.compile(r"(?P<id>[0-9A-Z]{26})-(?P<generation>[0-9]{1,6})-(?P<mac>[\w-]{22})")


def invitation_token(settings: Settings, interview_id: str, generation: int) -> str:
    mac = signature(settings.secret_key, "invitation", interview_id, str(generation))
    return f"{interview_id.removeprefix('int_')}-{generation}-{mac}"


def invitation_url(settings: Settings, interview_id: str, generation: int) -> str:
    return f"{settings.public_url}/i/{invitation_token(settings, interview_id, generation)}"


def interview_of_invitation(settings: Settings, url: str) -> str | None:
    """Whose invitation the address is, also when it was revoked; None where it is none of ours."""
    found = _verified(settings, url.removeprefix(f"{settings.public_url}/i/"))
    return found[0] if found else None


async def find_by_token(connection: Connection, settings: Settings, token: str) -> Row | None:
    """The interview's id and organization, when the token is ours and no newer one revoked it."""
    found = _verified(settings, token)
    if found is None:
        return None
    return await connection.fetchrow(
        "SELECT id, organization_id FROM interviews WHERE id = $1 AND link_generation = $2", *found
    )


def _verified(settings: Settings, token: str) -> tuple[str, int] | None:
    """The interview's id and the generation that a token of ours was made from."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    interview_id, generation = f"int_{parts['id']}", parts["generation"]
    if not verified(settings.secret_key, parts["mac"], "invitation", interview_id, generation):
        return None
    return interview_id, int(generation)
