"""Paging, by chance and by the API alone: nothing comes twice, nothing is missed, whatever is added on the way."""

import base64
import random
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from vivavoce.settings import Settings
from world import World

SEEDS = range(20260301, 20260309)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, rate_per_second=0, rate_per_minute=0)


class Shelf:
    """Jobs that are made as time goes on, often several in the same moment."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.made: list[str] = []

    async def fill(self, most: int) -> None:
        for _ in range(self.chance.randint(0, most)):
            if self.chance.random() < 0.5:
                self.world.clock.forward(microseconds=self.chance.randint(1, 1_000_000))
            job = await self.world.job(
                title=f"Job {len(self.made)}", status=self.chance.choice(["ACTIVE", "DRAFT"])
            )
            self.made.append(job["id"])

    async def read(self, **query: Any) -> Any:
        answer = await self.world.call("GET", "/api/v1/jobs", params=query)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.mark.parametrize("seed", SEEDS)
async def test_by_cursor_nothing_comes_twice_and_nothing_is_missed_while_jobs_are_added(
    world: World, seed: int
) -> None:
    chance = random.Random(seed)
    shelf = Shelf(world, chance)
    await shelf.fill(40)
    there, size = list(shelf.made), chance.choice([1, 2, 7, 20, 100])
    answer = await shelf.read(pageSize=size)
    seen: list[dict[str, Any]] = []
    while True:
        page = answer.json()
        seen += page["data"]
        await shelf.fill(3)
        cursor = page["pagination"]["nextCursor"]
        assert ("next" in answer.links) == (cursor is not None)
        if cursor is None:
            break
        assert len(page["data"]) == size
        if chance.random() < 0.5:
            answer = await shelf.read(pageSize=size, cursor=cursor)
        else:
            answer = await world.call("GET", answer.links["next"]["url"])
        assert answer.json()["pagination"]["total"] is None
    ids = [job["id"] for job in seen]
    assert len(set(ids)) == len(ids), f"twice, with the seed {seed}"
    assert set(ids) == set(there), f"missed or added, with the seed {seed}"
    order = [(datetime.fromisoformat(job["createdAt"]), job["id"]) for job in seen]
    assert order == sorted(order, reverse=True), f"not newest first, with the seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
async def test_by_number_the_pages_are_the_whole_in_order_and_count_it(world: World, seed: int) -> None:
    chance = random.Random(seed)
    shelf = Shelf(world, chance)
    await shelf.fill(60)
    size, query = chance.choice([1, 3, 10, 50]), chance.choice([{}, {"status": "ACTIVE"}, {"search": "1"}])
    whole = (await shelf.read(pageSize=100, **query)).json()["data"]
    seen = []
    number = 0
    while True:
        number += 1
        page = (await shelf.read(page=number, pageSize=size, **query)).json()
        told = page["pagination"]
        assert (told["page"], told["total"], told["totalPages"]) == (
            number,
            len(whole),
            -(-len(whole) // size),
        )
        seen += page["data"]
        if told["nextCursor"] is None:
            break
    assert seen == whole, f"with the seed {seed}"
    beyond = (await shelf.read(page=number + 1, pageSize=size, **query)).json()
    assert beyond["data"] == []


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_list_that_is_gone_through_by_a_filter_keeps_it(world: World, seed: int) -> None:
    chance = random.Random(seed)
    shelf = Shelf(world, chance)
    await shelf.fill(30)
    answer = await shelf.read(pageSize=chance.choice([1, 4]), status="DRAFT")
    seen = list(answer.json()["data"])
    while "next" in answer.links:
        await shelf.fill(2)
        answer = await world.call("GET", answer.links["next"]["url"])
        seen += answer.json()["data"]
    assert {job["status"] for job in seen} <= {"DRAFT"}
    assert len({job["id"] for job in seen}) == len(seen), f"twice, with the seed {seed}"


def given(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "====", "é", "A" * 5_000),
        *(
            given(text)
            for text in ("nothing", "2026-03-01T09:00:00 job_x", "2026-03-01T09:00:00Z ", "x job_x")
        ),
        given("2026-03-01T09:00:00+00:00 job_\0"),
        given("0001-01-01T00:00:00+23:59 job_x"),
    ],
)
async def test_a_cursor_that_we_did_not_give_is_refused(world: World, cursor: str) -> None:
    answer = await world.call("GET", "/api/v1/jobs", params={"cursor": cursor})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["fields"][0]["path"] == "cursor"
