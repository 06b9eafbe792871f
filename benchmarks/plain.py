"""A plain LiveKit Agents session with its defaults: its voice detector, its end-of-turn model, its delays.

It hears the answers in real time, many sessions at once. Its decisions rest on sound; a recogniser only has to give
words at all, so one that always does stands in, and nothing of any recogniser's delay is in the figures.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from answers import Answer
from interviews_held import QUESTION
from livekit import rtc
from livekit.agents import Agent, AgentSession, LanguageCode, StopResponse, llm, stt
from livekit.agents.voice import io

from candidates import Part
from vivavoce.interviewer.plan import Persona
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.speech.session import Mouth
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES, SPOKEN_RATE, Recogniser

FRAME_SECONDS = 0.02
FRAME_BYTES = round(HEARD_RATE * FRAME_SECONDS) * SAMPLE_BYTES
AT_ONCE = 20
WORDS = "words"
SETTLED_SECONDS = 3.0
"""After a noise, until the session has taken it for a turn or not: else that would cut what is said next."""
SAID = f"Of course. {QUESTION}"

logging.getLogger("livekit").setLevel(logging.ERROR)


@dataclass
class PlainDecisions:
    """When it took the turn to be over, in seconds of the answer's sound."""

    length: float
    at: list[float] = field(default_factory=list)

    def during(self, start: float, seconds: float) -> bool:
        return any(start < at < start + seconds for at in self.at)

    def after(self, end: float) -> float:
        return min((at for at in self.at if at > end), default=self.length)


class Microphone(io.AudioInput):
    """A sound in real time, and then silence."""

    def __init__(self, pcm: bytes) -> None:
        super().__init__(label="answer")
        self._pcm = pcm
        self._sent = 0
        self._began = 0.0
        self.over = asyncio.Event()

    @property
    def at(self) -> float:
        return asyncio.get_running_loop().time() - self._began

    async def __anext__(self) -> rtc.AudioFrame:
        self._began = self._began or asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, self._sent / SAMPLE_BYTES / HEARD_RATE - self.at))
        frame = self._pcm[self._sent : self._sent + FRAME_BYTES]
        self._sent += FRAME_BYTES
        if len(frame) < FRAME_BYTES:
            self.over.set()
            frame = bytes(FRAME_BYTES)
        return rtc.AudioFrame(frame, HEARD_RATE, 1, FRAME_BYTES // SAMPLE_BYTES)


class Words(stt.STT[Any]):
    """Hears words in everything that it is given."""

    def __init__(self) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))

    async def _recognize_impl(self, *_: Any, **__: Any) -> stt.SpeechEvent:
        data = [stt.SpeechData(language=LanguageCode("en"), text=WORDS)]
        return stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=data)


class Listener(Agent):
    def __init__(self, microphone: Microphone, made: PlainDecisions) -> None:
        super().__init__(instructions="")
        self._microphone = microphone
        self._made = made

    async def on_user_turn_completed(self, *_: llm.ChatContext | llm.ChatMessage, **__: object) -> None:
        self._made.at.append(self._microphone.at)
        raise StopResponse


async def plain_decisions(given: Sequence[Answer]) -> list[PlainDecisions]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(answer: Answer) -> PlainDecisions:
        async with places:
            return await _listened(answer)

    return await asyncio.gather(*(one(answer) for answer in given))


async def _listened(answer: Answer) -> PlainDecisions:
    microphone = Microphone(answer.pcm)
    made = PlainDecisions(len(answer.pcm) / SAMPLE_BYTES / HEARD_RATE)
    session: AgentSession[None] = AgentSession(stt=Words())
    session.input.audio = microphone
    await session.start(Listener(microphone, made))
    await microphone.over.wait()
    await session.aclose()
    return made


# While it speaks


class Loudspeaker(io.AudioOutput):
    """Plays in real time, can be held; knows when it fell silent."""

    def __init__(self) -> None:
        super().__init__(
            label="page", capabilities=io.AudioOutputCapabilities(pause=True), sample_rate=SPOKEN_RATE
        )
        self.quiet_at: float | None = None
        self.held_seconds = 0.0
        self.cut = False
        self._length = 0.0
        self._heard = 0.0
        self._complete = False
        self._cleared = False
        self._held = False
        self._playing: asyncio.Task[None] | None = None
        self.began = asyncio.Event()
        self.over = asyncio.Event()

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if self._playing is None or self._playing.done():
            self._length = self._heard = self.held_seconds = 0.0
            self._complete = self._cleared = self.cut = False
            self.quiet_at = None
            self.began.clear()
            self.over.clear()
            self._playing = asyncio.create_task(self._play())
        self._length += frame.duration

    def flush(self) -> None:
        super().flush()
        self._complete = True

    def clear_buffer(self) -> None:
        self._cleared = True
        self.quiet_at = self.quiet_at or _now()

    def pause(self) -> None:
        super().pause()
        if not self._held:
            self._held = True
            self.quiet_at = _now()

    def resume(self) -> None:
        super().resume()
        if self._held:
            self._held = False
            self.held_seconds += _now() - (self.quiet_at or _now())
            self.quiet_at = None

    async def _play(self) -> None:
        self.began.set()
        self.on_playback_started(created_at=time.time())
        while not self._cleared and not (self._complete and self._heard >= self._length):
            await asyncio.sleep(FRAME_SECONDS)
            if not self._held:
                self._heard = min(self._length, self._heard + FRAME_SECONDS)
        self.cut = self._cleared and self._heard < self._length
        self._held = False
        self.on_playback_finished(playback_position=self._heard, interrupted=self.cut)
        self.over.set()


