"""What happened to an interview, for programs: every event, in order, a page at a time."""

import re
from datetime import datetime
from typing import Any

import msgspec

from vivavoce.callers import OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, Pagination
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Fault, Malformed, NotFound

_ID = re.compile(r"evt_(?P<number>[0-9]{19})")


class Event(msgspec.Struct, frozen=True, rename="camel"):
    """`actor` is a key's or a member's id, or `agent`, `candidate`, `system`. `data` depends on the type."""

    id: str
    interview_id: str
    type: str
    actor: str
    data: dict[str, Any]
    created_at: datetime


class EventQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None


async def list_events(
    connection: Connection, caller: OrganizationCaller, interview_id: str, query: EventQuery
) -> Page[Event]:
    """The oldest first. Raises NotFound, for another organization's interview too."""
    found = await connection.fetchval(
        "SELECT 1 FROM interviews WHERE id = $1 AND organization_id = $2",
        interview_id,
        caller.organization_id,
    )
    if found is None:
        raise NotFound
    total: int | None = None
    offset, after = 0, 0
    if query.cursor is None:
        offset = (query.page - 1) * query.page_size
        total = await connection.fetchval("SELECT count(*) FROM events WHERE interview_id = $1", interview_id)
    else:
        after = _number(query.cursor)
    rows = await connection.fetch(
        "SELECT id, interview_id, type, actor, data, created_at FROM events WHERE interview_id = $1 AND id > $2"
        " ORDER BY id LIMIT $3 OFFSET $4",
        interview_id,
        after,
        query.page_size + 1,
        offset,
    )
    shown = [_built(row) for row in rows[: query.page_size]]
    return Page(
        data=shown,
        pagination=Pagination(
            page=query.page if query.cursor is None else None,
            page_size=query.page_size,
            total=total,
            total_pages=None if total is None else -(-total // query.page_size),
            next_cursor=shown[-1].id if len(rows) > query.page_size else None,
        ),
    )


def _built(row: Row) -> Event:
    return Event(
        id=f"evt_{row['id']:019}",
        interview_id=row["interview_id"],
        type=row["type"],
        actor=row["actor"],
        data=row["data"],
        created_at=row["created_at"],
    )


def _number(cursor: str) -> int:
    """Where the cursor stands: after the event of this id. Raises Malformed for one that we did not give."""
    found = _ID.fullmatch(cursor)
    number = int(found["number"]) if found else 2**63
    if number >= 2**63:
        message = "Not a cursor of ours: take `pagination.nextCursor` of the page before."
        raise Malformed(message, fields=(Fault("cursor", message),))
    return number
