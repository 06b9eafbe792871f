"""Test mode: an interview that conducts itself, as an integrator's tests use it."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from vivavoce.evaluation.evaluator import Evaluator
from vivavoce.interviews.scripted import play_script
from vivavoce.reports.making import make_report
from vivavoce.wiring import Services
from world import World

PATIENCE = 20.0
SCRIPT = [
    [
        "I noticed a problem that nobody owned and took responsibility for solving it.",
        "In the end it went from two hours to ten minutes.",
    ],
    "A colleague and I disagreed, and we agreed on a smaller first step.",
    None,
]


def no_model() -> Evaluator:
    raise AssertionError("test mode asks no model")


async def read(world: World, interview_id: str) -> dict[str, Any]:
    answer = await world.call("GET", f"/api/v1/interviews/{interview_id}")
    found: dict[str, Any] = answer.json()
    return found


async def event_types(world: World, interview_id: str) -> list[str]:
    rows = await world.services.database.pool.fetch(
        "SELECT type FROM events WHERE interview_id = $1 ORDER BY id", interview_id
    )
    return [row["type"] for row in rows]


async def play(world: World, interview_id: str, services: Services | None = None) -> dict[str, Any]:
    """As the worker does, with its report; what came of it."""
    services = services or dataclasses.replace(world.services, evaluator=no_model)
    await play_script(services, interview_id, final=True)
    for arguments in await world.job_arguments("report.make"):
        await make_report(services, arguments["report_id"], final=True)
    return await read(world, interview_id)


def heard(interview: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(turn["role"], turn["content"], turn["evaluation"]) for turn in interview["transcript"]]


@pytest.mark.usefixtures("working")
async def test_a_test_interview_goes_all_the_way_to_a_report_by_itself(world: World) -> None:
    made = await world.interview(mode="test", script=SCRIPT)
    assert (made["mode"], made["status"]) == ("test", "INVITED")
    async with asyncio.timeout(PATIENCE):
        while True:
            interview = await read(world, made["id"])
            if interview["evaluation"] is not None:
                break
            await asyncio.sleep(0.02)
    assert (interview["status"], interview["completion"]) == ("COMPLETED", "FULL")
    assert interview["evaluation"]["evaluator"]["kind"] == "offline"
    assert any(one["level"] for one in interview["evaluation"]["criteria"])
    assert [text for role, text, _ in heard(interview) if role == "candidate"] == [*SCRIPT[0], SCRIPT[1]]
    types = await event_types(world, made["id"])
    assert list(dict.fromkeys(types)) == [
        "interview.created",
        "interview.invited",
        "interview.consented",
        "interview.opened",
        "interview.started",
        "turn.recorded",
        "turn.updated",
        "interview.completed",
        "report.ready",
    ]


async def test_the_same_script_says_the_same_and_comes_to_the_same(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    body = {"candidateId": candidate["id"], "jobId": job["id"], "mode": "test", "script": SCRIPT}
    made = [await world.made("/api/v1/interviews", body) for _ in range(2)]
    first, second = [await play(world, one["id"]) for one in made]
    assert heard(first) == heard(second)
    assert first["evaluation"] == second["evaluation"] is not None
    reports = [await report_of(world, one) for one in (first, second)]
    assert reports[0] == reports[1]


async def report_of(world: World, interview: dict[str, Any]) -> dict[str, Any]:
    """Without what is each one's own."""
    report = (await world.call("GET", f"/api/v1/reports/{interview['reportId']}")).json()
    own = ("id", "interviewId", "createdAt", "readyAt")
    return {name: value for name, value in report.items() if name not in own}


async def test_nothing_is_mailed_and_no_model_is_asked(world: World) -> None:
    made = await world.interview(mode="test")
    interview = await play(world, made["id"])
    assert interview["evaluation"] is not None
    assert interview["audioUrl"] is None
    assert (
        await world.services.database.pool.fetchval("SELECT count(*) FROM mails WHERE kind = 'invitation'")
        == 0
    )
    assert await world.job_arguments("mail.deliver") == []


