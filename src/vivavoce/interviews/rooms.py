"""LiveKit rooms, one an interview, named by its id: made when the page joins, with an agent asked in.

LiveKit's open-source server does not start a job again after its agent died. So the page, which notices first, joins
again and says that nobody answered, and another agent is asked in: who is asked twice does no harm, for only one of
them gets the lease.
"""

import asyncio
import importlib
import time
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
import structlog

from vivavoce.errors import Unavailable
from vivavoce.interviewer.ports import ROOM_AGENT
from vivavoce.settings import Settings

if TYPE_CHECKING:
    from livekit.api import LiveKitAPI

API_SECONDS = 5.0
EMPTY_SECONDS = 300
"""How long a room waits for the first who comes."""
DEPARTURE_SECONDS = 120
"""How long it is kept when everybody is gone: a candidate may be back soon."""
ON_THE_WAY_SECONDS = 2.0
"""So long after an agent was asked in, no other one is."""

_log = structlog.get_logger()


class Rooms(Protocol):
    async def prepare(self, interview_id: str, *, unanswered: bool) -> None:
        """There is a room, with an agent in it or on the way. Raises Unavailable.

        `unanswered`: the page is in the room, and no agent answers it.
        """


class LiveKitRooms:
    """By LiveKit's API."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._livekit: LiveKitAPI | None = None

    async def prepare(self, interview_id: str, *, unanswered: bool) -> None:
        # 30 MB that only a web process with LiveKit needs; in a thread, so that other requests go on.
        api = await asyncio.to_thread(importlib.import_module, "livekit.api")
        if self._livekit is None:
            self._livekit = api.LiveKitAPI(
                self._settings.livekit_url,
                self._settings.livekit_api_key,
                self._settings.livekit_api_secret,
                timeout=aiohttp.ClientTimeout(total=API_SECONDS),
            )
        room = _Room(self._livekit, api, interview_id)
        try:
            async with asyncio.timeout(API_SECONDS):
                await room.make()
                if unanswered or not await room.has_agent():
                    await room.ask_agent_in()
        except (api.ServerError, aiohttp.ClientError, TimeoutError, OSError) as fault:
            _log.warning("livekit_unreachable", interview_id=interview_id, reason=type(fault).__name__)
            raise Unavailable(
                "The LiveKit server does not answer. Nothing is lost: try again in a moment."
            ) from fault

    async def close(self) -> None:
        if self._livekit:
            await self._livekit.aclose()


class _Room:
    def __init__(self, livekit: "LiveKitAPI", api: Any, name: str) -> None:
        self._livekit = livekit
        self._api = api
        self._name = name

    async def make(self) -> None:
        """Nothing new where it is there already."""
        wanted = self._api.CreateRoomRequest(
            name=self._name, empty_timeout=EMPTY_SECONDS, departure_timeout=DEPARTURE_SECONDS
        )
        await self._livekit.room.create_room(wanted)

    async def has_agent(self) -> bool:
        wanted = self._api.ListParticipantsRequest(room=self._name)
        found = await self._livekit.room.list_participants(wanted)
        return any(one.kind == self._api.ParticipantInfo.Kind.AGENT for one in found.participants)

    async def ask_agent_in(self) -> None:
        """Unless one was just asked. Nothing is taken back: that would send away an agent that only seemed gone."""
        dispatch = self._livekit.agent_dispatch
        before = [one for one in await dispatch.list_dispatch(self._name) if one.agent_name == ROOM_AGENT]
        if any(time.time() - one.state.created_at / 1e9 < ON_THE_WAY_SECONDS for one in before):
            return
        await dispatch.create_dispatch(
            self._api.CreateAgentDispatchRequest(agent_name=ROOM_AGENT, room=self._name)
        )
        _log.info("agent_asked_in", interview_id=self._name)
