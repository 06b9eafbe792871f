"""The candidates of a campaign, and its pipeline: progress, interviews, levels."""

import asyncio
from typing import Any

import pytest

from finished import report_made, say
from world import World


@pytest.fixture
async def campaign(world: World) -> dict[str, Any]:
    """With two stages: an interview, then people's own judgement."""
    return await world.campaign((await world.job())["id"])


def path_of(campaign: dict[str, Any]) -> str:
    return f"/api/v1/campaigns/{campaign['id']}"


async def join(world: World, campaign: dict[str, Any], email: str, **fields: Any) -> str:
    candidate = await world.candidate(email)
    await world.made(f"{path_of(campaign)}/candidates", {"candidateId": candidate["id"], **fields})
    identity: str = candidate["id"]
    return identity


async def interview(world: World, campaign: dict[str, Any], candidate: str, **fields: Any) -> str:
    body = {
        "candidateId": candidate,
        "jobId": campaign["jobId"],
        "stageId": campaign["stages"][0]["id"],
        **fields,
    }
    made = await world.made("/api/v1/interviews", body)
    identity: str = made["id"]
    return identity


async def finish(world: World, interview_id: str) -> None:
    await say(world, interview_id)
    closed = await world.call("POST", f"/api/interviews/{interview_id}/finalize", agent=True)
    await report_made(world, closed.json()["reportId"])


async def progress(world: World, campaign: dict[str, Any], candidate: str) -> dict[str, Any]:
    listed = (await world.call("GET", f"{path_of(campaign)}/candidates")).json()["data"]
    found: dict[str, Any] = next(row for row in listed if row["candidateId"] == candidate)
    return found


async def test_a_candidate_comes_in_at_the_first_stage_or_at_the_one_that_is_named(
    world: World, campaign: dict[str, Any]
) -> None:
    first, second = (stage["id"] for stage in campaign["stages"])
    path = f"{path_of(campaign)}/candidates"
    ada, grace = await world.candidate("ada@example.org"), await world.candidate("grace@example.org")
    made = await world.made(path, {"candidateId": ada["id"], "note": "Met at a fair"})
    assert made == {
        "candidateId": ada["id"],
        "candidate": {name: ada[name] for name in ("id", "firstName", "lastName", "email")},
        "stageId": first,
        "stageEnteredAt": "2026-03-01T09:00:00Z",
        "note": "Met at a fair",
        "progress": {"position": 1, "stages": 2, "state": "TO_DO"},
        "scores": [],
        "interviews": [],
        "createdAt": "2026-03-01T09:00:00Z",
        "updatedAt": "2026-03-01T09:00:00Z",
    }
    other = await world.made(path, {"candidateId": grace["id"], "stageId": second})
    assert other["progress"] == {"position": 2, "stages": 2, "state": "TO_DO"}
    assert (await world.call("GET", path_of(campaign))).json()["candidateCount"] == 2


