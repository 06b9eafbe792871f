"""One interview's page: before the end what can be done, after it what came of it."""

import re
from html import unescape

import pytest

from finished import MEASURED, OWNED, finished_interview, report_made, say
from vivavoce.interviews.happenings import WORDS
from world import World


async def page_of(world: World, interview_id: str, member: str = "OWNER") -> str:
    answer = await world.page("GET", f"/interviews/{interview_id}", member=member)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.text))


async def test_every_quote_of_a_report_leads_to_its_words_in_the_transcript(world: World) -> None:
    interview = await finished_interview(world)
    page = await page_of(world, interview["id"])
    quotes = re.findall(r'<a class="words" href="#(t\d+-\d+)" lang="en">“([^”]+)”</a>', page)
    assert {words for _, words in quotes} == {OWNED, MEASURED}
    for anchor, words in quotes:
        assert f'<mark id="{anchor}">{words}</mark>' in page
    for words in ("Gives figures.", "scripted", "Question 1", "Rubric version 1", "The report was ready"):
        assert words in page


async def test_the_recording_plays_here_from_each_turn_and_quote(world: World) -> None:
    interview = await finished_interview(world)
    page = await page_of(world, interview["id"])
    source = re.search(r'<audio [^>]*src="([^"]+)"', page)
    assert source is not None
    assert source[1].startswith(f"/recordings/{interview['id']}.mp3?expires=")
    assert f'href="{source[1]}#t=65" data-ms="65200"' in page
    assert "recording of this turn" not in page
    policy = (await world.page("GET", "/interviews")).headers["content-security-policy"]
    assert "media-src 'self';" in policy


async def test_a_recording_elsewhere_is_only_linked_to(world: World) -> None:
    interview = await finished_interview(world)
    await world.services.database.pool.execute(
        "UPDATE interviews SET audio_url = 'https://elsewhere.example/a.mp3'"
    )
    page = await page_of(world, interview["id"])
    assert '<a href="https://elsewhere.example/a.mp3" rel="noreferrer noopener">' in page
    assert "<audio" not in page


async def test_a_report_that_failed_can_be_asked_for_again(world: World) -> None:
    interview = await finished_interview(world, report=False)
    page = await page_of(world, interview["id"])
    assert "No report was asked for" in page
    path = f"/interviews/{interview['id']}/report"
    asked = await world.page("POST", path, member="MEMBER")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/interviews/{interview['id']}")
    assert "The report is being written" in await page_of(world, interview["id"])
    await world.page("POST", path)
    jobs = await world.job_arguments("report.make")
    assert len(jobs) == 1, "one that is under way is not asked for twice"
    await report_made(world, jobs[0]["report_id"], failure="the model did not answer")
    page = await page_of(world, interview["id"])
    assert "the model did not answer" in page
    assert "The report could not be made" in page
    await world.page("POST", path)
    await report_made(world, jobs[0]["report_id"])
    assert "Gives figures." in await page_of(world, interview["id"])


async def test_a_report_needs_an_interview_that_is_over(world: World) -> None:
    interview = await world.interview()
    answer = await world.page("POST", f"/interviews/{interview['id']}/report")
    assert answer.status_code == 409
    assert "This interview is not over" in answer.text
    assert await world.job_arguments("report.make") == []


async def test_a_reader_sees_neither_link_nor_button(world: World) -> None:
    open_, over = await world.interview(), await finished_interview(world, email="grace@example.org")
    assert f'value="{open_["invitationUrl"]}"' in await page_of(world, open_["id"], "MEMBER")
    for interview in (open_, over):
        page = await page_of(world, interview["id"], "READER")
        assert "/i/" not in page
        assert re.findall(r'<form[^>]*action="([^"]*)"', page) == ["/sign-out"]
        assert "/new" not in page


