"""Levels that people put beside a report's own: shown beside, never instead, and still there when it is made anew."""

import re
from html import unescape
from typing import Any

import pytest

from finished import finished_interview, report_made
from world import World

REASON = "She led it with two others; the second answer says how."


async def ready(world: World) -> dict[str, Any]:
    """The report of an interview that is over."""
    interview = await finished_interview(world)
    found: dict[str, Any] = (await world.call("GET", f"/api/v1/reports/interviews/{interview['id']}")).json()
    return found


async def override(world: World, report_id: str, overrides: Any, **how: Any) -> Any:
    return await world.call("PATCH", f"/api/v1/reports/{report_id}", json={"overrides": overrides}, **how)


def beside(report: dict[str, Any]) -> dict[str, Any]:
    """By criterion, what stands beside; and the rest as it was made."""
    return {one["criterionId"]: one["override"] for one in report["scorecard"]["criteria"]}


def without(report: dict[str, Any]) -> dict[str, Any]:
    """As it was made; the link to the recording is signed anew at each answer."""
    criteria = [one | {"override": None} for one in report["scorecard"]["criteria"]]
    return report | {"scorecard": report["scorecard"] | {"criteria": criteria}, "recordingUrl": None}


async def told(world: World) -> list[dict[str, Any]]:
    rows = await world.services.database.pool.fetch(
        "SELECT data FROM events WHERE type = 'report.overridden' ORDER BY id"
    )
    return [row["data"] for row in rows]


async def test_it_stands_beside_and_moves_nothing(world: World) -> None:
    before = await ready(world)
    world.clock.forward(minutes=5)
    given = {
        "ownership": {"level": 2, "reason": REASON},
        "learning": {"level": 5, "reason": "From her letter."},
    }
    answer = await override(world, before["id"], given)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert without(report) == without(before)
    own = beside(report)["ownership"]
    assert (own["level"], own["reason"], own["at"]) == (2, REASON, world.clock().isoformat()[:-6] + "Z")
    assert own["by"].startswith("key_")
    assert beside(report)["learning"]["level"] == 5, "also where there was not enough evidence"
    assert beside(report)["results"] is None
    interview = (await world.call("GET", f"/api/v1/interviews/{report['interviewId']}")).json()
    assert interview["evaluation"] == report["scorecard"]
    assert interview["updatedAt"] == own["at"]
    assert await told(world) == [{"reportId": report["id"], "criteria": ["ownership", "learning"]}]


async def test_what_is_said_already_is_said_once_and_null_takes_it_back(world: World) -> None:
    report = await ready(world)
    first = (await override(world, report["id"], {"ownership": {"level": 2, "reason": REASON}})).json()
    world.clock.forward(minutes=5)
    again = await override(
        world, report["id"], {"ownership": {"level": 2, "reason": REASON}, "results": None}
    )
    assert beside(again.json()) == beside(first)
    back = await override(world, report["id"], {"ownership": None})
    assert without(back.json()) == without(report)
    assert beside(back.json()) == beside(report)
    assert len(await told(world)) == 2


async def test_made_anew_the_report_has_it_still_and_it_is_older(world: World) -> None:
    report = await ready(world)
    await override(world, report["id"], {"ownership": {"level": 2, "reason": REASON}})
    turn = f"/api/interviews/{report['interviewId']}/turns/2"
    content = "I owned the migration of the billing service, and the error rate fell. Nobody asked me to."
    await world.call("PATCH", turn, agent=True, json={"content": content})
    await world.call("POST", f"/api/v1/interviews/{report['interviewId']}/report")
    pending = await override(world, report["id"], {"ownership": None})
    assert (pending.status_code, pending.json()["error"]["code"]) == (409, "REPORT_NOT_READY")
    world.clock.forward(minutes=5)
    await report_made(world, report["id"])
    anew = (await world.call("GET", f"/api/v1/reports/{report['id']}")).json()
    assert beside(anew)["ownership"]["level"] == 2
    assert beside(anew)["ownership"]["at"] < anew["readyAt"]
    assert "before the report was made anew" in await page(world, anew["interviewId"])


@pytest.mark.parametrize(
    ("overrides", "status", "path"),
    [
        ({"charm": {"level": 3, "reason": "He smiles."}}, 422, "overrides.charm"),
        ({"ownership": {"level": 6, "reason": "Wow."}}, 400, "overrides.level"),
        ({"ownership": {"level": 0, "reason": "Oh."}}, 400, "overrides.level"),
        ({"ownership": {"level": 3.5, "reason": "Hm."}}, 400, "overrides.level"),
        ({"ownership": {"level": 3, "reason": " "}}, 400, "overrides.reason"),
        ({"ownership": {"level": 3}}, 400, "overrides.reason"),
        ({"ownership": {"level": 3, "reason": "x" * 2_001}}, 400, "overrides.reason"),
        ({}, 400, "overrides"),
    ],
)
async def test_what_cannot_be_taken_is_told_with_its_place_and_changes_nothing(
    world: World, overrides: Any, status: int, path: str
) -> None:
    report = await ready(world)
    answer = await override(
        world, report["id"], {"results": {"level": 3, "reason": "So."}} | overrides if overrides else {}
    )
    assert answer.status_code == status, answer.text
    assert [one["path"] for one in answer.json()["error"]["fields"]] == [path]
    assert (await world.call("GET", f"/api/v1/reports/{report['id']}")).json() == report
    assert await told(world) == []


async def page(world: World, interview_id: str, member: str = "OWNER") -> str:
    answer = await world.page("GET", f"/interviews/{interview_id}", member=member)
    return re.sub(r"\s+", " ", unescape(answer.text))


async def test_a_recruiter_puts_it_beside_on_the_results_page_and_a_reader_reads_it(world: World) -> None:
    report = await ready(world)
    path = f"/interviews/{report['interviewId']}"
    form = {"criterionId": "ownership", "level": "2", "reason": REASON}
    sent = await world.page("POST", f"{path}/levels", member="MEMBER", data=form)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?done=levelled#levels")
    for member in ("OWNER", "READER"):
        shown = await page(world, report["interviewId"], member)
        assert "puts level 2, on" in shown
        assert REASON in shown
        assert "Level 4 of 5" in shown, "the report's own level is where it was"
        assert ("Put it beside" in shown) == (member == "OWNER")
        assert "changed which levels stand beside the report’s" in shown
    assert (await world.page("POST", f"{path}/levels", member="READER", data=form)).status_code == 403
    back = await world.page("POST", f"{path}/levels", data={"criterionId": "ownership", "level": ""})
    assert back.status_code == 303
    assert "puts level" not in await page(world, report["interviewId"])


async def test_a_form_that_is_not_right_yet_keeps_what_was_typed(world: World) -> None:
    report = await ready(world)
    path = f"/interviews/{report['interviewId']}/levels"
    answer = await world.page("POST", path, data={"criterionId": "results", "reason": "It fell by half."})
    assert answer.status_code == 422
    assert "Choose a level from 1 to 5." in answer.text
    assert "It fell by half." in answer.text
    answer = await world.page("POST", path, data={"criterionId": "results", "level": "3", "reason": " "})
    assert "Say why, for who reads this later." in answer.text
    assert await told(world) == []
