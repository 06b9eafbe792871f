"""Chooses the product's outside parts from the settings: database, file store, mail, clock, models."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from vivavoce.database.pool import Database, now
from vivavoce.mail.delivery import Mailer, mailer_from
from vivavoce.recordings.storage import Storage
from vivavoce.settings import Settings


@dataclass(frozen=True)
class Services:
    """What a request or a task may use. One a process, open as long as it runs."""

    settings: Settings
    database: Database
    storage: Storage
    mailer: Mailer | None
    """None where no SMTP server is set: mail then stays in the outbox."""
    clock: Callable[[], datetime] = field(default=now)


@asynccontextmanager
async def opened(settings: Settings, dsn: str) -> AsyncIterator[Services]:
    """The parts, ready, on the database at `dsn`."""
    database = await Database.open(dsn)
    try:
        yield Services(
            settings=settings,
            database=database,
            storage=Storage.from_settings(settings),
            mailer=mailer_from(settings),
        )
    finally:
        await database.close()