async def test_sending_again_gives_a_new_link_and_ends_the_old(world: World) -> None:
    interview = await world.interview()
    sent = await world.page("POST", f"/interviews/{interview['id']}/invitation")
    assert sent.status_code == 303
    page = await page_of(world, interview["id"])
    link = re.search(r'id="invitation"[^>]*value="([^"]+)"', page)
    assert link is not None
    assert link[1] != interview["invitationUrl"]
    assert "again, with a new link" in page
    for url, status in ((interview["invitationUrl"], 404), (link[1], 200)):
        assert (
            await world.page("GET", url.removeprefix("http://testserver"), member=None)
        ).status_code == status


async def test_cancelling_takes_the_link_away_and_offers_a_new_interview(world: World) -> None:
    interview = await world.interview()
    assert (await world.page("POST", f"/interviews/{interview['id']}/cancellation")).status_code == 303
    page = await page_of(world, interview["id"])
    assert "This interview was cancelled" in page
    assert "owner@example.org cancelled the interview" in page
    assert "/i/" not in page
    assert f"/interviews/new?candidateId={interview['candidateId']}&jobId={interview['jobId']}" in page
    again = await world.page("POST", f"/interviews/{interview['id']}/invitation")
    assert again.status_code == 409
    assert "This interview was cancelled." in again.text
    assert "Sign out" in again.text


async def test_an_interview_that_ran_out_gets_more_time_from_its_page(world: World) -> None:
    interview = await world.interview()
    world.clock.forward(days=8)
    assert 'min="2026-03-09"' in await page_of(world, interview["id"])
    path = f"/interviews/{interview['id']}/time"
    for wrong in ("2026-03-08", "soon", ""):
        assert (await world.page("POST", path, data={"expiresOn": wrong})).status_code == 422
    given = await world.page("POST", path, member="MEMBER", data={"expiresOn": "2026-03-09"})
    assert given.status_code == 303
    page = re.sub(r"\s+", " ", (await world.page("GET", given.headers["location"])).text)
    for words in (
        "Waiting for Ada",
        "9 March 2026 at 23:59",
        "The interview’s time ran out",
        "gave it more time",
    ):
        assert words in page.replace("\N{NO-BREAK SPACE}", " "), words
    assert "The link works until the end of that day." in page


async def test_what_was_said_so_far_can_be_read_while_it_goes_on(world: World) -> None:
    interview = await world.interview()
    await say(world, interview["id"])
    page = await page_of(world, interview["id"])
    assert "The interview has begun" in page
    assert OWNED in page
    assert "What was said so far" in page


async def test_an_integrators_work_is_told_by_the_name_of_its_key(world: World) -> None:
    interview = await world.interview()
    page = await page_of(world, interview["id"])
    assert "The API key “test” made the interview" in page
    assert "turn.recorded" not in page


async def test_every_kind_of_event_but_a_turns_own_has_words(world: World) -> None:
    interview = await finished_interview(world)
    await say_goodbye(world, interview["candidateId"], interview["jobId"])
    rows = await world.services.database.pool.fetch(
        "SELECT DISTINCT type FROM events WHERE interview_id IS NOT NULL"
    )
    kinds = {row["type"] for row in rows}
    assert kinds - {"turn.recorded", "turn.updated"} <= set(WORDS)


async def say_goodbye(world: World, candidate_id: str, job_id: str) -> None:
    made = await world.made("/api/v1/interviews", {"candidateId": candidate_id, "jobId": job_id})
    await world.page("POST", f"/interviews/{made['id']}/cancellation")


@pytest.mark.parametrize("query", ["done=invited", "done=%3Cb%3E", "done="])
async def test_a_word_of_what_was_done_is_shown_as_long_as_it_is_true(world: World, query: str) -> None:
    interview = await world.interview()
    path = f"/interviews/{interview['id']}?{query}"
    assert ('role="status"' in (await world.page("GET", path)).text) == (query == "done=invited")
    await world.page("POST", f"/interviews/{interview['id']}/cancellation")
    assert 'role="status"' not in (await world.page("GET", path)).text
