"""The API key that a request presents: who holds it, and how often they ask."""

from datetime import datetime

import msgspec

from vivavoce.callers import ApiKey
from vivavoce.database.pool import Database
from vivavoce.rates import COUNT_AGAIN, second_of
from vivavoce.signing import hashed

LAST_USE_MINUTES = 1


class Presented(msgspec.Struct, frozen=True):
    """What a request showed: the key, if it is good, and how often its holder asked, itself included."""

    key: ApiKey | None
    in_second: int
    in_minute: int


# One round trip for every request: the key, its last use, and the count, by the address where there is no good key.
_PRESENT = f"""
WITH key AS (
    SELECT id, organization_id, scopes, last_used_at FROM api_keys
    WHERE secret_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
), used AS (
    UPDATE api_keys SET last_used_at = $2 FROM key
    WHERE api_keys.id = key.id
        AND (key.last_used_at IS NULL OR key.last_used_at < $2::timestamptz - make_interval(mins => $5))
), counted AS (
    INSERT INTO request_rates AS r (subject, second, in_second, in_minute)
    SELECT coalesce((SELECT id FROM key), $3), $4, 1, 1 WHERE $3::text IS NOT NULL
    {COUNT_AGAIN}
    RETURNING in_second, in_minute
)
SELECT key.id, key.organization_id, key.scopes, counted.in_second, counted.in_minute
FROM (VALUES (1)) AS request LEFT JOIN key ON true LEFT JOIN counted ON true
"""


async def present_key(database: Database, secret: str | None, address: str | None, at: datetime) -> Presented:
    """Who holds this key, if anybody does; counted where an address is given."""
    row = await database.pool.fetchrow(
        _PRESENT, hashed(secret) if secret else None, at, address, second_of(at), LAST_USE_MINUTES
    )
    assert row is not None
    key = ApiKey(row["organization_id"], row["id"], frozenset(row["scopes"])) if row["id"] else None
    return Presented(key, row["in_second"] or 0, row["in_minute"] or 0)
