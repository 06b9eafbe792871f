"""A page of many, newest first: numbered, or by cursor so that no page gets slower."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Generic, TypeVar

import msgspec

from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import Conditions
from vivavoce.errors import Fault, Malformed

T = TypeVar("T")

PageNumber = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=100)]


class Pagination(msgspec.Struct, frozen=True, rename="camel"):
    """`page`, `total` and `total_pages` are null for a page by cursor."""

    page: int | None
    page_size: int
    total: int | None
    total_pages: int | None
    next_cursor: str | None


class Page(msgspec.Struct, Generic[T], frozen=True):
    data: Sequence[T]
    pagination: Pagination


class Matches(msgspec.Struct, frozen=True):
    """How many rows match; none of them was made after `newest`."""

    total: int
    newest: datetime | None = None


async def select_page(
    connection: Connection,
    columns: str,
    source: str,
    where: Conditions,
    build: Callable[[Row], T],
    *,
    page: int,
    page_size: int,
    cursor: str | None,
    count: Callable[[], Awaitable[Matches]] | None = None,
) -> Page[T]:
    """Rows of `source`, whose first table goes by the name `x` and has `created_at` and `id`.

    `count` finds the total where there is a quicker way than to count the source's rows.
    """
    # What is quick for one value reads half the table for another: each page is planned for its own.
    await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    total: int | None = None
    offset = 0
    if cursor is None:
        matches = await count() if count else await _count(connection, source, where)
        total, offset = matches.total, (page - 1) * page_size
        where.add_given("x.created_at <= {}", matches.newest)
    else:
        where.add("(x.created_at, x.id) < ({}, {})", *_place(cursor))
    rows: Sequence[Row] = []
    if total is None or offset < total:
        limits = f"LIMIT {where.value(page_size + 1)} OFFSET {where.value(offset)}"
        rows = await connection.fetch(
            f"SELECT {columns} FROM {source} WHERE {where} ORDER BY x.created_at DESC, x.id DESC {limits}",
            *where.values,
        )
    shown = rows[:page_size]
    more = len(rows) > page_size
    return Page(
        data=[build(row) for row in shown],
        pagination=Pagination(
            page=page if cursor is None else None,
            page_size=page_size,
            total=total,
            total_pages=None if total is None else -(-total // page_size),
            next_cursor=_cursor(shown[-1]["created_at"], shown[-1]["id"]) if more else None,
        ),
    )


async def _count(connection: Connection, source: str, where: Conditions) -> Matches:
    return Matches(await connection.fetchval(f"SELECT count(*) FROM {source} WHERE {where}", *where.values))


def _cursor(moment: datetime, identity: str) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {identity}".encode()).decode()


def _place(cursor: str) -> tuple[datetime, str]:
    """Where the cursor stands. Raises Malformed for one that we did not give."""
    message = "Not a cursor of ours: take `pagination.nextCursor` of the page before."
    try:
        moment, _, identity = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        at = datetime.fromisoformat(moment)
    except (binascii.Error, UnicodeError, ValueError):
        raise Malformed(message, fields=(Fault("cursor", message),)) from None
    if at.utcoffset() != timedelta(0) or not identity or "\0" in identity:
        raise Malformed(message, fields=(Fault("cursor", message),))
    return at, identity
