"""LiveKit rooms with a real server: what breaks on the way, and comes back."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from integrator import Integrator
from people import Candidate
from playwright.async_api import BrowserContext, expect
from product import Product, free_port
from room_product import RoomProduct

SAID = "A customer was angry because her order came broken. I listened to her and let her finish."


async def in_the_interview(context: BrowserContext, link: str) -> Candidate:
    """By voice, while the interviewer greets."""
    candidate = Candidate(await context.new_page())
    await candidate.agree(link)
    await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready to begin")
    await candidate.page.locator("#begin").click()
    await candidate.state("speaking")
    await candidate.heard_after(0)
    return candidate


@pytest.mark.parametrize("end", [Product.kill_one, Product.end_one], ids=["killed", "told to end"])
async def test_when_the_agent_ends_in_mid_sentence_another_one_goes_on(
    own_room_product: RoomProduct, context: BrowserContext, end: Callable[[Product, str], None]
) -> None:
    product = own_room_product
    with Integrator(product) as integrator:
        interview = integrator.interview()
        candidate = await in_the_interview(context, interview["invitationUrl"])
        ended: float = await candidate.page.evaluate("performance.now()")
        end(product, "agent")
        await expect(candidate.page.locator("#state")).to_contain_text("line is down", timeout=15_000)
        assert await candidate.heard_after(ended + 1_000) > ended
        await candidate.press("skip")
        await candidate.asked(1)
        await candidate.say(SAID)
        await candidate.understood("let her finish")
        transcript = integrator.read(interview)["transcript"]
    assert [turn["turnNumber"] for turn in transcript] == list(range(1, len(transcript) + 1))


async def test_a_candidate_whose_network_was_gone_finds_the_same_question_and_what_was_written(
    room_product: RoomProduct, context: BrowserContext
) -> None:
    with Integrator(room_product) as integrator:
        interview = integrator.interview()
        candidate = Candidate(await context.new_page())
        await candidate.agree(interview["invitationUrl"])
        await candidate.type_answers()
        assert await candidate.replied() == 1
        question = await candidate.question()
        await candidate.page.locator("#answer").fill("I would first")
        await context.set_offline(True)
        await candidate.state("down")
        await integrator.until_happened(interview, "interview.interrupted")
        await context.set_offline(False)
        await candidate.listened_to()
        assert await candidate.question() == question
        assert await candidate.page.locator("#answer").input_value() == "I would first"
        await candidate.answer(SAID)
        assert integrator.said(interview) == [SAID]
        assert "interview.resumed" in integrator.happened(interview)


async def test_a_media_server_that_stalls_costs_a_moment_and_nothing_else(
    own_room_product: RoomProduct, context: BrowserContext
) -> None:
    product = own_room_product
    with Integrator(product) as integrator:
        interview = integrator.interview()
        candidate = await in_the_interview(context, interview["invitationUrl"])
        product.livekit.suspend()
        await candidate.state("down")
        product.livekit.resume()
        back: float = await candidate.page.evaluate("performance.now()")
        assert await candidate.heard_after(back) > back
        await candidate.press("skip")
        await candidate.asked(1)
        await candidate.say(SAID)
        await candidate.understood("let her finish")


async def test_a_second_device_takes_the_interview_over_and_the_first_is_told(
    room_product: RoomProduct, context: BrowserContext
) -> None:
    with Integrator(room_product) as integrator:
        interview = integrator.interview()
        first = Candidate(await context.new_page())
        await first.agree(interview["invitationUrl"])
        await first.type_answers()
        assert await first.replied() == 1
        question = await first.question()
        second = Candidate(await context.new_page())
        await second.page.goto(interview["invitationUrl"])
        await second.page.locator("#take-over").click()
        await second.page.locator("#choose-text").click()
        await second.listened_to()
        assert await second.question() == question
        await expect(first.page.locator("#app[data-stage=elsewhere]")).to_be_visible()
        await second.answer(SAID)
        assert integrator.said(interview) == [SAID]


async def test_a_very_long_answer_gets_through(room_product: RoomProduct, context: BrowserContext) -> None:
    """Longer than a packet, in both directions."""
    with Integrator(room_product) as integrator:
        interview = integrator.interview()
        candidate = Candidate(await context.new_page())
        await candidate.agree(interview["invitationUrl"])
        await candidate.type_answers()
        assert await candidate.replied() == 1
        told = ("Déjà vu: the customer wrote, and I answered her. " * 210)[:9_990].strip()
        await candidate.answer(told)
        assert integrator.said(interview) == [told]


async def test_without_the_livekit_server_the_page_says_that_it_waits(
    tmp_path: Path, context: BrowserContext
) -> None:
    product = Product(
        tmp_path,
        LIVEKIT_URL=f"ws://127.0.0.1:{free_port()}",
        LIVEKIT_API_KEY="key",
        LIVEKIT_API_SECRET="a-secret-of-livekit-of-some-length",
    )
    product.start()
    try:
        candidate = Candidate(await context.new_page())
        await candidate.agree(product.link("Candidate"))
        async with httpx.AsyncClient(base_url=product.url) as http:
            joined = await http.post(f"{product.link('Candidate')}/join", json={})
            ready = await http.get("/readyz")
        assert (joined.status_code, joined.json()["error"]["code"]) == (503, "UNAVAILABLE")
        assert "LiveKit server does not answer" in joined.json()["detail"]
        assert (ready.status_code, ready.json()["livekit"]["ok"]) == (200, False)
        await candidate.page.locator("#choose-text").click()
        await candidate.state("down")
    finally:
        product.stop()
