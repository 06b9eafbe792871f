"""What every request below /api/v1 passes first: who asks, and how often, in one statement of the database."""

from datetime import datetime

import asyncpg
import msgspec
from litestar.utils import normalize_path

from vivavoce.callers import ApiKey
from vivavoce.errors import RateLimited, Refusal, Unauthorized
from vivavoce.http.addresses import counted_address
from vivavoce.http.request import AnyConnection
from vivavoce.organizations.presented_keys import Presented, present_key
from vivavoce.rates import seconds_to_wait, windows
from vivavoce.settings import Settings
from vivavoce.wiring import Services

PUBLIC = ("/api/v1", "/api/campaigns")
NOBODY = {"WWW-Authenticate": "Bearer"}

Headers = list[tuple[bytes, bytes]]


class Admission(msgspec.Struct, frozen=True):
    """Who asks, or why nobody may; and what the answer says of the limits, whichever it is."""

    caller: ApiKey | Exception
    headers: Headers = []


def is_public(path: str) -> bool:
    """As the router reads it."""
    path = normalize_path(path)
    return any(path == one or path.startswith(f"{one}/") for one in PUBLIC)


async def admit(connection: AnyConnection, parts: Services) -> Admission:
    """Counts the request, by its key or, where it has none that is good, by its address; never raises."""
    try:
        secret, refusal = bearer(connection), None
    except Unauthorized as fault:
        secret, refusal = None, fault
    at = parts.clock()
    counts = bool(parts.settings.rate_per_second or parts.settings.rate_per_minute)
    address = f"address {counted_address(connection, parts.settings)}" if counts else None
    try:
        found = await present_key(parts.database, secret, address, at)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        return Admission(fault)
    return _admission(found, refusal, parts.settings, at)


def caller_or_refusal(connection: AnyConnection) -> ApiKey | Exception:
    """What admission found, for those who come after it."""
    admission: Admission = connection.scope["admission"]  # type: ignore[typeddict-item] # put there by the outermost layer
    return admission.caller


def bearer(connection: AnyConnection) -> str:
    kind, _, secret = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Unauthorized("Send `Authorization: Bearer …`.", headers=NOBODY)
    return secret.strip()


def _admission(found: Presented, refusal: Refusal | None, settings: Settings, at: datetime) -> Admission:
    limits = windows(settings, found.in_second, found.in_minute, at)
    if not limits:
        return Admission(found.key or refusal or _unknown_key())
    headers = [
        (f"x-ratelimit-{name}".encode(), str(value).encode())
        for name, value in (
            ("limit", limits[0].limit),
            ("remaining", limits[0].remaining),
            ("reset", limits[0].reset),
        )
    ]
    if exceeded := [one for one in limits if one.used > one.limit]:
        wait = seconds_to_wait(exceeded, at)
        message = f"Too many requests in a short time: wait {wait} s, then go on."
        return Admission(RateLimited(message, headers={"Retry-After": str(wait)}), headers)
    return Admission(found.key or refusal or _unknown_key(), headers)


def _unknown_key() -> Unauthorized:
    return Unauthorized(
        "This API key is unknown, expired or revoked. Make one with `vivavoce keys create`.", headers=NOBODY
    )
