"""What happened to an interview, in words for people."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from vivavoce.database.pool import Connection, Row


class Happened(msgspec.Struct, frozen=True):
    """One event in words: "Ada Lovelace agreed to the notice"."""

    at: datetime
    words: str


async def read_happenings(connection: Connection, interview_id: str) -> tuple[Happened, ...]:
    """In the order in which they happened, but for the single turns: the transcript shows those."""
    rows = await connection.fetch(
        "SELECT e.type, e.data, e.created_at, m.name AS member, m.email, k.name AS key,"
        " coalesce(nullif(trim(concat_ws(' ', c.first_name, c.last_name)), ''), c.email) AS candidate"
        " FROM events e JOIN interviews i ON i.id = e.interview_id JOIN candidates c ON c.id = i.candidate_id"
        " LEFT JOIN members m ON m.id = e.actor AND m.organization_id = e.organization_id"
        " LEFT JOIN api_keys k ON k.id = e.actor AND k.organization_id = e.organization_id"
        " WHERE e.interview_id = $1 AND e.type = ANY($2) ORDER BY e.id",
        interview_id,
        list(WORDS),
    )
    return tuple(Happened(row["created_at"], WORDS[row["type"]](row, row["data"])) for row in rows)


def _who(row: Row) -> str:
    if row["key"] is not None:
        return f"The API key “{row['key']}”"
    return row["member"] or row["email"] or "Someone who has left"


def _invited(row: Row, data: dict[str, Any]) -> str:
    return f"{_who(row)} sent the invitation{' again, with a new link' if data.get('again') else ''}"


def _completed(_: Row, data: dict[str, Any]) -> str:
    early = data.get("completion") == "PARTIAL"
    return f"The interview ended{' before all questions were asked' if early else ''}"


def _updated(row: Row, data: dict[str, Any]) -> str:
    what = (
        "until when the link works" if "expiresAt" in data["fields"] else "what is noted with the interview"
    )
    return f"{_who(row)} changed {what}"


WORDS: dict[str, Callable[[Row, dict[str, Any]], str]] = {
    "interview.created": lambda row, _: f"{_who(row)} made the interview",
    "interview.invited": _invited,
    "interview.consented": lambda row, _: f"{row['candidate']} agreed to the notice",
    "interview.opened": lambda row, _: f"{row['candidate']} entered the interview room",
    "interview.interrupted": lambda *_: "The line was lost",
    "interview.resumed": lambda *_: "The interview went on",
    "interview.started": lambda *_: "The interview began",
    "interview.completed": _completed,
    "interview.cancelled": lambda row, _: f"{_who(row)} cancelled the interview",
    "interview.expired": lambda *_: "The interview’s time ran out",
    "interview.reopened": lambda row, _: f"{_who(row)} gave it more time",
    "interview.updated": _updated,
    "report.ready": lambda *_: "The report was ready",
    "report.failed": lambda *_: "The report could not be made",
    "report.overridden": lambda row, _: f"{_who(row)} changed which levels stand beside the report’s",
}
