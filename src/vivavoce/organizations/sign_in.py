"""How members sign in: by a link that works once, into a session."""

import secrets
from datetime import datetime, timedelta

import msgspec

from vivavoce import ids
from vivavoce.callers import Member
from vivavoce.database.pool import Connection, Database
from vivavoce.mail.writing import write_sign_in, write_welcome
from vivavoce.settings import Settings
from vivavoce.signing import hashed, signature, verified

LINK_LIFE = timedelta(hours=1)
INVITATION_LIFE = timedelta(days=7)
SESSION_LIFE = timedelta(days=14)
MAX_LINKS_AN_HOUR = 5
SESSION_BYTES = 32


class SignInLink(msgspec.Struct, frozen=True):
    member_id: str
    email: str
    organization: str
    usable: bool


async def create_sign_in_link(
    connection: Connection, settings: Settings, member_id: str, *, at: datetime, life: timedelta = LINK_LIFE
) -> str:
    """The address of a page that signs this member in, once."""
    return sign_in_url(settings, await _store_link(connection, member_id, at, life))


async def request_sign_in(connection: Connection, email: str, *, at: datetime) -> None:
    """Mail a link to whoever has this address, a bounded number an hour; to a stranger, nothing."""
    rows = await connection.fetch(
        "SELECT m.id, m.organization_id, m.email, m.name, o.name AS organization FROM members m"
        " JOIN organizations o ON o.id = m.organization_id WHERE lower(m.email) = lower($1)"
        " AND (SELECT count(*) FROM sign_in_links l WHERE l.member_id = m.id AND l.created_at > $2::timestamptz) < $3",
        email,
        at - timedelta(hours=1),
        MAX_LINKS_AN_HOUR,
    )
    for row in rows:
        link_id = await _store_link(connection, row["id"], at, LINK_LIFE)
        await write_sign_in(
            connection,
            organization_id=row["organization_id"],
            organization=row["organization"],
            recipient=row["email"],
            link_id=link_id,
            minutes=int(LINK_LIFE.total_seconds() // 60),
            at=at,
        )


async def send_welcome(connection: Connection, member_id: str, *, at: datetime) -> None:
    """Mail a new member the first link."""
    row = await connection.fetchrow(
        "SELECT m.organization_id, m.email, o.name AS organization FROM members m"
        " JOIN organizations o ON o.id = m.organization_id WHERE m.id = $1",
        member_id,
    )
    assert row is not None
    await write_welcome(
        connection,
        organization_id=row["organization_id"],
        organization=row["organization"],
        recipient=row["email"],
        link_id=await _store_link(connection, member_id, at, INVITATION_LIFE),
        days=INVITATION_LIFE.days,
        at=at,
    )


def sign_in_url(settings: Settings, link_id: str) -> str:
    return f"{settings.public_url}/sign-in/{link_id}.{signature(settings.secret_key, 'sign-in', link_id)}"


async def find_sign_in_link(
    connection: Connection, settings: Settings, token: str, *, at: datetime
) -> SignInLink | None:
    """What stands behind a link's token, whether it can still be used; None for one we never made."""
    link_id, _, mac = token.partition(".")
    if not verified(settings.secret_key, mac, "sign-in", link_id):
        return None
    row = await connection.fetchrow(
        "SELECT m.id, m.email, o.name, l.spent_at IS NULL AND l.expires_at > $2 AS usable FROM sign_in_links l"
        " JOIN members m ON m.id = l.member_id JOIN organizations o ON o.id = m.organization_id WHERE l.id = $1",
        link_id,
        at,
    )
    return SignInLink(row["id"], row["email"], row["name"], row["usable"]) if row else None


async def spend_sign_in_link(
    connection: Connection, settings: Settings, token: str, *, at: datetime
) -> str | None:
    """Sign in: the session's secret for a cookie, or None when the link is spent, expired or invented."""
    link_id, _, mac = token.partition(".")
    if not verified(settings.secret_key, mac, "sign-in", link_id):
        return None
    member_id = await connection.fetchval(
        "UPDATE sign_in_links SET spent_at = $2 WHERE id = $1 AND spent_at IS NULL AND expires_at > $2"
        " RETURNING member_id",
        link_id,
        at,
    )
    if member_id is None:
        return None
    secret = secrets.token_urlsafe(SESSION_BYTES)
    await connection.execute(
        "INSERT INTO sessions (secret_hash, member_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        hashed(secret),
        member_id,
        at,
        at + SESSION_LIFE,
    )
    return secret


async def sign_out(connection: Connection, secret: str) -> None:
    await connection.execute("DELETE FROM sessions WHERE secret_hash = $1", hashed(secret))


async def member_of_session(database: Database, secret: str, at: datetime) -> Member | None:
    row = await database.pool.fetchrow(
        "SELECT m.id, m.organization_id, m.role, m.name, m.email, o.name AS organization FROM sessions s"
        " JOIN members m ON m.id = s.member_id JOIN organizations o ON o.id = m.organization_id"
        " WHERE s.secret_hash = $1 AND s.expires_at > $2",
        hashed(secret),
        at,
    )
    if row is None:
        return None
    return Member(
        organization_id=row["organization_id"],
        member_id=row["id"],
        role=row["role"],
        name=row["name"],
        email=row["email"],
        organization=row["organization"],
    )


async def _store_link(connection: Connection, member_id: str, at: datetime, life: timedelta) -> str:
    link_id = ids.new("sil")
    await connection.execute(
        "INSERT INTO sign_in_links (id, member_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        link_id,
        member_id,
        at,
        at + life,
    )
    return link_id
