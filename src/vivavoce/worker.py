"""The worker: runs what was deferred, any number of it on one database, each task harmless when done twice."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException

from vivavoce.candidates.erasure import erase_files
from vivavoce.interviews.expiry import let_time_pass
from vivavoce.interviews.lease import notice_lost_lines
from vivavoce.interviews.rehearsal import rehearse
from vivavoce.mail.delivery import deliver
from vivavoce.rates import forget_old_rates
from vivavoce.replays import forget_old_answers
from vivavoce.reports.making import make_report
from vivavoce.tasks import DEFAULT, STALLED_AFTER_SECONDS, WEBHOOKS
from vivavoce.webhooks.deliveries import deliver_webhook, forget_old_deliveries
from vivavoce.wiring import Services

CONCURRENCY = {DEFAULT: 4, WEBHOOKS: 16}
"""By queue, each with a worker of its own: receivers that do not answer keep no mail and no report waiting."""
CONNECTIONS = 10
MAX_ATTEMPTS = 8
FIRST_RETRY_SECONDS = 2
HEARTBEAT_SECONDS = 2.0
DRAIN_SECONDS = 20.0
EXPIRY_SECONDS = 60.0
LINES_SECONDS = 10.0

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
        rounds = [
            asyncio.create_task(_repeat(STALLED_AFTER_SECONDS / 2, "stalled", lambda: _retry_stalled(app))),
            asyncio.create_task(_repeat(EXPIRY_SECONDS, "expiry", lambda: let_time_pass(services))),
            asyncio.create_task(_repeat(LINES_SECONDS, "lines", lambda: notice_lost_lines(services))),
            asyncio.create_task(
                _repeat(EXPIRY_SECONDS, "webhook_log", lambda: forget_old_deliveries(services))
            ),
            asyncio.create_task(_repeat(EXPIRY_SECONDS, "rates", lambda: forget_old_rates(services))),
            asyncio.create_task(_repeat(EXPIRY_SECONDS, "answers", lambda: forget_old_answers(services))),
        ]
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


async def _run_queue(app: procrastinate.App, queue: str) -> None:
    """Until cancelled. The signal to stop ends one, and the end of one ends all."""
    await app.run_worker_async(
        name=f"vivavoce-{queue}",
        queues=[queue],
        concurrency=CONCURRENCY[queue],
        install_signal_handlers=queue == DEFAULT,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_AFTER_SECONDS,
        shutdown_graceful_timeout=DRAIN_SECONDS,
        delete_jobs="successful",
    )


def tasks() -> dict[str, Task]:
    """Every task by its name. Each takes the services, the ids it was deferred with, and if this try is the last."""
    return {
        "candidate.erase_files": erase_files,
        "interview.rehearse": rehearse,
        "mail.deliver": deliver,
        "report.make": make_report,
        "webhook.deliver": deliver_webhook,
    }


def _register(app: procrastinate.App, name: str, task: Task, services: Services) -> None:
    async def run(context: procrastinate.JobContext, /, **arguments: Any) -> None:
        await task(services, **arguments, final=context.job.attempts + 1 >= MAX_ATTEMPTS)

    retry = procrastinate.RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=FIRST_RETRY_SECONDS)
    app.task(name=name, retry=retry, pass_context=True)(run)


async def _repeat(seconds: float, name: str, round_: Callable[[], Awaitable[object]]) -> None:
    """Now and again, for ever. A database that is away for a moment is met by the next round."""
    while True:
        try:
            await round_()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ConnectorException) as fault:
            _log.warning("round_failed", round=name, error=type(fault).__name__)
        await asyncio.sleep(seconds)


async def _retry_stalled(app: procrastinate.App) -> None:
    """Jobs of workers that died are given back."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        _log.warning("job_retried_after_its_worker_died", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)
