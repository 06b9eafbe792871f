"""The recruiter's pages of campaigns."""

import re
from typing import Any

import pytest

from finished import report_made, say
from world import World


@pytest.fixture
async def campaign(world: World) -> dict[str, Any]:
    """With two stages: an interview, then people's own judgement; its job is called Backend engineer."""
    return await world.campaign((await world.job())["id"], status="ACTIVE")


def page_of(campaign: dict[str, Any]) -> str:
    return f"/campaigns/{campaign['id']}"


async def read(world: World, path: str, **how: Any) -> str:
    answer = await world.page("GET", path, **how)
    assert answer.status_code == 200, answer.text
    return answer.text


async def join(world: World, campaign: dict[str, Any], email: str = "ada@example.org", **name: Any) -> str:
    candidate = await world.candidate(email, **name)
    await world.made(f"/api/v1{page_of(campaign)}/candidates", {"candidateId": candidate["id"]})
    identity: str = candidate["id"]
    return identity


async def test_a_campaign_is_made_gets_a_stage_and_a_candidate(world: World) -> None:
    job = await world.job()
    candidate = await world.candidate()
    form = {
        "name": "Spring",
        "jobId": job["id"],
        "startDate": "2026-03-01",
        "endDate": "2026-06-30",
        "targetCount": "2",
        "description": "Before summer.",
        "status": "ACTIVE",
    }
    made = await world.page("POST", "/campaigns", data=form)
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    page = await read(world, address)
    for words in (
        "Spring",
        "Backend engineer",
        "Running",
        "The campaign is made.",
        "No stages yet",
        "Before summer.",
    ):
        assert words in page
    assert "2\N{NO-BREAK SPACE}people to be found" in page
    assert "Until 30\N{NO-BREAK SPACE}June 2026" in page
    path = address.partition("?")[0]
    stage = {"name": "Talk", "type": "AI_INTERVIEW", "position": "1", "configId": "", "generateReport": ""}
    assert (await world.page("POST", f"{path}/stages", data=stage)).status_code == 303
    added = await world.page("POST", f"{path}/candidates", data={"candidate": "ADA@example.org"})
    page = await read(world, added.headers["location"])
    assert "The candidate is in the campaign." in page
    assert f'href="{path}/candidates/{candidate["id"]}">Ada Lovelace<' in page
    assert "Not invited yet" in page


async def test_all_faults_of_a_campaign_are_told_at_once_and_nothing_typed_is_lost(world: World) -> None:
    form = {
        "name": " ",
        "jobId": "",
        "startDate": "soon",
        "targetCount": "-1",
        "description": "As typed",
        "status": "CLOSED",
    }
    answer = await world.page("POST", "/campaigns", data=form)
    assert answer.status_code == 422
    for field in ("name", "jobId", "startDate", "targetCount", "status"):
        assert f'<a href="#{field}">' in answer.text, field
    assert "As typed</textarea>" in answer.text
    job = await world.job()
    good = {"name": "Spring", "jobId": job["id"], "status": "DRAFT"}
    for fault, field in (
        ({"startDate": "2026-03-02", "endDate": "2026-03-01"}, "endDate"),
        ({"jobId": "job_gone"}, "jobId"),
        ({"interviewConfigId": "cfg_gone"}, "interviewConfigId"),
    ):
        answer = await world.page("POST", "/campaigns", data=good | fault)
        assert (answer.status_code, f'<a href="#{field}">' in answer.text) == (422, True), field


async def test_a_campaign_is_changed_and_closed(world: World, campaign: dict[str, Any]) -> None:
    assert 'value="Spring"' in await read(world, f"{page_of(campaign)}/edit")
    wrong = await world.page("POST", page_of(campaign), data={"name": "", "status": "ACTIVE"})
    assert wrong.status_code == 422
    form = {"name": "Autumn", "status": "COMPLETED", "targetCount": "3"}
    saved = await world.page("POST", page_of(campaign), data=form)
    page = await read(world, saved.headers["location"])
    assert "Autumn" in page
    assert "Completed" in page
    assert "Add a candidate" not in page
    read_back = (await world.call("GET", f"/api/v1{page_of(campaign)}")).json()
    assert (read_back["name"], read_back["targetCount"], read_back["jobId"]) == (
        "Autumn",
        3,
        campaign["jobId"],
    )


