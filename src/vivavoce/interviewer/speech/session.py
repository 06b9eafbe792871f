"""One AgentSession of livekit-agents without a room: our sound in, our sound out, our ears and our mouth.

Imported when the first voice opens, for it takes seconds. The session never decides anything here: turns are
manual, nothing interrupts by itself, no model of LiveKit's cloud is chosen behind our back.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from livekit import rtc
from livekit.agents import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    Agent,
    AgentSession,
    APIConnectOptions,
    NotGivenOr,
    stt,
    tts,
    utils,
)
from livekit.agents.voice import io
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.events import ErrorEvent

from vivavoce.interviewer.ports import LineLost, Spoken, VoiceFailed
from vivavoce.interviewer.speech.playout import Playout
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES, SPOKEN_RATE, Speaker

MAX_WAITING_FRAMES = 500
"""Of the candidate's sound, when this process is late: ten seconds of the page's frames."""
NEVER = 1_000_000
"""Failures of speech before the session closes itself: that is ours to decide."""

# What the library tells below this level may hold what people said.
logging.getLogger("livekit").setLevel(logging.ERROR)


class SpeechSession:
    def __init__(self, session: "AgentSession[None]", sound_in: "LineInput", playout: Playout) -> None:
        self._session = session
        self._sound_in = sound_in
        self._playout = playout
        self._speech_failed = False
        session.on("error", self._on_error)

    @classmethod
    async def start(
        cls,
        speaker: Speaker,
        playout: Playout,
        hear: Callable[[bytes], None],
        on_air: Callable[[bool], None],
    ) -> "SpeechSession":
        session: AgentSession[None] = AgentSession(
            stt=Ears(hear),
            vad=None,
            tts=Mouth(speaker),
            turn_handling={
                "turn_detection": "manual",
                "interruption": {
                    "enabled": False,  # by itself, that is
                    "mode": "vad",
                    "discard_audio_if_uninterruptible": False,
                    "resume_false_interruption": False,
                },
                "preemptive_generation": {"enabled": False},
            },
            tts_text_transforms=None,
            aec_warmup_duration=0.0,
            user_away_timeout=None,
            session_close_transcript_timeout=0.0,
            conn_options=SessionConnectOptions(max_unrecoverable_errors=NEVER),
        )
        sound_in = LineInput()
        session.input.audio = sound_in
        session.output.audio = LineOutput(playout, on_air)
        await session.start(Agent(instructions=""), session_host=False, record=False)
        return cls(session, sound_in, playout)

    def hear(self, pcm: bytes) -> None:
        self._sound_in.push(pcm)

    async def say(self, text: str) -> Spoken:
        if self._playout.lost:
            raise LineLost
        self._speech_failed = False
        saying = self._session.say(text, add_to_chat_ctx=False)
        try:
            await saying.wait_for_playout()
        except asyncio.CancelledError:
            saying.interrupt(force=True)
            raise
        spoken = self._playout.take()
        if self._playout.lost:
            raise LineLost
        if self._speech_failed:
            raise VoiceFailed("speech cannot be made")
        return spoken

    def stop_speaking(self) -> None:
        self._session.interrupt(force=True)

    async def close(self) -> None:
        self._sound_in.end()
        await self._session.aclose()
        await self._playout.close()

    def _on_error(self, event: ErrorEvent) -> None:
        if event.error.type == "tts_error" and not event.error.recoverable:
            self._speech_failed = True


class LineInput(io.AudioInput):
    """The candidate's sound. Never waits: of too much, the oldest is dropped."""

    def __init__(self) -> None:
        super().__init__(label="line")
        self._waiting: asyncio.Queue[rtc.AudioFrame | None] = asyncio.Queue(MAX_WAITING_FRAMES + 1)

    def push(self, pcm: bytes) -> None:
        if self._waiting.qsize() >= MAX_WAITING_FRAMES:
            self._waiting.get_nowait()
        self._waiting.put_nowait(rtc.AudioFrame(pcm, HEARD_RATE, 1, len(pcm) // SAMPLE_BYTES))

    def end(self) -> None:
        self._waiting.put_nowait(None)

    async def __anext__(self) -> rtc.AudioFrame:
        frame = await self._waiting.get()
        if frame is None:
            raise StopAsyncIteration
        return frame


class LineOutput(io.AudioOutput):
    """The interviewer's sound, given to the playout; the page's acknowledgement ends a segment, once."""

    def __init__(self, playout: Playout, on_air: Callable[[bool], None]) -> None:
        super().__init__(
            label="line", capabilities=io.AudioOutputCapabilities(pause=False), sample_rate=SPOKEN_RATE
        )
        self._playout = playout
        self._on_air = on_air
        playout.on_started = self._started
        playout.on_finished = self._finished

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        await self._playout.append(bytes(frame.data))

    def flush(self) -> None:
        super().flush()
        self._playout.end()

    def clear_buffer(self) -> None:
        self._playout.clear()

    def _started(self) -> None:
        self._on_air(True)  # noqa: FBT003 - a callback's one argument
        self.on_playback_started(created_at=time.time())

    def _finished(self, played_ms: int, interrupted: bool) -> None:  # noqa: FBT001 - as above
        self._on_air(False)  # noqa: FBT003 - as above
        self.on_playback_finished(playback_position=played_ms / 1000, interrupted=interrupted)


class Ears(stt.STT[Any]):
    """Hands the session's sound to our hearing, which reports by itself, not by transcripts of the session's."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=True, interim_results=True))
        self._hear = hear

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,  # noqa: ARG002 - the library's signature
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        return _EarsStream(self, self._hear, conn_options)

    async def _recognize_impl(self, *_: Any, **__: Any) -> stt.SpeechEvent:
        raise RuntimeError("these ears hear a stream only")


class _EarsStream(stt.RecognizeStream):
    def __init__(self, ears: Ears, hear: Callable[[bytes], None], conn_options: APIConnectOptions) -> None:
        super().__init__(stt=ears, conn_options=conn_options, sample_rate=HEARD_RATE)
        self._hear = hear

    async def _run(self) -> None:
        async for frame in self._input_ch:
            if isinstance(frame, rtc.AudioFrame):
                self._hear(bytes(frame.data))


class Mouth(tts.TTS[Any]):
    def __init__(self, speaker: Speaker) -> None:
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False), sample_rate=SPOKEN_RATE, num_channels=1
        )
        self._speaker = speaker

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        return _MouthStream(self, self._speaker.speak(text), text, conn_options)


class _MouthStream(tts.ChunkedStream):
    def __init__(
        self, mouth: Mouth, sound: AsyncIterator[bytes], text: str, conn_options: APIConnectOptions
    ) -> None:
        super().__init__(tts=mouth, input_text=text, conn_options=conn_options)
        self._sound = sound

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=utils.shortuuid(), sample_rate=SPOKEN_RATE, num_channels=1, mime_type="audio/pcm"
        )
        async for piece in self._sound:
            output_emitter.push(piece)
        output_emitter.flush()
