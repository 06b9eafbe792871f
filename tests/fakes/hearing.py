"""Hearing on a bench: fed with sound as fast as possible, with a recogniser that follows a script."""

import asyncio
from collections.abc import Callable

from vivavoce.interviewer.ports import Final, SpeechStopped, VoiceEvent, VoiceFailed
from vivavoce.interviewer.speech.hearing import Hearing
from vivavoce.interviewer.speech.shapes import Recogniser, Utterance

FRAME = 640
FRAME_MS = 20


class Notebook:
    """Hearing under test: fed as fast as possible, with its events and where the sound was then."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.events: list[VoiceEvent] = []
        self.at_ms: list[int] = []
        self.failure: VoiceFailed | None = None
        self.fed_ms = 0
        self.holds: list[tuple[bool, int]] = []
        self._changed = asyncio.Event()
        self.hearing = Hearing(
            recogniser,
            "en",
            emit=self._emit,
            hold=self._hold,
            failed=self._fail,
            place=lambda: self.fed_ms,
        )

    def hear(self, pcm: bytes) -> None:
        for start in range(0, len(pcm), FRAME):
            self.hearing.feed(pcm[start : start + FRAME])
            self.fed_ms += FRAME_MS

    async def text(self) -> str:
        """Once the recogniser owes nothing."""
        await self.until(lambda: self.count(Final) >= self.count(SpeechStopped))
        await self.hearing.close()
        return " ".join(event.text for event in self.events if isinstance(event, Final))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while self.failure is None and not condition():
                self._changed.clear()
                await self._changed.wait()

    def count(self, kind: type[VoiceEvent]) -> int:
        return sum(isinstance(event, kind) for event in self.events)

    def _emit(self, event: VoiceEvent) -> None:
        self.events.append(event)
        self.at_ms.append(self.fed_ms)
        self._changed.set()

    def _hold(self, quiet: bool) -> None:
        self.holds.append((quiet, self.fed_ms))
        self._changed.set()

    def _fail(self, fault: VoiceFailed) -> None:
        self.failure = fault
        self._changed.set()


class Scripted:
    """A recogniser that hears the same words in everything, or nothing at all any more."""

    def __init__(self, text: str = "words", fault: VoiceFailed | None = None) -> None:
        self.text = text
        self.fault = fault
        self.begun = 0
        self.cancelled = 0
        self.release = asyncio.Event()
        self.release.set()

    def warm(self) -> None:
        pass

    def begin(self, on_partial: "object") -> Utterance:
        self.begun += 1
        return ScriptedUtterance(self)


class ScriptedUtterance:
    def __init__(self, owner: Scripted) -> None:
        self._owner = owner

    def feed(self, pcm: bytes) -> None:
        pass

    async def finish(self) -> str:
        await self._owner.release.wait()
        if self._owner.fault:
            raise self._owner.fault
        return self._owner.text

    def cancel(self) -> None:
        self._owner.cancelled += 1
