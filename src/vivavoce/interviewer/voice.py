"""The interviewer's voice on one line: what it says is played there, what is said there becomes events.

It stands on one AgentSession of livekit-agents without a room, which `interviewer.speech.session` wires up; nothing
here loads that library before a voice is opened.
"""

import asyncio
import gc
import importlib
import sys
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import structlog

from vivavoce.interviewer.plan import Language, Plan
from vivavoce.interviewer.ports import (
    Connection,
    LineLost,
    Playback,
    Recorder,
    RecordingStore,
    SpeechStarted,
    Spoken,
    VoiceEvent,
    VoiceFailed,
)
from vivavoce.interviewer.recording import Recording
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.speech.hearing import Hearing
from vivavoce.interviewer.speech.playout import Playout
from vivavoce.interviewer.speech.shapes import Recogniser, Speaker

if TYPE_CHECKING:
    from vivavoce.interviewer.speech.session import SpeechSession

SESSION_MODULE = "vivavoce.interviewer.speech.session"
HEAVY_MODULES = ("av", "numpy", "livekit.local_inference")
OPENAI_MODULES = ("openai", "openai.resources.audio", "openai.resources.chat")
MAX_WAITING_EVENTS = 1_000

log = structlog.get_logger()


class AudioListener(Protocol):
    """What a line delivers besides messages, as it comes."""

    def heard(self, pcm: bytes) -> None: ...

    def playback(self, event: Playback) -> None: ...

    def line_lost(self) -> None: ...


@runtime_checkable
class AudioConnection(Connection, Protocol):
    """A line that carries sound."""

    def attach(self, listener: AudioListener | None) -> None:
        """One listener at a time; on a line that is lost already, it is told at once."""

    async def send_audio(self, pcm: bytes) -> None:
        """PCM16 mono at SPOKEN_RATE, of the segment that was opened last. Raises LineLost."""


class LiveVoices:
    """`Voices`: made once a process, with the speech that the installation has."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech

    def demonstration(self, language: Language) -> bool:
        return self._speech.demonstration(language)

    def hears(self, language: Language) -> bool:
        return self._speech.hears(language)

    async def recorder(self, store: RecordingStore) -> Recorder:
        await self.load()
        return await Recording.open(store)

    async def open(self, plan: Plan, connection: Connection, recorder: Recorder | None) -> "LiveVoice":
        if not isinstance(connection, AudioConnection):
            raise VoiceFailed("this line carries no sound")
        assert recorder is None or isinstance(recorder, Recording)
        await self.load()
        speaker = self._speech.speaker(plan.language, plan.persona)
        recogniser = self._speech.recogniser(plan.language)
        if recogniser is not None:
            recogniser.warm()
        voice = LiveVoice(connection, recorder, recogniser, plan.language)
        await voice.begin(importlib.import_module(SESSION_MODULE).SpeechSession, speaker)
        return voice

    async def load(self) -> None:
        """Seconds the first time; in a thread, so that the lines that are open go on."""
        wanted = (SESSION_MODULE, *HEAVY_MODULES, *(OPENAI_MODULES if self._speech.asks_openai else ()))
        if any(name not in sys.modules for name in wanted):
            await asyncio.to_thread(_import, wanted)


class LiveVoice:
    """`Voice` for the conductor, `AudioListener` for the line."""

    def __init__(
        self,
        line: AudioConnection,
        recording: Recording | None,
        recogniser: Recogniser | None,
        language: Language,
    ) -> None:
        self._line = line
        self._recording = recording
        self._hearing = (
            None
            if recogniser is None
            else Hearing(
                recogniser,
                language,
                emit=self._report,
                hold=self._hold,
                failed=self._fail,
                place=self._place,
            )
        )
        self._playout = Playout(line, recording)
        self._session: SpeechSession | None = None
        self._events: asyncio.Queue[VoiceEvent | VoiceFailed | None] = asyncio.Queue(MAX_WAITING_EVENTS + 2)
        self._ended = False

    async def begin(self, session: "type[SpeechSession]", speaker: Speaker) -> None:
        self._session = await session.start(speaker, self._playout, self._hear, self._on_air)
        self._line.attach(self)

    @property
    def hears(self) -> bool:
        return self._hearing is not None

    @property
    def stirs(self) -> bool:
        return self._hearing is not None and self._hearing.stirs

    async def say(self, text: str) -> Spoken:
        if self._session is None:
            raise LineLost
        return await self._session.say(text)

    def stop_speaking(self) -> None:
        if self._session is not None:
            self._session.stop_speaking()

    async def events(self) -> AsyncIterator[VoiceEvent]:
        while (event := await self._events.get()) is not None:
            if isinstance(event, VoiceFailed):
                raise event
            yield event

    async def close(self) -> None:
        self._line.attach(None)
        self._end()
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        if self._hearing is not None:
            await self._hearing.close()

    def heard(self, pcm: bytes) -> None:
        if self._recording is not None:
            self._recording.candidate(pcm)
        if self._session is not None:
            self._session.hear(pcm)

    def playback(self, event: Playback) -> None:
        self._playout.playback(event)

    def line_lost(self) -> None:
        self._playout.line_lost()
        self.stop_speaking()
        self._end()

    def _hear(self, pcm: bytes) -> None:
        if self._hearing is not None:
            self._hearing.feed(pcm)

    def _on_air(self, on_air: bool) -> None:  # noqa: FBT001 - a callback's one argument
        if self._hearing is not None:
            self._hearing.agent_speaks(speaks=on_air)

    def _place(self) -> int | None:
        return self._recording.place if self._recording is not None else None

    def _report(self, event: VoiceEvent) -> None:
        if isinstance(event, SpeechStarted) and self._playout.on_air:
            self.stop_speaking()
        if not self._ended and self._events.qsize() < MAX_WAITING_EVENTS:
            self._events.put_nowait(event)

    def _hold(self, quiet: bool) -> None:  # noqa: FBT001 - a callback's one argument
        if quiet:
            self._playout.hold()
        else:
            self._playout.go_on()

    def _fail(self, fault: VoiceFailed) -> None:
        if not self._ended:
            self._events.put_nowait(fault)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._events.put_nowait(None)


def _import(names: Iterable[str]) -> None:
    for name in names:
        importlib.import_module(name)
    # What is loaded stays: to look through it for garbage now and again would make every line wait a tenth of a second.
    gc.collect()
    gc.freeze()
