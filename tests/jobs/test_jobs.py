"""Jobs of the public API: create, retrieve, change, list."""

from typing import Any

import pytest

from world import World


async def test_a_job_is_a_draft_unless_it_is_said_to_be_active(world: World) -> None:
    made = await world.made("/api/v1/jobs", {"title": "Night nurse", "skills": ["care"], "salaryMin": 30})
    assert (made["status"], made["skills"], made["salaryMin"]) == ("DRAFT", ["care"], 30)
    assert (await world.call("GET", f"/api/v1/jobs/{made['id']}")).json() == made


async def test_jobs_are_found_by_state_department_and_way_of_work(world: World) -> None:
    await world.job(department="Care", workMode="ONSITE")
    await world.job(title="Other", department="Data", status="DRAFT")
    for query, total in (
        ("status=ACTIVE", 1),
        ("department=Data", 1),
        ("workMode=ONSITE", 1),
        ("search=oth", 1),
    ):
        answer = await world.call("GET", f"/api/v1/jobs?{query}")
        assert answer.json()["pagination"]["total"] == total, query


async def test_the_highest_salary_is_not_below_the_lowest(world: World) -> None:
    answer = await world.call("POST", "/api/v1/jobs", json={"title": "X", "salaryMin": 50, "salaryMax": 40})
    assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (422, "salaryMax")


async def test_a_change_leaves_what_it_does_not_name_and_null_takes_away(world: World) -> None:
    made = await world.job(department="Care", salaryMin=30, skills=["care"])
    path = f"/api/v1/jobs/{made['id']}"
    world.clock.forward(minutes=1)
    patch = {"title": "Day nurse", "department": None, "salaryMax": 40, "skills": [], "workMode": "ONSITE"}
    changed = await world.call("PATCH", path, json=patch)
    assert changed.status_code == 200
    assert changed.json() == {**made, **patch, "updatedAt": "2026-03-01T09:01:00Z"}
    world.clock.forward(minutes=1)
    assert (await world.call("PATCH", path, json={})).json() == changed.json()
    assert (await world.call("GET", path)).json() == changed.json()


async def test_a_closed_job_keeps_its_interviews_takes_no_new_ones_and_can_be_opened_again(
    world: World,
) -> None:
    interview = await world.interview()
    path = f"/api/v1/jobs/{interview['jobId']}"
    assert (await world.call("PATCH", path, json={"status": "CLOSED"})).json()["status"] == "CLOSED"
    read = await world.call("GET", f"/api/v1/interviews/{interview['id']}")
    assert read.json() == interview
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    body = {"candidateId": interview["candidateId"], "jobId": interview["jobId"]}
    answer = await world.call("POST", "/api/v1/interviews", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "JOB_CLOSED")
    await world.call("PATCH", path, json={"status": "PAUSED"})
    assert (await world.call("POST", "/api/v1/interviews", json=body)).status_code == 201


@pytest.mark.parametrize(
    ("patch", "status", "field"),
    [
        ({"title": None}, 400, "title"),
        ({"title": ""}, 400, "title"),
        ({"status": "OPEN"}, 400, "status"),
        ({"skills": None}, 400, "skills"),
        ({"dailyRate": -1}, 400, "dailyRate"),
        ({"colour": "red"}, 400, "colour"),
        ({"salaryMax": 29}, 422, "salaryMax"),
        ({"salaryMin": 41, "salaryMax": 40}, 422, "salaryMax"),
    ],
)
async def test_a_change_that_makes_no_sense_names_its_field_and_changes_nothing(
    world: World, patch: dict[str, Any], status: int, field: str
) -> None:
    made = await world.job(salaryMin=30)
    path = f"/api/v1/jobs/{made['id']}"
    answer = await world.call("PATCH", path, json={"location": "Lyon", **patch})
    assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (status, field)
    assert (await world.call("GET", path)).json() == made
