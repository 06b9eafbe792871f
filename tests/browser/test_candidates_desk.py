"""What goes wrong at candidates' desks: each a plain page that says what to do, and nothing lost."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from integrator import Integrator
from people import ROOM, Candidate, Recruiter
from playwright.async_api import Browser, BrowserContext, Page, WebSocket, expect
from playwright.async_api import Error as LeavingPage
from product import PATIENCE, Product

_IS_PAST = """number => {
    const shown = document.getElementById("question-number");
    return !shown || !shown.textContent.includes(` ${number} `);
}"""
_ARE_STORED = """count =>
    !document.getElementById("app") || document.querySelectorAll("#captions li.candidate").length >= count
"""
ANSWER = "I let the customer finish, told him that I understood, and offered a new one the next day."
MORE = "In the end he thanked me for it."


@pytest.fixture(scope="module")
def integrator(product: Product) -> Iterator[Integrator]:
    with Integrator(product) as made:
        yield made


@asynccontextmanager
async def page_without_microphone(browser: Browser, fault: str) -> AsyncIterator[Page]:
    """One in which asking for the microphone fails with that error."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    await context.add_init_script(
        f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{fault}') }}"
    )
    yield await context.new_page()
    await context.close()


async def shows(integrator: Integrator, link: str, text: str) -> bool:
    """Whether who opens the link now would read this."""
    return text in integrator.http.get(link).text


async def finish_early(candidate: Candidate) -> None:
    await candidate.page.locator("#end").click()
    await candidate.page.locator("#end-dialog button[value=end]").click()
    await until(lambda: candidate.page.evaluate("!document.getElementById('app')"))


async def skip_to_the_end(candidate: Candidate) -> None:
    number = await candidate.replied()
    while number:
        await candidate.press("skip")
        await until(lambda skipped=number: candidate.page.evaluate(_IS_PAST, skipped))
        number = await candidate.replied()


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(LeavingPage):
                if await condition():
                    return
            await asyncio.sleep(0.05)


# Links


async def test_an_invented_link_says_where_the_right_one_is(
    product: Product, context: BrowserContext
) -> None:
    page = await context.new_page()
    answer = await page.goto(f"{product.url}/i/01M81APEG909PT66NVH4D7ZHDA-1-EsSr5UGSWopHQAtIBIcgTg")
    assert answer
    assert answer.status == 404
    await expect(page.get_by_role("heading", name="This link leads to no interview")).to_be_visible()
    await expect(page.get_by_text("Open the latest invitation")).to_be_visible()


async def test_a_link_that_expires_while_the_notice_is_read_says_whom_to_ask(
    integrator: Integrator, context: BrowserContext
) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    link = integrator.interview(expiresAt=soon)["invitationUrl"]
    page = await context.new_page()
    await page.goto(link)
    await page.locator("input[name=agreed]").check()
    await until(lambda: shows(integrator, link, "has expired"))
    await page.locator("form button").first.click()
    await expect(page.get_by_role("heading", name="This invitation has expired")).to_be_visible()
    await expect(page.locator("time")).to_contain_text("UTC")
    await expect(page.get_by_role("link", name="recruiter@example.org")).to_be_visible()


async def test_an_interview_cancelled_while_it_goes_on_says_so_in_the_room(
    product: Product, integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    await candidate.agree(interview["invitationUrl"])
    await candidate.type_answers()
    await candidate.asked(1)

    recruiter = Recruiter(await context.new_page(), product.url)
    await recruiter.sign_in(product.sign_in_link())
    await recruiter.page.goto(f"{product.url}/interviews/{interview['id']}")
    await recruiter.page.get_by_text("Cancel this interview").click()
    await recruiter.page.get_by_role("button", name="Cancel the interview").click()
    await expect(recruiter.page.get_by_text("Cancelled").first).to_be_visible()

    page = candidate.page
    await expect(page.get_by_role("heading", name=re.compile("cancelled"))).to_be_visible()
    await expect(page.get_by_role("link", name="recruiter@example.org")).to_be_visible()


# Microphones


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("NotAllowedError", "does not let this page use the microphone"),
        ("NotFoundError", "No microphone was found"),
    ],
)
async def test_without_a_microphone_the_page_helps_and_typing_goes_on_from_there(
    browser: Browser, integrator: Integrator, fault: str, words: str
) -> None:
    interview = integrator.interview()
    async with page_without_microphone(browser, fault) as page:
        candidate = Candidate(page)
        await candidate.agree(interview["invitationUrl"])
        await page.locator("#choose-voice").click()
        await expect(page.locator("#check-problem")).to_contain_text(words)
        await expect(page.locator("#check-remedy")).to_contain_text("press “Try again”")
        await page.locator("#try-again").click()
        await expect(page.locator("#check-problem")).to_be_visible()
        await page.locator("#type-after-all").click()
        await candidate.asked(1)
        await candidate.answer(ANSWER)
        await candidate.press("mode")
        await expect(page.locator("#remark")).to_contain_text(words)
        await expect(page.locator("#remark")).to_contain_text("press “Speak instead”")
        await expect(page.locator("#app")).to_have_attribute("data-mode", "text")
        await expect(page.locator("#answer")).to_be_editable()
    assert integrator.said(interview) == [ANSWER]


