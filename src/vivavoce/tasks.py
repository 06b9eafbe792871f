"""Asks for background work inside our own transaction; `worker.py` does it."""

from datetime import datetime

from vivavoce.database.pool import Connection

DEFAULT, WEBHOOKS, REHEARSALS = "default", "webhooks", "rehearsals"
"""The queues."""

STALLED_AFTER_SECONDS = 10.0
"""A worker that showed no heartbeat for so long is dead."""


async def defer(
    connection: Connection, task: str, *, queue: str = DEFAULT, at: datetime | None = None, **arguments: str
) -> None:
    """Ask for `task` with ids as arguments: a row of the transaction that the connection is in. Not before `at`."""
    await connection.execute(
        "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW($3, $1, 0, NULL, NULL, $2, $4)]"
        "::procrastinate_job_to_defer_v1[])",
        task,
        arguments,
        queue,
        at,
    )
