"""Hearing and speaking by a plug-in of LiveKit's, `livekit.plugins.NAME`: a call for each utterance or sentence.

A plug-in gets what we know (address, key, model, language, voice) where its constructor has a parameter for it; the
rest it takes from the environment, as its own documentation says.
"""

import asyncio
import importlib
import inspect
import logging
from collections.abc import AsyncGenerator, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from aiohttp import ClientWebSocketResponse, WSCloseCode, WSMessage, WSMsgType

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech.engines import DEEPGRAM, ELEVENLABS, Engine
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
ON_ITS_WAY_SECONDS = 0.05
"""From the socket, on which nothing comes any more, through the plug-in to us."""
WELL = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
HANGING_UP = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    # Nobody trains on what candidates say, and nobody reads how often they said "um".
    (DEEPGRAM, "STT"): {"mip_opt_out": True, "filler_words": False},
    # Sound as it is; the default would have to be decoded.
    (ELEVENLABS, "TTS"): {"encoding": "pcm_24000"},
}

# What they tell may hold what people said; what fails is told by the chain.
logging.getLogger("livekit.plugins").setLevel(logging.CRITICAL)


class HangUp(asyncio.Event):
    """By the other side of an utterance's connection; `well` when it had nothing more to say."""

    well = True


_HANG_UP: ContextVar[HangUp | None] = ContextVar("hang_up", default=None)


class WatchedSocket(ClientWebSocketResponse):
    """Tells the utterance that it serves when the other side hangs up: Deepgram's plug-in notices up to 5 s later."""

    async def receive(self, timeout: float | None = None) -> WSMessage:  # noqa: ASYNC109 - the library's signature
        message = await super().receive(timeout)
        hang_up = _HANG_UP.get()
        if hang_up is not None and message.type in HANGING_UP and not hang_up.is_set():
            hang_up.well = message.type != WSMsgType.ERROR and self.close_code in (None, *WELL)
            hang_up.set()
        return message


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
                self._tts = _made(self._engine, "TTS", self._options, self._session)
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
        self._unsure = ""
        """What was heard since, and may change."""
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
                hang_up = HangUp()
                _HANG_UP.set(hang_up)
                async with made.stream(conn_options=_once()) as stream:
                    await self._follow(stream, hang_up)
            else:
                event = await made.recognize([frame async for frame in self._frames()], conn_options=_once())
                self._finals.append(event.alternatives[0].text if event.alternatives else "")
        return " ".join(self._finals).strip()

    async def _follow(self, stream: "stt.RecognizeStream", hang_up: HangUp) -> None:
        feeding = asyncio.create_task(self._feed(stream))
        reading = asyncio.create_task(self._read(stream))
        ending = asyncio.create_task(hang_up.wait())
        try:
            await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({reading}, timeout=ON_ITS_WAY_SECONDS)
            if reading.done():
                reading.result()
            if not feeding.done() or self._unsure or not hang_up.well:
                raise EngineFailed("it hung up in the middle")
        finally:
            for task in (feeding, reading, ending):
                task.cancel()
            await asyncio.gather(feeding, reading, ending, return_exceptions=True)

    async def _read(self, stream: "stt.RecognizeStream") -> None:
        async for event in stream:
            text = event.alternatives[0].text if event.alternatives else ""
            if event.type == "final_transcript":
                self._finals.append(text)
                self._unsure = ""
            elif event.type == "interim_transcript":
                self._unsure = text
            else:
                continue
            self._on_partial(" ".join(one for one in (*self._finals, self._unsure) if one))

    async def _feed(self, stream: "stt.RecognizeStream") -> None:
        async for frame in self._frames():
            stream.push_frame(frame)
        stream.end_input()

    async def _frames(self) -> AsyncGenerator["rtc.AudioFrame", None]:
        from livekit import rtc  # noqa: PLC0415 - as above

        while (pcm := await self._sound.get()) is not None:
            yield rtc.AudioFrame(pcm, HEARD_RATE, 1, len(pcm) // SAMPLE_BYTES)


def _made(engine: Engine, kind: str, options: dict[str, Any], session: Callable[[], "ClientSession"]) -> Any:
    """Imported on the main thread, where plug-ins insist to be registered."""
    maker = getattr(importlib.import_module(f"livekit.plugins.{engine.name}"), kind)
    known = inspect.signature(maker).parameters
    given = options | {"model": engine.model, "api_key": engine.key, "base_url": engine.url}
    given |= OPTIONS.get((engine.name, kind), {})
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
