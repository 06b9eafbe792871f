"""Levels that people put beside a report's own, each with its reason. They never take the place of those.

They belong to the report and its criteria: made anew, it has them still, and when one was given tells that it is older.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from vivavoce import events
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, Fault, NotFound, Unprocessable

LONGEST_REASON = 2_000
MAX_CRITERIA = 20

CriterionId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class OverrideGiven(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    level: Annotated[int, msgspec.Meta(ge=1, le=5)]
    reason: Annotated[str, msgspec.Meta(pattern=r"\S", max_length=LONGEST_REASON)]


class ReportPatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """By criterion; null takes back what was given. Criteria that are left out stay as they are."""

    overrides: Annotated[
        dict[CriterionId, OverrideGiven | None], msgspec.Meta(min_length=1, max_length=MAX_CRITERIA)
    ]


OVERRIDES = """
    (SELECT jsonb_object_agg(o.criterion_id, jsonb_build_object('level', o.level, 'reason', o.reason,
        'by', o.made_by, 'at', o.made_at)) FROM report_overrides o WHERE o.report_id = r.id) AS overrides
"""
"""A column for who selects a report, `r`."""


def with_overrides(scorecard: dict[str, Any], overrides: dict[str, Any] | None) -> dict[str, Any]:
    """The scorecard as it was made, with what people put beside it."""
    if not overrides:
        return scorecard
    criteria = [one | {"override": overrides.get(one["criterionId"])} for one in scorecard["criteria"]]
    return scorecard | {"criteria": criteria}


async def override_levels(
    connection: Connection, caller: OrganizationCaller, report_id: str, patch: ReportPatch, *, at: datetime
) -> None:
    """All of it or nothing. Raises NotFound, Conflict REPORT_NOT_READY, Unprocessable for an unknown criterion."""
    report = await _held(connection, caller, report_id)
    if report["status"] != "READY":
        raise Conflict("The report is not there yet, so it has no levels.", code="REPORT_NOT_READY")
    known = {one["criterionId"] for one in report["body"]["scorecard"]["criteria"]}
    if unknown := [one for one in patch.overrides if one not in known]:
        faults = tuple(Fault(f"overrides.{one}", "The report has no such criterion.") for one in unknown)
        raise Unprocessable("The report has no such criterion.", fields=faults)
    changed = [
        criterion_id
        for criterion_id, given in patch.overrides.items()
        if await _put(connection, caller, report_id, criterion_id, given, at=at)
    ]
    if not changed:
        return
    await connection.execute(
        "UPDATE interviews SET updated_at = $2 WHERE id = $1", report["interview_id"], at
    )
    await events.record(
        connection,
        caller.organization_id,
        "report.overridden",
        actor=caller.actor,
        at=at,
        interview_id=report["interview_id"],
        data={"reportId": report_id, "criteria": changed},
    )


async def _held(connection: Connection, caller: OrganizationCaller, report_id: str) -> Row:
    """The report, held, and its interview first, as everybody does who holds both."""
    await connection.execute(
        "SELECT FROM interviews x JOIN reports r ON r.interview_id = x.id"
        " WHERE r.id = $1 AND r.organization_id = $2 FOR UPDATE OF x",
        report_id,
        caller.organization_id,
    )
    row = await connection.fetchrow(
        "SELECT interview_id, status, body FROM reports WHERE id = $1 AND organization_id = $2 FOR UPDATE",
        report_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return row


async def _put(
    connection: Connection,
    caller: OrganizationCaller,
    report_id: str,
    criterion_id: str,
    given: OverrideGiven | None,
    *,
    at: datetime,
) -> bool:
    """Whether that changes anything: what was said already keeps its author and its time."""
    if given is None:
        done = await connection.execute(
            "DELETE FROM report_overrides WHERE report_id = $1 AND criterion_id = $2", report_id, criterion_id
        )
    else:
        done = await connection.execute(
            "INSERT INTO report_overrides AS o (report_id, criterion_id, level, reason, made_by, made_at)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (report_id, criterion_id) DO UPDATE SET"
            " level = excluded.level, reason = excluded.reason, made_by = excluded.made_by, made_at = excluded.made_at"
            " WHERE (o.level, o.reason) IS DISTINCT FROM (excluded.level, excluded.reason)",
            report_id,
            criterion_id,
            given.level,
            given.reason,
            caller.actor,
            at,
        )
    return not done.endswith(" 0")


async def read_authors(connection: Connection, organization_id: str, report_id: str) -> dict[str, str]:
    """Who put a level beside the report's: a name for people by the id of a member or a key."""
    rows = await connection.fetch(
        "SELECT DISTINCT o.made_by, coalesce(nullif(m.name, ''), m.email) AS member, k.name AS key"
        " FROM report_overrides o LEFT JOIN members m ON m.id = o.made_by AND m.organization_id = $1"
        " LEFT JOIN api_keys k ON k.id = o.made_by AND k.organization_id = $1 WHERE o.report_id = $2",
        organization_id,
        report_id,
    )
    return {row["made_by"]: _named(row) for row in rows}


def _named(row: Row) -> str:
    if row["key"] is not None:
        return f"The API key “{row['key']}”"
    return row["member"] or "Someone who has left"
