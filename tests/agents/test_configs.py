"""Interview configurations of the public API: versions, and whom a new one concerns."""

import asyncio
from typing import Any

import pytest

from vivavoce.reports.making import make_report
from world import World

CONFIGS = "/api/v1/interview-configs"
BOTH = {"en": "Why here?", "fr": "Pourquoi ici ?"}
QUESTION = {"id": "q1", "text": {"en": "Why here?"}, "criteria": ["c1"], "maxFollowUps": 2, "timeMinutes": 3}
CRITERION: dict[str, Any] = {
    "id": "c1",
    "name": {"en": "Ownership"},
    "description": {"en": "Takes charge."},
    "weight": 2,
    "levels": {"1": {"en": "Waits."}, "5": {"en": "Answers for it."}},
    "referencePoints": {"en": ["I decided."]},
}
FACT = {
    "id": "f1",
    "topic": {"en": "Salary", "fr": "Salaire"},
    "text": {"en": "48 thousand a year.", "fr": "48 mille par an."},
}
ENGLISH: dict[str, Any] = {
    "name": "First talk",
    "language": "en",
    "durationMinutes": 25,
    "generateReport": False,
    "questions": [QUESTION],
    "criteria": [CRITERION],
    "facts": [FACT],
}


async def with_config(world: World, body: dict[str, Any] = ENGLISH, **fields: Any) -> tuple[str, str]:
    """A configuration, and an interview by it that has not begun."""
    config = await world.made(CONFIGS, body)
    interview = await world.interview(configId=config["id"], sendInvite=False, **fields)
    return config["id"], interview["id"]


async def plan(world: World, interview_id: str) -> dict[str, Any]:
    answer = await world.call("GET", f"/api/interviews/{interview_id}/plan", agent=True)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def change(world: World, config_id: str, **fields: Any) -> dict[str, Any]:
    answer = await world.call("PATCH", f"{CONFIGS}/{config_id}", json=fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_configuration_is_answered_as_it_was_made_by_the_usual_agent(world: World) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    assert {name: made[name] for name in ENGLISH} == ENGLISH
    assert (made["version"], made["isDefault"]) == (1, False)
    assert made["agentId"] == (await world.call("GET", "/api/v1/agents")).json()["data"][0]["id"]
    assert (await world.call("GET", f"{CONFIGS}/{made['id']}")).json() == made


async def test_without_a_language_every_text_is_there_in_each(world: World) -> None:
    body = {"name": "C", "questions": [{"id": "q1", "text": BOTH}], "criteria": []}
    made = await world.made(CONFIGS, body)
    assert (made["language"], made["durationMinutes"], made["generateReport"]) == (None, 20, True)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"agentId": "agt_none"}, ["agentId"]),
        ({"agentId": ""}, ["agentId"]),
        ({"questions": [QUESTION | {"text": {"en": " \n "}}]}, ["questions.0.text.en"]),
        ({"questions": [QUESTION, QUESTION]}, ["questions.1.id"]),
        ({"facts": [FACT, FACT]}, ["facts.1.id"]),
        ({"facts": [FACT | {"text": {"fr": "48 mille."}}]}, ["facts.0.text.en"]),
        ({"criteria": [CRITERION, CRITERION]}, ["criteria.1.id"]),
        ({"criteria": []}, ["questions.0.criteria.0"]),
        ({"questions": [QUESTION | {"criteria": ["c1", "c1"]}]}, ["questions.0.criteria.1"]),
        ({"questions": [QUESTION | {"text": {"fr": "Pourquoi ?"}}]}, ["questions.0.text.en"]),
        (
            {"language": None},
            [
                "questions.0.text.fr",
                "criteria.0.name.fr",
                "criteria.0.description.fr",
                "criteria.0.referencePoints.fr",
                "criteria.0.levels.1.fr",
                "criteria.0.levels.5.fr",
            ],
        ),
    ],
)
async def test_all_that_does_not_fit_is_told_at_once_when_made_and_when_changed(
    world: World, changes: dict[str, Any], paths: list[str]
) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    for method, path, body in (
        ("POST", CONFIGS, ENGLISH | changes),
        ("PATCH", f"{CONFIGS}/{made['id']}", changes),
    ):
        answer = await world.call(method, path, json=body)
        assert answer.status_code == 422, answer.text
        assert [fault["path"] for fault in answer.json()["error"]["fields"]] == paths
    assert (await world.call("GET", f"{CONFIGS}/{made['id']}")).json() == made


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"questions": []}, "questions"),
        ({"language": "de"}, "language"),
        ({"durationMinutes": 0}, "durationMinutes"),
        ({"questions": [QUESTION | {"text": {"de": "Warum?"}}]}, "questions.0.text"),
        ({"questions": [QUESTION | {"colour": "red"}]}, "questions.0.colour"),
        ({"criteria": [CRITERION | {"levels": {"6": {"en": "Better."}}}]}, "criteria.0.levels"),
        ({"criteria": [CRITERION | {"weight": 0}]}, "criteria.0.weight"),
        ({"name": None}, "name"),
    ],
)
async def test_what_cannot_be_read_is_refused(world: World, changes: dict[str, Any], path: str) -> None:
    answer = await world.call("POST", CONFIGS, json=ENGLISH | changes)
    assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (400, path)


