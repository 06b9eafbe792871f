"""The process as a worker of LiveKit: it is asked into rooms by name, and conducts them beside all its others.

The library gives each job a thread with a loop of its own. Nothing is conducted there: the thread waits while the job
runs in this process's loop, with its `Conductors`, so that an interview has one conductor whichever link it is on.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable

import structlog
from livekit import rtc
from livekit.agents import AgentServer, JobContext, JobExecutorType, JobRequest

from vivavoce.interviewer.links.livekit import InterviewRoom
from vivavoce.interviewer.links.room_token import LiveKitSettings, room_token
from vivavoce.interviewer.ports import ROOM_AGENT, Connection

PRELOAD = "LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE"
"""Unless told not to, the library loads its turn model with the first job, which nobody asks here: 220 MB."""
MAX_ROOMS = 500
FULL = 0.99
"""Of the rooms; LiveKit asks whoever has the most left."""

# What the library tells below this level may hold what people said.
logging.getLogger("livekit").setLevel(logging.ERROR)
log = structlog.get_logger()


class LiveKitWorker:
    """`holder` names this process; what it is called in a room begins with it."""

    def __init__(
        self, settings: LiveKitSettings, holder: str, join: Callable[[str, Connection], Awaitable[None]]
    ) -> None:
        os.environ[PRELOAD] = "0"
        self._settings = settings
        self._holder = holder
        self._join = join
        self._rooms: set[InterviewRoom] = set()
        self._loop = asyncio.get_running_loop()
        self._server = AgentServer(
            job_executor_type=JobExecutorType.THREAD,
            num_idle_processes=0,
            load_fnc=lambda: len(self._rooms) / MAX_ROOMS,
            load_threshold=FULL,
            max_retry=sys.maxsize,
            ws_url=settings.livekit_url,
            api_key=settings.livekit_api_key,
            api_secret=settings.livekit_api_secret,
            host="127.0.0.1",
            port=0,
        )
        self._server.rtc_session(self._job, agent_name=ROOM_AGENT, on_request=self._accept)
        self._server.on("worker_registered", lambda *_: log.info("livekit_registered"))
        self._running: asyncio.Task[None] | None = None
        self._draining: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self._server.run())

    def refuse_new(self) -> None:
        """LiveKit asks other workers from now on."""
        self._draining = asyncio.create_task(self._server.drain(timeout=None))

    async def close(self) -> None:
        for room in list(self._rooms):
            room.leave()
        if self._draining:
            await self._draining
        await self._server.aclose()
        if self._running:
            await self._running

    async def _accept(self, request: JobRequest) -> None:
        await request.accept(identity=self._identity(request.id))

    async def _job(self, context: JobContext) -> None:
        """In the job's thread."""
        conducting = self._conduct(context.job.room.name, self._identity(context.job.id))
        try:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(conducting, self._loop))
        finally:
            context.shutdown()

    async def _conduct(self, interview_id: str, identity: str) -> None:
        """In the process's loop."""
        assert self._settings.livekit_url
        room = InterviewRoom(interview_id, self._join)
        self._rooms.add(room)
        try:
            await room.attend(self._settings.livekit_url, room_token(self._settings, interview_id, identity))
        except rtc.ConnectError as fault:
            log.warning("room_not_entered", interview_id=interview_id, reason=fault.message)
        finally:
            self._rooms.discard(room)

    def _identity(self, job_id: str) -> str:
        return f"{self._holder}.{job_id}"
