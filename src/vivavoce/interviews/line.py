"""The line between the candidate's page and an agent, on the web port: checked once, then passed on untouched."""

import asyncio
import contextlib
from typing import Any

import aiohttp
import asyncpg
import msgspec
import structlog
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect

from vivavoce.callers import Candidate
from vivavoce.database.pool import Database
from vivavoce.errors import Unauthorized
from vivavoce.http.authentication import require_same_origin
from vivavoce.http.request import services
from vivavoce.interviewer.ports import BAD_MESSAGE, NOT_ALLOWED, TRY_AGAIN, Hello
from vivavoce.interviews.states import REFUSALS
from vivavoce.interviews.tokens import page_of
from vivavoce.wiring import Services

HELLO_SECONDS = 10.0
CONNECT_SECONDS = 10.0
MAX_MESSAGE_BYTES = 64 * 1024

_log = structlog.get_logger()
AnySocket = WebSocket[Any, Any, Any]


class Greeting(Hello, frozen=True, rename="camel", tag_field="type", tag="hello"):
    """The page's first message: the agent's `hello`, and the token that opens the line."""

    token: str = ""


@websocket("/link")
async def line(socket: AnySocket) -> None:
    """Close codes: 4002 not allowed now, with the code of the refusal; 4003 a bad hello; 1012 try again soon."""
    parts = services(socket)
    require_same_origin(socket)
    await socket.accept()
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            greeting = msgspec.json.decode(await socket.receive_data(mode="text"), type=Greeting)
        page = page_of(parts.settings, greeting.token, parts.clock())
    except (msgspec.MsgspecError, RecursionError, TimeoutError):
        await socket.close(code=BAD_MESSAGE, reason="Say hello first.")
        return
    except Unauthorized as refusal:
        await socket.close(code=NOT_ALLOWED, reason=refusal.code)
        return
    except WebSocketDisconnect:
        return
    try:
        refused = await _refusal(parts.database, page, parts)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await socket.close(code=TRY_AGAIN, reason="The database does not answer.")
        return
    if refused:
        await socket.close(code=NOT_ALLOWED, reason=refused)
        return
    hello = Hello(greeting.mode, greeting.protocol, greeting.last_words, greeting.paused)
    await _join(socket, parts, page.interview_id, hello)


async def _refusal(database: Database, page: Candidate, parts: Services) -> str | None:
    """Why this interview cannot be joined now, as a code; None when it can."""
    row = await database.pool.fetchrow(
        "SELECT interview_status(x.status, x.expires_at, $2) AS status, x.link_generation, c.agreed_at"
        " FROM interviews x LEFT JOIN consents c ON c.interview_id = x.id WHERE x.id = $1",
        page.interview_id,
        parts.clock(),
    )
    if row is None or row["link_generation"] != page.link_generation:
        return "LINK_UNKNOWN"
    if refusal := REFUSALS.get(row["status"]):
        return refusal[0]
    return None if row["agreed_at"] else "CONSENT_REQUIRED"


async def _join(socket: AnySocket, parts: Services, interview_id: str, hello: Hello) -> None:
    """Carry everything both ways until one side ends; the page is told how the agent closed."""
    address = f"ws://{parts.settings.link}/interviews/{interview_id}"
    headers = {"X-Agent-Secret": parts.settings.agent_secret}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.ws_connect(address, headers=headers, max_msg_size=MAX_MESSAGE_BYTES) as agent,
        ):
            await agent.send_str(msgspec.json.encode(hello).decode())
            upward = asyncio.create_task(_from_page(socket, agent))
            try:
                code, reason = await _to_page(socket, agent)
            finally:
                upward.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await upward
            # Only now: the server sends no close while somebody still waits for the page to say something.
            with contextlib.suppress(RuntimeError, OSError, WebSocketDisconnect):
                await socket.close(code=code, reason=reason)
    except (aiohttp.ClientError, OSError):
        _log.warning("agent_unreachable", interview_id=interview_id)
        with contextlib.suppress(RuntimeError, OSError):
            await socket.close(code=TRY_AGAIN, reason="The interviewer does not answer.")


async def _from_page(socket: AnySocket, agent: aiohttp.ClientWebSocketResponse) -> None:
    """A page that goes away closes the agent's side, which ends the other direction."""
    try:
        while True:
            event: dict[str, Any] = dict(await socket.receive())
            if event["type"] == "websocket.disconnect":
                break
            if event.get("bytes") is not None:
                await agent.send_bytes(event["bytes"])
            elif event.get("text") is not None:
                await agent.send_str(event["text"])
    except (aiohttp.ClientError, ConnectionError):
        pass
    finally:
        await agent.close()


async def _to_page(socket: AnySocket, agent: aiohttp.ClientWebSocketResponse) -> tuple[int, str]:
    """Until the agent closes; the code and the reason that it gives, which `close_code` may no longer know."""
    while True:
        message = await agent.receive()
        if message.type is aiohttp.WSMsgType.BINARY:
            await socket.send_bytes(message.data)
        elif message.type is aiohttp.WSMsgType.TEXT:
            await socket.send_text(message.data)
        else:
            break
    if message.type is aiohttp.WSMsgType.CLOSE and message.data:
        return message.data, message.extra or ""
    return TRY_AGAIN, ""
