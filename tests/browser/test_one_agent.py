"""One agent speaks, of the two that `serve` runs: killed, stopped or told to end, the other goes on where they were."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from caller import Caller
from integrator import Integrator
from product import PATIENCE, Product, lines_of

from fakes.page import FakePage
from vivavoce.interviewer.ports import TAKEN_OVER, TRY_AGAIN


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    made = Product(tmp_path_factory.mktemp("agents"))
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def integrator(product: Product) -> Iterator[Integrator]:
    with Integrator(product) as made:
        yield made


@asynccontextmanager
async def at_the_first_question(
    integrator: Integrator,
) -> AsyncIterator[tuple[dict[str, Any], Caller, FakePage]]:
    """An interview, and a page on which the interviewer is just saying where they are."""
    interview = integrator.interview()
    caller = Caller(interview["invitationUrl"])
    await caller.agree()
    async with await caller.call("text") as first:
        await first.until(lambda: number(first) == 1 and first.of_type("state")[-1]["state"] == "listening")
    async with await caller.call() as page:
        await speaks(page)
        yield interview, caller, page


async def speaks(page: FakePage) -> None:
    await page.until(lambda: page.segments and page.segments[-1].length_ms > 300, seconds=PATIENCE)


def number(page: FakePage) -> int:
    """Of the question on the table."""
    states = page.of_type("state")
    return int((states[-1]["question"] or {"number": 0})["number"]) if states else 0


async def closed(page: FakePage) -> int | None:
    await page.until(lambda: page.close_code is not None, seconds=PATIENCE)
    return page.close_code


async def come_back(caller: Caller, **hello: str) -> FakePage:
    """On a new line that is not closed before something is heard."""
    async with asyncio.timeout(PATIENCE):
        while True:
            page = await caller.call(**hello)
            await page.until(lambda page=page: page.close_code is not None or page.segments, seconds=PATIENCE)
            if page.close_code is None:
                await speaks(page)
                return page
            await page.leave()


def said(integrator: Integrator, interview: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["content"]) for turn in integrator.read(interview)["transcript"]]


def happenings(integrator: Integrator, interview: dict[str, Any]) -> list[str]:
    answer = integrator.http.get(f"/api/v1/interviews/{interview['id']}/events?pageSize=100")
    types = [event["type"] for event in answer.raise_for_status().json()["data"]]
    return [one for one in types if re.search("interrupted|resumed", one)]


async def test_killed_in_mid_sentence_the_other_one_goes_on_at_the_same_question(
    product: Product, integrator: Integrator
) -> None:
    async with at_the_first_question(integrator) as (interview, caller, page):
        before = said(integrator, interview)
        conducting, other = product.processes("agent")
        conducting.kill()
        assert await closed(page) != TAKEN_OVER
        async with await come_back(caller, lastWords="I listened to") as back:
            assert number(back) == 1
            assert lines_of(other) == 1
            await until(lambda: said(integrator, interview) == [*before, ("candidate", "I listened to")])
            assert happenings(integrator, interview) == ["interview.interrupted", "interview.resumed"]


async def test_another_device_that_reaches_the_other_one_takes_the_interview_over(
    product: Product, integrator: Integrator
) -> None:
    async with at_the_first_question(integrator) as (interview, caller, page):
        conducting, other = product.processes("agent")
        conducting.suspend()  # so that the other one takes the call; for less than a lease lives
        async with await caller.call() as device:
            await until(lambda: lines_of(other) == 1)
            conducting.resume()
            assert await closed(page) == TAKEN_OVER
            assert [one["code"] for one in page.of_type("notice")][-1] == "elsewhere"
            await speaks(device)
            assert number(device) == 1
            assert lines_of(conducting) == 0
            assert happenings(integrator, interview) == []


async def test_told_to_end_it_hands_its_interview_over_and_takes_no_new_one(
    product: Product, integrator: Integrator
) -> None:
    async with at_the_first_question(integrator) as (interview, caller, page):
        conducting, _ = product.processes("agent")
        conducting.send_signal(signal.SIGTERM)
        assert await closed(page) == TRY_AGAIN
        async with await come_back(caller) as back:
            assert number(back) == 1
            assert happenings(integrator, interview) == ["interview.interrupted", "interview.resumed"]
        await asyncio.to_thread(conducting.wait, PATIENCE)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)
