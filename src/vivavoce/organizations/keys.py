"""API keys: shown once, scopes fixed at creation, revoked at once."""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import msgspec

from vivavoce import events, ids
from vivavoce.callers import SCOPES, Administrator
from vivavoce.database.paging import Page, select_page
from vivavoce.database.pool import Connection
from vivavoce.database.rows import Conditions, typed
from vivavoce.errors import Fault, Forbidden, NotFound, Unprocessable
from vivavoce.signing import hashed

PREFIX = "vv_"
SECRET_BYTES = 32
PAGE_SIZE = 50

KeyName = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class NewKey(msgspec.Struct, frozen=True):
    id: str
    secret: str


class Key(msgspec.Struct, frozen=True):
    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


_COLUMNS = ", ".join(Key.__struct_fields__)


async def create_key(
    connection: Connection,
    caller: Administrator,
    name: KeyName,
    scopes: frozenset[str],
    *,
    at: datetime,
    expires_at: datetime | None = None,
) -> NewKey:
    """A key whose secret is not to be seen again.

    Raises Unprocessable for an unknown scope, or none, or an end that has passed; and Forbidden.
    """
    _require_administrator(caller)
    faults = []
    if unknown := scopes - SCOPES:
        known = ", ".join(sorted(SCOPES))
        faults.append(Fault("scopes", f"Unknown: {', '.join(sorted(unknown))}. There are: {known}."))
    if not scopes:
        faults.append(Fault("scopes", "Give at least one scope."))
    if expires_at is not None and expires_at <= at:
        faults.append(Fault("expiresAt", "This moment has passed: give one to come."))
    if faults:
        raise Unprocessable(" ".join(fault.message for fault in faults), fields=tuple(faults))
    key = NewKey(ids.new("key"), PREFIX + secrets.token_urlsafe(SECRET_BYTES))
    await connection.execute(
        "INSERT INTO api_keys (id, organization_id, name, secret_hash, scopes, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        key.id,
        caller.organization_id,
        name,
        hashed(key.secret),
        sorted(scopes),
        at,
        expires_at,
    )
    await events.record(
        connection,
        caller.organization_id,
        "key.created",
        actor=caller.actor,
        at=at,
        data={"keyId": key.id, "scopes": sorted(scopes)},
    )
    return key


def end_of(day: str) -> datetime:
    """Until when a key works that is good on that day, as 2030-12-31, in UTC. Raises ValueError."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)


async def list_keys(connection: Connection, caller: Administrator, page: int) -> Page[Key]:
    """Newest first, those that were revoked left out. Raises Forbidden."""
    _require_administrator(caller)
    where = Conditions()
    where.add("x.organization_id = {}", caller.organization_id)
    where.add("x.revoked_at IS NULL")
    return await select_page(
        connection,
        _COLUMNS,
        "api_keys x",
        where,
        lambda row: typed(Key, row),
        page=page,
        page_size=PAGE_SIZE,
        cursor=None,
    )


async def access_key(connection: Connection, caller: Administrator, key_id: str) -> Key:
    """The one door. Raises NotFound, for one that was revoked too, and Forbidden."""
    _require_administrator(caller)
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM api_keys WHERE id = $1 AND organization_id = $2 AND revoked_at IS NULL",
        key_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return typed(Key, row)


async def revoke_key(connection: Connection, caller: Administrator, key_id: str, *, at: datetime) -> None:
    """From now on it opens nothing; twice is once. Raises NotFound and Forbidden."""
    _require_administrator(caller)
    row = await connection.fetchrow(
        "SELECT revoked_at FROM api_keys WHERE id = $1 AND organization_id = $2 FOR UPDATE",
        key_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    if row["revoked_at"] is not None:
        return
    await connection.execute("UPDATE api_keys SET revoked_at = $2 WHERE id = $1", key_id, at)
    await events.record(
        connection,
        caller.organization_id,
        "key.revoked",
        actor=caller.actor,
        at=at,
        data={"keyId": key_id},
    )


def _require_administrator(caller: Administrator) -> None:
    if not caller.may_administer:
        raise Forbidden("Keys are made and revoked by administrators.")
