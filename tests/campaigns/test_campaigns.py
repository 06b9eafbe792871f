"""Campaigns of the public API: create, retrieve, list, change."""

from typing import Any

import pytest

from world import World


async def refused(world: World, method: str, path: str, body: dict[str, Any]) -> tuple[int, str, str]:
    """Status, code and the field at fault."""
    answer = await world.call(method, path, json=body)
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("fields", [{"path": ""}])[0]["path"]


async def test_a_campaign_is_made_for_a_job_and_read_back_with_what_is_in_it(world: World) -> None:
    job = await world.job()
    body = {
        "name": "Spring",
        "jobId": job["id"],
        "description": "Two engineers before summer.",
        "startDate": "2026-03-01",
        "endDate": "2026-06-30",
        "targetCount": 2,
    }
    made = await world.made("/api/v1/campaigns", body)
    assert made["status"] == "DRAFT"
    assert {name: made[name] for name in body} == body
    assert made["job"] == {"id": job["id"], "title": "Backend engineer"}
    assert (made["interviewConfigId"], made["candidateCount"]) == (None, 0)
    for version in ("/v1", ""):
        read = (await world.call("GET", f"/api{version}/campaigns/{made['id']}")).json()
        assert read == made | {"stages": [], "candidates": [], "recentInterviews": []}


async def test_the_list_is_filtered_by_job_and_state_and_comes_in_pages(world: World) -> None:
    job, other = await world.job(), await world.job(title="Another")
    made = []
    for index in range(3):
        world.clock.forward(seconds=1)
        status = "ACTIVE" if index else "DRAFT"
        body = {"name": f"Campaign {index}", "jobId": job["id"], "status": status}
        made.append((await world.made("/api/v1/campaigns", body))["id"])
    await world.made("/api/v1/campaigns", {"name": "Other", "jobId": other["id"], "status": "PAUSED"})
    for query, found in (
        (f"jobId={job['id']}", made[::-1]),
        ("status=ACTIVE", [made[2], made[1]]),
        (f"jobId={other['id']}&status=ACTIVE", []),
    ):
        listed = (await world.call("GET", f"/api/v1/campaigns?{query}")).json()
        assert [row["id"] for row in listed["data"]] == found, query
    first = await world.call("GET", f"/api/campaigns?jobId={job['id']}&pageSize=2")
    assert first.json()["pagination"]["total"] == 3
    rest = await world.call("GET", first.headers["link"].partition(">")[0].removeprefix("<"))
    assert [row["id"] for row in rest.json()["data"]] == made[:1]
    for query in ("status=CLOSED", "pageSize=101", "name=x"):
        assert (await world.call("GET", f"/api/v1/campaigns?{query}")).status_code == 400


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"jobId": "job_unknown"}, 422, "jobId"),
        ({"interviewConfigId": "cfg_unknown"}, 422, "interviewConfigId"),
        ({"startDate": "2026-03-02", "endDate": "2026-03-01"}, 422, "endDate"),
        ({"startDate": "2026-02-30"}, 400, "startDate"),
        ({"name": ""}, 400, "name"),
        ({"targetCount": 0}, 400, "targetCount"),
        ({"status": "CLOSED"}, 400, "status"),
        ({"colour": "red"}, 400, "colour"),
    ],
)
async def test_what_is_wrong_with_a_new_campaign_is_told_by_field(
    world: World, change: dict[str, Any], status: int, field: str
) -> None:
    job = await world.job()
    body = {"name": "Spring", "jobId": job["id"], **change}
    code = "UNPROCESSABLE" if status == 422 else "VALIDATION_ERROR"
    assert await refused(world, "POST", "/api/v1/campaigns", body) == (status, code, field)


