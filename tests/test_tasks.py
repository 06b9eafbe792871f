"""The worker: starts at once on what a commit asked for, gives back what a dead one left."""

import asyncio
import contextlib

import pytest

from vivavoce.tasks import defer
from vivavoce.worker import tasks, work
from world import World

PATIENCE = 20.0


async def report_status(world: World, report_id: str, wanted: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            report = (await world.call("GET", f"/api/v1/reports/{report_id}")).json()
            if report["status"] == wanted:
                return
            await asyncio.sleep(0.02)


async def finished(world: World) -> str:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "candidate", "I wrote a compiler.")
    closed = await world.call("POST", f"/api/interviews/{interview['id']}/finalize", agent=True)
    report_id: str = closed.json()["reportId"]
    return report_id


@pytest.mark.usefixtures("working")
async def test_a_finalized_interview_has_its_report_made(world: World) -> None:
    await report_status(world, await finished(world), "READY")


async def test_a_rollback_takes_the_task_with_it(world: World) -> None:
    async def change_of_mind() -> None:
        async with world.services.database.transaction() as connection:
            await defer(connection, "report.make", report_id="rep_x")
            raise LookupError

    with pytest.raises(LookupError):
        await change_of_mind()
    assert await world.job_arguments("report.make") == []


async def test_what_a_dead_worker_was_doing_is_done_by_the_next(world: World, dsn: str) -> None:
    report_id = await finished(world)
    pool = world.services.database.pool
    dead = await pool.fetchval(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
    )
    await pool.execute(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = $1 WHERE task_name = 'report.make'", dead
    )
    task = asyncio.create_task(work(world.services, dsn))
    try:
        await report_status(world, report_id, "READY")
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def test_every_task_can_be_found_by_its_name() -> None:
    assert set(tasks()) == {
        "candidate.erase_files",
        "interview.play_script",
        "interview.rehearse",
        "mail.deliver",
        "report.make",
        "webhook.deliver",
    }
