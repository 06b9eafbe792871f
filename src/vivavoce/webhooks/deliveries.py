"""Messages to endpoints: written with the event by the database itself, sent by the worker, kept as a log."""

import random
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from standardwebhooks import Webhook as Signer

from vivavoce import ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import Conditions, typed
from vivavoce.errors import Conflict, NotFound
from vivavoce.mail.writing import write_webhook_disabled
from vivavoce.tasks import WEBHOOKS, defer
from vivavoce.webhooks.kinds import TEST, Kind
from vivavoce.webhooks.sending import Outcome, post
from vivavoce.webhooks.webhooks import access_webhook, disable, require_webhook, signing_secrets

if TYPE_CHECKING:
    from vivavoce.wiring import Services

DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before each attempt, after the one before: the schedule that Standard Webhooks gives, three days long."""
JITTER = 0.1
"""At most so much of a delay is added to it, by chance."""
LONGEST_WAIT = timedelta(hours=24)
"""What `Retry-After` may ask for at most."""
DISABLED_AFTER = timedelta(days=5)
"""An endpoint at which every attempt failed for so long is disabled."""
KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 1_000
GONE = 410

_chance = random.SystemRandom()


class Attempt(msgspec.Struct, frozen=True, rename="camel"):
    """`failure` says in a sentence why it failed; null when it did not."""

    at: datetime
    response_status: int | None
    duration_ms: int
    failure: str | None


class Delivery(msgspec.Struct, frozen=True, rename="camel"):
    """`message_id` is the header `webhook-id`: the same for every attempt and every replay."""

    id: str
    message_id: str
    type: Kind | Literal["webhook.test"]
    occurred_at: datetime
    data: dict[str, Any]
    status: Literal["PENDING", "DELIVERED", "FAILED"]
    replayed: bool
    attempts: list[Attempt]
    next_attempt_at: datetime | None
    created_at: datetime


class DeliveryQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None
    status: Literal["PENDING", "DELIVERED", "FAILED"] | None = None
    type: Kind | Literal["webhook.test"] | None = None


_COLUMNS = ", ".join(Delivery.__struct_fields__)


async def list_deliveries(
    connection: Connection, caller: OrganizationCaller, webhook_id: str, query: DeliveryQuery, *, at: datetime
) -> Page[Delivery]:
    """The endpoint's log, newest first. Raises NotFound."""
    await access_webhook(connection, caller, webhook_id, at=at)
    where = Conditions()
    where.add("x.webhook_id = {}", webhook_id)
    where.add_given("x.status = {}", query.status)
    where.add_given("x.type = {}", query.type)
    return await select_page(
        connection,
        _COLUMNS,
        "webhook_deliveries x",
        where,
        _built,
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


async def send_test(
    connection: Connection, caller: OrganizationCaller, webhook_id: str, *, at: datetime
) -> Delivery:
    """A message of its own kind. Raises NotFound, and Conflict where the endpoint is disabled."""
    await _require_enabled(connection, caller, webhook_id)
    return await _write(
        connection,
        "SELECT $1, $2, organization_id, $3, $4, $5, $6, NULL, NULL, false, $5, $5 FROM webhooks WHERE id = $2",
        ids.new("whd"),
        webhook_id,
        ids.new("msg"),
        TEST,
        at,
        {"id": webhook_id},
    )


async def replay(
    connection: Connection, caller: OrganizationCaller, webhook_id: str, delivery_id: str, *, at: datetime
) -> Delivery:
    """The same message once more, with all its attempts. Raises NotFound, and Conflict where it is disabled."""
    await _require_enabled(connection, caller, webhook_id)
    known = await connection.fetchval(
        "SELECT 1 FROM webhook_deliveries WHERE id = $1 AND webhook_id = $2", delivery_id, webhook_id
    )
    if known is None:
        raise NotFound
    return await _write(
        connection,
        "SELECT $1, webhook_id, organization_id, message_id, type, occurred_at, data, interview_id, candidate_id, true,"
        " $3::timestamptz, $3 FROM webhook_deliveries WHERE id = $2",
        ids.new("whd"),
        delivery_id,
        at,
    )


async def _require_enabled(connection: Connection, caller: OrganizationCaller, webhook_id: str) -> None:
    state = await require_webhook(connection, caller, webhook_id)
    if state["disabled_at"] is not None:
        raise Conflict("This webhook is disabled: enable it first.", code="WEBHOOK_DISABLED")


async def _write(connection: Connection, select: str, *values: Any) -> Delivery:
    row = await connection.fetchrow(
        "INSERT INTO webhook_deliveries (id, webhook_id, organization_id, message_id, type, occurred_at, data,"
        f" interview_id, candidate_id, replayed, next_attempt_at, created_at) {select} RETURNING {_COLUMNS}",
        *values,
    )
    assert row is not None
    await defer(connection, "webhook.deliver", queue=WEBHOOKS, delivery_id=row["id"], attempt="1")
    return _built(row)


async def deliver_webhook(services: "Services", delivery_id: str, attempt: str, *, final: bool) -> None:  # noqa: ARG001 - failures have a schedule of their own
    """One attempt. Done twice, a message may arrive twice, which its id tells; its log has it once."""
    message = await services.database.pool.fetchrow(
        "SELECT d.*, w.url, w.secret_generation, w.earlier_secret_until FROM webhook_deliveries d"
        " JOIN webhooks w ON w.id = d.webhook_id"
        " WHERE d.id = $1 AND d.status = 'PENDING' AND jsonb_array_length(d.attempts) = $2",
        delivery_id,
        int(attempt) - 1,
    )
    if message is None:
        return
    at, begin = services.clock(), time.monotonic()
    body = body_of(message["type"], message["occurred_at"], message["data"])
    outcome = await post(
        message["url"],
        _headers(services, message, body, at),
        body,
        resolver=services.resolver,
        networks=services.settings.webhook_networks,
        at=at,
    )
    tried = Attempt(at, outcome.status, int((time.monotonic() - begin) * 1000), outcome.failure)
    async with services.database.transaction() as connection:
        await _record(connection, message, tried, outcome, at=services.clock())


def body_of(kind: str, occurred_at: datetime, data: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"type": kind, "timestamp": occurred_at, "data": data})


