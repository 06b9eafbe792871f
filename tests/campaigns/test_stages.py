"""Stages of the public API: ordered, of a type, with their own configuration and report."""

import asyncio
from typing import Any

import pytest

from finished import finished_interview
from world import World


@pytest.fixture
async def path(world: World) -> str:
    """Of the stages of a campaign that has none yet."""
    job = await world.job(title="Night nurse")
    made = await world.made("/api/v1/campaigns", {"name": "Spring", "jobId": job["id"]})
    return f"/api/v1/campaigns/{made['id']}/stages"


async def add(world: World, path: str, name: str, kind: str = "HUMAN_REVIEW", **fields: Any) -> str:
    made = await world.made(path, {"name": name, "type": kind, **fields})
    identity: str = made["id"]
    return identity


async def order(world: World, path: str) -> list[str]:
    listed = (await world.call("GET", path)).json()
    assert [stage["position"] for stage in listed["data"]] == list(range(1, len(listed["data"]) + 1))
    assert listed["pagination"]["total"] == len(listed["data"])
    return [stage["name"] for stage in listed["data"]]


async def test_stages_stand_in_their_order_and_a_new_one_is_last(world: World, path: str) -> None:
    assert await order(world, path) == []
    for name, kind in (
        ("Form", "AI_PREQUALIFICATION"),
        ("Talk", "AI_INTERVIEW"),
        ("Exercise", "TEST"),
        ("Team", "HUMAN_REVIEW"),
    ):
        await add(world, path, name, kind)
    assert await order(world, path) == ["Form", "Talk", "Exercise", "Team"]


@pytest.mark.parametrize(("position", "found"), [(1, "DABC"), (2, "ADBC"), (4, "ABCD"), (1000, "ABCD")])
async def test_a_stage_made_at_a_position_moves_the_others(
    world: World, path: str, position: int, found: str
) -> None:
    for name in "ABC":
        await add(world, path, name)
    await add(world, path, "D", position=position)
    assert await order(world, path) == list(found)


@pytest.mark.parametrize(
    ("name", "position", "found"),
    [("A", 3, "BCAD"), ("D", 1, "DABC"), ("B", 2, "ABCD"), ("A", 99, "BCDA")],
)
async def test_a_stage_that_is_moved_moves_the_others(
    world: World, path: str, name: str, position: int, found: str
) -> None:
    made = {one: await add(world, path, one) for one in "ABCD"}
    changed = await world.call("PATCH", f"{path}/{made[name]}", json={"position": position})
    assert changed.status_code == 200
    assert changed.json()["position"] == found.index(name) + 1
    assert await order(world, path) == list(found)


async def test_stages_added_and_moved_at_once_keep_positions_without_a_gap(world: World, path: str) -> None:
    first = await add(world, path, "A")
    answers = await asyncio.gather(
        *(world.call("POST", path, json={"name": name, "type": "TEST", "position": 1}) for name in "BCDE"),
        world.call("PATCH", f"{path}/{first}", json={"position": 3}),
    )
    assert all(answer.status_code in (200, 201) for answer in answers)
    assert sorted(await order(world, path)) == list("ABCDE")


async def test_only_ai_interviews_have_a_configuration_and_a_report(world: World, path: str) -> None:
    config = (await world.interview())["configId"]
    talk = await add(world, path, "Talk", "AI_INTERVIEW", configId=config, generateReport=False)
    for method, where, body, field in (
        ("POST", path, {"name": "X", "type": "TEST", "configId": config}, "configId"),
        ("POST", path, {"name": "X", "type": "TEST", "generateReport": True}, "generateReport"),
        ("POST", path, {"name": "X", "type": "AI_INTERVIEW", "configId": "cfg_x"}, "configId"),
        ("PATCH", f"{path}/{talk}", {"type": "HUMAN_REVIEW"}, "configId"),
    ):
        answer = await world.call(method, where, json=body)
        assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (422, field)
    plain = {"type": "HUMAN_REVIEW", "configId": None, "generateReport": None}
    changed = (await world.call("PATCH", f"{path}/{talk}", json=plain)).json()
    assert {name: changed[name] for name in plain} == plain


@pytest.mark.parametrize(
    ("change", "field"),
    [({"type": "PHONE"}, "type"), ({"position": 0}, "position"), ({"name": ""}, "name"), ({"x": 1}, "x")],
)
async def test_what_is_wrong_with_a_stage_is_told_by_field(
    world: World, path: str, change: dict[str, Any], field: str
) -> None:
    answer = await world.call("POST", path, json={"name": "Talk", "type": "AI_INTERVIEW", **change})
    assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (400, field)