async def test_the_list_is_filtered_by_state(world: World, campaign: dict[str, Any]) -> None:
    await join(world, campaign)
    listed = await read(world, "/campaigns?status=ACTIVE")
    assert f'href="{page_of(campaign)}">Spring<' in listed
    assert '>1<span class="unit">' in listed
    assert "No campaign fits this choice." in await read(world, "/campaigns?status=ARCHIVED")
    assert (await world.page("GET", "/campaigns?status=GONE")).status_code == 400


async def test_the_first_page_says_what_a_campaign_is(world: World) -> None:
    assert "Make the first campaign" in await read(world, "/campaigns")
    assert "Make the first campaign" not in await read(world, "/campaigns", member="READER")


async def test_the_pipeline_shows_state_in_words_and_the_level_as_a_place(
    world: World, campaign: dict[str, Any]
) -> None:
    candidate = await join(world, campaign)
    await join(world, campaign, "grace@example.org", firstName="Grace", lastName="Hopper")
    made = await world.page("POST", f"{page_of(campaign)}/candidates/{candidate}/interview")
    interview = made.headers["location"].removeprefix("/interviews/").partition("?")[0]
    page = await read(world, page_of(campaign))
    assert "Invited" in page
    assert "Not invited yet" in page
    await say(world, interview)
    closed = await world.call("POST", f"/api/interviews/{interview}/finalize", agent=True)
    assert "Report on its way" in await read(world, page_of(campaign))
    await report_made(world, closed.json()["reportId"])
    page = await read(world, page_of(campaign))
    assert f'href="/interviews/{interview}"' in page
    assert re.search(r'aria-label="Level \d\.\d of 5"', page)
    assert "Nobody is at this stage." in page
    form = {"stageId": campaign["stages"][1]["id"], "note": ""}
    await world.page("POST", f"{page_of(campaign)}/candidates/{candidate}", data=form)
    page = await read(world, page_of(campaign))
    assert "To be reviewed" in page
    assert f'href="/interviews/{interview}"' in page, "what the level comes from stays one click away"


async def test_an_invitation_from_the_campaign_is_sent_once(world: World, campaign: dict[str, Any]) -> None:
    candidate = await join(world, campaign)
    path = f"{page_of(campaign)}/candidates/{candidate}"
    assert "Invite Ada to the interview" in await read(world, path)
    assert "Invite Ada" not in await read(world, path, member="READER")
    first = await world.page("POST", f"{path}/interview")
    again = await world.page("POST", f"{path}/interview")
    interview = first.headers["location"].partition("?")[0]
    assert again.headers["location"] == interview
    found = (await world.call("GET", f"/api/v1{interview}")).json()
    assert (found["status"], found["campaignId"], found["stageId"]) == (
        "INVITED",
        campaign["id"],
        campaign["stages"][0]["id"],
    )
    assert "Invite Ada" not in await read(world, path)
    world.clock.forward(days=8)
    assert "Invite Ada to the interview again" in await read(world, path)


async def test_at_other_stages_there_is_no_interview_to_invite_to(
    world: World, campaign: dict[str, Any]
) -> None:
    candidate = await join(world, campaign)
    path = f"{page_of(campaign)}/candidates/{candidate}"
    moved = await world.page(
        "POST", path, data={"stageId": campaign["stages"][1]["id"], "note": "Quick\nand kind"}
    )
    page = await read(world, moved.headers["location"])
    for words in ("The changes are saved.", "Stage 2 of 2: Meeting the team", "Quick\nand kind</textarea>"):
        assert words in page
    assert "Invite Ada" not in page
    assert (await world.page("POST", f"{path}/interview")).status_code == 409
    assert "Quick\nand kind</p>" in await read(world, path, member="READER")


async def test_faults_of_a_candidates_form_are_told_and_nothing_is_changed(
    world: World, campaign: dict[str, Any]
) -> None:
    candidate = await join(world, campaign)
    path = f"{page_of(campaign)}/candidates/{candidate}"
    answer = await world.page("POST", path, data={"stageId": "stg_x", "note": "n" * 5_001})
    assert answer.status_code == 422
    for field in ("stageId", "note"):
        assert f'<a href="#{field}">' in answer.text
    kept = (await world.call("GET", f"/api/v1{page_of(campaign)}/candidates")).json()["data"][0]
    assert (kept["stageId"], kept["note"]) == (campaign["stages"][0]["id"], None)


