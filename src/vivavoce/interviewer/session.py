"""One interview in hand: its lease, its page, its end.

What it holds and is not stored can be rebuilt from the plan and the history, so it may end at any moment.
"""

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from vivavoce.interviewer.client import WRITE_PATIENCE, Lease, LeaseLost, ProductError, Refused, Unreachable
from vivavoce.interviewer.conversation.conversation import Conversation
from vivavoce.interviewer.conversation.moves import Joined, LineDown, ModeChanged, Pressed, Typed
from vivavoce.interviewer.lines import Line
from vivavoce.interviewer.ports import (
    DONE,
    NOT_ALLOWED,
    TAKEN_OVER,
    TRY_AGAIN,
    Answer,
    Completion,
    Connection,
    Control,
    Ended,
    Mode,
    ModeChange,
    ToConductor,
)
from vivavoce.interviewer.stage import Parts, Stage
from vivavoce.interviewer.stopwatch import spent_seconds

LEASE_WAIT_SECONDS = 8.0
"""Longer than a dead agent's lease lives, and than a living one's hand-over takes."""
LEASE_RETRY_SECONDS = 0.25
LEASE_HEARTBEATS = 3
"""So many heartbeats a lease lives: who could not keep it for so long may not be the one who speaks."""
HAND_OVER_SECONDS = 5.0

log = structlog.get_logger()


