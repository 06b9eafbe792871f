"""Reports: what a finished interview came to. Asked for in the commit that closes it, made by the worker."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from vivavoce import events, ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import NotFound
from vivavoce.evaluation.report import (
    CandidateQuestion,
    Conduct,
    EvaluatorLabel,
    Point,
    QuestionAccount,
    Scorecard,
)
from vivavoce.recordings.links import recording_url
from vivavoce.reports.overrides import OVERRIDES, with_overrides
from vivavoce.settings import Settings
from vivavoce.tasks import defer


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """Everything from `summary` to `evaluator` is null until it is READY."""

    id: str
    interview_id: str
    status: Literal["PENDING", "READY", "FAILED"]
    stale: bool
    failure: str | None
    language: Literal["en", "fr"]
    summary: str | None
    strengths: tuple[Point, ...] | None
    concerns: tuple[Point, ...] | None
    scorecard: Scorecard | None
    questions: tuple[QuestionAccount, ...] | None
    conduct: Conduct | None
    candidate_questions: tuple[CandidateQuestion, ...] | None
    recording_url: str | None
    evaluator: EvaluatorLabel | None
    created_at: datetime
    ready_at: datetime | None


_SELECT = (
    "SELECT r.id, r.interview_id, r.status, r.stale, r.failure, x.language, r.body, x.audio_url, r.created_at,"
    f" r.ready_at, {OVERRIDES} FROM reports r JOIN interviews x ON x.id = r.interview_id"
)
_BODY = {
    "summary": None,
    "strengths": None,
    "concerns": None,
    "scorecard": None,
    "questions": None,
    "conduct": None,
    "evaluator": None,
    "candidateQuestions": (),
}
"""What stands in its body, and what older bodies without it mean."""


async def access_report(
    connection: Connection, caller: OrganizationCaller, settings: Settings, report_id: str, *, at: datetime
) -> Report:
    """The one door. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"{_SELECT} WHERE r.id = $1 AND r.organization_id = $2", report_id, caller.organization_id
    )
    if row is None:
        raise NotFound
    return _built(row, settings, at)


async def access_report_of(
    connection: Connection, caller: OrganizationCaller, settings: Settings, interview_id: str, *, at: datetime
) -> Report:
    """The same by its interview."""
    row = await connection.fetchrow(
        f"{_SELECT} WHERE r.interview_id = $1 AND r.organization_id = $2",
        interview_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return _built(row, settings, at)


async def request_report(connection: Connection, interview_id: str, *, at: datetime) -> str:
    """The interview's report, asked for unless it is under way or ready and still true; its id."""
    existing = await connection.fetchrow(
        "SELECT id, status, stale FROM reports WHERE interview_id = $1 FOR UPDATE", interview_id
    )
    if existing is not None and (existing["status"] == "PENDING" or not _outdated(existing)):
        settled: str = existing["id"]
        return settled
    report_id: str = await connection.fetchval(
        "INSERT INTO reports (id, interview_id, organization_id, status, created_at)"
        " SELECT $1, i.id, i.organization_id, 'PENDING', $3 FROM interviews i WHERE i.id = $2"
        " ON CONFLICT (interview_id) DO UPDATE SET status = 'PENDING', failure = NULL RETURNING id",
        ids.new("rep"),
        interview_id,
        at,
    )
    await defer(connection, "report.make", report_id=report_id)
    return report_id


def _outdated(report: Row) -> bool:
    return bool(report["stale"]) or report["status"] == "FAILED"


async def store_ready(connection: Connection, report_id: str, body: Any, *, at: datetime) -> None:
    await _settle(connection, report_id, "READY", body=body, at=at)


async def store_failed(connection: Connection, report_id: str, failure: str, *, at: datetime) -> None:
    """`failure` says in a sentence why, and what to do."""
    await _settle(connection, report_id, "FAILED", failure=failure, at=at)


async def _settle(
    connection: Connection,
    report_id: str,
    status: str,
    *,
    at: datetime,
    body: Any = None,
    failure: str | None = None,
) -> None:
    """Where it is still asked for: a task done twice changes nothing the second time."""
    # The interview first, as everybody does who holds both.
    await connection.execute(
        "SELECT FROM interviews x JOIN reports r ON r.interview_id = x.id WHERE r.id = $1 FOR UPDATE OF x",
        report_id,
    )
    row = await connection.fetchrow(
        "UPDATE reports SET status = $2, body = coalesce($3, body), failure = $4, ready_at = $5"
        " WHERE id = $1 AND status = 'PENDING' RETURNING organization_id, interview_id",
        report_id,
        status,
        body,
        failure,
        at if status == "READY" else None,
    )
    if row is None:
        return
    await connection.execute("UPDATE interviews SET updated_at = $2 WHERE id = $1", row["interview_id"], at)
    await events.record(
        connection,
        row["organization_id"],
        f"report.{status.lower()}",
        actor=events.SYSTEM,
        at=at,
        interview_id=row["interview_id"],
        data={"reportId": report_id},
    )


def _built(row: Row, settings: Settings, at: datetime) -> Report:
    body = row["body"] if row["status"] == "READY" else None
    if body:
        body = body | {"scorecard": with_overrides(body["scorecard"], row["overrides"])}
    return msgspec.convert(
        {
            "id": row["id"],
            "interviewId": row["interview_id"],
            "status": row["status"],
            "stale": row["stale"],
            "failure": row["failure"],
            "language": row["language"],
            "recordingUrl": recording_url(settings, row["audio_url"], at),
            "createdAt": row["created_at"],
            "readyAt": row["ready_at"],
            **{name: body.get(name, older) if body else None for name, older in _BODY.items()},
        },
        Report,
    )
