"""A small server on loopback that plays OpenAI's API by a script, and misbehaves on demand.

    async with openai_server(reply, Misbehave("busy"), reply, speech=[Misbehave("cut")]) as server:
        client = AsyncOpenAI(base_url=server.url, api_key="test")

Chat (whole and streamed, with structured output), transcription and speech each have a script of their own. Each
request takes its next entry, the last one again and again. An entry is the text that the model says or hears, a
function from the request's body to it, or a `Misbehave`; of speech any text is a tone as long as what is to be said.
`server.chat.play(…)` begins another script; what was asked is in `server.chat.requests`.
"""

import array
import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Literal, NamedTuple

from aiohttp import web

Fault = Literal["slow", "stalled", "cut", "busy", "broken", "refused", "missing", "nonsense", "empty"]

SPEECH_RATE = 24_000
SECONDS_A_CHARACTER = 0.02
SPOKEN = "spoken"
MAX_UPLOAD = 16 << 20


class Misbehave(NamedTuple):
    """How an answer goes wrong.

    slow: none until the server closes. stalled: begins as it should, then nothing until the server closes. cut: begins
    as it should, then the line breaks. busy: 429 with Retry-After. broken: 500. refused: 401. missing: 404. nonsense: a
    proxy's page with status 200. empty: an answer without words or sound.
    """

    how: Fault


Entry = str | Callable[[dict[str, Any]], str] | Misbehave
Answered = tuple[str, list[bytes]]
"""The kind of content, and the content in the pieces in which it is sent."""


class Endpoint:
    def __init__(self, script: Iterable[Entry], answer: Callable[[dict[str, Any], str], Answered]) -> None:
        self.requests: list[dict[str, Any]] = []
        """The bodies, of a transcription its form with the sound as `file`; whatever was answered."""
        self._script: list[Entry] = []
        self._answer = answer
        self.play(*script)

    def play(self, *script: Entry) -> None:
        self._script = list(script)

    async def serve(self, request: web.Request, closing: asyncio.Event) -> web.StreamResponse:
        body = await _body(request)
        self.requests.append(body)
        entry = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if not isinstance(entry, Misbehave):
            content_type, pieces = self._answer(body, entry if isinstance(entry, str) else entry(body))
            return await _send(request, content_type, pieces)
        if entry.how in _ERRORS:
            return _error(*_ERRORS[entry.how])
        if entry.how == "nonsense":
            return web.Response(text="<html>a proxy's page</html>", content_type="text/html")
        if entry.how in ("cut", "stalled"):
            content_type, pieces = self._answer(body, "half of what is said")
            return await _send_half(request, content_type, pieces, None if entry.how == "cut" else closing)
        if entry.how == "slow":
            await closing.wait()
        content_type, pieces = self._answer(body, "")
        return await _send(request, content_type, pieces)


class OpenAIServer:
    def __init__(
        self, chat: Iterable[Entry], transcription: Iterable[Entry], speech: Iterable[Entry]
    ) -> None:
        self.url = ""
        self.chat = Endpoint(chat, _chat)
        self.transcription = Endpoint(transcription, _transcription)
        self.speech = Endpoint(speech, _speech)
        self.closing = asyncio.Event()

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Of chat, which most tests are about."""
        return self.chat.requests

    def misbehave(self, how: Fault) -> None:
        """Everywhere, from now."""
        for endpoint in (self.chat, self.transcription, self.speech):
            endpoint.play(Misbehave(how))

    def application(self) -> web.Application:
        async def models(_: web.Request) -> web.Response:
            return web.json_response({"object": "list", "data": [{"id": "scripted", "object": "model"}]})

        def route(path: str, endpoint: Endpoint) -> web.RouteDef:
            async def serve(request: web.Request) -> web.StreamResponse:
                return await endpoint.serve(request, self.closing)

            return web.post(path, serve)

        application = web.Application(client_max_size=MAX_UPLOAD)
        application.add_routes(
            [
                web.get("/v1/models", models),
                route("/v1/chat/completions", self.chat),
                route("/v1/audio/transcriptions", self.transcription),
                route("/v1/audio/speech", self.speech),
            ]
        )
        return application


@asynccontextmanager
async def openai_server(
    *chat: Entry,
    transcription: Iterable[Entry] = ("I have finished.",),
    speech: Iterable[Entry] = (SPOKEN,),
    port: int = 0,
) -> AsyncIterator[OpenAIServer]:
    server = OpenAIServer(chat or ("{}",), transcription, speech)
    runner = web.AppRunner(server.application(), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        server.closing.set()
        await runner.cleanup()


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        return body
    form = await request.post()
    return {
        name: value.file.read() if isinstance(value, web.FileField) else value for name, value in form.items()
    }


def _chat(body: dict[str, Any], text: str) -> Answered:
    if body.get("stream"):
        return "text/event-stream", _events(text)
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return "application/json", [_json("chat.completion", choice)]


def _events(text: str) -> list[bytes]:
    """A word an event, as a model speaks."""
    words = [word if n == 0 else f" {word}" for n, word in enumerate(text.split(" "))] if text else []
    choices = [{"delta": {"role": "assistant", "content": word}, "finish_reason": None} for word in words]
    choices.append({"delta": {}, "finish_reason": "stop"})
    events = [b"data: " + _json("chat.completion.chunk", choice) + b"\n\n" for choice in choices]
    return [*events, b"data: [DONE]\n\n"]


def _json(kind: str, choice: dict[str, Any]) -> bytes:
    told = {"id": "chatcmpl-scripted", "object": kind, "created": 0, "model": "scripted"}
    return json.dumps({**told, "choices": [{"index": 0, **choice}]}).encode()


def _transcription(_body: dict[str, Any], text: str) -> Answered:
    return "application/json", [json.dumps({"text": text}).encode()]


def _speech(body: dict[str, Any], text: str) -> Answered:
    return "audio/pcm", [tone(body["input"] if text else "")]


def tone(text: str) -> bytes:
    """As long as the text would take to say."""
    count = round(len(text) * SECONDS_A_CHARACTER * SPEECH_RATE)
    return array.array("h", (round(8000 * math.sin(n / 12)) for n in range(count))).tobytes()


async def _send(request: web.Request, content_type: str, pieces: list[bytes]) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": content_type})
    await response.prepare(request)
    for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def _send_half(
    request: web.Request, content_type: str, pieces: list[bytes], stall: asyncio.Event | None
) -> web.StreamResponse:
    whole = b"".join(pieces)
    response = web.StreamResponse(headers={"Content-Type": content_type})
    await response.prepare(request)
    await response.write(whole[: len(whole) // 4 * 2])
    if stall is not None:
        await stall.wait()
    assert request.transport is not None
    request.transport.abort()
    return response


def _error(status: int, code: str) -> web.Response:
    headers = {"retry-after-ms": "5"} | ({"Retry-After": "1"} if status == BUSY else {})
    return web.json_response({"error": {"message": code, "code": code}}, status=status, headers=headers)


BUSY = 429
_ERRORS = {
    "busy": (BUSY, "rate_limit_exceeded"),
    "broken": (500, "server_error"),
    "refused": (401, "invalid_api_key"),
    "missing": (404, "not_found"),
}
