"""Endpoints of integrators, which are told of what happens: where they are, of what they are told, their secrets."""

import base64
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from vivavoce import ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import Conditions
from vivavoce.errors import Conflict, NotFound, Unprocessable
from vivavoce.settings import Settings
from vivavoce.signing import derived
from vivavoce.webhooks.addresses import may_reach
from vivavoce.webhooks.kinds import KINDS, Kind

SECRET_OVERLAP = timedelta(hours=24)
"""How long the secret before signs beside the new one."""
MAX_ENDPOINTS = 20
LOCAL_NAMES = ("localhost", "localdomain")
"""They and all below them."""

Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Kinds = Annotated[list[Kind], msgspec.Meta(min_length=1, max_length=len(KINDS))]
Description = Annotated[str, msgspec.Meta(max_length=200)]
DisabledReason = Literal["BY_HAND", "GONE", "FAILING"]


class WebhookCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`events` null: of every kind, also of kinds to come."""

    url: Url
    description: Description | None = None
    events: Kinds | None = None


class WebhookPatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is unset stays as it is."""

    url: Url | msgspec.UnsetType = msgspec.UNSET
    description: Description | None | msgspec.UnsetType = msgspec.UNSET
    events: Kinds | None | msgspec.UnsetType = msgspec.UNSET
    enabled: bool | msgspec.UnsetType = msgspec.UNSET


class Webhook(msgspec.Struct, frozen=True, rename="camel"):
    """`disabled_reason`: by hand, by an answer of 410, or after days in which every attempt failed.

    `failing_since` is when the first attempt failed after the last that succeeded. Until `earlier_secret_until` the
    secret before signs too.
    """

    id: str
    url: str
    description: str | None
    events: list[Kind] | None
    enabled: bool
    disabled_reason: DisabledReason | None
    disabled_at: datetime | None
    failing_since: datetime | None
    earlier_secret_until: datetime | None
    created_at: datetime
    updated_at: datetime


class WebhookWithSecret(Webhook, frozen=True, rename="camel", kw_only=True):
    """`secret` is told once. It is null when the request is answered again by its `Idempotency-Key`."""

    secret: str | None


class WebhookQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None


_COLUMNS = (
    "id, url, description, events, disabled_at IS NULL AS enabled, disabled_reason, disabled_at, failing_since,"
    " earlier_secret_until, secret_generation, created_at, updated_at"
)


async def create_webhook(
    connection: Connection,
    caller: OrganizationCaller,
    settings: Settings,
    wanted: WebhookCreate,
    *,
    at: datetime,
) -> WebhookWithSecret:
    """Raises Unprocessable for an address that webhooks may not reach, Conflict where there are too many."""
    require_usable_url(settings, wanted.url)
    await connection.execute(
        "SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE", caller.organization_id
    )
    count = await connection.fetchval(
        "SELECT count(*) FROM webhooks WHERE organization_id = $1", caller.organization_id
    )
    if count >= MAX_ENDPOINTS:
        raise Conflict(f"There are {MAX_ENDPOINTS} webhooks already. Delete one that is no longer used.")
    row = await connection.fetchrow(
        "INSERT INTO webhooks (id, organization_id, url, description, events, created_at, updated_at)"
        f" VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING {_COLUMNS}",
        ids.new("whk"),
        caller.organization_id,
        wanted.url,
        wanted.description,
        _ordered(wanted.events),
        at,
    )
    assert row is not None
    return _with_secret(row, settings, at)


