"""Jobs of the public API: create, retrieve, list."""

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
