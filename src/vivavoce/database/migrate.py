"""Brings a database to the newest schema: numbered SQL files, each once, each in one transaction."""

from importlib import resources

import asyncpg
import structlog
from procrastinate.schema import SchemaManager

LOCK = 0x76697661
_log = structlog.get_logger()


async def migrate(dsn: str) -> int:
    """Apply what is missing; how many were applied. Two that run at once wait for each other."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())"
        )
        done = {row["name"] for row in await connection.fetch("SELECT name FROM schema_migrations")}
        steps = [(name, sql) for name, sql in _steps() if name not in done]
        for name, sql in steps:
            async with connection.transaction():
                await connection.execute(sql)
                await connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", name)
            _log.info("migrated", name=name)
        return len(steps)
    finally:
        await connection.close()


def _steps() -> list[tuple[str, str]]:
    """The job queue's own schema first, then ours in the order of their numbers."""
    folder = resources.files("vivavoce.database") / "migrations"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    queue = ("procrastinate-3", SchemaManager.get_schema())
    return [queue, *((file.name, file.read_text(encoding="utf-8")) for file in files)]
