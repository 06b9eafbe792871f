"""The agent as a process of its own: an interview by voice, its end by SIGTERM, its death by SIGKILL."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise

import aiohttp
import pytest

from fakes.flite import spoken
from fakes.page import FakePage
from fakes.plans import small_plan
from fakes.product import FakeProduct, fake_product
from fakes.recorded import heard_between, loudness
from vivavoce.interviewer.ports import DONE, TRY_AGAIN

RUN = """
import asyncio, sys
from vivavoce.interviewer.agent import run_agent
from vivavoce.settings import Settings
secret, api_url, link_fd = sys.argv[1:]
asyncio.run(run_agent(Settings(secret_key="", agent_secret=secret, api_url=api_url, link_fd=int(link_fd))))
"""
PLACE_MS = 150
ANSWER = (
    "I led the project that moved our billing system to a new database. "
    "For example I wrote the plan and I tested every step, and the result was that nobody noticed."
)


@pytest.fixture
async def product() -> AsyncIterator[FakeProduct]:
    async with fake_product(small_plan(follow_ups=0)) as made:
        made.heartbeat_seconds = 0.8
        yield made


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """Held by the supervisor, so that pages may knock while no agent lives."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        held.set_inheritable(True)
        yield held


class Agent:
    def __init__(self, process: asyncio.subprocess.Process, listening: socket.socket) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"

    async def health(self) -> dict[str, object]:
        async with aiohttp.ClientSession() as client, client.get(f"{self.url}/healthz") as answer:
            health: dict[str, object] = await answer.json()
            return health

    async def end(self, number: int) -> int:
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 15)


@asynccontextmanager
async def agent(product: FakeProduct, listening: socket.socket) -> AsyncIterator[Agent]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUN, product.secret, product.url, str(listening.fileno())),
        pass_fds=(listening.fileno(),),
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield Agent(process, listening)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def question(page: FakePage, number: int, *states: str) -> None:
    """It is on the table, and the interviewer is in one of the states."""

    def asked() -> bool:
        shown = page.of_type("state")
        return (
            bool(shown)
            and shown[-1]["state"] in states
            and (shown[-1]["question"] or {}).get("number") == number
        )

    await page.until(asked, seconds=60)


async def test_an_interview_begun_by_typing_goes_on_by_voice_to_its_end(
    product: FakeProduct, listening: socket.socket
) -> None:
    async with agent(product, listening) as here, FakePage() as page:
        await page.connect(f"{here.url}/interviews/int_1", product.secret, mode="text")
        await question(page, 1, "listening")
        page.open_microphone()
        await page.send({"type": "mode", "mode": "voice"})
        await page.until(lambda: page.of_type("notice"), seconds=60)
        await question(page, 1, "listening")
        await page.speak(spoken(ANSWER))
        await question(page, 2, "listening")
        await page.speak(spoken("I talk to the people who wait for it. I have finished."))
        await page.until(lambda: page.close_code is not None, seconds=60)
        assert page.close_code == DONE
        assert page.of_type("ended")
        assert await here.end(signal.SIGTERM) == 0

    answers = [turn for turn in product.turns if turn["role"] == "candidate"]
    assert len(answers) == 2
    assert "database" in answers[0]["content"]
    assert answers[0]["audioEndMs"] > answers[0]["audioStartMs"] >= 0
    assert product.finalized[0]["completion"] == "FULL"
    assert product.finalized[0]["audioUrl"] == "recording:int_1"
    assert len(product.parts) >= 3


async def test_what_was_said_stands_at_its_place_on_the_recording(
    product: FakeProduct, listening: socket.socket
) -> None:
    """Both sides, within 150 ms."""
    async with agent(product, listening) as here, FakePage() as page:
        await page.connect(f"{here.url}/interviews/int_1", product.secret)
        await question(page, 1, "listening")
        await page.speak(spoken(ANSWER))
        await question(page, 2, "listening")
        await page.speak(
            spoken("I talk to the people who wait for it, and I tell them when. I have finished.")
        )
        await page.until(lambda: page.close_code is not None, seconds=60)
        assert await here.end(signal.SIGTERM) == 0

    sides = dict(zip(("candidate", "agent"), loudness(b"".join(product.parts)), strict=True))
    turns = [turn for turn in product.turns if turn.get("audioEndMs") is not None]
    assert len(turns) >= 4
    answered = [(before, turn) for before, turn in pairwise(turns) if before["role"] == "candidate"]
    assert len(answered) == 2
    for before, turn in answered:
        assert turn["metrics"]["waitsMs"] == [turn["audioStartMs"] - before["audioEndMs"]]
    ends = [0, *(turn["audioEndMs"] for turn in turns)]
    begins = [*(turn["audioStartMs"] for turn in turns), len(sides["agent"]) * 10]
    for number, turn in enumerate(turns):
        began, ended = heard_between(
            sides[turn["role"]],
            (ends[number] + turn["audioStartMs"]) / 2,
            (turn["audioEndMs"] + begins[number + 1]) / 2,
        )
        assert abs(began - turn["audioStartMs"]) <= PLACE_MS, (turn, began, ended)
        assert abs(ended - turn["audioEndMs"]) <= PLACE_MS, (turn, began, ended)


async def test_sigterm_gives_a_running_interview_back_and_sends_its_page_to_the_next_agent(
    product: FakeProduct, listening: socket.socket
) -> None:
    async with FakePage() as page:
        async with agent(product, listening) as here:
            await page.connect(f"{here.url}/interviews/int_1", product.secret)
            await page.until(lambda: page.segments and page.segments[0].pcm, seconds=60)
            assert (await here.health())["interviews"] == 1
            assert await here.end(signal.SIGTERM) == 0
        await page.until(lambda: page.close_code is not None)
        assert page.close_code == TRY_AGAIN
    assert product.holder is None


async def test_after_sigkill_the_next_agent_goes_on_at_the_same_question(
    product: FakeProduct, listening: socket.socket
) -> None:
    async with FakePage() as page:
        async with agent(product, listening) as here:
            await page.connect(f"{here.url}/interviews/int_1", product.secret, mode="text")
            await question(page, 1, "listening")
            await product.until(lambda stored: stored.turns and stored.turns[-1].get("questionId") == "q1")
            before = list(product.posted)
            await here.end(signal.SIGKILL)
        await page.until(lambda: page.close_code is not None)
    product.holder = None  # as when the lease of the dead one runs out
    async with agent(product, listening) as here, FakePage() as page:
        await page.connect(f"{here.url}/interviews/int_1", product.secret)
        await question(page, 1, "speaking", "listening")
        await page.until(lambda: page.segments and page.segments[0].pcm)
        await here.end(signal.SIGTERM)
    assert product.posted[: len(before)] == before
