"""Chooses the product's outside parts from the settings: database, file store, mail, clock, models."""

import functools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from vivavoce.database.pool import Database, now
from vivavoce.evaluation.choice import choose_evaluator
from vivavoce.evaluation.evaluator import Evaluator
from vivavoce.interviews.rooms import LiveKitRooms, Rooms
from vivavoce.mail.smtp import Mailer, mailer_from
from vivavoce.recordings.storage import Storage
from vivavoce.settings import Settings
from vivavoce.webhooks.addresses import Resolver, SystemResolver


@dataclass(frozen=True)
class Services:
    """What a request or a task may use. One a process, open as long as it runs."""

    settings: Settings
    database: Database
    storage: Storage
    mailer: Mailer | None
    """None where no SMTP server is set: mail then stays in the outbox."""
    evaluator: Callable[[], Evaluator]
    """Made at first use: a model's client is heavy, and only the worker needs it."""
    rooms: Rooms | None = None
    """None where no LiveKit server is set: pages take the built-in link."""
    resolver: Resolver = field(default_factory=SystemResolver)
    """What the names of webhooks' servers stand for."""
    clock: Callable[[], datetime] = field(default=now)
    since: datetime = field(default_factory=now)
    """When this process came, by the clock."""


@asynccontextmanager
async def opened(settings: Settings, dsn: str) -> AsyncIterator[Services]:
    """The parts, ready, on the database at `dsn`."""
    async with AsyncExitStack() as closing:
        database = await Database.open(dsn)
        closing.push_async_callback(database.close)
        rooms = LiveKitRooms(settings) if settings.livekit_url else None
        if rooms:
            closing.push_async_callback(rooms.close)
        yield Services(
            settings=settings,
            database=database,
            storage=Storage.from_settings(settings),
            mailer=mailer_from(settings),
            rooms=rooms,
            evaluator=functools.cache(
                lambda: choose_evaluator(
                    closing,
                    api_key=settings.openai_api_key,
                    base_url=settings.openai_base_url,
                    model=settings.openai_model,
                )
            ),
        )
