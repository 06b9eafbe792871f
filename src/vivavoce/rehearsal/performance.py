"""A simulated candidate in an interview: listens for its turn, and does what its persona does."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from vivavoce.interviewer.ports import Caption, Completion, Ended, Notice, ShowState, ToPage, VoiceFailed
from vivavoce.rehearsal.page import CandidatePage, PageFailed
from vivavoce.rehearsal.personas import AskMoment, Pause, Press, Prompt, Say, SimulatedCandidate, Step, Wait
from vivavoce.rehearsal.speech import CandidateVoice

DEAF = ("no_recogniser", "no_voice")
"""Notices after which a candidate types."""

READ_SECONDS = 2.0
PLAY_SECONDS = 3_600.0

Happening = Literal["interviewer", "said", "typed", "heard", "pressed", "pause", "notice"]
Tell = Callable[[Happening, str], None]


@dataclass
class _Table:
    """What the page shows, and what this candidate has done about it."""

    shown: ShowState | None = None
    answered: set[Prompt] = field(default_factory=set)
    spoken_to: bool = False
    """The interviewer has spoken since the last reply was over."""
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    read: set[str] = field(default_factory=set)
    """What the interviewer has said, word for word."""
    more: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def prompt(self) -> Prompt | None:
        question = self.shown.question if self.shown else None
        return Prompt(question.number, question.text) if question else None


class Performance:
    """`tell` hears what happens, in order."""

    def __init__(
        self,
        page: CandidatePage,
        candidate: SimulatedCandidate,
        voice: CandidateVoice,
        tell: Tell = lambda _kind, _text: None,
    ) -> None:
        self._page = page
        self._candidate = candidate
        self._voice = voice
        self._tell_one = tell
        self._heard = ""
        """What the recogniser made of the candidate's words so far; told when something else happens."""
        self._table = _Table()
        self._types = page.mode == "text" or not voice.available
        self._reply: asyncio.Task[None] | None = None
        self._ended_at: float | None = None
        self.waits: list[float] = []
        """Seconds from the end of each answer to the interviewer's next sound, or next words where one reads."""

    async def play(self) -> Completion | None:
        """To the end: FULL, PARTIAL, or None for one that this page was sent away from. Raises PageFailed."""
        completion: Completion | None = None
        self._page.on_sound = self._replied
        await self._page.agree()
        try:
            async with asyncio.timeout(PLAY_SECONDS):
                async for message in self._page.messages():
                    if isinstance(message, Ended):
                        completion = message.completion
                    self._take(message)
        except TimeoutError as fault:
            raise PageFailed("the interview does not come to an end") from fault
        finally:
            await self._be_quiet()
        return completion

    def _take(self, message: ToPage) -> None:
        match message:
            case Caption(role="agent", text=text, final=True) if text:
                if self._page.mode == "text":
                    self._replied()
                self._tell("interviewer", text)
                self._table.read.add(text)
                self._table.more.set()
            case Caption(role="candidate", text=text, final=True) if text and not self._types:
                self._heard = text
            case Notice(code=code, text=text):
                self._tell("notice", text)
                self._types = self._types or code in DEAF
            case ShowState():
                self._look(message)

    def _look(self, shown: ShowState) -> None:
        table = self._table
        table.shown = shown
        if shown.state == "paused":
            table.paused.set()
        else:
            table.paused.clear()
        if self._reply is not None and not self._reply.done():
            return
        prompt, interrupts = table.prompt, self._candidate.interrupts
        if prompt is None:
            return
        if shown.state in ("listening", "paused") and (prompt not in table.answered or table.spoken_to):
            self._reply = asyncio.create_task(self._answer(prompt, 0.0))
        elif shown.state == "speaking" and interrupts and prompt not in table.answered and not self._types:
            self._reply = asyncio.create_task(self._answer(prompt, interrupts))
        elif shown.state == "speaking":
            table.spoken_to = True

    async def _answer(self, prompt: Prompt, after: float) -> None:
        if after:
            await asyncio.sleep(after)
        else:
            await self._read(prompt)
        self._table.answered.add(prompt)
        self._table.spoken_to = False
        steps = self._candidate.reply(prompt)
        if self._types:
            await self._type(steps)
        else:
            for step in steps:
                await self._do(step)
        self._ended_at = asyncio.get_running_loop().time()

    async def _read(self, prompt: Prompt) -> None:
        """The words are shown as they are stored, a little after the state; what was cut off never is."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(READ_SECONDS):
                while prompt.text not in self._table.read:
                    self._table.more.clear()
                    await self._table.more.wait()
        self._table.read.discard(prompt.text)

    def _replied(self) -> None:
        ended, self._ended_at = self._ended_at, None
        if ended is not None:
            self.waits.append(asyncio.get_running_loop().time() - ended)

    async def _type(self, steps: list[Step]) -> None:
        """What is said in several breaths is one answer, and nobody hears who types be silent."""
        text = " ".join(step.text for step in steps if isinstance(step, Say))
        for step in steps:
            if isinstance(step, Press | AskMoment):
                await self._do(step)
        if text:
            self._tell("typed", text)
            await self._page.answer(text)

    async def _do(self, step: Step) -> None:
        match step:
            case AskMoment() if self._types:
                await self._do(Press("moment"))
            case Say(text=text) | AskMoment(text=text):
                await self._speak(text)
            case Pause(seconds=seconds):
                self._tell("pause", f"{seconds:.1f} s")
                await asyncio.sleep(seconds)
            case Press(action=action):
                self._tell("pressed", action)
                await self._page.press(action)
            case Wait():
                await self._table.paused.wait()

    async def _speak(self, text: str) -> None:
        try:
            sound = await self._voice.spoken(text, self._candidate.persona.pitch)
        except VoiceFailed:
            self._types = True
            await self._type([Say(text)])
            return
        self._tell("said", text)
        await self._page.say(sound)

    def _tell(self, kind: Happening, text: str) -> None:
        heard, self._heard = self._heard, ""
        if heard:
            self._tell_one("heard", heard)
        self._tell_one(kind, text)

    async def _be_quiet(self) -> None:
        if self._reply is not None:
            self._reply.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reply
