"""The pages of interview configurations: read by all, changed by administrators in a form without scripts."""

import re
from html import unescape
from typing import Any

import pytest

from vivavoce.agents.pages.draft import MAX_CRITERIA, MAX_QUESTIONS
from world import World

CONFIGS = "/settings/configurations"
API = "/api/v1/interview-configs"
FULL: dict[str, Any] = {
    "name": "First talk",
    "language": None,
    "durationMinutes": 25,
    "generateReport": False,
    "questions": [
        {
            "id": "why",
            "text": {"en": "Why <here>?", "fr": "Pourquoi ici ?"},
            "criteria": ["c1"],
            "maxFollowUps": 2,
            "timeMinutes": 2.5,
        },
        {
            "id": "q2",
            "text": {"en": "Why us?", "fr": "Pourquoi nous ?"},
            "criteria": [],
            "maxFollowUps": 0,
            "timeMinutes": 4.0,
        },
    ],
    "criteria": [
        {
            "id": "c1",
            "name": {"en": "Ownership", "fr": "Initiative"},
            "description": {"en": "Takes charge.", "fr": "Prend en charge."},
            "weight": 2.0,
            "levels": {
                "1": {"en": "Waits.", "fr": "Attend."},
                "5": {"en": "Answers for it.", "fr": "En répond."},
            },
            "referencePoints": {"en": ["I decided.", "I repaired it."], "fr": ["J'ai décidé."]},
        }
    ],
    "facts": [
        {
            "id": "f1",
            "topic": {"en": "Salary", "fr": "Salaire"},
            "text": {"en": "48 thousand <a year>.", "fr": "48 mille par an."},
        }
    ],
}


def entered(page: str) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = page.split('class="form wide')[1]
    sent = {}
    for field in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {what}="([^"]*)"', field) for what in ("name", "value"))
        if name and (('type="checkbox"' not in field and 'type="radio"' not in field) or " checked" in field):
            sent[unescape(name[1])] = unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)</textarea>', form):
        sent[unescape(name)] = unescape(value)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        options_sent = re.findall(r'value="([^"]*)" selected', options)
        sent[unescape(name)] = options_sent[0] if options_sent else ""
    return sent


async def newest(world: World, config_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await world.call("GET", f"{API}/{config_id}")).json()
    return found


async def edit(world: World, config_id: str) -> dict[str, str]:
    answer = await world.page("GET", f"{CONFIGS}/{config_id}/edit")
    assert answer.status_code == 200
    return entered(answer.text)


async def press(world: World, path: str, form: dict[str, str], button: str) -> dict[str, str]:
    """The form after a button that only changes the form."""
    answer = await world.page("POST", path, data=form | {"do": button})
    assert answer.status_code == 200, answer.text
    return entered(answer.text)


async def test_a_configuration_is_read_by_everybody(world: World) -> None:
    config = await world.made(API, FULL)
    page = (await world.page("GET", f"{CONFIGS}/{config['id']}", member="READER")).text
    for words in (
        "First talk",
        "Why &lt;here&gt;?",
        "Pourquoi nous ?",
        "Ownership",
        "Initiative",
        "weight 2",
        "Answers for it.",
        "I repaired it.",
        "Only when it is asked for",
        "about 2.5 min",
        "Not judged",
    ):
        assert words in page
    assert "/edit" not in page
    assert f"{CONFIGS}/{config['id']}/edit" in (await world.page("GET", f"{CONFIGS}/{config['id']}")).text


async def test_a_form_that_is_saved_as_it_came_changes_nothing(world: World) -> None:
    config = await world.made(API, FULL)
    form = await edit(world, config["id"])
    assert (await world.page("POST", f"{CONFIGS}/{config['id']}", data=form)).status_code == 303
    assert await newest(world, config["id"]) == config


async def test_what_every_organization_is_born_with_survives_its_form(world: World) -> None:
    config_id = (await world.interview(sendInvite=False))["configId"]
    before = await newest(world, config_id)
    form = await edit(world, config_id)
    await world.page("POST", f"{CONFIGS}/{config_id}", data=form)
    assert await newest(world, config_id) == before


async def test_a_change_on_the_page_is_a_new_version_with_a_way_to_the_earlier(world: World) -> None:
    config = await world.made(API, FULL)
    path = f"{CONFIGS}/{config['id']}"
    form = await edit(world, config["id"])
    form |= {"name": "Second talk", "questions.1.criteria.c1": "yes", "criteria.0.levels.3.en": "Acts."}
    form |= {"criteria.0.levels.3.fr": "Agit.", "criteria.0.weight": "1,5", "generateReport": "yes"}
    saved = await world.page("POST", path, data=form)
    assert saved.headers["location"] == f"{path}?done=changed"
    found = await newest(world, config["id"])
    assert (found["version"], found["name"], found["generateReport"]) == (2, "Second talk", True)
    assert found["questions"][1]["criteria"] == ["c1"]
    assert found["criteria"][0]["levels"]["3"] == {"en": "Acts.", "fr": "Agit."}
    assert found["criteria"][0]["weight"] == 1.5
    page = (await world.page("GET", path)).text
    assert f"{path}?version=1" in page
    earlier = (await world.page("GET", f"{path}?version=1")).text
    assert "This is version 1." in earlier
    assert "First talk" in earlier
    assert "/edit" not in earlier


