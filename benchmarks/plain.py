"""A plain LiveKit Agents session with its defaults: its voice detector, its end-of-turn model, its delays.

It hears the answers in real time, many sessions at once. Its decisions rest on sound; a recogniser only has to give
words at all, so one that always does stands in, and nothing of any recogniser's delay is in the figures.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from answers import Answer
from livekit import rtc
from livekit.agents import Agent, AgentSession, LanguageCode, StopResponse, llm, stt
from livekit.agents.voice import io

from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES

FRAME_SECONDS = 0.02
FRAME_BYTES = round(HEARD_RATE * FRAME_SECONDS) * SAMPLE_BYTES
AT_ONCE = 20
WORDS = "words"

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
