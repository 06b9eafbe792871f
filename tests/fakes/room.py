"""A page and a voice that do as the test says, and remember what they were given."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from vivavoce.interviewer.plan import Language, Plan
from vivavoce.interviewer.ports import (
    Answer,
    Caption,
    Connection,
    Control,
    ControlAction,
    Final,
    HelloMode,
    LineLost,
    Mode,
    ModeChange,
    Notice,
    Partial,
    Recorder,
    RecordingStore,
    ShowState,
    SpeechStarted,
    SpeechStopped,
    Spoken,
    ToConductor,
    ToPage,
    VoiceEvent,
    VoiceFailed,
)

Message = TypeVar("Message", bound=ToPage)
SECONDS = 10.0


class ScriptedPage:
    """`Connection`: what the test does on the page goes in, what the page would show is kept."""

    def __init__(self, mode: HelloMode = "text", last_words: str = "", *, paused: bool = False) -> None:
        self.mode: HelloMode = mode
        self.paused = paused
        self.last_words = last_words
        self.only_page = False
        self.shown: list[ToPage] = []
        self.closed: tuple[int, str] | None = None
        self._incoming: asyncio.Queue[ToConductor | None] = asyncio.Queue()
        self._changed = asyncio.Condition()

    # As the conductor sees it

    async def send(self, message: ToPage) -> None:
        if self.closed:
            raise LineLost
        async with self._changed:
            self.shown.append(message)
            self._changed.notify_all()

    async def messages(self) -> AsyncIterator[ToConductor]:
        while (message := await self._incoming.get()) is not None:
            yield message

    async def close(self, code: int, reason: str = "") -> None:
        if self.closed is None:
            self.closed = (code, reason)
            self._incoming.put_nowait(None)
        async with self._changed:
            self._changed.notify_all()

    # As the candidate uses it

    def write(self, text: str) -> None:
        self._incoming.put_nowait(Answer(text))

    def press(self, action: ControlAction) -> None:
        self._incoming.put_nowait(Control(action))

    def switch(self, mode: Mode) -> None:
        self._incoming.put_nowait(ModeChange(mode))

    async def lose(self) -> None:
        """The network is gone."""
        await self.close(1006, "lost")

    async def until(self, condition: Callable[["ScriptedPage"], object]) -> None:
        async with asyncio.timeout(SECONDS), self._changed:
            await self._changed.wait_for(lambda: condition(self))

    async def until_asked(self, text: str) -> None:
        """The question is on the table, and the agent listens."""
        await self.until(lambda page: page.state and page.state.state == "listening" and page.asked == text)

    async def until_closed(self) -> tuple[int, str]:
        await self.until(lambda page: page.closed)
        assert self.closed
        return self.closed

    def seen(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.shown if isinstance(message, kind)]

    @property
    def state(self) -> ShowState | None:
        states = self.seen(ShowState)
        return states[-1] if states else None

    @property
    def asked(self) -> str | None:
        return self.state.question.text if self.state and self.state.question else None

    @property
    def stored(self) -> dict[int, str]:
        """The final captions of stored turns."""
        return {one.turn_number: one.text for one in self.seen(Caption) if one.final and one.turn_number}

    @property
    def notices(self) -> list[str]:
        return [one.code for one in self.seen(Notice)]


class ScriptedVoice:
    """`Voice`: says things in no time, unless told to be slow; hears what the test lets it hear."""

    def __init__(self, *, hears: bool) -> None:
        self.hears = hears
        self.begun: list[VoiceEvent] = []
        """What is just beginning to be said, and is reported as soon as somebody has looked whether anything is."""
        self.said: list[str] = []
        self.stopped = 0
        self.closed = False
        self.playing: str | None = None
        self.slow = False
        self.fails = False
        self._stop = asyncio.Event()
        self._events: asyncio.Queue[VoiceEvent | VoiceFailed | None] = asyncio.Queue()
        self._changed = asyncio.Condition()

    async def say(self, text: str) -> Spoken:
        if self.fails:
            raise VoiceFailed("scripted")
        if self.closed:
            raise LineLost
        self._stop.clear()
        async with self._changed:
            self.said.append(text)
            self.playing = text
            self._changed.notify_all()
        if self.slow:
            await self._stop.wait()
        self.playing = None
        if self._stop.is_set():
            return Spoken(played_ms=300, length_ms=5000, interrupted=True, start_ms=0, end_ms=300)
        return Spoken(played_ms=5000, length_ms=5000, start_ms=0, end_ms=5000)

    @property
    def stirs(self) -> bool:
        begun, self.begun = self.begun, []
        self.hear(*begun)
        return bool(begun)

    def stop_speaking(self) -> None:
        self.stopped += 1
        self._stop.set()

    async def events(self) -> AsyncIterator[VoiceEvent]:
        while (event := await self._events.get()) is not None:
            if isinstance(event, VoiceFailed):
                raise event
            yield event

    async def close(self) -> None:
        self.closed = True
        self._stop.set()
        self._events.put_nowait(None)

    # As the test plays it

    def hear(self, *events: VoiceEvent | VoiceFailed) -> None:
        for event in events:
            self._events.put_nowait(event)

    def hear_answer(self, text: str) -> None:
        """Spoken and ended with words that say so, so that no patience is needed."""
        self.hear(SpeechStarted(6000), Partial(text), SpeechStopped(9000), Final(f"{text} that's all"))

    async def until_saying(self, text: str) -> None:
        async with asyncio.timeout(SECONDS), self._changed:
            await self._changed.wait_for(lambda: any(text in one for one in self.said))


class ScriptedRecorder:
    def __init__(self, store: RecordingStore) -> None:
        self.store = store

    async def finish(self) -> None:
        await self.store.put_part(1, b"mp3")


class ScriptedVoices:
    """`Voices`: keeps every voice that it opened."""

    def __init__(self, *, hears: bool = True, demonstration: bool = False, fails: bool = False) -> None:
        self.demonstrates = demonstration
        self.opened: list[ScriptedVoice] = []
        self.slow = False
        self._hears = hears
        self._fails = fails

    @property
    def last(self) -> ScriptedVoice:
        return self.opened[-1]

    def hears(self, language: Language) -> bool:
        return self._hears

    def demonstration(self, language: Language) -> bool:
        return self.demonstrates

    async def load(self) -> None:
        return

    async def recorder(self, store: RecordingStore) -> Recorder:
        return ScriptedRecorder(store)

    async def open(self, plan: Plan, connection: Connection, recorder: Recorder | None) -> ScriptedVoice:
        if self._fails:
            raise VoiceFailed("scripted")
        self.opened.append(ScriptedVoice(hears=self._hears))
        self.last.slow = self.slow
        return self.last
