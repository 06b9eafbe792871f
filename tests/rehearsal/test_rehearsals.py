"""Rehearsals: asked for on the page of a configuration, played by the worker, kept out of everything that counts."""

from world import World

REHEARSAL = {"persona": "nervous", "mode": "text", "language": "en"}


async def asked_for(world: World, **changes: str) -> str:
    """The id of its interview."""
    job = await world.job()
    config = await world.services.database.pool.fetchval(
        "SELECT default_config_id FROM organizations LIMIT 1"
    )
    form = REHEARSAL | {"jobId": job["id"]} | changes
    answer = await world.page("POST", f"/settings/configurations/{config}/rehearsals", data=form)
    assert answer.status_code == 303, answer.text
    location: str = answer.headers["location"]
    return location.rpartition("/")[2]


async def test_it_is_an_interview_in_test_mode_that_the_worker_is_asked_to_play(world: World) -> None:
    interview_id = await asked_for(world)
    interview = (await world.call("GET", f"/api/v1/interviews/{interview_id}")).json()
    assert (interview["mode"], interview["status"]) == ("test", "DRAFT")
    assert interview["candidate"]["firstName"] == "Nora"
    assert await world.job_arguments("interview.rehearse") == [
        {"interview_id": interview_id, "persona": "nervous", "mode": "text"}
    ]
    assert await world.job_arguments("mail.deliver") == []
    page = await world.page("GET", f"/interviews/{interview_id}")
    assert "The rehearsal begins in a moment" in page.text
    config_page = f"/settings/configurations/{interview['configId']}/rehearsals/new"
    assert f"/interviews/{interview_id}" in (await world.page("GET", config_page)).text
    assert "Send the invitation" not in page.text


async def test_its_candidate_is_in_no_list_and_is_made_once(world: World) -> None:
    first = await asked_for(world)
    await asked_for(world)
    candidates = (await world.call("GET", "/api/v1/candidates")).json()["data"]
    assert [one for one in candidates if one["email"].endswith("rehearsal.invalid")] == []
    assert "Nora" not in (await world.page("GET", "/candidates")).text
    assert "Nora" not in (await world.page("GET", "/interviews/new")).text
    assert "Nora" not in (await world.page("GET", "/interviews")).text
    count = await world.services.database.pool.fetchval("SELECT count(*) FROM candidates WHERE simulated")
    assert count == 1
    interview = (await world.call("GET", f"/api/v1/interviews/{first}")).json()
    assert (await world.call("GET", f"/api/v1/candidates/{interview['candidateId']}")).status_code == 200


async def test_its_candidate_is_interviewed_in_test_mode_only(world: World) -> None:
    interview = (await world.call("GET", f"/api/v1/interviews/{await asked_for(world)}")).json()
    body = {"candidateId": interview["candidateId"], "jobId": interview["jobId"]}
    refused = await world.call("POST", "/api/v1/interviews", json=body)
    assert refused.status_code == 422
    assert refused.json()["error"]["fields"][0]["path"] == "candidateId"


async def test_the_form_says_what_is_missing(world: World) -> None:
    config = await world.services.database.pool.fetchval(
        "SELECT default_config_id FROM organizations LIMIT 1"
    )
    address = f"/settings/configurations/{config}/rehearsals"
    assert "Make a job first" in (await world.page("GET", f"{address}/new")).text
    await world.job()
    form = await world.page("GET", f"{address}/new")
    assert "Asks for a moment" in form.text
    answer = await world.page("POST", address, data={"persona": "unheard-of", "jobId": ""})
    assert answer.status_code == 422
    for words in ("Choose a candidate.", "Choose a job.", "Choose whether the candidate speaks."):
        assert words in answer.text