async def test_who_chooses_typing_while_the_browser_still_asks_for_the_microphone_types(
    integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    page = candidate.page
    await page.add_init_script(
        "const give = navigator.mediaDevices.getUserMedia;"
        "const allowed = new Promise((allow) => { globalThis.allowMicrophone = allow });"
        "navigator.mediaDevices.getUserMedia = async () => { await allowed; return give() };"
    )
    await candidate.agree(interview["invitationUrl"])
    await page.locator("#choose-voice").click()
    await expect(page.locator("#begin")).to_be_hidden()
    await page.locator("#type-after-all").click()
    await page.evaluate("allowMicrophone()")
    await candidate.asked(1)
    await candidate.answer(ANSWER)
    assert await page.evaluate("microphoneIsOpen()") is False
    assert integrator.said(interview) == [ANSWER]


async def test_a_microphone_that_goes_away_in_mid_interview_leaves_typing(
    integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    page = candidate.page
    await candidate.agree(interview["invitationUrl"])
    await page.locator("#choose-voice").click()
    await page.locator("#begin").click()
    await candidate.state("speaking")
    await page.evaluate("loseMicrophone()")
    await expect(page.locator("#remark")).to_contain_text("The microphone is gone. You can type")
    await candidate.asked(1)
    await candidate.answer(ANSWER)
    assert integrator.said(interview) == [ANSWER]


# Two windows, breaks, ends


async def test_two_tabs_on_one_link_take_turns_and_nothing_is_lost(
    integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview()
    first, second = Candidate(await context.new_page()), Candidate(await context.new_page())
    await first.agree(interview["invitationUrl"])
    await first.type_answers()
    await first.asked(1)
    await first.page.locator("#answer").fill(ANSWER)

    await second.page.goto(interview["invitationUrl"])
    await expect(second.page.get_by_role("heading", name="open elsewhere")).to_be_visible()
    await second.page.locator("#take-over").click()
    await second.type_answers()
    await second.asked(1)
    await second.answer("I wrote this in the second window.")

    await expect(first.page.get_by_role("heading", name="open elsewhere")).to_be_visible()
    await first.page.locator("#take-over").click()
    await first.listened_to()
    await expect(first.page.locator("#answer")).to_have_value(ANSWER)
    await expect(first.page.locator("#captions")).to_contain_text("I wrote this in the second window.")
    await first.page.locator("#send").click()
    await expect(second.page.get_by_role("heading", name="open elsewhere")).to_be_visible()
    await expect(first.page.locator("#captions li.candidate").last).to_contain_text(ANSWER)
    assert integrator.said(interview) == ["I wrote this in the second window.", ANSWER]


async def test_a_pause_lasts_through_a_broken_line_and_nothing_is_heard_meanwhile(
    integrator: Integrator, context: BrowserContext
) -> None:
    candidate = Candidate(await context.new_page())
    lines: list[list[str | bytes]] = []
    candidate.page.on("websocket", lambda line: _keep(line, lines))
    await candidate.agree(integrator.interview()["invitationUrl"])
    await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready to begin")
    await candidate.page.locator("#begin").click()
    await candidate.asked(1)
    await candidate.press("pause")
    await candidate.state("paused")
    await context.set_offline(True)
    await candidate.state("down")
    before = len(lines)
    await context.set_offline(False)
    await candidate.state("paused")
    await candidate.say("This is said to somebody else.")
    assert lines[before:], "there is a new line"
    assert not [sent for line in lines[before:] for sent in line if isinstance(sent, bytes)]
    captions = candidate.page.locator("#captions")
    await expect(captions).not_to_contain_text("We are back")
    await candidate.press("pause")
    await expect(captions).to_contain_text("We are back")
    await candidate.asked(1)


def _keep(line: WebSocket, lines: list[list[str | bytes]]) -> None:
    """What the page sends on it."""
    sent: list[str | bytes] = []
    lines.append(sent)
    line.on("framesent", lambda frame: sent.append(frame))  # noqa: PLW0108 - playwright marks its listeners


async def test_who_pauses_and_leaves_the_page_comes_back_by_the_same_link_and_may_stop_early(
    integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    await candidate.agree(interview["invitationUrl"])
    await candidate.type_answers()
    await candidate.asked(1)
    await candidate.answer(ANSWER)
    if await candidate.replied() == 1:
        await candidate.answer(MORE)
    await candidate.asked(2)
    question = await candidate.question()
    shown = await candidate.page.locator("#captions").inner_text()
    assert shown.startswith("Hi Ada, good to have you here.")
    assert shown.index(ANSWER) < shown.index("Thanks for that.") < shown.index(question)
    await candidate.press("pause")
    await expect(candidate.page.locator("#state")).to_contain_text("Paused")
    await candidate.page.reload()
    await expect(candidate.page.get_by_role("heading", name="Go on with the interview")).to_be_visible()
    await candidate.page.close()

    await until(lambda: shows(integrator, interview["invitationUrl"], 'data-stage="prepare"'))
    candidate = Candidate(await context.new_page())
    await candidate.page.goto(interview["invitationUrl"])
    await expect(candidate.page.get_by_role("heading", name="Go on with the interview")).to_be_visible()
    await candidate.type_answers()
    await candidate.asked(2)
    assert await candidate.question() == question
    shown = await candidate.page.locator("#captions").inner_text()
    assert shown.index(ANSWER) < shown.index("We are back") < shown.rindex(question)

    await candidate.page.locator("#end").click()
    await candidate.page.locator("#end-dialog button[value=stay]").click()
    await candidate.listened_to()
    await finish_early(candidate)
    await expect(candidate.page.get_by_role("heading", name="The interview ended early")).to_be_visible()
    found = integrator.read(interview)
    assert (found["status"], found["completion"]) == ("COMPLETED", "PARTIAL")
    await candidate.page.goto(interview["invitationUrl"])
    await expect(candidate.page.get_by_text("Your answers are stored")).to_be_visible()


@pytest.mark.parametrize("process", ["agent", "web"])
async def test_a_page_that_types_comes_back_when_a_process_is_killed(
    product: Product, integrator: Integrator, context: BrowserContext, process: str
) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    await candidate.agree(interview["invitationUrl"])
    await candidate.type_answers()
    await candidate.asked(1)
    await candidate.page.locator("#answer").fill(ANSWER)
    product.kill_one(process)
    await expect(candidate.page.locator("#state")).to_contain_text("The line is down")
    await expect(candidate.page.locator("#answer-hint")).to_contain_text("Keep writing")
    await candidate.asked(1)
    await expect(candidate.page.locator("#captions")).to_contain_text("We are back, at question 1 of")
    await candidate.page.locator("#send").click()
    await until(lambda: candidate.page.evaluate(_ARE_STORED, 1))
    assert integrator.said(interview) == [ANSWER]


async def test_a_candidate_who_never_says_a_word_gets_no_score(
    product: Product, integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    await candidate.agree(interview["invitationUrl"])
    await candidate.type_answers()
    await skip_to_the_end(candidate)
    await expect(candidate.page.get_by_text("No answers")).to_be_visible()

    report = await integrator.report(interview)
    assert report["status"] == "READY"
    assert report["scorecard"]["overall"] is None
    assert {(one["level"], one["status"]) for one in report["scorecard"]["criteria"]} == {
        (None, "NOT_ENOUGH_EVIDENCE")
    }
    recruiter = Recruiter(await context.new_page(), product.url)
    await recruiter.sign_in(product.sign_in_link())
    await recruiter.page.goto(f"{product.url}/interviews/{interview['id']}")
    await expect(recruiter.page.get_by_text("Not enough evidence").first).to_be_visible()


# Voice and keyboard


async def test_voice_and_typing_change_places_and_every_button_does_what_it_says(
    integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    page = candidate.page
    await candidate.agree(interview["invitationUrl"])
    await page.locator("#choose-voice").click()
    await page.locator("#begin").click()
    await candidate.state("speaking")
    await candidate.press("skip")
    await expect(page.locator("#question-number")).to_contain_text("Question 1 of")

    await candidate.press("repeat")
    await expect(page.get_by_text("Let us begin with the first question.")).to_have_count(2)
    await candidate.press("moment")
    await candidate.state("holding")
    await expect(page.locator("[data-action=moment]")).to_have_text("I am ready")
    await candidate.press("moment")
    await candidate.state("speaking")

    await candidate.press("mode")
    await expect(page.locator("#app")).to_have_attribute("data-mode", "text")
    await candidate.answer(ANSWER)
    if await candidate.replied() == 1:
        await candidate.answer(MORE)
    await candidate.asked(2)
    await candidate.press("mode")
    await expect(page.locator("#app")).to_have_attribute("data-mode", "voice")
    await candidate.asked(2)
    await candidate.say("First I ask what the customer sees on the screen.")
    await candidate.press("finished")
    await candidate.state("speaking")
    await finish_early(candidate)
    said = integrator.said(interview)
    assert said[0] == ANSWER
    assert "first i ask" in said[-1]


async def test_a_whole_interview_by_keyboard_alone(integrator: Integrator, context: BrowserContext) -> None:
    interview = integrator.interview()
    candidate = Candidate(await context.new_page())
    page = candidate.page
    await page.goto(interview["invitationUrl"])
    await _tab_to(page, "input[name=agreed]")
    await page.keyboard.press("Space")
    await _tab_to(page, "form button")
    await page.keyboard.press("Enter")
    await expect(page.locator("#choose-text")).to_be_enabled()
    await _tab_to(page, "#choose-text")
    await page.keyboard.press("Enter")
    number, asked = await candidate.replied(), 0
    await expect(page.locator("#answer")).to_be_focused()
    while number:
        asked += 1
        await page.keyboard.type(f"{ANSWER} {asked}")
        await page.keyboard.press("Control+Enter")
        await until(lambda count=asked: page.evaluate(_ARE_STORED, count))
        number = await candidate.replied()
    await expect(page.get_by_role("heading", name="The interview is complete")).to_be_visible()
    assert integrator.said(interview) == [f"{ANSWER} {count}" for count in range(1, asked + 1)]


async def _tab_to(page: Page, selector: str) -> None:
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by the tabulator")


# French


async def test_in_french_nothing_here_hears_and_the_typed_interview_ends_in_a_french_report(
    integrator: Integrator, context: BrowserContext
) -> None:
    interview = integrator.interview(locale="fr")
    candidate = Candidate(await context.new_page())
    page = candidate.page
    await candidate.agree(interview["invitationUrl"])
    await expect(page.get_by_text("Rien sur ce serveur ne comprend le français parlé")).to_be_visible()
    await expect(page.locator("#choose-voice")).to_have_count(0)
    await candidate.type_answers()
    assert await candidate.replied() == 1
    await expect(page.locator("[data-action=mode]")).to_be_hidden()
    told = (
        "Une cliente était furieuse parce que sa machine était cassée. Je l'ai écoutée sans l'interrompre, je me"
        " suis excusé, et je lui ai proposé un échange. Je l'ai rappelée le lendemain pour vérifier."
    )
    await candidate.answer(told)
    if await candidate.replied() == 1:
        await candidate.answer("Au final, elle m'a remercié.")
    await skip_to_the_end(candidate)
    await expect(page.get_by_role("heading", name="L’entretien est terminé")).to_be_visible()
    report = await integrator.report(interview)
    assert (report["status"], report["language"]) == ("READY", "fr")
    assert integrator.said(interview)[0] == told
    assert await page.locator(ROOM).count() == 0
