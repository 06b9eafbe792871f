"""The demonstration is made once, is whole in both languages, and always has a link that works."""

import re
from datetime import timedelta

from vivavoce.agents.configs import LANGUAGES, faults
from vivavoce.demonstration import CONFIG, demonstrate
from world import World


async def links(world: World) -> tuple[str, str]:
    async with world.services.database.transaction() as connection:
        said = await demonstrate(world.services, connection)
    recruiter, candidate = re.findall(r"http://\S+", said)
    return recruiter, candidate


async def count(world: World, table: str) -> int:
    found: int = await world.services.database.pool.fetchval(f"SELECT count(*) FROM {table}")
    return found


def test_its_rubric_is_whole_in_every_language() -> None:
    assert faults(CONFIG) == ()
    for criterion in CONFIG.criteria:
        assert set(criterion.levels) == {"1", "2", "3", "4", "5"}
        for language in LANGUAGES:
            assert all(text[language] for text in criterion.levels.values())
            assert len(criterion.reference_points[language]) >= 4
    asked = {identity for question in CONFIG.questions for identity in question.criteria}
    assert asked == {criterion.id for criterion in CONFIG.criteria}


async def test_it_is_made_once(world: World) -> None:
    tables = ("organizations", "jobs", "campaigns", "stages", "candidates", "agents", "interviews", "mails")
    _, candidate = await links(world)
    made = {table: await count(world, table) for table in tables}
    _, again = await links(world)
    assert again == candidate
    assert {table: await count(world, table) for table in tables} == made


async def test_its_candidates_are_interviewed_in_english_and_in_french(world: World) -> None:
    await links(world)
    rows = await world.services.database.pool.fetch(
        "SELECT i.language FROM interviews i JOIN organizations o ON o.id = i.organization_id"
        " WHERE o.name = 'Demonstration' AND i.status = 'INVITED' AND i.campaign_id IS NOT NULL"
    )
    assert sorted(row["language"] for row in rows) == ["en", "fr"]


async def test_its_links_open(world: World) -> None:
    for link in await links(world):
        answer = await world.http.get(link)
        assert answer.status_code == 200


async def test_a_link_that_is_over_is_followed_by_a_new_one(world: World) -> None:
    _, candidate = await links(world)
    world.clock.at += timedelta(days=30)
    _, later = await links(world)
    assert later != candidate