async def test_a_change_makes_a_new_version_and_the_earlier_one_stays(world: World) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    world.clock.forward(minutes=1)
    changed = await change(world, made["id"], name="Second talk", durationMinutes=30)
    assert changed == made | {
        "name": "Second talk",
        "durationMinutes": 30,
        "version": 2,
        "updatedAt": "2026-03-01T09:01:00Z",
    }
    path = f"{CONFIGS}/{made['id']}"
    assert (await world.call("GET", path)).json() == changed
    assert (await world.call("GET", f"{path}?version=1")).json() == made
    assert (await world.call("GET", f"{path}?version=3")).status_code == 404
    assert (await world.call("GET", f"{path}?version=0")).status_code == 400
    versions = (await world.call("GET", f"{path}/versions")).json()
    assert [(row["version"], row["name"]) for row in versions["data"]] == [
        (2, "Second talk"),
        (1, "First talk"),
    ]


async def test_a_change_that_changes_nothing_makes_no_version(world: World) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    world.clock.forward(minutes=1)
    assert await change(world, made["id"], name="First talk", questions=[QUESTION]) == made


async def test_versions_are_paged_in_order_though_made_in_one_moment(world: World) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    for minutes in range(26, 37):
        await change(world, made["id"], durationMinutes=minutes)
    seen, query = [], "pageSize=5"
    while query:
        page = (await world.call("GET", f"{CONFIGS}/{made['id']}/versions?{query}")).json()
        seen += [row["version"] for row in page["data"]]
        cursor = page["pagination"]["nextCursor"]
        query = f"pageSize=5&cursor={cursor}" if cursor else ""
    assert seen == list(range(12, 0, -1))


async def test_changes_at_the_same_moment_make_a_version_each(world: World) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    await asyncio.gather(
        *(change(world, made["id"], name=f"Talk {number}") for number in range(5)),
        *(change(world, made["id"], durationMinutes=number) for number in range(40, 45)),
    )
    newest = (await world.call("GET", f"{CONFIGS}/{made['id']}")).json()
    assert newest["version"] == 11
    assert newest["name"].startswith("Talk ")
    assert newest["durationMinutes"] >= 40


async def test_the_list_shows_newest_versions_without_their_questions(world: World) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    changed = await change(world, made["id"], name="Second talk")
    rows = (await world.call("GET", CONFIGS)).json()["data"]
    assert {row["name"]: row["isDefault"] for row in rows} == {
        "Second talk": False,
        "General interview": True,
    }
    listed = next(row for row in rows if row["id"] == made["id"])
    assert listed == {
        name: changed[name] for name in changed if name not in ("questions", "criteria", "facts")
    }


async def test_an_interview_that_has_not_begun_follows_the_newest(world: World) -> None:
    config, interview = await with_config(world)
    await change(world, config, questions=[QUESTION | {"text": {"en": "Why us?"}}])
    begun = await plan(world, interview)
    assert begun["questions"][0]["text"] == "Why us?"
    assert begun["facts"] == [{"id": "f1", "topic": "Salary", "text": "48 thousand a year."}]
    assert (await world.call("GET", f"/api/v1/interviews/{interview}")).json()["configVersion"] == 2


