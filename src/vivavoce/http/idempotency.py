"""`Idempotency-Key`: a request that comes again is answered again, and done once.

Every POST and PATCH of the public API passes here, and its handler knows nothing of it: the one transaction is opened
here, the handler's own joins it, and the answer is recorded in it before it is committed.
"""

import contextlib
import dataclasses
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from vivavoce.callers import ApiKey
from vivavoce.database.pool import Connection
from vivavoce.errors import Fault, Malformed
from vivavoce.http.admission import caller_or_refusal
from vivavoce.http.body import MAX_BODY_BYTES, read_bytes
from vivavoce.http.request import services
from vivavoce.replays import Answer, Claim, claim, keep

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
METHODS = ("POST", "PATCH")
LONGEST_KEY = 255
_KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
REFUSED = 400


class _NotKeptError(Exception):
    """Leaves the transaction without a trace: the answer is no success."""


class Captured:
    """An answer that is held back until it is known to be true."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return next(one["status"] for one in self.messages if one["type"] == "http.response.start")

    @property
    def body(self) -> bytes:
        return b"".join(one["body"] for one in self.messages if one["type"] == "http.response.body")

    async def release(self, send: Send) -> None:
        for message in self.messages:
            await send(message)


def idempotent(app: ASGIApp) -> ASGIApp:
    """Middleware of the public API. What carries no key passes untouched."""

    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        caller = caller_or_refusal(request)
        if request.method not in METHODS or HEADER not in request.headers or isinstance(caller, Exception):
            await app(scope, receive, send)
        else:
            await _once(app, request, caller, send)

    return pass_on


async def _once(app: ASGIApp, request: Request[Any, Any, Any], caller: ApiKey, send: Send) -> None:
    body = await read_bytes(request, MAX_BODY_BYTES)
    claimed = Claim.of(caller, _key(request), request.method, request.scope["path"], body)
    captured = Captured()
    handle = partial(app, request.scope, _said_again(body), captured.take)
    with contextlib.suppress(_NotKeptError):
        async with services(request).database.transaction() as connection:
            await _answer(connection, request, claimed, captured, handle)
    await captured.release(send)


async def _answer(
    connection: Connection,
    request: Request[Any, Any, Any],
    claimed: Claim,
    captured: Captured,
    handle: Callable[[], Awaitable[None]],
) -> None:
    """The answer that was given, or the handler's, recorded. Raises _NotKeptError where that is no success."""
    parts = services(request)
    at = parts.clock()
    if given := await claim(connection, parts.settings, claimed, at=at):
        await _replay(request, given, captured)
        return
    joined = dataclasses.replace(parts, database=parts.database.joined(connection))
    request.scope["services"] = joined  # type: ignore[typeddict-unknown-key] # ours, read by `services`
    await handle()
    if captured.status >= REFUSED:
        raise _NotKeptError
    answer = Answer(captured.status, captured.body)
    await keep(connection, parts.settings, claimed, answer, at=at)


def _key(request: Request[Any, Any, Any]) -> str:
    given = request.headers.getall(HEADER)
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        message = f"Give one, of 1 to {LONGEST_KEY} letters, digits and signs of ASCII, without spaces."
        raise Malformed(f"Fault in the header {HEADER}: {message}", fields=(Fault(HEADER, message),))
    return given[0]


async def _replay(request: Request[Any, Any, Any], given: Answer, captured: Captured) -> None:
    answer = Response(
        given.body, status_code=given.status, media_type=MediaType.JSON, headers={REPLAYED: "true"}
    )
    send_answer = answer.to_asgi_response(app=None, request=request)
    await send_answer(request.scope, request.receive, captured.take)


def _said_again(body: bytes) -> Receive:
    """The body that was read, for the handler to read; then whatever waits, waits for ever."""
    messages: list[Any] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": body, "more_body": False},
    ]

    async def receive() -> Any:
        return messages.pop() if len(messages) > 1 else messages[0]

    return receive
