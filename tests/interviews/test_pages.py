"""The recruiter's list of interviews, and making one."""

import re
from typing import Any

import pytest

from finished import finished_interview
from world import World

ADA = {
    "who": "new",
    "candidateId": "",
    "firstName": "Ada",
    "lastName": "Lovelace",
    "email": "ada@example.org",
    "locale": "fr",
    "configId": "",
    "expiresOn": "2026-03-08",
    "sendInvite": "yes",
}


async def make(world: World, form: dict[str, str]) -> Any:
    return await world.page("POST", "/interviews", data=form)


async def counts(world: World) -> tuple[int, int, int]:
    """How many candidates, interviews and mails there are."""
    row = await world.services.database.pool.fetchrow(
        "SELECT (SELECT count(*) FROM candidates) AS candidates, (SELECT count(*) FROM interviews) AS interviews,"
        " (SELECT count(*) FROM mails) AS mails"
    )
    assert row is not None
    return tuple(row.values())


async def test_an_interview_for_someone_new_invites_them_at_once(world: World) -> None:
    job = await world.job()
    made = await make(world, ADA | {"jobId": job["id"]})
    assert made.status_code == 303
    assert await counts(world) == (1, 1, 1)
    page = (await world.page("GET", made.headers["location"])).text
    for words in (
        "Waiting for Ada",
        "stays in the outbox",
        "8 March 2026 at 23:59",
        "owner@example.org made the interview",
        "owner@example.org sent the invitation",
        "General interview, version 1",
        "French",
    ):
        assert words in page.replace("\N{NO-BREAK SPACE}", " "), words


async def test_an_interview_for_someone_known_can_wait_for_its_invitation(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    form = ADA | {"who": "existing", "candidateId": candidate["id"], "jobId": job["id"], "sendInvite": "no"}
    made = await make(world, form | {"email": "", "locale": ""})
    assert made.status_code == 303
    assert await counts(world) == (1, 1, 0)
    page = (await world.page("GET", made.headers["location"])).text
    assert "Ada has no invitation yet" in page
    assert "Pass the link on yourself" in page
    sent = await world.page("POST", made.headers["location"].partition("?")[0] + "/invitation")
    assert sent.headers["location"].endswith("?done=invited")
    assert await counts(world) == (1, 1, 1)


async def test_all_faults_are_told_at_once_and_nothing_typed_is_lost(world: World) -> None:
    await world.candidate("taken@example.org")
    form = ADA | {
        "firstName": "A" * 201,
        "email": "TAKEN@example.org",
        "locale": "de",
        "jobId": "",
        "expiresOn": "2026-02-28",
        "sendInvite": "",
    }
    answer = await make(world, form)
    assert answer.status_code == 422
    for field in ("firstName", "email", "locale", "jobId", "expiresOn", "sendInvite"):
        assert f'<a href="#{field}">' in answer.text, field
    assert "already here" in answer.text
    for typed in ("A" * 201, "Lovelace", "TAKEN@example.org", "2026-02-28"):
        assert f'value="{typed}"' in answer.text
    assert re.search(r'name="who" value="new" checked', answer.text)
    assert await counts(world) == (1, 0, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"who": ""}, "who"),
        ({"who": "existing"}, "candidateId"),
        ({"who": "existing", "candidateId": "cand_x"}, "candidateId"),
        ({"jobId": "job_x"}, "jobId"),
        ({"configId": "cfg_x"}, "configId"),
        ({"email": "ada"}, "email"),
        ({"expiresOn": "tomorrow"}, "expiresOn"),
        ({"expiresOn": ""}, "expiresOn"),
    ],
)
async def test_each_fault_is_told_at_its_field_and_nothing_is_made(
    world: World, change: dict[str, str], field: str
) -> None:
    job = await world.job()
    answer = await make(world, ADA | {"jobId": job["id"]} | change)
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)">', answer.text) == [field]
    assert await counts(world) == (0, 0, 0)


async def test_a_closed_job_takes_no_interview_and_no_candidate_is_left_behind(world: World) -> None:
    job = await world.job()
    await world.services.database.pool.execute("UPDATE jobs SET status = 'CLOSED'")
    answer = await make(world, ADA | {"jobId": job["id"]})
    assert answer.status_code == 422
    assert "This job is closed." in answer.text
    assert await counts(world) == (0, 0, 0)