async def test_who_is_in_it_cannot_be_added_twice_not_even_at_once(
    world: World, campaign: dict[str, Any]
) -> None:
    candidate = await world.candidate()
    path, body = f"{path_of(campaign)}/candidates", {"candidateId": candidate["id"]}
    answers = await asyncio.gather(*(world.call("POST", path, json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    again = await world.call("POST", path.replace("/v1", ""), json=body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "ALREADY_IN_CAMPAIGN")


async def test_who_and_where_must_exist(world: World, campaign: dict[str, Any]) -> None:
    theirs = await world.call(
        "POST", "/api/v1/candidates", key=world.stranger_key, json={"email": "x@example.org"}
    )
    own = await world.candidate()
    elsewhere = await world.campaign(campaign["jobId"])
    for body, field in (
        ({"candidateId": "cand_unknown"}, "candidateId"),
        ({"candidateId": theirs.json()["id"]}, "candidateId"),
        ({"candidateId": own["id"], "stageId": elsewhere["stages"][0]["id"]}, "stageId"),
    ):
        answer = await world.call("POST", f"{path_of(campaign)}/candidates", json=body)
        assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (422, field)


async def test_a_candidate_is_moved_and_noted(world: World, campaign: dict[str, Any]) -> None:
    first, second = (stage["id"] for stage in campaign["stages"])
    candidate = await join(world, campaign, "ada@example.org", note="Quick")
    path = f"{path_of(campaign)}/candidates/{candidate}"
    world.clock.forward(hours=1)
    moved = (await world.call("PATCH", path, json={"stageId": second})).json()
    assert (moved["stageId"], moved["stageEnteredAt"], moved["note"]) == (
        second,
        "2026-03-01T10:00:00Z",
        "Quick",
    )
    world.clock.forward(hours=1)
    noted = (await world.call("PATCH", path, json={"note": None})).json()
    assert (noted["note"], noted["stageEnteredAt"], noted["updatedAt"]) == (
        None,
        "2026-03-01T10:00:00Z",
        "2026-03-01T11:00:00Z",
    )
    back = await world.call("PATCH", path, json={"stageId": first})
    assert back.json()["progress"]["position"] == 1
    for body, status in (({"stageId": "stg_x"}, 422), ({"stageId": None}, 400), ({"level": 3}, 400)):
        assert (await world.call("PATCH", path, json=body)).status_code == status


async def test_who_is_not_in_it_cannot_be_moved_or_taken_out(world: World, campaign: dict[str, Any]) -> None:
    outside = (await world.candidate())["id"]
    for candidate, status, code in (
        (outside, 422, "CANDIDATE_NOT_IN_CAMPAIGN"),
        ("cand_unknown", 404, "NOT_FOUND"),
    ):
        path = f"{path_of(campaign)}/candidates/{candidate}"
        for answer in (
            await world.call("PATCH", path, json={"note": "x"}),
            await world.call("DELETE", path),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_who_is_taken_out_keeps_their_interviews(world: World, campaign: dict[str, Any]) -> None:
    candidate = await join(world, campaign, "ada@example.org")
    made = await interview(world, campaign, candidate)
    path = f"{path_of(campaign)}/candidates"
    gone = await world.call("DELETE", f"{path}/{candidate}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await world.call("GET", path)).json()["data"] == []
    kept = (await world.call("GET", f"/api/v1/interviews/{made}")).json()
    assert kept["campaignId"] == campaign["id"]
    await world.made(path, {"candidateId": candidate})
    assert (await progress(world, campaign, candidate))["progress"]["state"] == "WAITING"


async def test_the_candidates_come_in_pages_and_by_stage(world: World, campaign: dict[str, Any]) -> None:
    second = campaign["stages"][1]["id"]
    people = []
    for index in range(5):
        world.clock.forward(seconds=1)
        fields = {"stageId": second} if index % 2 else {}
        people.append(await join(world, campaign, f"person{index}@example.org", **fields))
    path = f"{path_of(campaign)}/candidates"
    answer = await world.call("GET", f"{path}?pageSize=2")
    assert answer.json()["pagination"]["totalPages"] == 3
    seen = [row["candidateId"] for row in answer.json()["data"]]
    while "link" in answer.headers:
        answer = await world.call("GET", answer.headers["link"].partition(">")[0].removeprefix("<"))
        seen += [row["candidateId"] for row in answer.json()["data"]]
    assert seen == people[::-1]
    at_second = (await world.call("GET", f"{path}?stageId={second}")).json()
    assert [row["candidateId"] for row in at_second["data"]] == [people[3], people[1]]


async def test_progress_follows_the_interviews_of_the_stage(world: World, campaign: dict[str, Any]) -> None:
    candidate = await join(world, campaign, "ada@example.org")

    async def state() -> str:
        found: str = (await progress(world, campaign, candidate))["progress"]["state"]
        return found

    assert await state() == "TO_DO"
    first = await interview(world, campaign, candidate)
    assert await state() == "WAITING"
    world.clock.forward(days=8)
    assert await state() == "TO_DO", "the invitation ran out"
    second = await interview(world, campaign, candidate)
    await world.post_turn(second, 1, "agent", "Why?")
    assert await state() == "IN_PROGRESS"
    await world.call("POST", f"/api/interviews/{second}/finalize", agent=True)
    assert await state() == "DONE"
    held = (await progress(world, campaign, candidate))["interviews"]
    assert [(one["id"], one["status"]) for one in held] == [(second, "COMPLETED"), (first, "EXPIRED")]
    path = f"{path_of(campaign)}/candidates/{candidate}"
    await world.call("PATCH", path, json={"stageId": campaign["stages"][1]["id"]})
    assert await state() == "TO_DO", "the next stage is a person's"


async def test_the_pipeline_shows_each_stages_candidates_with_levels_newest_first(
    world: World, campaign: dict[str, Any]
) -> None:
    candidate = await join(world, campaign, "ada@example.org")
    grace = await join(world, campaign, "grace@example.org", stageId=campaign["stages"][1]["id"])
    older = await interview(world, campaign, candidate)
    newer = await interview(world, campaign, candidate)
    await finish(world, newer)
    await finish(world, older)
    waiting = await interview(world, campaign, candidate, sendInvite=False)
    for version in ("/v1", ""):
        answer = await world.call("GET", f"/api{version}/campaigns/{campaign['id']}/pipeline")
        assert answer.status_code == 200
    first, second = answer.json()["stages"]
    assert (first["name"], first["candidateCount"], first["type"]) == ("First interview", 1, "AI_INTERVIEW")
    assert [one["candidateId"] for one in second["candidates"]] == [grace]
    ada = first["candidates"][0]
    assert ada["progress"] == {"position": 1, "stages": 2, "state": "DONE"}
    assert [score["interviewId"] for score in ada["scores"]] == [older, newer], "the newest report first"
    assert all(1 <= score["overall"] <= 5 for score in ada["scores"])
    assert {one["id"] for one in ada["interviews"]} == {older, newer, waiting}
    assert "invitationUrl" not in ada["interviews"][0]
    whole = (await world.call("GET", path_of(campaign))).json()
    assert {one["id"] for one in whole["recentInterviews"]} == {older, newer, waiting}
    assert [one["candidateId"] for one in whole["candidates"]].count(candidate) == 1


async def test_a_report_that_is_not_ready_is_no_level(world: World, campaign: dict[str, Any]) -> None:
    candidate = await join(world, campaign, "ada@example.org")
    made = await interview(world, campaign, candidate)
    await world.post_turn(made, 1, "agent", "Why?")
    await world.call("POST", f"/api/interviews/{made}/finalize", agent=True)
    found = await progress(world, campaign, candidate)
    assert found["scores"] == []
    assert (found["interviews"][0]["reportStatus"], found["interviews"][0]["overall"]) == ("PENDING", None)


async def test_interviews_of_other_campaigns_do_not_count(world: World, campaign: dict[str, Any]) -> None:
    candidate = await join(world, campaign, "ada@example.org")
    other = await world.campaign(campaign["jobId"])
    await world.made(f"{path_of(other)}/candidates", {"candidateId": candidate})
    await interview(world, other, candidate)
    assert (await progress(world, campaign, candidate))["interviews"] == []
    assert (await progress(world, campaign, candidate))["progress"]["state"] == "TO_DO"


async def test_the_pipeline_holds_the_newest_hundred_of_a_stage_and_says_how_many_there_are(
    world: World, campaign: dict[str, Any]
) -> None:
    pool = world.services.database.pool
    await pool.execute(
        "INSERT INTO candidates (id, organization_id, email, created_at, updated_at)"
        " SELECT 'cand_' || n, $1, n || '@example.org', $2, $2 FROM generate_series(1, 105) n",
        world.organization_id,
        world.clock(),
    )
    await pool.execute(
        "INSERT INTO campaign_candidates (campaign_id, candidate_id, stage_id, created_at)"
        " SELECT $1, 'cand_' || n, $2, $3::timestamptz + n * interval '1 second' FROM generate_series(1, 105) n",
        campaign["id"],
        campaign["stages"][0]["id"],
        world.clock(),
    )
    stage = (await world.call("GET", f"{path_of(campaign)}/pipeline")).json()["stages"][0]
    assert (stage["candidateCount"], len(stage["candidates"])) == (105, 100)
    assert stage["candidates"][0]["candidateId"] == "cand_105"
    whole = (await world.call("GET", path_of(campaign))).json()
    assert (whole["candidateCount"], len(whole["candidates"])) == (105, 100)
