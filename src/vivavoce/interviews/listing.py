"""Interviews as the lists of our pages show them: who, for what, how it stands, what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from vivavoce.callers import OrganizationCaller
from vivavoce.database.paging import Page, select_page
from vivavoce.database.pool import Connection
from vivavoce.database.rows import pattern, typed
from vivavoce.interviews.matching import InterviewFilter, Status
from vivavoce.interviews.tallies import count_matches

PAGE_SIZE = 50


class InterviewRow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    candidate: str
    job: str
    status: Status
    created_at: datetime
    expires_at: datetime
    completion: Literal["FULL", "PARTIAL"] | None = None
    report_status: Literal["PENDING", "READY", "FAILED"] | None = None
    overall: float | None = None


class InterviewSearch(msgspec.Struct, frozen=True, kw_only=True):
    """`search` is looked for in the candidate's name and e-mail address."""

    status: Status | None = None
    job_id: str | None = None
    candidate_id: str | None = None
    search: str | None = None
    page: int = 1


_COLUMNS = """
    x.id, coalesce(nullif(trim(concat_ws(' ', c.first_name, c.last_name)), ''), c.email) AS candidate, j.title AS job,
    interview_status(x.status, x.expires_at, $1) AS status, x.created_at, x.expires_at, x.completion,
    r.status AS report_status,
    CASE r.status WHEN 'READY' THEN (r.body->'scorecard'->>'overall')::double precision END AS overall
"""
_SOURCE = """
    interviews x JOIN candidates c ON c.id = x.candidate_id JOIN jobs j ON j.id = x.job_id
    LEFT JOIN reports r ON r.interview_id = x.id
"""


async def search_interviews(
    connection: Connection, caller: OrganizationCaller, wanted: InterviewSearch, *, at: datetime
) -> Page[InterviewRow]:
    filtered = InterviewFilter(
        organization_id=caller.organization_id,
        status=wanted.status,
        job_id=wanted.job_id,
        candidate_id=wanted.candidate_id,
    )
    where = filtered.conditions(at)
    where.add_given(
        "(c.email ILIKE {0} OR concat_ws(' ', c.first_name, c.last_name) ILIKE {0})",
        pattern(wanted.search) if wanted.search else None,
    )
    return await select_page(
        connection,
        _COLUMNS,
        _SOURCE,
        where,
        lambda row: typed(InterviewRow, row),
        page=wanted.page,
        page_size=PAGE_SIZE,
        cursor=None,
        count=None if wanted.search else lambda: count_matches(connection, filtered, at=at),
    )


async def count_of_candidates(connection: Connection, candidate_ids: Sequence[str]) -> dict[str, int]:
    """How many interviews each has; who has none is left out."""
    rows = await connection.fetch(
        "SELECT candidate_id, count(*) AS interviews FROM interviews WHERE candidate_id = ANY($1) AND mode = 'live'"
        " GROUP BY candidate_id",
        candidate_ids,
    )
    return {row["candidate_id"]: row["interviews"] for row in rows}


async def count_of_jobs(connection: Connection, job_ids: Sequence[str]) -> dict[str, int]:
    """How many interviews each has; a job without is left out."""
    rows = await connection.fetch(
        "SELECT job_id, count(*) AS interviews FROM interviews WHERE job_id = ANY($1) AND mode = 'live'"
        " GROUP BY job_id",
        job_ids,
    )
    return {row["job_id"]: row["interviews"] for row in rows}