async def test_adding_says_who_is_unknown_and_leads_to_who_is_in_it(
    world: World, campaign: dict[str, Any]
) -> None:
    candidate = await join(world, campaign)
    path = f"{page_of(campaign)}/candidates"
    unknown = await world.page("POST", path, data={"candidate": "nobody@example.org"})
    assert unknown.status_code == 422
    assert "No candidate has this address." in unknown.text
    assert 'value="nobody@example.org"' in unknown.text
    assert (await world.page("POST", path, data={"candidate": " "})).status_code == 422
    again = await world.page("POST", path, data={"candidate": "ada@example.org"})
    assert again.headers["location"] == f"{path}/{candidate}"


async def test_who_is_taken_out_is_gone_from_the_pipeline_and_twice_is_once(
    world: World, campaign: dict[str, Any]
) -> None:
    candidate = await join(world, campaign)
    for _ in range(2):
        answer = await world.page("POST", f"{page_of(campaign)}/candidates/{candidate}/removal")
        page = await read(world, answer.headers["location"])
        assert "Ada Lovelace</a>" not in page
    assert (await world.page("GET", f"{page_of(campaign)}/candidates/{candidate}")).status_code == 422


async def test_a_stage_is_placed_changed_and_deleted(world: World, campaign: dict[str, Any]) -> None:
    stages = f"{page_of(campaign)}/stages"
    form = {"name": "Exercise", "type": "TEST", "position": "2", "generateReport": ""}
    assert "After “First interview”" in await read(world, f"{stages}/new")
    assert (await world.page("POST", stages, data=form)).status_code == 303
    listed = (await world.call("GET", f"/api/v1{stages}")).json()["data"]
    assert [stage["name"] for stage in listed] == ["First interview", "Exercise", "Meeting the team"]
    exercise = f"{stages}/{listed[1]['id']}"
    assert "Delete this stage" in await read(world, f"{exercise}/edit")
    changed = form | {"name": "Work sample", "position": "3"}
    assert (await world.page("POST", exercise, data=changed)).status_code == 303
    assert "Work sample" in await read(world, exercise)
    assert (await world.page("POST", f"{exercise}/deletion")).status_code == 303
    assert (await world.page("GET", exercise)).status_code == 404


async def test_faults_of_a_stage_are_told_at_once(world: World, campaign: dict[str, Any]) -> None:
    stages = f"{page_of(campaign)}/stages"
    form = {"name": "", "type": "PHONE", "position": "9", "generateReport": "perhaps"}
    answer = await world.page("POST", stages, data=form)
    assert answer.status_code == 422
    for field in ("name", "type", "position", "generateReport"):
        assert f'<a href="#{field}">' in answer.text
    gone = {"name": "X", "type": "AI_INTERVIEW", "position": "1", "configId": "cfg_x", "generateReport": ""}
    assert '<a href="#configId">' in (await world.page("POST", stages, data=gone)).text


async def test_a_stage_with_interviews_says_that_it_stays(world: World, campaign: dict[str, Any]) -> None:
    candidate = await join(world, campaign)
    await world.page("POST", f"{page_of(campaign)}/candidates/{candidate}/interview")
    stage = f"{page_of(campaign)}/stages/{campaign['stages'][0]['id']}"
    page = await read(world, f"{stage}/edit")
    assert "it cannot be deleted" in page
    assert "Delete this stage" not in page
    assert (await world.page("POST", f"{stage}/deletion")).status_code == 409
    form = {"name": "Talk", "type": "TEST", "position": "1", "generateReport": ""}
    answer = await world.page("POST", stage, data=form)
    assert (answer.status_code, '<a href="#type">' in answer.text) == (422, True)


async def test_a_stage_with_many_candidates_shows_them_in_pages(
    world: World, campaign: dict[str, Any]
) -> None:
    pool = world.services.database.pool
    await pool.execute(
        "INSERT INTO candidates (id, organization_id, email, created_at, updated_at)"
        " SELECT 'cand_' || n, $1, n || '@example.org', $2, $2 FROM generate_series(1, 60) n",
        world.organization_id,
        world.clock(),
    )
    await pool.execute(
        "INSERT INTO campaign_candidates (campaign_id, candidate_id, stage_id, created_at)"
        " SELECT $1, 'cand_' || n, $2, $3::timestamptz + n * interval '1 second' FROM generate_series(1, 60) n",
        campaign["id"],
        campaign["stages"][0]["id"],
        world.clock(),
    )
    page = await read(world, page_of(campaign))
    assert "Show all 60\N{NO-BREAK SPACE}candidates" in page
    assert (">60@example.org<" in page, ">1@example.org<" in page) == (True, False)
    second = await read(world, f"{page_of(campaign)}/stages/{campaign['stages'][0]['id']}?page=2")
    assert "Page 2 of 2" in second
    assert ">1@example.org<" in second
