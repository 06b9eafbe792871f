"""The recruiter's pages of jobs."""

from world import World

NURSE = {
    "title": "Night nurse",
    "department": "Care",
    "location": "Lyon",
    "workMode": "ONSITE",
    "description": "Looks after\npeople.",
    "status": "ACTIVE",
}


async def test_a_job_is_made_and_shown(world: World) -> None:
    made = await world.page("POST", "/jobs", data=NURSE)
    assert made.status_code == 303
    page = (await world.page("GET", made.headers["location"])).text
    for words in (
        "Night nurse",
        "Care",
        "Lyon",
        "On site",
        "Looks after\npeople.",
        "Open",
        "The job is made.",
    ):
        assert words in page


async def test_all_faults_are_told_at_once_and_nothing_typed_is_lost(world: World) -> None:
    form = NURSE | {"title": " ", "workMode": "MOON", "status": "CLOSED", "department": "d" * 201}
    answer = await world.page("POST", "/jobs", data=form)
    assert answer.status_code == 422
    for field in ("title", "workMode", "status", "department"):
        assert f'<a href="#{field}">' in answer.text
    assert "Looks after\npeople.</textarea>" in answer.text
    assert 'value="Lyon"' in answer.text


async def test_a_job_is_changed_and_closed_and_what_the_form_does_not_show_stays(world: World) -> None:
    job = await world.made("/api/v1/jobs", {"title": "Nurse", "department": "Care", "skills": ["calm"]})
    page = f"/jobs/{job['id']}"
    assert 'value="Care"' in (await world.page("GET", f"{page}/edit", member="MEMBER")).text
    refused = await world.page("POST", page, data=NURSE | {"title": ""})
    assert refused.status_code == 422
    assert '<a href="#title">' in refused.text
    saved = await world.page("POST", page, member="MEMBER", data=NURSE | {"status": "CLOSED"})
    assert saved.status_code == 303
    shown = (await world.page("GET", saved.headers["location"])).text
    for words in ("Night nurse", "On site", "Closed", "The changes are saved."):
        assert words in shown
    assert "New interview" not in shown
    assert (await world.call("GET", f"/api/v1/jobs/{job['id']}")).json()["skills"] == ["calm"]


async def test_the_list_is_filtered_by_state_and_counts_interviews(world: World) -> None:
    await world.interview()
    await world.job(title="Draft one", status="DRAFT")
    drafts = (await world.page("GET", "/jobs?status=DRAFT")).text
    assert "Draft one" in drafts
    assert "Backend engineer" not in drafts
    assert '>1<span class="unit">' in (await world.page("GET", "/jobs?status=ACTIVE")).text
    assert "No job fits this choice." in (await world.page("GET", "/jobs?status=PAUSED")).text
    assert (await world.page("GET", "/jobs?status=GONE")).status_code == 400


async def test_a_jobs_page_lists_its_interviews(world: World) -> None:
    interview = await world.interview()
    page = (await world.page("GET", f"/jobs/{interview['jobId']}")).text
    assert f'href="/interviews/{interview["id"]}">Ada Lovelace<' in page


async def test_a_form_that_is_none_of_ours_is_refused(world: World) -> None:
    for options, status in (
        ({"json": NURSE}, 415),
        ({"data": NURSE | {"salary": "9"}}, 400),
        ({"data": NURSE | {"title": "\0"}}, 400),
        ({"content": b"title=%ff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
        (
            {"content": b"x" * 1_100_000, "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
            413,
        ),
    ):
        assert (await world.page("POST", "/jobs", **options)).status_code == status