async def test_a_script_that_ends_early_ends_the_interview_early(world: World) -> None:
    made = await world.interview(mode="test", script=["I wrote a compiler."])
    assert (await play(world, made["id"]))["completion"] == "PARTIAL"


async def test_it_is_told_apart_in_lists(world: World) -> None:
    made = await world.interview(mode="test")
    assert (await world.call("GET", "/api/v1/interviews")).json()["data"] == []
    listed = (await world.call("GET", "/api/v1/interviews?mode=test")).json()["data"]
    assert [one["id"] for one in listed] == [made["id"]]


async def test_without_an_invitation_it_waits_as_a_draft(world: World) -> None:
    made = await world.interview(mode="test", sendInvite=False)
    assert made["status"] == "DRAFT"
    assert await world.job_arguments("interview.play_script") == []
    answer = await world.call("POST", f"/api/v1/interviews/{made['id']}/invitation")
    assert answer.json()["status"] == "INVITED"
    assert await world.job_arguments("interview.play_script") == [{"interview_id": made["id"]}]


@pytest.mark.parametrize(
    ("fields", "status", "path"),
    [
        ({"script": ["Yes."]}, 422, "script"),
        ({"mode": "test", "script": []}, 400, "script"),
        ({"mode": "test", "script": [" "]}, 400, "script.0"),
        ({"mode": "test", "script": [[]]}, 400, "script.0"),
        ({"mode": "test", "script": [["Yes.", None]]}, 400, "script.0.1"),
        ({"mode": "test", "script": ["a" * 10_001]}, 400, "script.0"),
        ({"mode": "test", "script": ["a"] * 101}, 400, "script"),
        ({"mode": "rehearsal"}, 400, "mode"),
    ],
)
async def test_a_script_that_cannot_be_played_is_refused(
    world: World, fields: dict[str, Any], status: int, path: str
) -> None:
    candidate, job = await world.candidate(), await world.job()
    body = {"candidateId": candidate["id"], "jobId": job["id"], **fields}
    answer = await world.call("POST", "/api/v1/interviews", json=body)
    assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (status, path)


class Killed(BaseException):
    """What no code of ours catches."""


def dying(clock: Callable[[], datetime], after: int) -> Callable[[], datetime]:
    """A clock with whose reading number `after` the process dies."""
    readings = iter(range(after))

    def read_clock() -> datetime:
        if next(readings, None) is None:
            raise Killed
        return clock()

    return read_clock


async def test_wherever_a_worker_is_killed_the_next_goes_on_and_nothing_is_twice(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    body = {"candidateId": candidate["id"], "jobId": job["id"], "mode": "test", "script": SCRIPT}
    whole = await play(world, (await world.made("/api/v1/interviews", body))["id"])
    expected = await event_types(world, whole["id"])
    for readings in range(1, 30):
        made = await world.made("/api/v1/interviews", body)
        mortal = dataclasses.replace(world.services, clock=dying(world.clock, readings))
        try:
            await play_script(mortal, made["id"], final=False)
        except Killed:
            died = True
        else:
            died = False
        after = await play(world, made["id"])
        assert heard(after) == heard(whole)
        assert after["evaluation"] == whole["evaluation"]
        assert await event_types(world, made["id"]) == expected
        if not died:
            return
    raise AssertionError("it never came to its end")


async def test_two_workers_at_once_conduct_it_once(world: World) -> None:
    made = await world.interview(mode="test", script=SCRIPT)
    await asyncio.gather(*(play_script(world.services, made["id"], final=False) for _ in range(2)))
    interview = await play(world, made["id"])
    assert interview["status"] == "COMPLETED"
    assert (await event_types(world, made["id"])).count("turn.recorded") == len(interview["transcript"])
    answers = [text for role, text, _ in heard(interview) if role == "candidate"]
    assert answers == [*SCRIPT[0], SCRIPT[1]]


async def test_one_that_was_cancelled_meanwhile_stays_cancelled(world: World) -> None:
    made = await world.interview(mode="test")
    await world.call("POST", f"/api/v1/interviews/{made['id']}/cancellation")
    interview = await play(world, made["id"])
    assert (interview["status"], interview["transcript"]) == ("CANCELLED", [])
