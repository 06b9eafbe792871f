"""The built-in link: the agent's own WebSocket server, where the web process brings the pages' lines.

One line is one page. Everything that comes is checked here, against named bounds; who sends nonsense is told
in a word and hung up on.
"""

import asyncio
import contextlib
import hmac
import socket
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from aiohttp import WSMsgType, web

from vivavoce.interviewer.budget import Budget
from vivavoce.interviewer.links.incoming import MAX_MESSAGE_BYTES, BadMessage
from vivavoce.interviewer.links.page import PageLine
from vivavoce.interviewer.ports import (
    BAD_MESSAGE,
    DONE,
    PROTOCOL,
    TRY_AGAIN,
    FromPage,
    Hello,
    LineLost,
    Ping,
    Played,
    Playing,
    Pong,
    ToPage,
)
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES

MAX_FRAME_BYTES = 64 * 1024
MAX_READ_BYTES = 4 * MAX_MESSAGE_BYTES
"""Beyond this the library itself hangs up, with 1009."""
MAX_LINES = 500
HELLO_SECONDS = 10.0
HEARTBEAT_SECONDS = 4.0
"""Between pings; a line is dead when the answer takes more than half of it."""
SEND_SECONDS = 5.0
CLOSE_SECONDS = 2.0
AUDIO_SPEED, AUDIO_AT_ONCE_SECONDS = 1.2, 20.0
"""A line that stood still may deliver what piled up, no more."""
GONE_SECONDS = 8.0
"""A page from which nothing came for so long, to thrice a ping neither, is not there."""
MAX_REASON_BYTES = 120

log = structlog.get_logger()


class LinkServer:
    """Hands every line with a good secret to `join`, which returns when it is done with it."""

    def __init__(
        self,
        secret: str,
        join: Callable[[str, "WebSocketConnection"], Awaitable[None]],
        health: Callable[[], dict[str, int | bool]],
        gone_seconds: float = GONE_SECONDS,
    ) -> None:
        self._secret = secret.encode()
        self._join = join
        self._health = health
        self._gone_seconds = gone_seconds
        self._lines: set[WebSocketConnection] = set()
        self._site: web.BaseSite | None = None
        application = web.Application()
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get(r"/interviews/{id:[A-Za-z0-9_]{1,64}}", self._line)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSE_SECONDS)

    async def listen(self, where: socket.socket | tuple[str, int]) -> int:
        """On a socket that listens already, or on host and port; the port."""
        await self._runner.setup()
        self._site = (
            web.SockSite(self._runner, where)
            if isinstance(where, socket.socket)
            else web.TCPSite(self._runner, *where)
        )
        await self._site.start()
        return int(self._runner.addresses[0][1])

    async def stop_listening(self) -> None:
        """New lines are for other agents from now on; on a shared socket they get them at once."""
        if self._site is not None:
            await self._site.stop()

    async def close(self) -> None:
        await asyncio.gather(*(line.close(TRY_AGAIN, "restarting") for line in list(self._lines)))
        await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", **self._health()})

    async def _line(self, request: web.Request) -> web.StreamResponse:
        given = request.headers.get("X-Agent-Secret", "").encode()
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=401, text="X-Agent-Secret is missing or wrong")
        if len(self._lines) >= MAX_LINES:
            return web.Response(status=503, text="no room here now", headers={"Retry-After": "1"})
        page = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS,
            timeout=CLOSE_SECONDS,
            max_msg_size=MAX_READ_BYTES,
            compress=False,
            decode_text=False,
        )
        await page.prepare(request)
        line = WebSocketConnection(page, self._gone_seconds)
        self._lines.add(line)
        try:
            if await line.greeted():
                await self._conduct(request.match_info["id"], line)
        finally:
            self._lines.discard(line)
            await line.close(DONE)
        return page

    async def _conduct(self, interview_id: str, line: "WebSocketConnection") -> None:
        reading = asyncio.create_task(line.read())
        try:
            await self._join(interview_id, line)
        finally:
            await line.close(DONE)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


class WebSocketConnection(PageLine):
    """One line: `Connection` for the conductor, `AudioConnection` for the voice."""

    def __init__(self, page: web.WebSocketResponse, gone_seconds: float) -> None:
        super().__init__(Hello("text"))
        self._page = page
        self._gone_seconds = gone_seconds
        self._audio_budget = Budget(AUDIO_SPEED, AUDIO_AT_ONCE_SECONDS)

    @property
    def only_page(self) -> bool:
        return False

    async def greeted(self) -> bool:
        """Reads the hello."""
        try:
            message = await asyncio.wait_for(self._page.receive(), HELLO_SECONDS)
            hello = self._incoming.read(message.data) if message.type == WSMsgType.TEXT else None
        except TimeoutError:
            hello = None
        except BadMessage as fault:
            await self.close(BAD_MESSAGE, str(fault))
            return False
        if not isinstance(hello, Hello):
            await self.close(BAD_MESSAGE, f"say hello first, with protocol {PROTOCOL}")
            return False
        self._hello = hello
        return True

    async def read(self) -> None:
        """Deliver what the page sends, until the line ends."""
        watching = asyncio.create_task(self._watch())
        try:
            async for message in self._page:
                self._came()
                if message.type == WSMsgType.BINARY:
                    self._sound(message.data)
                elif message.type == WSMsgType.TEXT:
                    self._deliver(self._incoming.read(message.data))
        except BadMessage as fault:
            log.warning("link_bad_message", reason=str(fault))
            await self.close(BAD_MESSAGE, str(fault))
        finally:
            watching.cancel()
            self.lose()

    async def send(self, message: ToPage) -> None:
        self._shows(message)
        await self._send(self._page.send_str(msgspec.json.encode(message).decode()))

    async def send_audio(self, pcm: bytes) -> None:
        await self._send(self._page.send_bytes(pcm))

    async def close(self, code: int, reason: str = "") -> None:
        self.lose()
        await self._page.close(code=code, message=reason.encode()[:MAX_REASON_BYTES])

    async def _send(self, sending: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(sending, SEND_SECONDS)
        except (ConnectionError, TimeoutError) as fault:
            self.lose()
            raise LineLost from fault

    def _deliver(self, message: FromPage) -> None:
        if isinstance(message, Hello):
            raise BadMessage("hello is said once")
        if isinstance(message, Playing | Played):
            self._played(message)
        elif not isinstance(message, Pong):
            self._incoming.put(message)

    def _sound(self, pcm: bytes) -> None:
        if len(pcm) > MAX_FRAME_BYTES:
            raise BadMessage(f"an audio frame may have {MAX_FRAME_BYTES} bytes")
        if not pcm or len(pcm) % SAMPLE_BYTES:
            raise BadMessage("audio is whole samples of 16 bits")
        if not self._audio_budget.spend(len(pcm) / SAMPLE_BYTES / HEARD_RATE):
            raise BadMessage("audio comes faster than it can be spoken")
        self._hear(pcm)

    async def _watch(self) -> None:
        with contextlib.suppress(LineLost):
            while not self._lost:
                await asyncio.sleep(self._gone_seconds / 3)
                if self._silent_for(self._gone_seconds):
                    log.info("link_silent")
                    await self.close(TRY_AGAIN, "nothing comes any more")
                    return
                await self.send(Ping())
