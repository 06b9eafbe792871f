"""The candidate's network is gone for a while: nobody hangs up, nothing gets through, then all does."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from chromium import browser_with
from integrator import Integrator
from people import PATIENCE, Candidate
from playwright.async_api import BrowserContext, expect
from product import Product
from wire import Wire, wire_to

BEFORE = "A customer was angry because her order came broken."
AFTER = "I listened to her and let her finish."
NOTICED_SECONDS = 9.0
"""A line is taken to be dead after eight seconds without a word."""


@asynccontextmanager
async def behind_wire(port: int) -> AsyncIterator[tuple[BrowserContext, Wire]]:
    """A browser that reaches this port through a wire alone."""
    async with wire_to(port) as wire, browser_with(f"--host-resolver-rules={wire.rule}") as browser:
        context = await browser.new_context(locale="en-GB")
        await context.add_init_script(path=Path(__file__).parent / "microphone.js")
        yield context, wire


async def gone_for(seconds: float, candidate: Candidate, wire: Wire) -> None:
    """The page says so before the network is back."""
    wire.cut()
    began = time.monotonic()
    await expect(candidate.page.locator("#state")).to_contain_text("line is down", timeout=seconds * 1000)
    await asyncio.sleep(began + seconds - time.monotonic())
    wire.mend()


async def turns(integrator: Integrator, interview: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Once there are so many."""
    async with asyncio.timeout(PATIENCE):
        while True:
            transcript: list[dict[str, Any]] = integrator.read(interview)["transcript"]
            if len(transcript) >= count:
                return transcript
            await asyncio.sleep(0.1)


def spent(turn: dict[str, Any]) -> float:
    """Of the planned time, when this turn was stored."""
    return float(turn["metrics"]["spentSeconds"])


async def test_the_built_in_link_is_gone_for_half_a_minute_in_the_middle_of_an_answer(
    product: Product,
) -> None:
    async with behind_wire(product.port) as (context, wire):
        with Integrator(product) as integrator:
            interview = integrator.interview()
            candidate = Candidate(await context.new_page())
            await candidate.agree(interview["invitationUrl"])
            await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready to begin")
            await candidate.page.locator("#begin").click()
            await candidate.state("speaking")
            await candidate.press("skip")
            await candidate.asked(1)
            question = await candidate.question()
            await candidate.say(BEFORE)
            await candidate.understood("broken")
            await candidate.press("moment")
            await candidate.state("holding")

            began = time.monotonic()
            await gone_for(30, candidate, wire)
            await candidate.state("speaking")
            assert await candidate.question() == question
            await candidate.understood("broken")
            await candidate.press("moment")
            await candidate.say(AFTER)
            await candidate.understood("finish")
            await candidate.press("finished")
            await candidate.state("speaking")
            await candidate.press("skip")

            told, asked = (await turns(integrator, interview, 4))[2:4]
            words = told["content"].lower()
            assert [words.count(one) for one in ("order came broken", "let her finish")] == [1, 1]
            assert spent(asked) - spent(told) < time.monotonic() - began - 30 + NOTICED_SECONDS
            assert "interview.resumed" in integrator.happened(interview)


async def test_a_page_whose_network_is_back_leaves_the_interview_to_the_device_that_took_it_up(
    product: Product, context: BrowserContext
) -> None:
    with Integrator(product) as integrator:
        interview = integrator.interview()
        laptop = Candidate(await context.new_page())
        await laptop.agree(interview["invitationUrl"])
        await laptop.type_answers()
        assert await laptop.replied() == 1
        question = await laptop.question()
        await context.set_offline(True)
        await laptop.state("down")
        assert context.browser
        elsewhere = await context.browser.new_context(locale="en-GB")
        phone = Candidate(await elsewhere.new_page())
        await phone.page.goto(interview["invitationUrl"])
        await phone.page.locator("#take-over, #choose-text").locator("visible=true").first.click()
        if await phone.page.locator("#choose-text").is_visible():
            await phone.type_answers()
        await phone.listened_to()
        assert await phone.question() == question
        await context.set_offline(False)
        await expect(laptop.page.locator("#app[data-stage=elsewhere]")).to_be_visible()
        await phone.answer(AFTER)
        assert integrator.said(interview) == [AFTER]
        await elsewhere.close()
