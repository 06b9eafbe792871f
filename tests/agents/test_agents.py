"""Agents of the public API: whose voice, in what tone, for which job."""

from typing import Any

import pytest

from vivavoce.interviewer.voices import VOICES
from world import World

AGENTS = "/api/v1/agents"


async def test_an_agent_is_made_with_what_is_usual_where_nothing_is_said(world: World) -> None:
    made = await world.made(AGENTS, {"name": "Camille"})
    said = {name: made[name] for name in made if name not in ("id", "createdAt", "updatedAt")}
    assert said == {
        "name": "Camille",
        "provider": "local",
        "voice": "default",
        "tone": "professional",
        "language": None,
        "patience": "patient",
        "instructions": "",
        "suspicionLevel": 1,
        "jobId": None,
    }
    assert made["id"].startswith("agt_")
    assert (await world.call("GET", f"{AGENTS}/{made['id']}")).json() == made


@pytest.mark.parametrize(("provider", "voice"), [(one, voice) for one in VOICES for voice in VOICES[one]])
async def test_each_provider_has_its_voices(world: World, provider: Any, voice: str) -> None:
    made = await world.made(AGENTS, {"name": "A", "provider": provider, "voice": voice})
    assert (made["provider"], made["voice"]) == (provider, voice)


async def test_without_a_voice_it_is_the_first_of_the_providers(world: World) -> None:
    assert (await world.made(AGENTS, {"name": "A", "provider": "openai"}))["voice"] == "marin"
    assert (await world.made(AGENTS, {"name": "A", "provider": "elevenlabs"}))["voice"] == "kev"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"provider": "openai", "voice": "kev"}, "voice"),
        ({"provider": "elevenlabs", "voice": "nova"}, "voice"),
        ({"voice": "marin"}, "voice"),
        ({"jobId": "job_none"}, "jobId"),
    ],
)
async def test_what_does_not_fit_is_told_by_its_field(world: World, body: dict[str, Any], path: str) -> None:
    answer = await world.call("POST", AGENTS, json={"name": "A", **body})
    assert answer.status_code == 422, answer.text
    assert [fault["path"] for fault in answer.json()["error"]["fields"]] == [path]


async def test_all_that_does_not_fit_is_told_at_once(world: World) -> None:
    answer = await world.call("POST", AGENTS, json={"name": "A", "voice": "kev", "jobId": "job_none"})
    assert [fault["path"] for fault in answer.json()["error"]["fields"]] == ["voice", "jobId"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "A", "provider": "deepgram"},
        {"name": "A", "tone": "rude"},
        {"name": "A", "language": "de"},
        {"name": "A", "patience": "hasty"},
        {"name": "A", "suspicionLevel": 4},
        {"name": "A", "suspicionLevel": "1"},
        {"name": "A", "instructions": "x" * 4_001},
        {"name": "A", "colour": "red"},
    ],
)
async def test_what_cannot_be_read_is_refused(world: World, body: dict[str, Any]) -> None:
    assert (await world.call("POST", AGENTS, json=body)).status_code == 400


async def test_an_agent_changes_in_what_is_said_and_in_nothing_else(world: World) -> None:
    job = await world.job()
    made = await world.made(AGENTS, {"name": "Camille", "language": "fr", "jobId": job["id"]})
    world.clock.forward(minutes=1)
    path = f"{AGENTS}/{made['id']}"
    changed = (await world.call("PATCH", path, json={"tone": "friendly", "language": None})).json()
    assert changed == made | {"tone": "friendly", "language": None, "updatedAt": "2026-03-01T09:01:00Z"}
    freed = (await world.call("PATCH", path, json={"jobId": None})).json()
    assert freed["jobId"] is None
    assert (await world.call("PATCH", path, json={"name": None})).status_code == 400


async def test_a_new_provider_needs_a_voice_of_its_own(world: World) -> None:
    path = f"{AGENTS}/{(await world.made(AGENTS, {'name': 'A'}))['id']}"
    alone = await world.call("PATCH", path, json={"provider": "openai"})
    assert (alone.status_code, alone.json()["error"]["fields"][0]["path"]) == (422, "voice")
    both = await world.call("PATCH", path, json={"provider": "openai", "voice": "cedar"})
    assert (both.json()["provider"], both.json()["voice"]) == ("openai", "cedar")


async def test_anothers_job_and_anothers_agent_are_out_of_reach(world: World) -> None:
    job = await world.job()
    theirs = await world.call("POST", AGENTS, key=world.stranger_key, json={"name": "A", "jobId": job["id"]})
    assert theirs.status_code == 422
    agent = await world.made(AGENTS, {"name": "A"})
    path = f"{AGENTS}/{agent['id']}"
    assert (await world.call("PATCH", path, key=world.stranger_key, json={"name": "B"})).status_code == 404
    assert (await world.call("GET", path)).json() == agent


async def test_agents_are_listed_newest_first_and_by_job(world: World) -> None:
    job = await world.job()
    for name in ("First", "Second"):
        world.clock.forward(minutes=1)
        await world.made(AGENTS, {"name": name, "jobId": job["id"]})
    page = (await world.call("GET", f"{AGENTS}?jobId={job['id']}")).json()
    assert [row["name"] for row in page["data"]] == ["Second", "First"]
    born_with = (await world.call("GET", f"{AGENTS}?page=3&pageSize=1")).json()
    assert [row["name"] for row in born_with["data"]] == ["Camille"]
    assert born_with["pagination"]["total"] == 3


async def test_who_is_tied_to_a_job_conducts_for_no_other(world: World) -> None:
    theirs, other = await world.job(), await world.job(title="Night nurse")
    agent = await world.made(AGENTS, {"name": "Only", "jobId": theirs["id"]})
    config = await world.made(
        "/api/v1/interview-configs",
        {
            "name": "C",
            "agentId": agent["id"],
            "language": "en",
            "questions": [{"id": "q1", "text": {"en": "Why?"}}],
            "criteria": [],
        },
    )
    body = {"candidateId": (await world.candidate())["id"], "configId": config["id"]}
    refused = await world.call("POST", "/api/v1/interviews", json={**body, "jobId": other["id"]})
    assert (refused.status_code, refused.json()["error"]["fields"][0]["path"]) == (422, "configId")
    assert (await world.made("/api/v1/interviews", {**body, "jobId": theirs["id"]}))["jobId"] == theirs["id"]


async def test_an_interview_is_conducted_as_its_agent_says(world: World) -> None:
    interview = await world.interview(sendInvite=False)
    agent = (await world.call("GET", AGENTS)).json()["data"][0]
    changes = {
        "name": "Robin",
        "voice": "deep",
        "tone": "formal",
        "patience": "quick",
        "instructions": "Slowly.",
    }
    await world.call("PATCH", f"{AGENTS}/{agent['id']}", json={**changes, "suspicionLevel": 3})
    plan = (await world.call("GET", f"/api/interviews/{interview['id']}/plan", agent=True)).json()
    assert plan["persona"] == {**changes, "provider": "local", "suspicionLevel": 3}
