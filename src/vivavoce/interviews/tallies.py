"""How many interviews match, be it ten or half a million: tallies by week, which triggers of the database feed.

Who changes an interview only notes that, so nobody waits for a row that all share; the worker folds the notes in.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from vivavoce.database.paging import Matches
from vivavoce.database.pool import Connection
from vivavoce.database.rows import Conditions
from vivavoce.interviews.matching import InterviewFilter

if TYPE_CHECKING:
    from vivavoce.wiring import Services

BEGINNING_OF_TIME, END_OF_TIME = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
WEEK_SECONDS = 7 * 24 * 3600
MAX_NOTES = 20_000
"""That are folded in at once."""


async def count_matches(connection: Connection, wanted: InterviewFilter, *, at: datetime) -> Matches:
    """Of few, each is counted. Of many, whole weeks come from the tallies, and the weeks at the edges are counted."""
    if wanted.is_narrow:
        return await _read(connection, wanted.conditions(at))
    weeks = _Weeks.inside(wanted)
    parts = [await _tallied(connection, wanted, weeks)]
    if wanted.status in ("DRAFT", "INVITED", "EXPIRED"):
        parts.append(await _overdue(connection, wanted, weeks, at))
    for week in {week for week in (weeks.after, weeks.before) if week is not None}:
        where = wanted.conditions(at)
        _Weeks(after=week - 1, before=week + 1).narrow(where)
        parts.append(await _read(connection, where))
    if weeks.updated_after is not None:
        where = wanted.conditions(at)
        where.add("x.updated_at < {}", _begin(weeks.updated_after + 1))
        msgspec.structs.replace(weeks, updated_after=None).narrow(where)
        parts.append(await _read(connection, where))
    newest = [part.newest for part in parts if part.newest is not None]
    return Matches(sum(part.total for part in parts), max(newest, default=None))


class _Weeks(msgspec.Struct, frozen=True):
    """Whole weeks, numbered as `interview_week` does, between others; None where there is no bound."""

    after: int | None = None
    before: int | None = None
    updated_after: int | None = None

    @classmethod
    def inside(cls, wanted: InterviewFilter) -> "_Weeks":
        moments = (wanted.created_after, wanted.created_before, wanted.updated_after)
        return cls(*(None if moment is None else _week(moment) for moment in moments))

    def narrow(self, where: Conditions) -> None:
        """To interviews of these weeks."""
        where.add_given("x.created_at >= {}", None if self.after is None else _begin(self.after + 1))
        where.add_given("x.created_at < {}", None if self.before is None else _begin(self.before))
        updated = self.updated_after
        where.add_given("x.updated_at >= {}", None if updated is None else _begin(updated + 1))


async def _read(connection: Connection, where: Conditions) -> Matches:
    row = await connection.fetchrow(
        f"SELECT count(*), max(x.created_at) FROM interviews x WHERE {where}", *where.values
    )
    assert row is not None
    return Matches(*row)


async def _tallied(connection: Connection, wanted: InterviewFilter, weeks: _Weeks) -> Matches:
    """By the status that is stored."""
    where = Conditions()
    where.add("organization_id = {} AND mode = {}", wanted.organization_id, wanted.mode)
    where.add_given("status = {}", wanted.status)
    where.add_given("created_week > {}", weeks.after)
    where.add_given("created_week < {}", weeks.before)
    where.add_given("updated_week > {}", weeks.updated_after)
    columns = "created_week, interviews"
    each = (
        f"SELECT {columns} FROM interview_tallies WHERE {where}"
        f" UNION ALL SELECT {columns} FROM interview_tally_changes WHERE {where}"
    )
    by_week = (
        f"SELECT created_week, sum(interviews) AS interviews FROM ({each}) AS each GROUP BY created_week"
    )
    row = await connection.fetchrow(
        "SELECT coalesce(sum(interviews), 0)::bigint, max(created_week) FILTER (WHERE interviews > 0)"
        f" FROM ({by_week}) AS weeks",
        *where.values,
    )
    assert row is not None
    total, newest = row
    return Matches(total, None if newest is None else _begin(newest + 1))


async def _overdue(connection: Connection, wanted: InterviewFilter, weeks: _Weeks, at: datetime) -> Matches:
    """What has run out and is not stored so yet: more that are EXPIRED, fewer of what is stored."""
    where = Conditions()
    where.add("x.organization_id = {} AND x.mode = {}", wanted.organization_id, wanted.mode)
    where.add_given("x.status = {}", None if wanted.status == "EXPIRED" else wanted.status)
    where.add("interview_runs_out(x.status, x.expires_at) <= {}", at)
    weeks.narrow(where)
    found = await _read(connection, where)
    return found if wanted.status == "EXPIRED" else Matches(-found.total, None)


def _week(moment: datetime) -> int:
    return int(moment.timestamp() // WEEK_SECONDS)


def _begin(week: int) -> datetime:
    """Of a week beyond the calendar: the calendar's end."""
    try:
        return datetime.fromtimestamp(week * WEEK_SECONDS, UTC)
    except (ValueError, OverflowError):
        return END_OF_TIME if week > 0 else BEGINNING_OF_TIME


async def fold_tallies(services: "Services") -> int:
    """Adds the notes up into the tallies: how many, at most a batch."""
    async with services.database.transaction() as connection:
        return await fold(connection)


async def fold(connection: Connection) -> int:
    folded: int = await connection.fetchval(_FOLD, MAX_NOTES)
    return folded


_FOLD = """
WITH noted AS (
    DELETE FROM interview_tally_changes WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM interview_tally_changes LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING *
), summed AS (
    SELECT organization_id, mode, created_week, updated_week, status, sum(interviews)::integer AS interviews
    FROM noted GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
), folded AS (
    INSERT INTO interview_tallies AS t SELECT * FROM summed
    ON CONFLICT (organization_id, mode, created_week, updated_week, status)
    DO UPDATE SET interviews = t.interviews + excluded.interviews
)
SELECT count(*) FROM noted
"""