async def test_the_last_day_may_be_today_until_it_is_over(world: World) -> None:
    job = await world.job()
    for time, status in (((23, 59, 58), 303), ((23, 59, 59), 422)):
        hour, minute, second = time
        world.clock.at = world.clock.at.replace(hour=hour, minute=minute, second=second)
        form = ADA | {"jobId": job["id"], "email": f"ada{second}@example.org", "expiresOn": "2026-03-01"}
        assert (await make(world, form)).status_code == status


async def test_the_form_begins_with_what_is_usual_and_what_a_link_chose(world: World) -> None:
    empty = (await world.page("GET", "/interviews/new")).text
    assert '<input type="hidden" name="who" value="new">' in empty
    assert "There is no open job yet." in empty
    candidate, job = await world.candidate(), await world.job(location="Lyon")
    path = f"/interviews/new?candidateId={candidate['id']}&jobId={job['id']}"
    page = (await world.page("GET", path)).text
    assert re.search(r'name="who" value="existing" checked', page)
    assert f'<option value="{candidate["id"]}" selected>Ada Lovelace, ada@example.org</option>' in page
    assert f'<option value="{job["id"]}" selected>Backend engineer, Lyon</option>' in page
    assert 'value="2026-03-08"' in page
    assert re.search(r'name="sendInvite" value="yes" checked', page)
    assert "General interview</option>" in page
    stranger = (await world.page("GET", path, member="STRANGER")).text
    assert "Ada" not in stranger
    assert "Backend" not in stranger


async def test_a_candidate_who_is_not_among_the_newest_can_still_be_chosen(world: World) -> None:
    first = await world.candidate()
    await world.services.database.pool.execute(
        "INSERT INTO candidates (id, organization_id, email, created_at, updated_at)"
        " SELECT 'cand_' || n, $1, n || '@example.org', $2, $2 FROM generate_series(1, 120) n",
        world.organization_id,
        world.clock.at.replace(hour=10),
    )
    page = (await world.page("GET", "/interviews/new")).text
    assert first["id"] not in page
    assert "Only the newest are listed." in page
    page = (await world.page("GET", f"/interviews/new?candidateId={first['id']}")).text
    assert f'<option value="{first["id"]}" selected>' in page


async def test_the_list_says_how_each_stands_and_what_came_of_it(world: World) -> None:
    over = await finished_interview(world)
    candidate = await world.candidate("grace@example.org", firstName="Grace", lastName="Hopper")
    await world.made("/api/v1/interviews", {"candidateId": candidate["id"], "jobId": over["jobId"]})
    page = (await world.page("GET", "/interviews")).text
    names = re.findall(r'class="whole"[^>]*>([^<]+)<', page)
    assert names == ["Grace Hopper", "Ada Lovelace"]
    assert "Completed" in page
    assert re.search(r'aria-label="Level 4\.0 of 5"', page)
    for query, found in (
        ("status=INVITED", ["Grace Hopper"]),
        ("status=COMPLETED", ["Ada Lovelace"]),
        ("status=DRAFT", []),
        ("search=HOPPER", ["Grace Hopper"]),
        ("search=ada%40", ["Ada Lovelace"]),
        ("search=_", []),
        (f"jobId={over['jobId']}", names),
        ("jobId=job_x", []),
        ("status=&jobId=&search=&page=1", names),
    ):
        page = (await world.page("GET", f"/interviews?{query}")).text
        assert re.findall(r'class="whole"[^>]*>([^<]+)<', page) == found, query
    world.clock.forward(days=8)
    page = (await world.page("GET", "/interviews?status=EXPIRED")).text
    assert "Grace Hopper" in page
    assert (await world.page("GET", "/interviews?status=GONE")).status_code == 400


async def test_where_there_is_nothing_the_list_says_how_to_begin(world: World) -> None:
    assert "Make the first interview" in (await world.page("GET", "/interviews")).text
    front = await world.page("GET", "/", member=None)
    assert (front.status_code, front.headers["location"]) == (303, "/interviews")
