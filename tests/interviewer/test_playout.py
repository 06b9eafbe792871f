"""The interviewer's sound, held and let go on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from vivavoce.interviewer.ports import Clear, Hold, Played, Playing, Spoken, ToPage
from vivavoce.interviewer.speech.playout import Playout
from vivavoce.interviewer.speech.shapes import SPOKEN_RATE

SECOND = bytes(2 * SPOKEN_RATE)


@dataclass
class Line:
    messages: list[ToPage] = field(default_factory=list)
    sound: bytearray = field(default_factory=bytearray)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, message: ToPage) -> None:
        self.messages.append(message)
        self.changed.set()

    async def send_audio(self, pcm: bytes) -> None:
        self.sound += pcm
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    @property
    def holds(self) -> list[bool]:
        return [message.quiet for message in self.messages if isinstance(message, Hold)]


@dataclass
class Track:
    place: int | None = 0
    held: bool = False

    @property
    def agent_until(self) -> int | None:
        return self.place

    def agent(self, pcm: bytes) -> None: ...

    def agent_held(self, *, held: bool) -> None:
        self.held = held

    def agent_silent(self) -> None:
        self.held = False


@dataclass
class Segment:
    line: Line
    track: Track
    playout: Playout
    over: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
async def playing() -> AsyncIterator[Segment]:
    """Five seconds of sound, of which the page has said that it plays."""
    line, track = Line(), Track()
    now = Segment(line, track, Playout(line, track))
    now.playout.on_finished = lambda _ms, _interrupted: now.over.set()
    await now.playout.append(5 * SECOND)
    now.playout.end()
    await line.until(lambda: len(line.sound) > 0)
    now.playout.playback(Playing(1))
    yield now
    await now.playout.close()


async def test_what_is_held_is_quiet_on_the_page_and_in_the_recording_and_goes_on_from_there(
    playing: Segment,
) -> None:
    playing.playout.hold()
    playing.playout.hold()
    await playing.line.until(lambda: playing.line.holds == [True])
    assert playing.track.held
    sent = len(playing.line.sound)
    playing.playout.go_on()
    playing.playout.go_on()
    await playing.line.until(lambda: playing.line.holds == [True, False] and len(playing.line.sound) > sent)
    assert not playing.track.held


async def test_nobody_is_held_for_ever(playing: Segment) -> None:
    playing.playout.hold()
    await playing.line.until(lambda: playing.line.holds == [True, False])
    assert not playing.track.held


async def test_what_is_held_may_be_cut(playing: Segment) -> None:
    playing.playout.hold()
    await playing.line.until(lambda: playing.line.holds == [True])
    playing.playout.clear()
    await playing.line.until(lambda: Clear(1) in playing.line.messages)
    playing.playout.playback(Played(1, 400))
    await playing.over.wait()
    assert playing.playout.take() == Spoken(400, 5000, interrupted=True)
    assert not playing.track.held


async def test_only_what_is_heard_is_held() -> None:
    line = Line()
    playout = Playout(line, None)
    playout.hold()
    await playout.append(SECOND)
    playout.hold()
    playout.end()
    await line.until(lambda: len(line.sound) == len(SECOND))
    await playout.close()
    assert line.holds == []
