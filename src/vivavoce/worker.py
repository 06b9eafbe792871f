"""The worker: runs what was deferred, any number of it on one database, each task harmless when done twice."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException

from vivavoce.candidates.erasure import erase_files
from vivavoce.interviews import expiry, lease
from vivavoce.interviews.expiry import let_time_pass
from vivavoce.interviews.lease import notice_lost_lines
from vivavoce.interviews.room_events import forget_old_room_events
from vivavoce.interviews.scripted import play_script
from vivavoce.interviews.tallies import MAX_NOTES, fold_tallies
from vivavoce.mail.delivery import deliver
from vivavoce.rates import forget_old_rates
from vivavoce.rehearsal.rehearsals import rehearse
from vivavoce.replays import forget_old_answers
from vivavoce.reports.making import make_report
from vivavoce.tasks import DEFAULT, REHEARSALS, STALLED_AFTER_SECONDS, WEBHOOKS
from vivavoce.webhooks.deliveries import deliver_webhook, forget_old_deliveries
from vivavoce.wiring import Services

CONCURRENCY = {DEFAULT: 4, WEBHOOKS: 16, REHEARSALS: 2}
"""By queue, each with a worker of its own: neither receivers that do not answer nor rehearsals, which take as long
as interviews, keep mail and reports waiting."""
CONNECTIONS = 10
MAX_ATTEMPTS = 8
MORE_ATTEMPTS = {"mail.deliver": 13}
"""Two hours: mail servers are away for longer than models, and many let a stranger wait at first."""
FIRST_RETRY_SECONDS = 2
HEARTBEAT_SECONDS = 2.0
DRAIN_SECONDS = {DEFAULT: 20.0, WEBHOOKS: 20.0, REHEARSALS: 0.5}
"""A rehearsal is not waited for: it goes on where it was when a worker is there again."""
MINUTE = 60.0
LINES_SECONDS = 10.0
MAX_BATCHES = 50

Task = Callable[..., Awaitable[None]]

_log = structlog.get_logger()


async def work(services: Services, dsn: str) -> None:
    """Run tasks until cancelled or told to stop by SIGTERM or SIGINT; then finish what runs, within a bound."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=dsn, min_size=1, max_size=CONNECTIONS)
    )
    for name, task in tasks().items():
        _register(app, name, task, services)
    async with app.open_async():
        rounds = [asyncio.create_task(_repeat(one)) for one in _rounds(app, services)]
        workers = [asyncio.create_task(_run_queue(app, queue)) for queue in CONCURRENCY]
        try:
            await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (*workers, *rounds):
                one.cancel()
            await asyncio.wait([*workers, *rounds])
        for one in workers:
            if not one.cancelled():
                one.result()


@dataclass(frozen=True)
class Round:
    """What is done each so many seconds, and at once again after a whole `batch`."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[int | None]]
    batch: int = sys.maxsize


def _rounds(app: procrastinate.App, services: Services) -> list[Round]:
    return [
        Round("stalled", STALLED_AFTER_SECONDS / 2, lambda: _retry_stalled(app)),
        Round("lines", LINES_SECONDS, lambda: notice_lost_lines(services), lease.BATCH),
        Round("expiry", MINUTE, lambda: let_time_pass(services), expiry.BATCH),
        Round("tallies", MINUTE, lambda: fold_tallies(services), MAX_NOTES),
        Round("webhook_log", MINUTE, lambda: forget_old_deliveries(services)),
        Round("rates", MINUTE, lambda: forget_old_rates(services)),
        Round("answers", MINUTE, lambda: forget_old_answers(services)),
        Round("rooms", MINUTE, lambda: forget_old_room_events(services)),
    ]


async def _run_queue(app: procrastinate.App, queue: str) -> None:
    """Until cancelled. The signal to stop ends one, and the end of one ends all."""
    await app.run_worker_async(
        name=f"vivavoce-{queue}",
        queues=[queue],
        concurrency=CONCURRENCY[queue],
        install_signal_handlers=queue == DEFAULT,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_AFTER_SECONDS,
        shutdown_graceful_timeout=DRAIN_SECONDS[queue],
        delete_jobs="successful",
    )


def tasks() -> dict[str, Task]:
    """Every task by its name. Each takes the services, the ids it was deferred with, and if this try is the last."""
    return {
        "candidate.erase_files": erase_files,
        "interview.play_script": play_script,
        "interview.rehearse": rehearse,
        "mail.deliver": deliver,
        "report.make": make_report,
        "webhook.deliver": deliver_webhook,
    }


def _register(app: procrastinate.App, name: str, task: Task, services: Services) -> None:
    most = MORE_ATTEMPTS.get(name, MAX_ATTEMPTS)

    async def run(context: procrastinate.JobContext, /, **arguments: Any) -> None:
        await task(services, **arguments, final=context.job.attempts + 1 >= most)

    retry = procrastinate.RetryStrategy(max_attempts=most, exponential_wait=FIRST_RETRY_SECONDS)
    app.task(name=name, retry=retry, pass_context=True)(run)


async def _repeat(one: Round) -> None:
    """Now and again, for ever. A database that is away for a moment is met by the next round."""
    while True:
        try:
            for _ in range(MAX_BATCHES):
                if (await one.work() or 0) < one.batch:
                    break
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ConnectorException) as fault:
            _log.warning("round_failed", round=one.name, error=type(fault).__name__)
        await asyncio.sleep(one.seconds)


async def _retry_stalled(app: procrastinate.App) -> None:
    """Jobs of workers that died are given back."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        _log.warning("job_retried_after_its_worker_died", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)
