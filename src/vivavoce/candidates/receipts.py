"""What stays of those who were erased: when, by whom, how much."""

from datetime import datetime

import msgspec

from vivavoce.callers import Member
from vivavoce.candidates.erasure import Counts
from vivavoce.database.paging import Page, select_page
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import Conditions


class Receipt(msgspec.Struct, frozen=True):
    """`erased_by` in words; `files_erased_at` is None until the file store has answered."""

    id: str
    candidate_id: str
    erased_by: str
    erased_at: datetime
    files_erased_at: datetime | None
    counts: Counts


async def list_receipts(
    connection: Connection, caller: Member, *, page: int, page_size: int
) -> Page[Receipt]:
    """The newest first."""
    where = Conditions()
    where.add("x.organization_id = {}", caller.organization_id)
    return await select_page(
        connection,
        "x.id, x.candidate_id, x.erased_at, x.files_erased_at, x.counts, x.created_at,"
        " coalesce('The API key “' || k.name || '”', nullif(m.name, ''), m.email, 'Someone who has left') AS erased_by",
        "(SELECT *, erased_at AS created_at FROM erasures) x"
        " LEFT JOIN members m ON m.id = x.erased_by AND m.organization_id = x.organization_id"
        " LEFT JOIN api_keys k ON k.id = x.erased_by AND k.organization_id = x.organization_id",
        where,
        _receipt,
        page=page,
        page_size=page_size,
        cursor=None,
    )


def _receipt(row: Row) -> Receipt:
    return Receipt(
        id=row["id"],
        candidate_id=row["candidate_id"],
        erased_by=row["erased_by"],
        erased_at=row["erased_at"],
        files_erased_at=row["files_erased_at"],
        counts=msgspec.convert(row["counts"], Counts),
    )
