"""Totals of lists, by chance: the tallies say what there is, whatever was changed, however much is folded in."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from vivavoce.interviews.matching import InterviewFilter
from vivavoce.interviews.tallies import count_matches, fold
from vivavoce.settings import Settings
from world import START, World

SEEDS = range(20260401, 20260407)
STATUSES = ("DRAFT", "INVITED", "IN_PROGRESS", "COMPLETED", "CANCELLED", "EXPIRED")
DAYS = 60


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, rate_per_second=0, rate_per_minute=0)


def moment(chance: random.Random) -> datetime:
    """Also exactly where a week begins."""
    if chance.random() < 0.1:
        return datetime.fromtimestamp(
            int(START.timestamp() // 604_800 - chance.randint(0, 8)) * 604_800, START.tzinfo
        )
    return START - timedelta(seconds=chance.randint(0, DAYS * 86_400))


async def change_by_chance(world: World, chance: random.Random, ids: list[str]) -> None:
    pool = world.services.database.pool
    for interview_id in ids:
        what = chance.random()
        if what < 0.1:
            await pool.execute("DELETE FROM interviews WHERE id = $1", interview_id)
        elif what < 0.9:
            created = moment(chance)
            await pool.execute(
                "UPDATE interviews SET created_at = $2, updated_at = $3, expires_at = $4, mode = $5, status = $6"
                " WHERE id = $1",
                interview_id,
                created,
                created + timedelta(days=chance.choice([0, 1, 20])),
                START + timedelta(days=chance.choice([-1, 0, 1])),
                chance.choice(["live", "live", "test"]),
                chance.choice(STATUSES),
            )


def a_filter(world: World, chance: random.Random, job_id: str) -> InterviewFilter:
    def perhaps(value: Any) -> Any:
        return value if chance.random() < 0.4 else None

    return InterviewFilter(
        organization_id=world.organization_id,
        mode=chance.choice(["live", "test"]),
        status=perhaps(chance.choice(STATUSES)),
        job_id=perhaps(job_id) if chance.random() < 0.2 else None,
        created_after=perhaps(moment(chance)),
        created_before=perhaps(moment(chance)),
        updated_after=perhaps(moment(chance)),
    )


async def require_true(world: World, wanted: InterviewFilter, seed: int) -> None:
    where = wanted.conditions(START)
    rows = await world.services.database.pool.fetch(
        f"SELECT x.created_at FROM interviews x WHERE {where}", *where.values
    )
    async with world.services.database.transaction() as connection:
        found = await count_matches(connection, wanted, at=START)
    assert found.total == len(rows), f"{wanted}, with the seed {seed}"
    if rows:
        newest = max(row["created_at"] for row in rows)
        assert found.newest is None or found.newest >= newest, f"{wanted}, with the seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_total_is_what_there_is(world: World, seed: int) -> None:
    chance = random.Random(seed)
    candidate, job = await world.candidate(), await world.job()
    body = {"candidateId": candidate["id"], "jobId": job["id"], "sendInvite": False}
    ids = [(await world.made("/api/v1/interviews", body))["id"] for _ in range(40)]
    for _ in range(3):
        await change_by_chance(world, chance, ids)
        for _ in range(25):
            await require_true(world, a_filter(world, chance, job["id"]), seed)
        if chance.random() < 0.7:
            async with world.services.database.transaction() as connection:
                assert await fold(connection) > 0
                assert await fold(connection) == 0
        for _ in range(10):
            await require_true(world, a_filter(world, chance, job["id"]), seed)


async def test_interviews_that_are_moved_in_time_by_hand_are_tallied_too(world: World) -> None:
    """Created and updated are never changed together by the product; a repair by SQL may."""
    interview = await world.interview()
    await world.services.database.pool.execute(
        "UPDATE interviews SET created_at = created_at - interval '1 year' WHERE id = $1", interview["id"]
    )
    old = InterviewFilter(organization_id=world.organization_id, created_before=START - timedelta(days=300))
    await require_true(world, old, 0)


async def test_lists_count_by_them(world: World) -> None:
    for name in ("ada", "grace", "edith"):
        await world.interview(f"{name}@example.org")
    listed = (
        await world.call("GET", "/api/v1/interviews", params={"pageSize": 2, "status": "INVITED"})
    ).json()
    assert (listed["pagination"]["total"], listed["pagination"]["totalPages"]) == (3, 2)
    page = await world.page("GET", "/interviews", params={"status": "INVITED"})
    assert "3\N{NO-BREAK SPACE}interviews" in page.text


@pytest.mark.parametrize("name", ["createdAfter", "createdBefore", "updatedAfter"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_the_ends_of_time_bound_a_list_too(world: World, name: str, moment: str) -> None:
    await world.interview()
    listed = await world.call("GET", "/api/v1/interviews", params={name: moment})
    assert listed.status_code == 200, listed.text
    expected = int(name.endswith("After") == moment.startswith("0001"))
    assert listed.json()["pagination"]["total"] == len(listed.json()["data"]) == expected


@pytest.mark.parametrize("name", ["jobId", "campaignId", "candidateId", "externalId"])
async def test_of_a_thing_without_a_name_there_is_nothing(world: World, name: str) -> None:
    await world.interview()
    listed = (await world.call("GET", "/api/v1/interviews", params={name: ""})).json()
    assert (listed["pagination"]["total"], listed["data"]) == (0, [])