def _headers(services: "Services", message: Row, body: bytes, at: datetime) -> dict[str, str]:
    earlier_until = message["earlier_secret_until"]
    secrets = signing_secrets(
        services.settings,
        message["webhook_id"],
        message["secret_generation"],
        overlapping=earlier_until is not None and earlier_until > at,
    )
    signatures = (Signer(secret).sign(message["message_id"], at, body.decode()) for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "vivavoce",
        "webhook-id": message["message_id"],
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


async def _record(
    connection: Connection, message: Row, tried: Attempt, outcome: Outcome, *, at: datetime
) -> None:
    """How it went, and what follows: the next attempt, or the end of the endpoint."""
    webhook_id, attempt = message["webhook_id"], len(message["attempts"]) + 1
    endpoint = await connection.fetchrow(
        "SELECT failing_since, disabled_at FROM webhooks WHERE id = $1 FOR NO KEY UPDATE", webhook_id
    )
    if endpoint is None:
        return
    last = attempt == len(DELAYS) or outcome.status == GONE or endpoint["disabled_at"] is not None
    status = "DELIVERED" if outcome.failure is None else "FAILED" if last else "PENDING"
    next_at = _next(attempt, outcome, at) if status == "PENDING" else None
    recorded = await connection.fetchval(
        "UPDATE webhook_deliveries SET status = $2, attempts = attempts || $3::jsonb, next_attempt_at = $4"
        " WHERE id = $1 AND jsonb_array_length(attempts) = $5 RETURNING 1",
        message["id"],
        status,
        [msgspec.to_builtins(tried)],
        next_at,
        attempt - 1,
    )
    if recorded is None:
        return
    if next_at is not None:
        await defer(
            connection,
            "webhook.deliver",
            queue=WEBHOOKS,
            at=next_at,
            delivery_id=message["id"],
            attempt=str(attempt + 1),
        )
    if endpoint["disabled_at"] is None:
        await _judge(connection, webhook_id, endpoint["failing_since"], outcome, at=at)


async def _judge(
    connection: Connection, webhook_id: str, failing_since: datetime | None, outcome: Outcome, *, at: datetime
) -> None:
    """What the attempt says of its endpoint."""
    if outcome.status == GONE:
        await disable(connection, webhook_id, "GONE", at=at)
        await write_webhook_disabled(connection, webhook_id, gone=True, at=at)
    elif outcome.failure is None:
        if failing_since is not None:
            await connection.execute("UPDATE webhooks SET failing_since = NULL WHERE id = $1", webhook_id)
    elif failing_since is None:
        await connection.execute("UPDATE webhooks SET failing_since = $2 WHERE id = $1", webhook_id, at)
    elif failing_since + DISABLED_AFTER <= at:
        await disable(connection, webhook_id, "FAILING", at=at)
        await write_webhook_disabled(connection, webhook_id, gone=False, at=at)


def _next(attempt: int, outcome: Outcome, at: datetime) -> datetime:
    delay = DELAYS[attempt] * (1 + _chance.uniform(0, JITTER))
    asked = min(outcome.retry_at - at, LONGEST_WAIT) if outcome.retry_at else timedelta()
    return at + max(delay, asked)


async def forget_old_deliveries(services: "Services") -> None:
    """The log is kept for `KEPT_FOR`."""
    await services.database.pool.execute(
        "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE created_at < $1"
        " AND status <> 'PENDING' LIMIT $2)",
        services.clock() - KEPT_FOR,
        FORGOTTEN_AT_ONCE,
    )


def _built(row: Row) -> Delivery:
    delivery = typed(Delivery, row)
    return msgspec.structs.replace(delivery, attempts=msgspec.convert(row["attempts"], list[Attempt]))
