"""Engines one behind the other: what one fails at, the next does, from the same sound or the same text.

One that failed is left alone for a while, so that nobody waits for it again and again, and asked again later. When all
are resting they are asked all the same: there is nothing better.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from vivavoce.interviewer.ports import MAX_ANSWER, VoiceFailed
from vivavoce.interviewer.speech.shapes import EngineFailed, Recogniser, Speaker, Utterance

REST_SECONDS = 60.0
REFUSED_SECONDS = 600.0
"""After an answer that will hardly change: no such address, no such key."""
LONGEST_REST_SECONDS = 600.0
HEARING_SECONDS = 8.0
"""For an answer's words, where another recogniser stands behind; the last has its own limit."""
FIRST_SOUND_SECONDS = 6.0
NEXT_SOUND_SECONDS = 3.0
LONE_WAIT_SECONDS = 2.0
"""One that stands alone is asked twice; what it wants us to wait for, up to this."""

log = structlog.get_logger()

Part = TypeVar("Part", Recogniser, Speaker)


class Rest:
    """Of one engine, for all interviews of the process."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._clock = clock
        self._until = 0.0
        self._refused = False

    @property
    def resting(self) -> bool:
        return self._clock() < self._until

    @property
    def refused(self) -> bool:
        """It said that it will not, so it is no use to promise its work to anybody."""
        return self._refused and self.resting

    def begin(self, fault: Exception) -> None:
        self._refused = isinstance(fault, EngineFailed) and fault.refused
        seconds = REFUSED_SECONDS if self._refused else REST_SECONDS
        if isinstance(fault, EngineFailed) and fault.retry_after is not None:
            seconds = min(max(fault.retry_after, 1.0), LONGEST_REST_SECONDS)
        self._until = self._clock() + seconds
        log.warning(
            "engine_failed", engine=self.name, error=str(fault) or type(fault).__name__, rests=seconds
        )

    def end(self) -> None:
        self._until = 0.0


@dataclass(frozen=True)
class Link(Generic[Part]):
    part: Part
    rest: Rest


def _order(links: Sequence[Link[Part]]) -> list[Link[Part]]:
    ordered = sorted(links, key=lambda link: link.rest.resting)
    return ordered if len(ordered) > 1 else ordered * 2


async def _before_again(fault: Exception) -> None:
    """Only a lone engine is asked again at once."""
    wanted = fault.retry_after if isinstance(fault, EngineFailed) else None
    if wanted is not None:
        await asyncio.sleep(min(wanted, LONE_WAIT_SECONDS))


class RecogniserChain:
    def __init__(self, links: Sequence[Link[Recogniser]], seconds: float = HEARING_SECONDS) -> None:
        self._links = links
        self._seconds = seconds

    def warm(self) -> None:
        _order(self._links)[0].part.warm()

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:
        return _Heard(_order(self._links), self._seconds, on_partial)


class _Heard:
    def __init__(
        self, links: list[Link[Recogniser]], seconds: float, on_partial: Callable[[str], None]
    ) -> None:
        self._links = links
        self._seconds = seconds
        self._audio = bytearray()
        self._utterance = links[0].part.begin(lambda text: on_partial(_storable(text)))

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm
        self._utterance.feed(pcm)

    async def finish(self) -> str:
        for number, link in enumerate(self._links, 1):
            last = number == len(self._links)
            try:
                async with asyncio.timeout(None if last else self._seconds):
                    text = await self._utterance.finish()
            except (VoiceFailed, TimeoutError) as fault:
                self._utterance.cancel()
                link.rest.begin(fault)
                if last:
                    raise VoiceFailed("no recogniser answers as it should") from fault
                if self._links[number] is link:
                    await _before_again(fault)
                self._utterance = self._again(self._links[number])
            else:
                link.rest.end()
                return _storable(text)
        raise AssertionError

    def cancel(self) -> None:
        self._utterance.cancel()

    def _again(self, link: Link[Recogniser]) -> Utterance:
        utterance = link.part.begin(lambda _: None)
        utterance.feed(bytes(self._audio))
        return utterance


def _storable(text: str) -> str:
    """Of what a recogniser says, whatever it says."""
    return text.replace("\0", "")[:MAX_ANSWER]


class SpeakerChain:
    """Given a sentence at a time: one that breaks off in the middle of a sentence is followed by the whole of it."""

    def __init__(self, links: Sequence[Link[Speaker]], pause: float = NEXT_SOUND_SECONDS) -> None:
        self._links = links
        self._pause = pause

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        links = _order(self._links)
        for number, link in enumerate(links, 1):
            try:
                async with aclosing(_in_time(link.part, text, self._pause)) as sound:
                    async for piece in sound:
                        yield piece
            except (VoiceFailed, TimeoutError) as fault:
                link.rest.begin(fault)
                if number == len(links):
                    raise VoiceFailed("nothing speaks as it should") from fault
                if links[number] is link:
                    await _before_again(fault)
            else:
                link.rest.end()
                return


async def _in_time(speaker: Speaker, text: str, pause: float) -> AsyncGenerator[bytes, None]:
    """Its sound, as long as it goes on coming; raises TimeoutError, and EngineFailed when there was none."""
    silent, seconds = True, FIRST_SOUND_SECONDS
    async with aclosing(speaker.speak(text)) as sound:
        while True:
            async with asyncio.timeout(seconds):
                piece = await anext(sound, None)
            if piece is None:
                break
            if piece:
                silent, seconds = False, pause
                yield piece
    if silent and any(letter.isalnum() for letter in text):
        raise EngineFailed("it made no sound")
