"""API keys: shown once, scopes fixed at creation, revoked at once."""

import secrets
from datetime import datetime

import msgspec

from vivavoce import ids
from vivavoce.callers import SCOPES, ApiKey
from vivavoce.database.pool import Connection, Database
from vivavoce.errors import Unauthorized, Unprocessable
from vivavoce.signing import hashed

PREFIX = "vv_"
SECRET_BYTES = 32
LAST_USE_MINUTES = 1


class NewKey(msgspec.Struct, frozen=True):
    id: str
    secret: str


async def create_key(
    connection: Connection, organization_id: str, name: str, scopes: frozenset[str], *, at: datetime
) -> NewKey:
    """A key whose secret is not to be seen again. Raises Unprocessable for an unknown scope, or none."""
    if unknown := scopes - SCOPES:
        raise Unprocessable.field(
            "scopes", f"Unknown: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(SCOPES))}."
        )
    if not scopes:
        raise Unprocessable.field("scopes", "Give at least one scope.")
    key = NewKey(ids.new("key"), PREFIX + secrets.token_urlsafe(SECRET_BYTES))
    await connection.execute(
        "INSERT INTO api_keys (id, organization_id, name, secret_hash, scopes, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        key.id,
        organization_id,
        name,
        hashed(key.secret),
        sorted(scopes),
        at,
    )
    return key


async def authenticate_key(database: Database, secret: str, at: datetime) -> ApiKey:
    """Who holds this key. Raises Unauthorized when nobody does, or no longer."""
    row = await database.pool.fetchrow(
        "SELECT id, organization_id, scopes, last_used_at IS NULL"
        " OR last_used_at < $2::timestamptz - make_interval(mins => $3) AS stale_use FROM api_keys"
        " WHERE secret_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        hashed(secret),
        at,
        LAST_USE_MINUTES,
    )
    if row is None:
        raise Unauthorized(
            "This API key is unknown, expired or revoked. Make one with `vivavoce keys create`."
        )
    if row["stale_use"]:
        await database.pool.execute("UPDATE api_keys SET last_used_at = $2 WHERE id = $1", row["id"], at)
    return ApiKey(row["organization_id"], row["id"], frozenset(row["scopes"]))