async def test_questions_and_criteria_are_added_moved_and_removed_without_losing_what_was_typed(
    world: World,
) -> None:
    config = await world.made(API, FULL)
    path = f"{CONFIGS}/{config['id']}"
    form = await edit(world, config["id"]) | {"name": "Typed, not saved"}
    form = await press(world, path, form, "add-questions")
    form = await press(world, path, form, "add-criteria")
    assert (form["questions.2.id"], form["criteria.1.id"]) == ("q3", "c2")
    form |= {
        "questions.2.text.en": "And then?",
        "questions.2.text.fr": "Et après ?",
        "questions.2.criteria.c2": "yes",
        "criteria.1.name.en": "Results",
        "criteria.1.name.fr": "Résultats",
    }
    form = await press(world, path, form, "up-questions-2")
    assert [form[f"questions.{number}.id"] for number in range(3)] == ["why", "q3", "q2"]
    form = await press(world, path, form, "remove-criteria-0")
    assert "questions.0.criteria.c1" not in form
    form = await press(world, path, form, "remove-questions-2")
    assert await newest(world, config["id"]) == config, "nothing is saved yet"
    assert (await world.page("POST", path, data=form)).status_code == 303
    found = await newest(world, config["id"])
    assert found["name"] == "Typed, not saved"
    assert [(one["id"], one["criteria"]) for one in found["questions"]] == [("why", []), ("q3", ["c2"])]
    assert [one["id"] for one in found["criteria"]] == ["c2"]


async def test_a_new_one_is_made_from_an_empty_form(world: World) -> None:
    form = entered((await world.page("GET", f"{CONFIGS}/new")).text)
    assert form["language"] == "en"
    agent = (await world.call("GET", "/api/v1/agents")).json()["data"][0]["id"]
    form |= {"name": "Talk", "agentId": agent, "questions.0.text.en": "Why?", "criteria.0.name.en": "Sense"}
    made = await world.page("POST", CONFIGS, data=form)
    assert made.status_code == 303, made.text
    found = await newest(world, made.headers["location"].rpartition("/")[2].partition("?")[0])
    assert (found["version"], found["language"], found["agentId"]) == (1, "en", agent)
    assert found["questions"][0]["criteria"] == ["c1"]


@pytest.mark.parametrize("minutes", ["soon", "9" * 400, "9" * 5_000])
async def test_all_that_is_wrong_is_told_at_once_each_at_its_field(world: World, minutes: str) -> None:
    config = await world.made(API, FULL)
    form = await edit(world, config["id"])
    wrong = {
        "name": " ",
        "language": "de",
        "durationMinutes": minutes,
        "questions.0.text.fr": "",
        "questions.0.timeMinutes": "nan",
        "questions.1.maxFollowUps": "6",
        "questions.1.text.en": "x" * 2_001,
        "criteria.0.name.en": " ",
        "criteria.0.weight": "0",
        "criteria.0.levels.1.fr": "",
        "criteria.0.referencePoints.fr": "",
    }
    answer = await world.page("POST", f"{CONFIGS}/{config['id']}", data=form | wrong)
    assert answer.status_code == 422
    for field in wrong:
        assert f'<a href="#{field}">' in answer.text, field
        assert f'id="{field}"' in answer.text, field
    assert "Question 1, French: Enter it, or choose one language" in answer.text
    english = await world.page("POST", f"{CONFIGS}/{config['id']}", data=form | wrong | {"language": "en"})
    assert "Criterion 1, English: Enter it.<" in english.text
    assert "x" * 2_001 in answer.text
    assert await newest(world, config["id"]) == config


@pytest.mark.parametrize("agent", ["", "agt_none"])
async def test_an_agent_that_is_not_here_is_told_by_its_field(world: World, agent: str) -> None:
    config = await world.made(API, FULL)
    form = await edit(world, config["id"]) | {"agentId": agent}
    answer = await world.page("POST", f"{CONFIGS}/{config['id']}", data=form)
    assert answer.status_code == 422
    assert '<a href="#agentId">' in answer.text


async def test_an_interview_needs_a_question(world: World) -> None:
    config = await world.made(API, FULL)
    form = {
        name: value for name, value in (await edit(world, config["id"])).items() if "questions" not in name
    }
    answer = await world.page("POST", f"{CONFIGS}/{config['id']}", data=form)
    assert answer.status_code == 422
    assert '<a href="#questions">' in answer.text


async def test_who_saves_second_is_told_and_overwrites_nothing(world: World) -> None:
    config = await world.made(API, FULL)
    form = await edit(world, config["id"])
    await world.call("PATCH", f"{API}/{config['id']}", json={"name": "Quicker"})
    answer = await world.page("POST", f"{CONFIGS}/{config['id']}", data=form | {"name": "Slower"})
    assert answer.status_code == 422
    assert "Somebody saved version 2 meanwhile" in answer.text
    assert (await newest(world, config["id"]))["name"] == "Quicker"


async def test_a_form_grows_to_its_bounds_and_no_further(world: World) -> None:
    form = entered((await world.page("GET", f"{CONFIGS}/new")).text)
    for number in range(1, MAX_QUESTIONS):
        form |= {f"questions.{number}.id": f"q{number + 1}", f"questions.{number}.maxFollowUps": "1"}
    for number in range(1, MAX_CRITERIA):
        form |= {f"criteria.{number}.id": f"c{number + 1}", f"criteria.{number}.weight": "1"}
    for kind, most in (("questions", MAX_QUESTIONS), ("criteria", MAX_CRITERIA)):
        form = await press(world, CONFIGS, form, f"add-{kind}")
        assert sum(name.startswith(f"{kind}.") and name.endswith(".id") for name in form) == most
    full = (await world.page("POST", CONFIGS, data=form | {"do": "nonsense"})).text
    assert "Add a question" not in full
    assert "Add a criterion" not in full


async def test_the_list_names_the_usual_one(world: World) -> None:
    await world.made(API, FULL)
    page = (await world.page("GET", CONFIGS, member="READER")).text
    assert re.search(r"General interview</a> <span[^>]*>\(the usual one\)", page)
    assert "First talk</a></th>" in page
    assert "New configuration" not in page