async def test_a_change_keeps_what_it_does_not_name_and_null_clears(world: World) -> None:
    job = await world.job()
    campaign = await world.campaign(job["id"], startDate="2026-03-01", endDate="2026-06-30", targetCount=2)
    path = f"/api/v1/campaigns/{campaign['id']}"
    world.clock.forward(minutes=1)
    changed = await world.call("PATCH", path, json={"status": "ACTIVE", "targetCount": None})
    assert changed.status_code == 200
    assert (changed.json()["status"], changed.json()["targetCount"]) == ("ACTIVE", None)
    assert (changed.json()["startDate"], changed.json()["updatedAt"]) == (
        "2026-03-01",
        "2026-03-01T09:01:00Z",
    )
    world.clock.forward(minutes=1)
    assert (await world.call("PATCH", path, json={})).json() == changed.json()
    for body, found in (
        ({"endDate": "2026-02-01"}, (422, "UNPROCESSABLE", "endDate")),
        ({"startDate": "2026-07-01"}, (422, "UNPROCESSABLE", "endDate")),
        ({"interviewConfigId": "cfg_x"}, (422, "UNPROCESSABLE", "interviewConfigId")),
        ({"jobId": job["id"]}, (400, "VALIDATION_ERROR", "jobId")),
        ({"name": None}, (400, "VALIDATION_ERROR", "name")),
    ):
        assert await refused(world, "PATCH", path, body) == found


async def test_no_state_of_a_campaign_refuses_and_each_may_follow_each(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    campaign = await world.campaign(job["id"])
    path = f"/api/v1/campaigns/{campaign['id']}"
    for status in ("ARCHIVED", "DRAFT", "ACTIVE", "PAUSED", "COMPLETED"):
        assert (await world.call("PATCH", path, json={"status": status})).json()["status"] == status
    await world.made(f"{path}/candidates", {"candidateId": candidate["id"]})
    stage = campaign["stages"][0]["id"]
    await world.made(
        "/api/v1/interviews", {"candidateId": candidate["id"], "jobId": job["id"], "stageId": stage}
    )


async def test_another_organizations_job_and_configuration_do_not_exist_here(world: World) -> None:
    theirs = await world.call("POST", "/api/v1/jobs", key=world.stranger_key, json={"title": "Theirs"})
    body = {"name": "Spring", "jobId": theirs.json()["id"]}
    assert await refused(world, "POST", "/api/v1/campaigns", body) == (422, "UNPROCESSABLE", "jobId")
    config = await world.services.database.pool.fetchval(
        "SELECT id FROM interview_configs WHERE organization_id = $1", world.stranger_id
    )
    job = await world.job()
    body = {"name": "Spring", "jobId": job["id"], "interviewConfigId": config}
    assert (await refused(world, "POST", "/api/v1/campaigns", body))[2] == "interviewConfigId"


async def test_what_changes_a_campaign_is_recorded_with_ids_only(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    campaign = await world.campaign(job["id"])
    first, second = (stage["id"] for stage in campaign["stages"])
    path = f"/api/v1/campaigns/{campaign['id']}"
    await world.call("PATCH", path, json={"status": "ACTIVE"})
    await world.made(f"{path}/candidates", {"candidateId": candidate["id"], "note": "Ada is quick"})
    await world.call("PATCH", f"{path}/candidates/{candidate['id']}", json={"stageId": second})
    await world.call("DELETE", f"{path}/candidates/{candidate['id']}")
    await world.call("PATCH", f"{path}/stages/{first}", json={"name": "Talk"})
    await world.call("DELETE", f"{path}/stages/{first}")
    rows = await world.services.database.pool.fetch(
        "SELECT type, actor, data FROM events WHERE type LIKE 'campaign.%' OR type LIKE 'stage.%' ORDER BY id"
    )
    assert [row["type"] for row in rows] == [
        "campaign.created",
        "stage.created",
        "stage.created",
        "campaign.updated",
        "campaign.candidate_added",
        "campaign.candidate_moved",
        "campaign.candidate_removed",
        "stage.updated",
        "stage.deleted",
    ]
    assert all(
        row["actor"].startswith("key_") and row["data"]["campaignId"] == campaign["id"] for row in rows
    )
    assert rows[5]["data"] == {
        "campaignId": campaign["id"],
        "candidateId": candidate["id"],
        "stageId": second,
        "fromStageId": first,
    }
