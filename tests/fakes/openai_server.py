"""A small server on loopback that speaks OpenAI's API by a script, and misbehaves on demand.

    async with openai_server(reply, Misbehave("busy"), reply) as server:
        client = AsyncOpenAI(base_url=server.url, api_key="test")

Each request takes the next entry of the script, the last one again and again. An entry is the text that the model
says, a function from the request's body to it, or a `Misbehave`. Requests are kept in `server.requests`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal, NamedTuple

from aiohttp import web

Fault = Literal["slow", "busy", "broken", "refused", "cut", "nonsense", "empty"]


class Misbehave(NamedTuple):
    """How an answer goes wrong.

    slow: none until the server closes. busy: 429. broken: 500. refused: 401. cut: half an answer.
    nonsense: a page instead of JSON. empty: an answer without words.
    """

    how: Fault


Entry = str | Callable[[dict[str, Any]], str] | Misbehave


class OpenAIServer:
    def __init__(self, script: tuple[Entry, ...]) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.released = asyncio.Event()
        self._script = list(script)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/chat/completions", self.chat)]

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        entry = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(entry, Misbehave):
            return await self._misbehave(entry, request)
        return _completion(entry if isinstance(entry, str) else entry(body))

    async def _misbehave(self, entry: Misbehave, request: web.Request) -> web.StreamResponse:
        if entry.how == "slow":
            await self.released.wait()
        if entry.how == "cut":
            return await _cut(request)
        return {
            "slow": _completion("{}"),
            "busy": _error(429, "rate_limit_exceeded"),
            "broken": _error(500, "server_error"),
            "refused": _error(401, "invalid_api_key"),
            "nonsense": web.Response(text="<html>a proxy's page</html>", content_type="text/html"),
            "empty": _completion(""),
        }[entry.how]


@asynccontextmanager
async def openai_server(*script: Entry, port: int = 0) -> AsyncIterator[OpenAIServer]:
    server = OpenAIServer(script)
    app = web.Application()
    app.add_routes(server.routes())
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        server.released.set()
        await runner.cleanup()


def _completion(text: str) -> web.Response:
    return web.json_response(
        {
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": 0,
            "model": "scripted",
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            ],
        },
        dumps=json.dumps,
    )


def _error(status: int, code: str) -> web.Response:
    headers = {"retry-after-ms": "5"}
    return web.json_response({"error": {"message": code, "code": code}}, status=status, headers=headers)


async def _cut(request: web.Request) -> web.StreamResponse:
    """Promises a whole answer, sends some of it, and hangs up."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "500"})
    await response.prepare(request)
    await response.write(b'{"id": "chatcmpl-scripted", ')
    assert request.transport is not None
    request.transport.abort()
    return response