@pytest.mark.parametrize("beginning", ["lease", "turn"])
async def test_an_interview_keeps_the_version_it_began_with(world: World, beginning: str) -> None:
    config, interview = await with_config(world)
    if beginning == "lease":
        body = {"holder": "agent-test", "generation": None}
        await world.call("POST", f"/api/interviews/{interview}/lease", agent=True, json=body)
    else:
        await world.post_turn(interview, 1, "agent", "Why here?")
    other = await world.made("/api/v1/agents", {"name": "Robin"})
    await change(
        world,
        config,
        agentId=other["id"],
        language="fr",
        questions=[QUESTION | {"text": {"fr": "Pourquoi ?"}}],
        criteria=[{"id": "c1", "name": {"fr": "Initiative"}}],
        durationMinutes=5,
    )
    kept = await plan(world, interview)
    assert kept["questions"][0]["text"] == "Why here?"
    assert (kept["language"], kept["durationSeconds"], kept["rubric"]["version"]) == ("en", 25 * 60, 1)
    assert kept["persona"]["name"] == "Camille"
    assert (await world.call("GET", f"/api/v1/interviews/{interview}")).json()["configVersion"] == 1


async def test_a_new_language_reaches_interviews_that_have_not_begun(world: World) -> None:
    config, interview = await with_config(world)
    translated = {
        "questions": [QUESTION | {"text": BOTH, "criteria": []}],
        "criteria": [],
    }
    await change(world, config, **translated, language="fr")
    assert (await plan(world, interview))["questions"][0]["text"] == "Pourquoi ici ?"
    assert (await world.call("GET", f"/api/v1/interviews/{interview}")).json()["language"] == "fr"
    await change(world, config, language=None)
    assert (await plan(world, interview))["language"] == "en", "the candidate's own"


async def test_an_interview_made_while_the_language_changes_has_the_new_one_or_follows(world: World) -> None:
    config = await world.made(
        CONFIGS, ENGLISH | {"questions": [QUESTION | {"text": BOTH, "criteria": []}], "criteria": []}
    )
    candidate, job = await world.candidate(), await world.job()
    body = {
        "candidateId": candidate["id"],
        "jobId": job["id"],
        "configId": config["id"],
        "sendInvite": False,
    }
    for language in ("fr", "en", "fr", "en"):
        *made, _ = await asyncio.gather(
            *(world.made("/api/v1/interviews", body) for _ in range(4)),
            change(world, config["id"], language=language),
        )
        for interview in made:
            assert (await plan(world, interview["id"]))["language"] == language


async def test_without_criteria_there_is_a_report_without_levels(world: World) -> None:
    body = ENGLISH | {"questions": [QUESTION | {"criteria": []}], "criteria": [], "generateReport": True}
    _, interview = await with_config(world, body)
    await world.post_turn(interview, 1, "agent", "Why here?", questionId="q1", isPendingQuestion=True)
    await world.post_turn(interview, 2, "candidate", "Because I like to mend what is broken.")
    closed = await world.call("POST", f"/api/interviews/{interview}/finalize", agent=True)
    report = f"/api/v1/reports/{closed.json()['reportId']}"
    await make_report(world.services, closed.json()["reportId"], final=True)
    found = (await world.call("GET", report)).json()
    assert (found["status"], found["scorecard"]["overall"]) == ("READY", None)
    assert found["scorecard"]["criteria"] == []
    assert (await world.page("GET", f"/interviews/{interview}")).status_code == 200


async def test_anothers_configuration_is_out_of_reach(world: World) -> None:
    made = await world.made(CONFIGS, ENGLISH)
    agent = (await world.call("GET", "/api/v1/agents")).json()["data"][0]
    for method, path, body, status in (
        ("GET", f"{CONFIGS}/{made['id']}/versions", None, 404),
        ("PATCH", f"{CONFIGS}/{made['id']}", {"name": "Mine"}, 404),
        ("POST", CONFIGS, ENGLISH | {"agentId": agent["id"]}, 422),
    ):
        answer = await world.call(method, path, key=world.stranger_key, json=body)
        assert answer.status_code == status
    assert (await world.call("GET", f"{CONFIGS}/{made['id']}")).json() == made