class Session:
    def __init__(self, interview_id: str, parts: Parts, ended: Callable[["Session"], None]) -> None:
        self.interview_id = interview_id
        self._parts = parts
        self._tell_ended = ended
        self._client = parts.client.interview(interview_id)
        self._stage: Stage | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._waits = True
        self._sure = True
        """The lease is ours, as far as we can know."""
        self._missed = False
        self._lingering: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._finalized = asyncio.Event()

    async def start(self) -> None:
        """Takes the lease and reads where the interview stands. Raises ProductError."""
        lease = await self._take_lease()
        self._missed = lease.ran_out
        plan, history = await asyncio.gather(self._client.plan(), self._client.history())
        self._stage = Stage(
            self._parts,
            self._client,
            Conversation.from_history(plan, history),
            turns=history,
            seconds_left=plan.duration_seconds - spent_seconds(history),
            close=self._close,
            fail=self._fail,
        )
        self._keeping = self._stage.run(self._keep_lease(self._stage, lease.heartbeat_seconds))
        log.info("interview_in_hand", interview_id=self.interview_id, turns=len(history))

    async def attend(self, connection: Connection) -> None:
        """Conducts on this line until it is lost, taken over, or the interview is over."""
        stage = self._stage
        if stage is None or stage.ended or self._leaving or self._ending or not self._sure:
            await connection.close(TRY_AGAIN, "restarting")
            return
        if self._lingering:
            self._lingering.cancel()
        before, line = stage.line, Line(connection)
        stage.line = line
        try:
            if before:
                await self._hang_up(stage, before, TAKEN_OVER, "elsewhere")
            await self._conduct(stage, line)
        except ProductError as fault:
            self._fail(fault)
        finally:
            if stage.line is line:
                stage.line = None
                stage.do(LineDown())
                self._linger()
            await line.drop()
        if self._ending:
            await asyncio.shield(self._ending)

    def stop_waiting(self) -> None:
        """For a lease that another agent holds."""
        self._waits = False

    def hand_over(
        self, code: int = TRY_AGAIN, reason: str = "restarting", within: float = HAND_OVER_SECONDS
    ) -> asyncio.Task[None]:
        """Falls silent, stores what is left and gives the lease back: any agent can go on from the history."""
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave(code, reason, within))
        return self._leaving

    async def _leave(self, code: int, reason: str, within: float) -> None:
        stage = self._stage
        if stage is None or self._ending:
            return
        stage.do(LineDown())
        if stage.ended:
            await self._leave_ended(code, reason, within)
            return
        line, stage.line = stage.line, None
        try:
            async with asyncio.timeout(within):
                if line:
                    await line.silence()
                await stage.writer.settled()
                await self._finish_recording(stage)
                if self._keeping:
                    self._keeping.cancel()
                await self._client.release_lease()
        except (ProductError, TimeoutError) as fault:
            log.warning("hand_over_incomplete", interview_id=self.interview_id, reason=type(fault).__name__)
        if line:
            await self._hang_up(stage, line, code, reason)
        self._end(code, reason)

    async def _leave_ended(self, code: int, reason: str, within: float) -> None:
        """It is being finalized, which another agent would have to be asked for by a page."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._finalized.wait()
        self._end(code, reason)

    async def _conduct(self, stage: Stage, line: Line) -> None:
        mode: tuple[Mode, bool] = ("text", False)
        if line.connection.mode == "voice":
            mode = await stage.open_voice(line)
        if stage.line is line:
            missed, self._missed = self._missed, False
            words = line.connection.last_words if missed else ""
            stage.do(Joined(*mode, missed=missed, last_words=words, paused=line.connection.paused))
        async for message in line.connection.messages():
            if stage.line is line:
                await self._take(stage, line, message)

    async def _take_lease(self) -> Lease:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LEASE_WAIT_SECONDS
        while True:
            try:
                return await self._client.take_lease(self._parts.holder)
            except Refused as refused:
                if refused.code != "LEASE_HELD" or loop.time() > deadline or not self._waits:
                    raise
            await asyncio.sleep(LEASE_RETRY_SECONDS)

    async def _keep_lease(self, stage: Stage, seconds: float) -> None:
        """Heartbeats; more often while no page is there, for it may have come to another agent."""
        loop = asyncio.get_running_loop()
        kept = beat = loop.time()
        while True:
            pause = seconds if stage.line else seconds / LEASE_HEARTBEATS
            await asyncio.sleep(max(0.0, beat + pause - loop.time()))
            beat = loop.time()
            try:
                lease = await self._client.keep_lease(seconds)
            except Unreachable:
                log.warning("lease_not_renewed", interview_id=self.interview_id)
                self._sure = loop.time() < kept + LEASE_HEARTBEATS * seconds
                if stage.line and not self._sure:
                    await stage.line.close(TRY_AGAIN, "restarting")
                continue
            except Refused:
                if stage.ended:
                    return  # finalized meanwhile, or refused there too
                raise
            kept, self._sure = beat, True
            if lease.wanted and not stage.ended:
                log.info("interview_wanted", interview_id=self.interview_id)
                self.hand_over(TAKEN_OVER, "elsewhere")

    async def _take(self, stage: Stage, line: Line, message: ToConductor) -> None:
        match message:
            case Answer(text=text, pasted=pasted):
                stage.do(Typed(text, pasted, self._parts.clock()))
            case Control(action=action):
                stage.do(Pressed(action))
            case ModeChange(mode="text"):
                await stage.close_voice(line)
            case ModeChange() if line.voice is None:
                stage.do(ModeChanged(*await stage.open_voice(line)))
            case _:
                return

    def _linger(self) -> None:
        if self._stage and not self._stage.ended and not self._ending:
            loop = asyncio.get_running_loop()
            self._lingering = loop.call_later(self._parts.linger_seconds, self._let_go)

    def _let_go(self) -> None:
        log.info("interview_let_go", interview_id=self.interview_id)
        self.hand_over(within=WRITE_PATIENCE)

    async def _close(self, completion: Completion) -> None:
        """Everything that was said is stored first."""
        stage = self._stage
        assert stage
        await stage.writer.settled()
        await self._finish_recording(stage)
        recording = await self._client.recording()
        try:
            await self._client.finalize(completion, self._parts.clock(), recording.reference)
        except Refused as refused:
            if refused.code != "INTERVIEW_ALREADY_COMPLETED":
                raise
        self._finalized.set()
        log.info("interview_finalized", interview_id=self.interview_id, completion=completion)
        if stage.line:
            stage.line.send(Ended(completion))
            await stage.line.close(DONE)
        await stage.evaluated()
        self._end(DONE)

    async def _finish_recording(self, stage: Stage) -> None:
        recorder, stage.recorder = stage.recorder, None
        if recorder:
            if stage.line:
                await stage.line.silence()
            try:
                await recorder.finish()
            except ProductError as fault:
                log.warning("recording_end_not_stored", interview_id=self.interview_id, reason=str(fault))

    def _fail(self, fault: Exception) -> None:
        """The product refuses or is away, or we are wrong: stop at once. What was acknowledged is safe."""
        reason = str(fault) if isinstance(fault, ProductError) else type(fault).__name__
        log.warning("interview_dropped", interview_id=self.interview_id, reason=reason)
        if isinstance(fault, LeaseLost):
            self._end(TAKEN_OVER, "LEASE_LOST")
        elif isinstance(fault, Refused) and fault.code.startswith("INTERVIEW_"):
            self._end(NOT_ALLOWED, fault.code)
        else:
            self._end(TRY_AGAIN, "restarting")

    def _end(self, code: int, reason: str = "") -> None:
        if self._ending or not self._stage:
            return
        if self._lingering:
            self._lingering.cancel()
        self._tell_ended(self)
        self._stage.stop()
        self._ending = asyncio.create_task(self._exit(self._stage, code, reason))

    async def _exit(self, stage: Stage, code: int, reason: str) -> None:
        line, stage.line = stage.line, None
        if line:
            await self._hang_up(stage, line, code, reason)
        await self._finish_recording(stage)

    async def _hang_up(self, stage: Stage, line: Line, code: int, reason: str) -> None:
        """A page that is told that the interview goes on elsewhere stays away."""
        if code == TAKEN_OVER and line.connection.only_page:
            code, reason = TRY_AGAIN, "restarting"
        if code == TAKEN_OVER:
            line.send(stage.notice("elsewhere"))
        await line.close(code, reason)
