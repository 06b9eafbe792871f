"""The conversation in the world: what happens becomes its events, and its actions are done."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
import structlog

from vivavoce.evaluation.evaluation import evaluate_answer
from vivavoce.evaluation.evaluator import EvaluationError, Evaluator
from vivavoce.evaluation.given import given_notes
from vivavoce.evaluation.report import TurnNotes
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.advice import Advisor
from vivavoce.interviewer.budget import Budget
from vivavoce.interviewer.client import Client, InterviewClient, ProductError
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.conversation import Conversation
from vivavoce.interviewer.conversation.moves import (
    Action,
    AmendTurn,
    CloseTurn,
    CountTurn,
    Elapsed,
    Evaluate,
    Event,
    FactFound,
    Finalize,
    FindFact,
    ModeChanged,
    NoteTurn,
    Probe,
    ProbeDecided,
    Rephrase,
    Rephrased,
    Said,
    Say,
    StopSpeaking,
    StoreTurn,
    TimeNear,
    TimeReached,
    Wait,
)
from vivavoce.interviewer.lines import Line
from vivavoce.interviewer.ports import (
    Caption,
    Completion,
    Final,
    LineLost,
    Mode,
    Notice,
    NoticeCode,
    Partial,
    Recorder,
    ShowState,
    SpeechStarted,
    SpeechStopped,
    Spoken,
    ToPage,
    Voice,
    VoiceEvent,
    VoiceFailed,
    Voices,
)
from vivavoce.interviewer.stopwatch import Stopwatch, near_seconds
from vivavoce.interviewer.writer import Write, Writer

LINGER_SECONDS = 5.0
"""How long an interview stays in hand when its page is gone, and so is said to be open elsewhere."""
ADVICE_SECONDS = 4.0
"""What it may take at most; the candidate waits for it."""
ADVICE_A_SECOND, ADVICE_AT_ONCE = 0.2, 20.0
"""More than an interview needs; a page that asks for more must not spend the installation's money."""
EVALUATION_SECONDS = 180.0
STIR_SECONDS = 0.12
"""Until a sound at the end of a wait is known for speech, or for none."""
FASTEST_SPEECH_MS = 45
"""A character: what a text takes at least, where less of it has been made so far."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Parts:
    """What an interview needs of the world. `holder` names this process to the lease."""

    client: Client
    voices: Voices
    advisor: Advisor
    evaluator: Callable[[], Evaluator]
    holder: str
    clock: Callable[[], datetime]
    linger_seconds: float = LINGER_SECONDS


class Stage:
    """`close` ends the interview in the product; `fail` hears of whatever breaks."""

    def __init__(
        self,
        parts: Parts,
        client: InterviewClient,
        conversation: Conversation,
        *,
        turns: Sequence[TranscriptTurn],
        seconds_left: float,
        close: Callable[[Completion], Coroutine[Any, Any, None]],
        fail: Callable[[Exception], None],
    ) -> None:
        self.line: Line | None = None
        self.recorder: Recorder | None = None
        self.writer = Writer(client, self._stored)
        self._parts = parts
        self._client = client
        self._conversation = conversation
        self._plan = conversation.plan
        self._turns = {turn.turn_number: turn for turn in turns}
        self._notes = {turn.turn_number: given_notes(turn) for turn in turns if turn.role == "candidate"}
        self._stopwatch = Stopwatch(
            seconds_left,
            near=near_seconds(self._plan.duration_seconds),
            nearly=lambda left: self._do_unless_stopped(TimeNear(left)),
            reached=lambda: self._do_unless_stopped(TimeReached()),
        )
        self._close = close
        self._fail = fail
        self._events: deque[Event] = deque()
        self._handling = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._evaluations: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._silent_since = 0.0
        self._speech_began: datetime | None = None
        self._heard_by_demonstration = False
        self._stopped = False
        self._advice = Budget(ADVICE_A_SECOND, ADVICE_AT_ONCE)
        self.run(self.writer.run())

    def do(self, event: Event) -> list[Action]:
        """One event after the other, also those that an action brings at once; what was done."""
        self._events.append(event)
        if self._handling or self._stopped:
            return []
        self._handling = True
        done: list[Action] = []
        try:
            while self._events:
                self._conversation, actions = self._conversation.step(self._events.popleft())
                for action in actions:
                    self._perform(action)
                done.extend(actions)
        finally:
            self._handling = False
        self._stopwatch.run(running=self._conversation.clock_runs)
        return done

    def run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Beside the conversation, as long as it is on stage."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ran)
        return task

    def notice(self, code: NoticeCode) -> Notice:
        return Notice(code, phrases.notice(code, self._plan.language))

    @property
    def ended(self) -> bool:
        """Everything is said; what is left is to finalize."""
        return self._conversation.floor == "ended"

    def stop(self) -> None:
        """Nothing is said, stored or waited for any more."""
        self._stopped = True
        self._stopwatch.run(running=False)
        if self._timer:
            self._timer.cancel()
        for task in (*self._tasks, *self._evaluations):
            if task is not asyncio.current_task():
                task.cancel()

    async def evaluated(self) -> None:
        """The answers that are being rated are; within a bound."""
        if self._evaluations:
            await asyncio.wait(set(self._evaluations), timeout=EVALUATION_SECONDS)

    # The voice on the line

    async def open_voice(self, line: Line) -> tuple[Mode, bool]:
        """A mode and whether speech is heard: without a voice the interview goes on in text."""
        voices = self._parts.voices
        try:
            if self.recorder is None:
                self.recorder = await voices.recorder(self._client)
            voice = line.voice = await voices.open(self._plan, line.connection, self.recorder)
        except VoiceFailed as fault:
            log.warning("voice_failed", interview_id=self._plan.interview_id, reason=str(fault))
            self._send(self.notice("no_voice"))
            return "text", False
        if not voice.hears:
            self._send(self.notice("no_recogniser"))
        else:
            self._heard_by_demonstration = False
            self._tell_demonstration()
        self.run(self._listen(line, voice))
        return "voice", voice.hears

    async def close_voice(self, line: Line) -> None:
        """In typing from here on: what comes next is no longer for this voice."""
        voice, line.voice = line.voice, None
        self.do(ModeChanged("text", hears=False))
        if voice:
            await voice.close()

    def _tell_demonstration(self) -> None:
        """Once a voice: also when the recogniser that was chosen fails on the way, and this one takes over."""
        demonstration = self._parts.voices.demonstration(self._plan.language)
        if demonstration and not self._heard_by_demonstration:
            self._send(self.notice("demonstration_recogniser"))
        self._heard_by_demonstration = demonstration

    async def _listen(self, line: Line, voice: Voice) -> None:
        try:
            async for event in voice.events():
                if self.line is line and line.voice is voice:
                    self._hear(event)
        except VoiceFailed as fault:
            await self._lose_voice(line, fault)

    def _hear(self, event: VoiceEvent) -> None:
        match event:
            case SpeechStarted():
                self._speech_began = self._speech_began or self._parts.clock()
            case SpeechStopped(silence=silence):
                self._silent_since = asyncio.get_running_loop().time() - silence
            case Partial(text=text) if self._conversation.floor != "paused":
                self._send(Caption("candidate", text))
            case _:
                pass
        done = self.do(event)
        if isinstance(event, Final) and not any(isinstance(one, StoreTurn | AmendTurn) for one in done):
            self._send(Caption("candidate", ""))

    async def _lose_voice(self, line: Line, fault: VoiceFailed) -> None:
        log.warning("voice_failed", interview_id=self._plan.interview_id, reason=str(fault))
        if self.line is line and line.voice:
            self._send(self.notice("no_voice"))
            await self.close_voice(line)

    # What the conversation wants done

    def _perform(self, action: Action) -> None:
        match action:
            case Say():
                self._say(action)
            case StopSpeaking():
                if self.line and self.line.voice:
                    self.line.voice.stop_speaking()
            case StoreTurn() | AmendTurn() | CloseTurn() | CountTurn() | NoteTurn():
                self._write(action)
            case Evaluate():
                task = asyncio.create_task(self._evaluate(action))
                self._evaluations.add(task)
                task.add_done_callback(self._evaluations.discard)
            case Probe() | Rephrase() | FindFact():
                self.run(self._advise(action))
            case Wait():
                self._wait(action)
            case Finalize(completion=completion):
                self.run(self._close(completion))
            case ShowState() | Notice():
                self._send(action)

    def _say(self, say: Say) -> None:
        line = self.line
        voice = line.voice if line else None
        if say.lead:
            self._send(Caption("agent", say.lead, final=True, after=self._conversation.next_turn - 1))
        self._send(Caption("agent", say.text))
        if line and voice:
            self.run(self._speak(line, voice, say))
        else:
            now = self._parts.clock()
            self._said(say, Said(say.id, started_at=now, ended_at=now))

    async def _speak(self, line: Line, voice: Voice, say: Say) -> None:
        started_at = self._parts.clock()
        try:
            spoken = await voice.say(f"{say.lead} {say.text}".strip())
        except LineLost:
            return
        except VoiceFailed as fault:
            await self._lose_voice(line, fault)
            return
        said = Said(
            say.id,
            share=heard_share(say, spoken),
            played_ms=spoken.played_ms,
            start_ms=spoken.start_ms,
            end_ms=spoken.end_ms,
            started_at=started_at,
            ended_at=self._parts.clock(),
        )
        if self.line is line:
            self._said(say, said)

    def _said(self, say: Say, said: Said) -> None:
        """What will not be stored as a turn is final now; the rest is when it is stored."""
        if say.kind in ("recap", "prompt"):
            self._send(Caption("agent", say.text, final=True, after=self._conversation.next_turn - 1))
        elif said.share < 1:
            self._send(Caption("agent", ""))
        self.do(said)

    def _write(self, write: Write) -> None:
        if isinstance(write, StoreTurn | CountTurn):
            spent = round(self._plan.duration_seconds - self._stopwatch.left)
            write = replace(write, metrics=msgspec.structs.replace(write.metrics, spent_seconds=spent))
        if isinstance(write, StoreTurn):
            now = self._parts.clock()
            began = self._speech_began if write.role == "candidate" else None
            self._speech_began = None
            write = replace(
                write,
                started_at=write.started_at or began or now,
                ended_at=write.ended_at or (None if began else now),
            )
            self._turns[write.number] = TranscriptTurn(
                turn_number=write.number,
                role=write.role,
                content=write.content,
                question_id=write.question_id,
                evaluation={"aside": True} if write.aside else None,
            )
        elif isinstance(write, AmendTurn):
            before = self._turns[write.number]
            self._turns[write.number] = msgspec.structs.replace(before, content=write.content)
        elif isinstance(write, NoteTurn):
            before = self._turns[write.number]
            self._notes[write.number] = write.notes
            self._turns[write.number] = msgspec.structs.replace(
                before, evaluation=msgspec.to_builtins(write.notes)
            )
        try:
            self.writer.put(write)
        except ProductError as fault:
            self._fail(fault)

    def _stored(self, write: Write) -> None:
        """The product has it: now it may be shown as final."""
        if isinstance(write, StoreTurn | AmendTurn):
            role = self._turns[write.number].role
            self._send(Caption(role, write.content, final=True, turn_number=write.number))
            if role == "candidate" and self.line and self.line.voice:
                self._tell_demonstration()

    def _wait(self, wait: Wait) -> None:
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        since = self._silent_since if wait.since_speech else loop.time()
        self._timer = loop.call_at(max(loop.time(), since + wait.seconds), self._waited, wait.token)

    def _waited(self, token: int) -> None:
        """Who begins to speak at this very moment has begun in time."""
        stirs = self.line is not None and self.line.voice is not None and self.line.voice.stirs
        self._timer = asyncio.get_running_loop().call_later(
            STIR_SECONDS if stirs else 0.0, self._do_unless_stopped, Elapsed(token)
        )

    async def _advise(self, wanted: Probe | Rephrase | FindFact) -> None:
        """Whoever advises is late or not: the conversation goes on. Who asks without end is not advised any more."""
        if not self._advice.spend(1.0):
            self.do(self._without_advice(wanted))
            return
        try:
            async with asyncio.timeout(ADVICE_SECONDS):
                event = await self._advised(wanted)
        except TimeoutError:
            event = self._without_advice(wanted)
        self.do(event)

    async def _advised(self, wanted: Probe | Rephrase | FindFact) -> Event:
        advisor = self._parts.advisor
        match wanted:
            case Probe():
                return ProbeDecided(wanted.token, *await advisor.follow_up(wanted, self._plan))
            case Rephrase():
                return Rephrased(wanted.token, await advisor.rephrase(wanted, self._plan))
            case FindFact():
                return FactFound(wanted.token, await advisor.find_fact(wanted, self._plan))

    def _without_advice(self, wanted: Probe | Rephrase | FindFact) -> Event:
        match wanted:
            case Probe():
                return ProbeDecided(wanted.token, None)
            case Rephrase():
                return Rephrased(wanted.token, None)
            case FindFact():
                return FactFound(wanted.token, None)

    async def _evaluate(self, evaluate: Evaluate) -> None:
        """Beside the conversation, which does not wait for it: what fails here the worker makes up for."""
        turns = list(self._turns.values())
        try:
            async with asyncio.timeout(EVALUATION_SECONDS):
                evaluation = await evaluate_answer(
                    turns,
                    evaluate.question,
                    self._plan.rubric,
                    self._parts.evaluator(),
                    names=[self._plan.candidate_first_name],
                    vigilant=self._plan.persona.suspicion_level > 0,
                )
                evaluation = evaluation.noted(self._notes.get(evaluate.number, TurnNotes()))
                await self.writer.settled()
                await self._client.patch_turn(evaluate.number, evaluation=evaluation)
        except (EvaluationError, ProductError, TimeoutError) as fault:
            log.warning(
                "answer_not_evaluated", interview_id=self._plan.interview_id, reason=type(fault).__name__
            )

    def _do_unless_stopped(self, event: Event) -> None:
        if not self._stopped:
            self.do(event)

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, Exception):
            self._fail(fault)

    def _send(self, message: ToPage) -> None:
        if self.line:
            self.line.send(message)


def heard_share(say: Say, spoken: Spoken) -> float:
    """How much of the text was heard; its lead came before it."""
    if not spoken.interrupted:
        return 1.0
    whole = f"{say.lead} {say.text}".strip()
    length_ms = max(spoken.length_ms, spoken.played_ms, len(whole) * FASTEST_SPEECH_MS)
    heard = len(whole) * spoken.played_ms / length_ms - (len(whole) - len(say.text))
    return min(max(heard / len(say.text), 0.0), 1.0)