async def access_webhook(
    connection: Connection, caller: OrganizationCaller, webhook_id: str, *, at: datetime
) -> Webhook:
    """The one door. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM webhooks WHERE id = $1 AND organization_id = $2",
        webhook_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return _built(row, at)


async def require_webhook(connection: Connection, caller: OrganizationCaller, webhook_id: str) -> Row:
    """The same door for those who act on it: holds the row until the transaction ends. Raises NotFound."""
    row = await connection.fetchrow(
        "SELECT * FROM webhooks WHERE id = $1 AND organization_id = $2 FOR NO KEY UPDATE",
        webhook_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return row


async def list_webhooks(
    connection: Connection, caller: OrganizationCaller, query: WebhookQuery, *, at: datetime
) -> Page[Webhook]:
    where = Conditions()
    where.add("x.organization_id = {}", caller.organization_id)
    return await select_page(
        connection,
        _COLUMNS,
        "webhooks x",
        where,
        lambda row: _built(row, at),
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


async def change_webhook(
    connection: Connection,
    caller: OrganizationCaller,
    settings: Settings,
    webhook_id: str,
    patch: WebhookPatch,
    *,
    at: datetime,
) -> Webhook:
    """Enabled again, its failures are forgotten; what it missed meanwhile is not sent."""
    state = await require_webhook(connection, caller, webhook_id)
    changed = {
        name: value for name, value in msgspec.structs.asdict(patch).items() if value is not msgspec.UNSET
    }
    enabled = changed.pop("enabled", None)
    if "url" in changed:
        require_usable_url(settings, changed["url"])
    if "events" in changed:
        changed["events"] = _ordered(changed["events"])
    if changed:
        assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(changed, start=3))
        await connection.execute(
            f"UPDATE webhooks SET {assignments}, updated_at = $2 WHERE id = $1",
            webhook_id,
            at,
            *changed.values(),
        )
    if enabled is True and state["disabled_at"] is not None:
        await connection.execute(
            "UPDATE webhooks SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL, updated_at = $2"
            " WHERE id = $1",
            webhook_id,
            at,
        )
    if enabled is False and state["disabled_at"] is None:
        await disable(connection, webhook_id, "BY_HAND", at=at)
    return await access_webhook(connection, caller, webhook_id, at=at)


async def disable(connection: Connection, webhook_id: str, reason: DisabledReason, *, at: datetime) -> None:
    """What was still to be delivered has failed: it can be replayed."""
    await connection.execute(
        "UPDATE webhooks SET disabled_at = $2, disabled_reason = $3, updated_at = $2 WHERE id = $1",
        webhook_id,
        at,
        reason,
    )
    await connection.execute(
        "UPDATE webhook_deliveries SET status = 'FAILED', next_attempt_at = NULL"
        " WHERE webhook_id = $1 AND status = 'PENDING'",
        webhook_id,
    )


async def delete_webhook(connection: Connection, caller: OrganizationCaller, webhook_id: str) -> None:
    """With its log. Raises NotFound."""
    await require_webhook(connection, caller, webhook_id)
    await connection.execute("DELETE FROM webhooks WHERE id = $1", webhook_id)


async def rotate_secret(
    connection: Connection, caller: OrganizationCaller, settings: Settings, webhook_id: str, *, at: datetime
) -> WebhookWithSecret:
    """A new secret. The one before signs as well for `SECRET_OVERLAP`, an earlier one no longer."""
    await require_webhook(connection, caller, webhook_id)
    row = await connection.fetchrow(
        "UPDATE webhooks SET secret_generation = secret_generation + 1, earlier_secret_until = $2, updated_at = $3"
        f" WHERE id = $1 RETURNING {_COLUMNS}",
        webhook_id,
        at + SECRET_OVERLAP,
        at,
    )
    assert row is not None
    return _with_secret(row, settings, at)


def signing_secrets(settings: Settings, webhook_id: str, generation: int, *, overlapping: bool) -> list[str]:
    """The newest first."""
    generations = (generation, generation - 1) if overlapping else (generation,)
    return [_secret(settings, webhook_id, one) for one in generations]


def require_usable_url(settings: Settings, url: str) -> None:
    """Raises Unprocessable. What a name stands for is looked at when it is delivered to."""
    if fault := _fault(settings, url):
        raise Unprocessable.field("url", fault)


def _fault(settings: Settings, url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    readable = url.isascii() and url.isprintable() and not any(sign in url for sign in ' \\"<>^`{|}')
    if not host or port == 0 or not readable:
        return "This is no web address: write it as https://example.org/webhooks."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "Leave user, password and what follows a # out of the address."
    allowed = ("https", "http") if settings.webhook_networks else ("https",)
    if parts.scheme not in allowed:
        return "Use an https address."
    address, name = _number(host), host.rstrip(".")
    if address is not None:
        return None if may_reach(address, settings.webhook_networks) else "This address is not a public one."
    is_local = any(name == local or name.endswith(f".{local}") for local in LOCAL_NAMES)
    return "This address is not a public one." if is_local and not settings.webhook_networks else None


def _number(host: str) -> str | None:
    """The address that the host is in numbers, also as 2130706433 or 0x7f.1; None for a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


def _ordered(kinds: Sequence[Kind] | None) -> list[Kind] | None:
    return None if kinds is None else [kind for kind in KINDS if kind in kinds]


def _secret(settings: Settings, webhook_id: str, generation: int) -> str:
    key = derived(settings.secret_key, "webhook", webhook_id, str(generation))
    return "whsec_" + base64.b64encode(key).decode()


def _built(row: Row, at: datetime) -> Webhook:
    values = {name: row[name] for name in Webhook.__struct_fields__}
    if values["earlier_secret_until"] is not None and values["earlier_secret_until"] <= at:
        values["earlier_secret_until"] = None
    return Webhook(**values)


def _with_secret(row: Row, settings: Settings, at: datetime) -> WebhookWithSecret:
    return WebhookWithSecret(
        **msgspec.structs.asdict(_built(row, at)),
        secret=_secret(settings, row["id"], row["secret_generation"]),
    )
