"""All interviews of one agent process: a page joins, and the interview goes on where it was."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from vivavoce.interviewer.client import ProductError, Refused
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.lines import Line
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import (
    DONE,
    NOT_ALLOWED,
    TRY_AGAIN,
    Caption,
    Connection,
    Final,
    Notice,
    NoticeCode,
    Partial,
    ShowState,
    Voice,
    VoiceFailed,
)
from vivavoce.interviewer.session import Session
from vivavoce.interviewer.stage import Parts

CHECK_SECONDS = 600.0
"""A microphone check is hung up on then."""
NOT_HEARD_SECONDS = 8.0
"""Without a word for so long, the page is told that nothing was heard."""
HELD = "LEASE_HELD"

log = structlog.get_logger()


class Conductors:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sessions: dict[str, Session] = {}
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    @property
    def in_hand(self) -> int:
        """Interviews that this process conducts."""
        return len(self._sessions)

    async def join(self, interview_id: str, connection: Connection) -> None:
        """Returns when this line is done with; it is closed then."""
        if self._closed:
            await connection.close(TRY_AGAIN, "restarting")
            return
        try:
            if connection.mode == "check":
                await self._check(interview_id, connection)
                return
            session = await self._session(interview_id)
        except Refused as refused:
            log.info("join_refused", interview_id=interview_id, code=refused.code)
            if refused.code == HELD:
                await connection.close(TRY_AGAIN, HELD)
            else:
                await connection.close(NOT_ALLOWED, refused.code)
            return
        except ProductError as fault:
            log.warning("product_unreachable", interview_id=interview_id, reason=str(fault))
            await connection.close(TRY_AGAIN, "restarting")
            return
        await session.attend(connection)

    async def close(self) -> None:
        """Every interview is stored and given back, for another agent to go on."""
        self._closed = True
        for session in self._sessions.values():
            session.stop_waiting()
        await asyncio.gather(*self._starting.values(), return_exceptions=True)
        await asyncio.gather(*(session.hand_over() for session in list(self._sessions.values())))

    async def _session(self, interview_id: str) -> Session:
        """The one in hand, or a new one; two pages that come at once get the same."""
        session = self._sessions.get(interview_id)
        if session is None:
            session = self._sessions[interview_id] = Session(interview_id, self._parts, self._forget)
            self._starting[interview_id] = asyncio.create_task(session.start())
        starting = self._starting.get(interview_id)
        if starting:
            try:
                await asyncio.shield(starting)
            except Exception:
                self._forget(session)
                raise
            finally:
                if starting.done():
                    self._starting.pop(interview_id, None)
        return session

    def _forget(self, session: Session) -> None:
        if self._sessions.get(session.interview_id) is session:
            del self._sessions[session.interview_id]

    # The microphone check: no lease, nothing is stored

    async def _check(self, interview_id: str, connection: Connection) -> None:
        plan = await self._parts.client.interview(interview_id).plan()
        line = Line(connection)
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                line.voice = await self._parts.voices.open(plan, connection, None)
                line.send(ShowState("checking", "voice"))
                if not line.voice.hears:
                    line.send(_notice("no_recogniser", plan.language))
                elif self._parts.voices.demonstration(plan.language):
                    line.send(_notice("demonstration_recogniser", plan.language))
                await _until_gone(connection, _echo(line, line.voice, plan.language))
        except VoiceFailed as fault:
            log.warning("check_failed", interview_id=interview_id, reason=str(fault))
            line.send(_notice("no_voice", plan.language))
        except TimeoutError:
            log.info("check_over", interview_id=interview_id)
        finally:
            await line.close(DONE)


async def _until_gone(connection: Connection, work: Coroutine[Any, Any, None]) -> None:
    """Raises what `work` raises; ends with the page."""
    working, gone = asyncio.create_task(work), asyncio.create_task(_drain(connection))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            await gone
    finally:
        working.cancel()
        gone.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


async def _drain(connection: Connection) -> None:
    async for _ in connection.messages():
        pass


async def _echo(line: Line, voice: Voice, language: Language) -> None:
    """What is heard comes back as captions."""
    loop = asyncio.get_running_loop()
    silence = loop.call_later(NOT_HEARD_SECONDS, lambda: line.send(_notice("not_heard", language)))
    try:
        async for event in voice.events():
            if isinstance(event, Partial | Final) and event.text.strip():
                silence.cancel()
                line.send(Caption("candidate", event.text, final=isinstance(event, Final)))
    finally:
        silence.cancel()


def _notice(code: NoticeCode, language: Language) -> Notice:
    return Notice(code, phrases.notice(code, language))