class OpenMicrophone(io.AudioInput):
    """Hums like the room, until something is said."""

    def __init__(self, hum: Callable[[int], bytes]) -> None:
        super().__init__(label="microphone")
        self._hum = hum
        self._said = bytearray()
        self._due = 0.0

    def say(self, pcm: bytes) -> None:
        self._said += pcm

    async def __anext__(self) -> rtc.AudioFrame:
        self._due = (self._due or _now()) + FRAME_SECONDS
        await asyncio.sleep(max(0.0, self._due - _now()))
        frame = bytes(self._said[:FRAME_BYTES])
        del self._said[:FRAME_BYTES]
        frame += self._hum(FRAME_BYTES - len(frame))
        return rtc.AudioFrame(frame, HEARD_RATE, 1, FRAME_BYTES // SAMPLE_BYTES)


class Hears(stt.STT[Any]):
    """A recogniser of ours, given each utterance at once, as the session cuts it."""

    def __init__(self, recogniser: Recogniser) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self._recogniser = recogniser

    async def _recognize_impl(self, buffer: Any, **_: Any) -> stt.SpeechEvent:
        utterance = self._recogniser.begin(lambda _: None)
        utterance.feed(bytes(rtc.combine_audio_frames(buffer).data))
        data = [stt.SpeechData(language=LanguageCode("en"), text=await utterance.finish())]
        return stt.SpeechEvent(type=stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=data)


class Silent(Agent):
    """Answers nothing by itself."""

    async def on_user_turn_completed(self, *_: llm.ChatContext | llm.ChatMessage, **__: object) -> None:
        raise StopResponse


@asynccontextmanager
async def _room(
    hum: Callable[[int], bytes], speech: Speech
) -> AsyncIterator[tuple[AgentSession[None], OpenMicrophone, Loudspeaker]]:
    recogniser = speech.recogniser("en")
    assert recogniser is not None
    session: AgentSession[None] = AgentSession(
        stt=Hears(recogniser), tts=Mouth(speech.speaker("en", Persona("Marie")))
    )
    microphone, loudspeaker = OpenMicrophone(hum), Loudspeaker()
    session.input.audio, session.output.audio = microphone, loudspeaker
    await session.start(Silent(instructions=""))
    try:
        yield session, microphone, loudspeaker
    finally:
        await session.aclose()


async def plain_going_on(number: int, part: Part, hum: Callable[[int], bytes], speech: Speech) -> float:
    """Seconds until it was silent."""
    async with _room(hum, speech) as (session, microphone, loudspeaker):
        saying = session.say(SAID)
        await loudspeaker.began.wait()
        await asyncio.sleep(0.1 + (number % 11) / 10)
        began = _now() + part.onset
        microphone.say(part.pcm)
        await asyncio.wait(
            [asyncio.ensure_future(loudspeaker.over.wait())], timeout=len(part.pcm) / 2 / HEARD_RATE + 1
        )
        saying.interrupt(force=True)
        return (loudspeaker.quiet_at or _now()) - began


async def plain_noises(
    given: Sequence[tuple[str, bytes, float]], hum: Callable[[int], bytes], speech: Speech
) -> list[tuple[str, bool, float]]:
    """Kind, whether it stopped, for how long it was held."""
    found = []
    async with _room(hum, speech) as (session, microphone, loudspeaker):
        for kind, pcm, delay in given:
            session.say(SAID)
            await loudspeaker.began.wait()
            await asyncio.sleep(delay)
            microphone.say(pcm)
            await asyncio.wait_for(loudspeaker.over.wait(), 40)
            found.append((kind, loudspeaker.cut, loudspeaker.held_seconds))
            loudspeaker.began.clear()
            await asyncio.sleep(SETTLED_SECONDS)
    return found


def _now() -> float:
    return asyncio.get_running_loop().time()
