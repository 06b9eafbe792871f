"""Hearing and speaking by a plug-in of LiveKit's, `livekit.plugins.NAME`: a call for each utterance or sentence.

A plug-in gets what we know (address, key, model, language, voice) where its constructor has a parameter for it; the
rest it takes from the environment, as its own documentation says.
"""

import asyncio
import importlib
import inspect
import logging
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech.engines import ELEVENLABS, Engine
from vivavoce.interviewer.speech.shapes import (
    HEARD_RATE,
    SAMPLE_BYTES,
    SPOKEN_RATE,
    EngineFailed,
    Utterance,
    failures_as_ours,
)

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from livekit import rtc
    from livekit.agents import APIConnectOptions, stt, tts

CONNECT_SECONDS = 5.0
FINAL_SECONDS = 15.0
"""For the last words, after the end of the sound."""
SPEECH_ENCODING = {ELEVENLABS: {"encoding": "pcm_24000"}}
"""Sound as it is, where the default would have to be decoded."""

# What they tell may hold what people said; what fails is told by the chain.
logging.getLogger("livekit.plugins").setLevel(logging.CRITICAL)


class PluginRecogniser:
    def __init__(self, engine: Engine, language: Language, session: Callable[[], "ClientSession"]) -> None:
        self._engine = engine
        self._language = language
        self._session = session
        self._stt: stt.STT[Any] | None = None

    def warm(self) -> None:
        """Connects with each utterance, while it is being said."""

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:
        return _PluginUtterance(self._made, on_partial)

    def _made(self) -> "stt.STT[Any]":
        if self._stt is None:
            self._stt = _made(self._engine, "STT", {"language": self._language}, self._session)
        return self._stt


class PluginSpeaker:
    def __init__(
        self, engine: Engine, language: Language, voice: str | None, session: Callable[[], "ClientSession"]
    ) -> None:
        self._engine = engine
        self._options = {"language": language} | ({"voice": voice, "voice_id": voice} if voice else {})
        self._session = session
        self._tts: tts.TTS[Any] | None = None

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        from livekit import rtc  # noqa: PLC0415 - native, for the voice path only

        resampler: rtc.AudioResampler | None = None
        with failures_as_ours():
            if self._tts is None:
                options = self._options | SPEECH_ENCODING.get(self._engine.name, {})
                self._tts = _made(self._engine, "TTS", options, self._session)
            async with self._tts.synthesize(text, conn_options=_once()) as sound:
                async for event in sound:
                    frame = event.frame
                    if frame.sample_rate != SPOKEN_RATE and resampler is None:
                        resampler = rtc.AudioResampler(frame.sample_rate, SPOKEN_RATE)
                    for one in resampler.push(frame) if resampler else [frame]:
                        yield bytes(one.data)
            for one in resampler.flush() if resampler else []:
                yield bytes(one.data)


class _PluginUtterance:
    def __init__(self, recogniser: Callable[[], "stt.STT[Any]"], on_partial: Callable[[str], None]) -> None:
        self._on_partial = on_partial
        self._sound: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._finals: list[str] = []
        self._hearing = asyncio.create_task(self._hear(recogniser))
        # Whoever cancels does not ask how it went.
        self._hearing.add_done_callback(lambda task: task.cancelled() or task.exception())

    def feed(self, pcm: bytes) -> None:
        self._sound.put_nowait(pcm)

    async def finish(self) -> str:
        self._sound.put_nowait(None)
        try:
            async with asyncio.timeout(FINAL_SECONDS):
                return await self._hearing
        except TimeoutError as fault:
            raise EngineFailed("its last words do not come") from fault

    def cancel(self) -> None:
        self._hearing.cancel()

    async def _hear(self, recogniser: Callable[[], "stt.STT[Any]"]) -> str:
        with failures_as_ours():
            made = recogniser()
            if made.capabilities.streaming:
                async with made.stream(conn_options=_once()) as stream:
                    await self._follow(stream)
            else:
                event = await made.recognize([frame async for frame in self._frames()], conn_options=_once())
                self._finals.append(event.alternatives[0].text if event.alternatives else "")
        return " ".join(self._finals).strip()

    async def _follow(self, stream: "stt.RecognizeStream") -> None:
        feeding = asyncio.create_task(self._feed(stream))
        try:
            async for event in stream:
                text = event.alternatives[0].text if event.alternatives else ""
                if event.type == "final_transcript":
                    self._finals.append(text)
                elif event.type != "interim_transcript":
                    continue
                self._on_partial(
                    " ".join([*self._finals, *([text] if event.type != "final_transcript" else [])])
                )
            if not feeding.done():
                raise EngineFailed("it hung up in the middle")
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)

    async def _feed(self, stream: "stt.RecognizeStream") -> None:
        async for frame in self._frames():
            stream.push_frame(frame)
        stream.end_input()

    async def _frames(self) -> AsyncGenerator["rtc.AudioFrame", None]:
        from livekit import rtc  # noqa: PLC0415 - as above

        while (pcm := await self._sound.get()) is not None:
            yield rtc.AudioFrame(pcm, HEARD_RATE, 1, len(pcm) // SAMPLE_BYTES)


def _made(engine: Engine, kind: str, options: dict[str, str], session: Callable[[], "ClientSession"]) -> Any:
    """Imported on the main thread, where plug-ins insist to be registered."""
    maker = getattr(importlib.import_module(f"livekit.plugins.{engine.name}"), kind)
    known = inspect.signature(maker).parameters
    given = options | {"model": engine.model, "api_key": engine.key, "base_url": engine.url}
    chosen: dict[str, Any] = {
        name: value for name, value in given.items() if name in known and value is not None
    }
    if "http_session" in known:
        chosen["http_session"] = session()
    return maker(**chosen)


def _once() -> "APIConnectOptions":
    """Without tries of its own: what stands behind the engine is asked instead."""
    from livekit.agents import APIConnectOptions  # noqa: PLC0415 - seconds, for the voice path only

    return APIConnectOptions(max_retry=0, timeout=CONNECT_SECONDS)
