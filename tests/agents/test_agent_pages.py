"""The pages of agents."""

import pytest

from world import World

AGENTS = "/settings/agents"
ROBIN = {
    "name": "Robin",
    "voice": "openai/cedar",
    "tone": "friendly",
    "language": "en",
    "patience": "quick",
    "suspicionLevel": "2",
    "jobId": "",
    "instructions": "Speak slowly.\nNever hurry.",
}


async def test_an_agent_is_made_shown_and_changed(world: World) -> None:
    job = await world.job()
    made = await world.page("POST", AGENTS, data=ROBIN)
    assert made.status_code == 303
    page = (await world.page("GET", made.headers["location"], member="READER")).text
    for words in (
        "Robin",
        "cedar, of OpenAI, chosen for English",
        "Friendly",
        "Short: the conversation moves on sooner",
        "Asks back when an answer seems odd",
        "Any job",
        "Speak slowly.\nNever hurry.",
        "The agent is made.",
    ):
        assert words in page
    assert f"{AGENTS}/agt_" not in page.split("<main")[1], "a reader is offered no way to change it"
    path = made.headers["location"].partition("?")[0]
    form = (await world.page("GET", f"{path}/edit", member="ADMINISTRATOR")).text
    assert '<option value="openai/cedar" selected>' in form
    changed = ROBIN | {"voice": "local/deep", "jobId": job["id"], "instructions": ""}
    assert (await world.page("POST", path, member="ADMINISTRATOR", data=changed)).status_code == 303
    page = (await world.page("GET", path)).text
    for words in ("deep, of this installation", f'<a href="/jobs/{job["id"]}">Backend engineer</a> only'):
        assert words in page


@pytest.mark.parametrize("level", ["4", "9" * 5_000])
async def test_all_faults_are_told_at_once_and_nothing_typed_is_lost(world: World, level: str) -> None:
    form = ROBIN | {
        "name": "",
        "voice": "openai/kev",
        "tone": "rude",
        "language": "de",
        "patience": "hasty",
        "suspicionLevel": level,
        "instructions": "x" * 4_001,
    }
    answer = await world.page("POST", AGENTS, data=form)
    assert answer.status_code == 422
    for field in form:
        assert (f'<a href="#{field}">' in answer.text) is (field != "jobId")
    assert "x" * 4_001 in answer.text


async def test_a_job_that_is_not_here_is_told_by_its_field(world: World) -> None:
    answer = await world.page("POST", AGENTS, data=ROBIN | {"jobId": "job_none"})
    assert answer.status_code == 422
    assert '<a href="#jobId">' in answer.text


async def test_the_list_leads_to_each_agent(world: World) -> None:
    await world.page("POST", AGENTS, data=ROBIN)
    page = (await world.page("GET", AGENTS, member="READER")).text
    assert ">Robin</a>" in page
    assert ">Camille</a>" in page
    assert "New agent" not in page
    assert "New agent" in (await world.page("GET", AGENTS)).text