async def test_a_campaign_has_at_most_fifty_stages(world: World, path: str) -> None:
    await world.services.database.pool.execute(
        "INSERT INTO stages (id, campaign_id, position, name, type, created_at)"
        " SELECT 'stg_' || n, $1, n, 'Step', 'TEST', $2 FROM generate_series(1, 50) n",
        path.split("/")[4],
        world.clock(),
    )
    answer = await world.call("POST", path, json={"name": "One more", "type": "TEST"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "UNPROCESSABLE")


async def test_a_stage_is_found_through_its_own_campaign_only(world: World, path: str) -> None:
    stage = await add(world, path, "Talk")
    other = await world.campaign((await world.job())["id"])
    for method, options in (("PATCH", {"json": {"name": "X"}}), ("DELETE", {})):
        answer = await world.call(method, f"/api/v1/campaigns/{other['id']}/stages/{stage}", **options)
        assert answer.status_code == 404


async def test_a_stage_with_interviews_keeps_its_type_and_stays(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    campaign = await world.campaign(job["id"])
    stage = campaign["stages"][0]["id"]
    path = f"/api/v1/campaigns/{campaign['id']}"
    await world.made(f"{path}/candidates", {"candidateId": candidate["id"]})
    await world.made(
        "/api/v1/interviews", {"candidateId": candidate["id"], "jobId": job["id"], "stageId": stage}
    )
    for method, options in (("DELETE", {}), ("PATCH", {"json": {"type": "TEST"}})):
        answer = await world.call(method, f"{path}/stages/{stage}", **options)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "STAGE_IN_USE")
        assert "has interviews" in answer.json()["detail"]
    moved = await world.call("PATCH", f"{path}/stages/{stage}", json={"name": "Talk", "position": 2})
    assert (moved.json()["name"], moved.json()["position"]) == ("Talk", 2)


async def test_candidates_at_a_deleted_stage_go_to_the_one_before_or_after(world: World, path: str) -> None:
    candidates = f"{path.removesuffix('stages')}candidates"
    first, second, third = [await add(world, path, name) for name in "ABC"]
    candidate = await world.candidate()
    await world.made(candidates, {"candidateId": candidate["id"], "stageId": second})
    for deleted, found in ((second, first), (first, third), (third, None)):
        world.clock.forward(minutes=1)
        assert (await world.call("DELETE", f"{path}/{deleted}")).status_code == 204
        row = (await world.call("GET", candidates)).json()["data"][0]
        assert row["stageId"] == found
        assert row["progress"]["position"] == (1 if found else None)
    entered = await add(world, path, "D")
    row = (await world.call("GET", candidates)).json()["data"][0]
    assert row["stageId"] == entered, "the first stage takes in who was there before"


async def test_a_stages_configuration_comes_before_the_campaigns(world: World) -> None:
    wanted = {
        "language": "en",
        "questions": [{"id": "q1", "text": {"en": "Why here?"}}],
        "criteria": [],
    }
    general, special = [
        (await world.made("/api/v1/interview-configs", {"name": name, **wanted}))["id"]
        for name in ("General", "Special")
    ]
    candidate, job = await world.candidate(), await world.job()
    campaign = await world.campaign(job["id"], interviewConfigId=general)
    path = f"/api/v1/campaigns/{campaign['id']}"
    await world.made(f"{path}/candidates", {"candidateId": candidate["id"]})
    stage = campaign["stages"][0]["id"]
    body = {"candidateId": candidate["id"], "jobId": job["id"], "stageId": stage}
    assert (await world.made("/api/v1/interviews", body))["configId"] == general
    await world.call("PATCH", f"{path}/stages/{stage}", json={"configId": special})
    assert (await world.made("/api/v1/interviews", body))["configId"] == special


async def test_a_stage_says_whether_its_interviews_get_a_report(world: World) -> None:
    candidate, job = await world.candidate("grace@example.org"), await world.job()
    campaign = await world.campaign(job["id"])
    path = f"/api/v1/campaigns/{campaign['id']}"
    stage = campaign["stages"][0]["id"]
    await world.call("PATCH", f"{path}/stages/{stage}", json={"generateReport": False})
    await world.made(f"{path}/candidates", {"candidateId": candidate["id"]})
    body = {"candidateId": candidate["id"], "jobId": job["id"], "stageId": stage}
    interview = await world.made("/api/v1/interviews", body)
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    closed = await world.call("POST", f"/api/interviews/{interview['id']}/finalize", agent=True)
    assert closed.json()["reportId"] is None
    assert (await finished_interview(world))["status"] == "INVITED", "others get one as before"
