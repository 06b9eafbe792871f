"""Limits of the public API: per key, by the second and by the minute, for all web processes together."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from vivavoce.rates import forget_old_rates
from vivavoce.settings import Settings
from world import START, World, opened_world

PATH = "/api/v1/jobs"
NAMES = ("limit", "remaining", "reset")


@pytest.fixture
async def worlds(settings: Settings, dsn: str) -> AsyncIterator[list[World]]:
    """Two web processes on one database, with limits of 5 a second and 12 a minute."""
    narrow = dataclasses.replace(settings, rate_per_second=5, rate_per_minute=12)
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(opened_world(narrow, dsn)) for _ in range(2)]
        both[1].clock = both[0].clock
        app = both[1].http._transport.app  # type: ignore[attr-defined] # the app under test
        app.state.services = dataclasses.replace(app.state.services, clock=both[0].clock)
        both[1].key = both[0].key
        yield both


def limits(answer: httpx.Response) -> tuple[int, ...]:
    return tuple(int(answer.headers[f"x-ratelimit-{name}"]) for name in NAMES)


async def test_every_answer_tells_the_tighter_limit(worlds: list[World]) -> None:
    world, now = worlds[0], int(START.timestamp())
    seen = []
    for _ in range(3):
        seen += [limits(await world.call("GET", PATH)) for _ in range(4)]
        world.clock.forward(seconds=1)
    assert seen[:4] == [(5, left, now + 1) for left in (4, 3, 2, 1)]
    assert seen[4:8] == [(5, 4, now + 2), (5, 3, now + 2), (5, 2, now + 2), (5, 1, now + 2)]
    assert seen[8:] == [(12, left, now + 60) for left in (3, 2, 1, 0)]


async def test_processes_count_together_and_a_refused_request_counts_too(worlds: list[World]) -> None:
    answers = await asyncio.gather(*(one.call("GET", PATH) for one in worlds for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [200] * 5 + [429] * 5
    refused = next(one for one in answers if one.status_code == 429)
    assert refused.json()["error"]["code"] == "RATE_LIMITED"
    assert refused.headers["retry-after"] == "1"
    assert limits(refused)[1] == 0
    worlds[0].clock.forward(seconds=1)
    again = [await worlds[1].call("GET", PATH) for _ in range(3)]
    assert [one.status_code for one in again] == [200, 200, 429]
    assert again[2].headers["retry-after"] == "59"
    worlds[0].clock.forward(seconds=59)
    assert (await worlds[0].call("GET", PATH)).status_code == 200


async def test_a_refused_request_does_nothing(worlds: list[World]) -> None:
    world = worlds[0]
    for number in range(7):
        await world.call(
            "POST", PATH, json={"title": f"Job {number}"}, headers={"Idempotency-Key": f"{number}"}
        )
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM jobs") == 5


async def test_each_key_has_its_own_and_strangers_share_their_addresss(worlds: list[World]) -> None:
    world = worlds[0]
    for _ in range(6):
        await world.call("GET", PATH)
    assert (await world.call("GET", PATH, key=world.stranger_key)).status_code == 200
    unknown = [await world.call("GET", PATH, key=key) for key in (None, "vv_a", None, "vv_b", "vv_c", None)]
    assert [one.status_code for one in unknown] == [401] * 5 + [429]
    assert [limits(one)[1] for one in unknown] == [4, 3, 2, 1, 0, 0]
    assert (await world.call("GET", PATH, key=world.stranger_key)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1", 404),
        ("GET", "//api/v1/jobs", 200),
        ("DELETE", "/api/v1/jobs", 405),
        ("OPTIONS", "/api/v1/jobs", 204),
        ("POST", "/api/v1/jobs", 415),
        ("GET", "/api/v1/jobs?page=0", 400),
        ("GET", "/api/v1/jobs/job_none", 404),
    ],
)
async def test_the_limits_are_on_every_answer(world: World, method: str, path: str, status: int) -> None:
    answer = await world.http.request(
        method, f"http://testserver{path}", headers={"Authorization": f"Bearer {world.key}"}
    )
    assert answer.status_code == status
    assert limits(answer)[:2] == (1_000, 999)


async def test_there_are_none_elsewhere(world: World) -> None:
    answers = [
        await world.http.get("/healthz"),
        await world.call("GET", "/api/interviews/x/plan", agent=True),
    ]
    assert not any(name.startswith("x-ratelimit") for answer in answers for name in answer.headers)


@pytest.mark.parametrize(
    ("second", "minute", "expected"), [(0, 0, None), (0, 3, (3, 2)), (3, 0, (3, 2)), (3, 1, (1, 0))]
)
async def test_zero_is_no_limit(
    settings: Settings, dsn: str, second: int, minute: int, expected: tuple[int, int] | None
) -> None:
    chosen = dataclasses.replace(settings, rate_per_second=second, rate_per_minute=minute)
    async with opened_world(chosen, dsn) as world:
        answer = await world.call("GET", PATH)
        assert answer.status_code == 200
        found = limits(answer)[:2] if "x-ratelimit-limit" in answer.headers else None
        assert found == expected
        counted = await world.services.database.pool.fetchval("SELECT count(*) FROM request_rates")
        assert counted == (expected is not None)


async def test_who_was_late_for_a_second_counts_in_the_next(worlds: list[World]) -> None:
    world, now = worlds[0], worlds[0].clock.at
    left = []
    for seconds in (0, 1, 0, 1, 0):
        world.clock.at = now.replace(second=seconds)
        left.append(limits(await world.call("GET", PATH))[1])
    assert left == [4, 4, 3, 2, 1]


async def test_counts_are_forgotten_when_their_minute_is_over(world: World) -> None:
    await world.call("GET", PATH)
    count = "SELECT count(*) FROM request_rates"
    await forget_old_rates(world.services)
    assert await world.services.database.pool.fetchval(count) == 1
    world.clock.forward(minutes=3)
    await forget_old_rates(world.services)
    assert await world.services.database.pool.fetchval(count) == 0


async def test_a_keys_last_use_is_written_down_once_a_minute(world: World) -> None:
    last = "SELECT last_used_at FROM api_keys WHERE secret_hash = sha256($1)"
    seen = []
    for _ in range(3):
        await world.call("GET", PATH)
        seen.append(await world.services.database.pool.fetchval(last, world.key.encode()))
        world.clock.forward(seconds=40)
    assert [(one - START).seconds for one in seen] == [0, 0, 80]
