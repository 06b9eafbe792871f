"""List, retrieve and create of the public API."""

from typing import Any

import pytest

from world import World


async def test_an_interview_is_made_invited_and_read_back(world: World) -> None:
    made = await world.interview(externalId="ats-1", metadata={"source": "fair"})
    assert made["status"] == "INVITED"
    assert made["candidate"]["email"] == "ada@example.org"
    assert made["language"] == "en"
    assert made["expiresAt"] == "2026-03-08T09:00:00Z"
    assert made["invitationUrl"].startswith("http://testserver/i/")
    assert made["transcript"] == []
    assert made["evaluation"] is None
    read = await world.call("GET", f"/api/v1/interviews/{made['id']}")
    assert read.json() == made
    assert await world.job_arguments("mail.deliver")


async def test_only_writers_see_the_invitations_link(world: World) -> None:
    made = await world.interview()
    reader = await world.create_key(["interviews:read"])
    read = await world.call("GET", f"/api/v1/interviews/{made['id']}", key=reader)
    assert "invitationUrl" not in read.json()


async def test_without_an_invitation_it_is_a_draft_whose_link_works(world: World) -> None:
    made = await world.interview(sendInvite=False)
    assert made["status"] == "DRAFT"
    assert await world.job_arguments("mail.deliver") == []
    page = await world.http.get(made["invitationUrl"])
    assert page.status_code == 200


async def test_an_invitation_that_nobody_took_up_is_expired_the_second_it_is(world: World) -> None:
    made = await world.interview(expiresAt="2026-03-01T10:00:00+01:00".replace("10", "11"))
    assert made["expiresAt"] == "2026-03-01T10:00:00Z"
    world.clock.forward(hours=1)
    read = (await world.call("GET", f"/api/v1/interviews/{made['id']}")).json()
    assert read["status"] == "EXPIRED"
    listed = (await world.call("GET", "/api/v1/interviews?status=EXPIRED")).json()
    assert [row["id"] for row in listed["data"]] == [made["id"]]
    assert (await world.call("GET", "/api/v1/interviews?status=INVITED")).json()["data"] == []


@pytest.mark.parametrize(
    ("change", "status", "code", "path"),
    [
        ({"candidateId": "cand_unknown"}, 422, "UNPROCESSABLE", "candidateId"),
        ({"jobId": "job_unknown"}, 422, "UNPROCESSABLE", "jobId"),
        ({"campaignId": "camp_unknown"}, 422, "UNPROCESSABLE", "campaignId"),
        ({"stageId": "stg_unknown"}, 422, "UNPROCESSABLE", "stageId"),
        ({"configId": "cfg_unknown"}, 422, "UNPROCESSABLE", "configId"),
        ({"campaignId": ""}, 422, "UNPROCESSABLE", "campaignId"),
        ({"configId": ""}, 422, "UNPROCESSABLE", "configId"),
        ({"expiresAt": "2026-02-01T00:00:00Z"}, 422, "UNPROCESSABLE", "expiresAt"),
        ({"expiresAt": "2026-04-01T00:00:00"}, 400, "VALIDATION_ERROR", "expiresAt"),
        ({"sendInvite": "yes"}, 400, "VALIDATION_ERROR", "sendInvite"),
        ({"metadata": {"a": 1}}, 400, "VALIDATION_ERROR", "metadata"),
        ({"colour": "red"}, 400, "VALIDATION_ERROR", "colour"),
    ],
)
async def test_what_is_wrong_with_a_new_interview_is_told_by_field(
    world: World, change: dict[str, Any], status: int, code: str, path: str
) -> None:
    candidate, job = await world.candidate(), await world.job()
    body = {"candidateId": candidate["id"], "jobId": job["id"], **change}
    answer = await world.call("POST", "/api/v1/interviews", json=body)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["fields"][0]["path"]) == (code, path)


async def test_another_organizations_candidate_does_not_exist_here(world: World) -> None:
    theirs = await world.call(
        "POST", "/api/v1/candidates", key=world.stranger_key, json={"email": "ada@example.org"}
    )
    job = await world.job()
    answer = await world.call(
        "POST", "/api/v1/interviews", json={"candidateId": theirs.json()["id"], "jobId": job["id"]}
    )
    assert answer.status_code == 422


async def test_a_closed_job_takes_no_new_interviews(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    await world.services.database.pool.execute("UPDATE jobs SET status = 'CLOSED' WHERE id = $1", job["id"])
    answer = await world.call(
        "POST", "/api/v1/interviews", json={"candidateId": candidate["id"], "jobId": job["id"]}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "JOB_CLOSED")


async def test_a_stage_implies_its_campaign_and_the_candidate_must_be_in_it(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    campaign = await world.campaign(job["id"])
    stage = campaign["stages"][0]["id"]
    body = {"candidateId": candidate["id"], "jobId": job["id"], "stageId": stage}
    outside = await world.call("POST", "/api/v1/interviews", json=body)
    assert (outside.status_code, outside.json()["error"]["code"]) == (422, "CANDIDATE_NOT_IN_CAMPAIGN")
    await world.made(f"/api/v1/campaigns/{campaign['id']}/candidates", {"candidateId": candidate["id"]})
    inside = await world.made("/api/v1/interviews", body)
    assert (inside["campaignId"], inside["stageId"]) == (campaign["id"], stage)
    other_job = await world.job(title="Another")
    wrong = await world.call("POST", "/api/v1/interviews", json={**body, "jobId": other_job["id"]})
    assert wrong.json()["error"]["fields"][0]["path"] == "campaignId"


async def test_the_list_is_newest_first_a_page_at_a_time(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    body = {"candidateId": candidate["id"], "jobId": job["id"], "sendInvite": False}
    made = []
    for _ in range(5):
        world.clock.forward(seconds=1)
        made.append((await world.made("/api/v1/interviews", body))["id"])
    newest_first = made[::-1]
    first = await world.call("GET", "/api/v1/interviews?pageSize=2")
    pagination = first.json()["pagination"]
    assert (pagination["page"], pagination["total"], pagination["totalPages"]) == (1, 5, 3)
    assert [row["id"] for row in first.json()["data"]] == newest_first[:2]
    assert "transcript" not in first.json()["data"][0]
    assert "evaluation" not in first.json()["data"][0]
    second = await world.call("GET", "/api/v1/interviews?pageSize=2&page=2")
    assert [row["id"] for row in second.json()["data"]] == newest_first[2:4]
    seen = [row["id"] for row in first.json()["data"]]
    answer = first
    while "link" in answer.headers:
        answer = await world.call("GET", answer.headers["link"].partition(">")[0].removeprefix("<"))
        assert answer.json()["pagination"]["total"] is None
        seen += [row["id"] for row in answer.json()["data"]]
    assert seen == newest_first


@pytest.mark.parametrize(
    "query",
    [
        "pageSize=101",
        "page=0",
        "page=x",
        "status=NEW",
        "colour=red",
        "cursor=%00",
        "page=1&page=2",
        "cursor=zz",
    ],
)
async def test_a_query_that_cannot_be_read_is_an_error(world: World, query: str) -> None:
    answer = await world.call("GET", f"/api/v1/interviews?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
