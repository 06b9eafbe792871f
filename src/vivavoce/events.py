"""What happened, in order, append only: the history of an interview, and what others are told of."""

from datetime import datetime
from typing import Any

from vivavoce.database.pool import Connection

SYSTEM = "system"
CANDIDATE = "candidate"
AGENT = "agent"


async def record(
    connection: Connection,
    organization_id: str,
    kind: str,
    *,
    actor: str,
    at: datetime,
    interview_id: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """One event row, in the transaction of the change that it tells of. `data` holds no personal data."""
    await connection.execute(
        "INSERT INTO events (organization_id, interview_id, type, actor, data, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        organization_id,
        interview_id,
        kind,
        actor,
        data or {},
        at,
    )
