"""The voice agent's process, `vivavoce agent`: lines come in, interviews are conducted, SIGTERM hands them over.

It knows the product by its internal endpoints alone, so it runs wherever those can be reached.
"""

import asyncio
import functools
import importlib
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from vivavoce.evaluation.choice import NO_KEY, choose_evaluator
from vivavoce.interviewer.advice import Advisor, ModelAdvisor, RulesAdvisor
from vivavoce.interviewer.client import Client
from vivavoce.interviewer.conductor import Conductors
from vivavoce.interviewer.links.room_token import room_token
from vivavoce.interviewer.links.websocket import LinkServer
from vivavoce.interviewer.ports import Voices
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.speech.engines import SpeechSettings
from vivavoce.interviewer.stage import Parts
from vivavoce.interviewer.voice import LiveVoices

if TYPE_CHECKING:
    from vivavoce.interviewer.links.livekit_worker import LiveKitWorker

LIVEKIT_WORKER_MODULE = "vivavoce.interviewer.links.livekit_worker"
DRAIN_SECONDS = 9.0
"""The supervisor ends by force who takes ten."""
WARM_AFTER_SECONDS = 4.0
"""What a voice needs is loaded then, unless one needed it before: not while the whole product starts."""

log = structlog.get_logger()


class AgentSettings(SpeechSettings, Protocol):
    """What of the settings this process needs."""

    @property
    def agent_secret(self) -> str: ...
    @property
    def api_url(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def link_fd(self) -> int | None: ...
    @property
    def openai_model(self) -> str: ...
    @property
    def livekit_url(self) -> str | None: ...
    @property
    def livekit_api_key(self) -> str | None: ...
    @property
    def livekit_api_secret(self) -> str | None: ...


async def run_agent(settings: AgentSettings) -> None:
    """Until SIGTERM or SIGINT; then running interviews are stored and given back, for another agent to take."""
    told = _told_to_end()
    async with _parts(settings) as parts, asyncio.TaskGroup() as beside:
        conductors = Conductors(parts)
        server = LinkServer(
            settings.agent_secret, conductors.join, lambda: {"interviews": conductors.in_hand}
        )
        try:
            port = await server.listen(_where(settings))
        except OSError as fault:
            raise SystemExit(
                f"vivavoce: VIVAVOCE_LINK: {settings.link} cannot be listened on ({fault})"
            ) from fault
        log.info("agent_listening", port=port)
        warming = beside.create_task(_warm(parts.voices))
        worker = await _livekit_worker(settings, parts.holder, conductors)
        await told.wait()
        log.info("agent_draining", interviews=conductors.in_hand)
        warming.cancel()
        await server.stop_listening()
        if worker:
            worker.refuse_new()
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await conductors.close()
                await server.close()
                if worker:
                    await worker.close()
        except TimeoutError:
            log.warning("agent_drain_cut_short", interviews=conductors.in_hand)


async def _livekit_worker(
    settings: AgentSettings, holder: str, conductors: Conductors
) -> "LiveKitWorker | None":
    if settings.livekit_url is None:
        return None
    # Seconds; in a thread, so that the built-in link serves meanwhile.
    module = await asyncio.to_thread(importlib.import_module, LIVEKIT_WORKER_MODULE)
    worker: LiveKitWorker = module.LiveKitWorker(settings, holder, conductors.join)
    worker.start()
    return worker


async def _warm(voices: Voices) -> None:
    """So that whoever takes over an interview speaks at once."""
    await asyncio.sleep(WARM_AFTER_SECONDS)
    await voices.load()
    log.info("agent_warm")


def _told_to_end() -> asyncio.Event:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


def _where(settings: AgentSettings) -> socket.socket | tuple[str, int]:
    if settings.link_fd is not None:
        return socket.socket(fileno=settings.link_fd)
    host, _, port = settings.link.rpartition(":")
    return host.strip("[]"), int(port)


@asynccontextmanager
async def _parts(settings: AgentSettings) -> AsyncIterator[Parts]:
    holder = f"agent-{secrets.token_hex(4)}"
    async with AsyncExitStack() as closing:
        client = Client(settings.api_url, settings.agent_secret, _token_for(settings, holder))
        closing.push_async_callback(client.close)
        speech = Speech(settings)
        closing.push_async_callback(speech.close)
        yield Parts(
            client=client,
            voices=LiveVoices(speech),
            advisor=_advisor(settings, closing),
            evaluator=functools.cache(
                lambda: choose_evaluator(
                    closing,
                    api_key=settings.openai_api_key,
                    base_url=settings.openai_base_url,
                    model=settings.openai_model,
                )
            ),
            holder=holder,
            clock=lambda: datetime.now(UTC),
        )


def _token_for(settings: AgentSettings, holder: str) -> Callable[[str], str] | None:
    """Where there is LiveKit's key, its tokens open the internal endpoints, each for one interview."""
    if settings.livekit_url is None:
        return None
    return lambda interview_id: room_token(settings, interview_id, holder)


def _advisor(settings: AgentSettings, closing: AsyncExitStack) -> Advisor:
    if not (settings.openai_api_key or settings.openai_base_url):
        return RulesAdvisor()
    advisor = ModelAdvisor(
        api_key=settings.openai_api_key or NO_KEY,
        model=settings.openai_model,
        base_url=settings.openai_base_url,
    )
    closing.push_async_callback(advisor.close)
    return advisor
