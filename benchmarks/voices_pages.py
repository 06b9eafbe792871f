"""The pages of many candidates, in a process of their own: `voices.py` starts it and reads what it prints.

Takes a task as JSON on standard input; prints a line for each mark on the way, and the figures at the end.
"""

import asyncio
import json
import sys
import time
import tomllib
from importlib import resources
from typing import Any

from voices_stamp import stamped

from vivavoce.interviewer.ports import ShowState
from vivavoce.rehearsal.page import LEAD_SECONDS, CandidatePage
from vivavoce.rehearsal.performance import Performance
from vivavoce.rehearsal.personas import SimulatedCandidate
from vivavoce.rehearsal.speech import CandidateVoice

JOINS_A_SECOND = 4.0
JOIN_SECONDS = 120.0
SETTLE_SECONDS = 3.0


class TimedPage(CandidatePage):
    """Stamps what it sends, and notes how late what it is to play arrives.

    A piece is due when all that came before it in its segment has been played, from the arrival of the segment's
    first piece on; while the page is held quiet, none is.
    """

    def __init__(self, url: str, invitation: str) -> None:
        super().__init__(url, invitation, "voice")
        self.late: list[tuple[float, float]] = []

    def next_frame(self) -> bytes:
        return stamped(super().next_frame())

    def play(self, pcm: bytes) -> None:
        now, segment = time.monotonic(), self.segment
        if segment is not None:
            expected = segment.playing is not None and segment.held_at is None
            self.late.append((now, max(0.0, now + LEAD_SECONDS - segment.ends) if expected else 0.0))
        super().play(pcm)


class Listener:
    """Lets itself be greeted and asked, asks for a moment, and is silent."""

    def __init__(self, page: TimedPage) -> None:
        self.page = page
        self.holding = asyncio.Event()

    async def run(self) -> None:
        await self.page.agree()
        async for message in self.page.messages():
            if isinstance(message, ShowState) and message.state == "listening" and message.question:
                await self.page.press("moment")
            if isinstance(message, ShowState) and message.state == "holding":
                self.holding.set()


def mark(**told: Any) -> None:
    print(json.dumps({"at": time.monotonic(), **told}), flush=True)


async def listen(pages: list[TimedPage], seconds: float, few: int) -> tuple[float, float]:
    """All in hand and held: from when to when."""
    listeners = [Listener(page) for page in pages]
    tasks = []
    for number, listener in enumerate(listeners):
        tasks.append(asyncio.create_task(listener.run()))
        await asyncio.sleep(1 / JOINS_A_SECOND)
        if number + 1 == few:
            await _all(listeners[:few])
            mark(sessions=few)
            await asyncio.sleep(1.0)
    await _all(listeners)
    await asyncio.sleep(SETTLE_SECONDS)
    mark(sessions=len(pages))
    began = time.monotonic()
    await asyncio.sleep(seconds)
    ended = time.monotonic()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return began, ended


async def _all(listeners: list[Listener]) -> None:
    async with asyncio.timeout(JOIN_SECONDS):
        await asyncio.gather(*(listener.holding.wait() for listener in listeners))


async def talk(pages: list[TimedPage], seconds: float) -> tuple[float, float, list[float]]:
    """All talk and are talked to: from when to when, and how long each waited for each reply."""
    voice = CandidateVoice("en")
    await rehearse_all(voice)
    performances = [
        Performance(page, SimulatedCandidate("thorough", "en", number), voice)
        for number, page in enumerate(pages)
    ]
    began = time.monotonic()
    tasks = []
    for performance in performances:
        tasks.append(asyncio.create_task(performance.play()))
        await asyncio.sleep(1 / JOINS_A_SECOND)
    await asyncio.sleep(seconds)
    mark(sessions=sum(not task.done() for task in tasks))
    ended = time.monotonic()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return began, ended, [wait for performance in performances for wait in performance.waits]


async def rehearse_all(voice: CandidateVoice) -> None:
    """Speak all there is to say once, so that the candidates' own voices take nothing from the machine later."""
    texts = tomllib.loads((resources.files("vivavoce.rehearsal") / "en.toml").read_text(encoding="utf-8"))
    for story in texts["stories"]:
        for sentence in (*story["told"], *story["more"]):
            await voice.spoken(sentence, "high")


async def main() -> None:
    task = json.loads(sys.stdin.read())
    pages = [TimedPage(task["url"], path) for path in task["invitations"]]
    waits: list[float] = []
    for page in pages:
        await page.__aenter__()
    if task["what"] == "listen":
        began, ended = await listen(pages, task["seconds"], task["few"])
    else:
        began, ended, waits = await talk(pages, task["seconds"])
    for page in pages:
        await page.__aexit__(None, None, None)
    late = [lateness for page in pages for at, lateness in page.late if at <= ended]
    mark(began=began, ended=ended, late=late, waits=waits)


if __name__ == "__main__":
    asyncio.run(main())
