"""What our hearing makes of the spoken answers: where it hears silence, and pocketsphinx's words before it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import answers
from answers import Answer, Pause, keep, kept

from vivavoce.interviewer.ports import SpeechStarted, SpeechStopped, VoiceEvent, VoiceFailed
from vivavoce.interviewer.speech import hearing, recognisers, sphinx
from vivavoce.interviewer.speech.hearing import UTTERANCE_ENDS_SECONDS, Hearing
from vivavoce.interviewer.speech.recognisers import Sphinx
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES, Recogniser, Utterance

FRAME_BYTES = 640
LATE_SECONDS = 0.3
"""How far a model's idea of where silence begins may be off."""
SILENCE_LATE_SECONDS, VOICE_LATE_SECONDS = 0.02, 0.07
"""How much it is off on average."""
AT_ONCE = 2
AHEAD_SECONDS = 1.0
"""Of sound between two looks whether the recogniser keeps up."""


@dataclass(frozen=True)
class Silences:
    """From when silence is heard until the first sound of who speaks then, in seconds of the answer's sound."""

    gaps: tuple[tuple[float, float], ...]
    last: float

    @classmethod
    def unheard(cls, answer: Answer) -> "Silences":
        """For an answer without a voice: as late as is usual."""
        gaps = tuple(
            (pause.start + SILENCE_LATE_SECONDS, pause.start + pause.seconds + VOICE_LATE_SECONDS)
            for pause in answer.pauses
        )
        return cls(gaps, answer.end + SILENCE_LATE_SECONDS)

    def over(self, pause: Pause, wait: float) -> bool:
        """Whether so long a wait ends in that pause."""
        return any(
            start + wait < end
            for start, end in self.gaps
            if pause.start - LATE_SECONDS < start < pause.start + pause.seconds
        )


class _Listening:
    """An answer fed to our hearing as fast as it goes, with the place in it of whatever is reported."""

    def __init__(self, answer: Answer, recogniser: Recogniser | None) -> None:
        self.at = 0.0
        self.stirred = 0.0
        """When the last sound began that may be speech."""
        self.events: list[tuple[float, float, VoiceEvent]] = []
        self._pcm = answer.pcm
        self.hearing = Hearing(
            recogniser,
            "en",
            emit=lambda event: self.events.append((self.at, self.stirred, event)),
            hold=lambda _quiet: None,
            failed=_raise,
            place=lambda: None,
        )

    @property
    def left(self) -> bool:
        return self.at < len(self._pcm) / SAMPLE_BYTES / HEARD_RATE

    def frames(self, until: float | None = None) -> None:
        size = len(self._pcm) if until is None else round(until * HEARD_RATE) * SAMPLE_BYTES
        start = round(self.at * HEARD_RATE) * SAMPLE_BYTES
        for offset in range(start, min(size, len(self._pcm)), FRAME_BYTES):
            stirred = self.hearing.stirs
            self.hearing.feed(self._pcm[offset : offset + FRAME_BYTES])
            if self.hearing.stirs and not stirred:
                self.stirred = self.at
            self.at = min(offset + FRAME_BYTES, len(self._pcm)) / SAMPLE_BYTES / HEARD_RATE


def silences(answer: Answer) -> Silences:
    listening = _Listening(answer, None)
    listening.frames()
    gaps: list[tuple[float, float]] = []
    silent: float | None = None
    for at, stirred, event in listening.events:
        if isinstance(event, SpeechStopped):
            silent = at - event.silence
        elif isinstance(event, SpeechStarted) and silent is not None:
            gaps.append((silent, stirred))
            silent = None
    assert silent is not None, "an answer ends"
    return Silences(tuple(gaps), silent)


async def recognised(name: str, given: Sequence[Answer]) -> list[dict[int, str]]:
    """For each answer: pocketsphinx's words before each pause and at the end, by the number of true words.

    Kept, for the same sound gives the same words.
    """
    modules = [Path(str(module.__file__)) for module in (hearing, recognisers, sphinx)]
    of = [*answers.sources(name), *modules, Path(__file__)]
    words: list[dict[int, str]] | None = kept(of)
    return words if words is not None else keep(of, await _all_recognised(given))


async def _all_recognised(given: Sequence[Answer]) -> list[dict[int, str]]:
    recogniser = Sphinx()
    places = asyncio.Semaphore(AT_ONCE)

    async def one(answer: Answer) -> dict[int, str]:
        async with places:
            return await _recognised(answer, recogniser)

    try:
        return await asyncio.gather(*(one(answer) for answer in given))
    finally:
        await recogniser.close()


async def _recognised(answer: Answer, recogniser: Sphinx) -> dict[int, str]:
    noting = _Noting(recogniser)
    listening = _Listening(answer, noting)
    noting.place = lambda: listening.at
    ends = [*((pause.start, pause.words) for pause in answer.pauses), (answer.end, len(answer.text.words))]
    while listening.left:
        listening.frames(listening.at + AHEAD_SECONDS)
        await noting.settled()
    await listening.hearing.close()
    finals = sorted(noting.ended)
    settled = UTTERANCE_ENDS_SECONDS + LATE_SECONDS
    return {
        words: " ".join(text for at, text in finals if text and at < end + settled) for end, words in ends
    }


class _Noting:
    """Notes where in the sound each utterance ended, beside its words."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.ended: list[tuple[float, str]] = []
        self._finishing = 0
        self._over = asyncio.Event()
        self._fault: VoiceFailed | None = None
        self.place: Callable[[], float] = lambda: 0.0

    def warm(self) -> None:
        self._recogniser.warm()

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:
        return _NotedUtterance(self._recogniser.begin(on_partial), self)

    async def finish(self, at: float, utterance: Utterance) -> str:
        self._finishing += 1
        try:
            text = await utterance.finish()
        except VoiceFailed as fault:
            self._fault = fault
            raise
        else:
            self.ended.append((at, text))
            return text
        finally:
            self._finishing -= 1
            self._over.set()

    async def settled(self) -> None:
        await asyncio.sleep(0)  # whoever asked for words has begun to wait for them
        while self._finishing:
            self._over.clear()
            await self._over.wait()
        if self._fault:
            raise self._fault


class _NotedUtterance:
    def __init__(self, utterance: Utterance, noting: _Noting) -> None:
        self._utterance = utterance
        self._noting = noting
        self._at = 0.0

    def feed(self, pcm: bytes) -> None:
        self._utterance.feed(pcm)
        self._at = self._noting.place()

    async def finish(self) -> str:
        return await self._noting.finish(self._at, self._utterance)

    def cancel(self) -> None:
        self._utterance.cancel()


def _raise(fault: Exception) -> None:
    raise fault
