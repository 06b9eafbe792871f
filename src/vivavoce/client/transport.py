"""Sends a request until it is answered: the one way over HTTP, for integrators' clients and for our own agent.

When to try again is decided once, in `Attempts`; the two transports only send and sleep.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Generic, Literal, TypeVar

import httpx
import msgspec

from vivavoce.client.errors import SERVER_ERROR, Refused, Unreachable, error_of

REQUEST_SECONDS = 5.0
RETRY_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 2.0)
"""Seconds before each next attempt; the last for all that follow. Each is shortened by chance, by half at most."""
BUSY = 429
UNAVAILABLE = 503

Shape = TypeVar("Shape")
Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]


@dataclass(frozen=True)
class Call(Generic[Shape]):
    """A request, the shape of its answer, and how long it is worth trying.

    `repeatable`: sent twice it does what it does once, so it may be sent again when its answer was lost.
    """

    method: Method
    path: str
    answer: type[Shape]
    content: bytes | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True
    timeout: float = REQUEST_SECONDS
    patience: float = 0.0


class Attempts(Generic[Shape]):
    """Of one call: what an answer comes to, or how long to wait before the next attempt."""

    def __init__(self, call: Call[Shape]) -> None:
        self._call = call
        self._deadline = time.monotonic() + call.patience
        self._made = 0

    def failed(self, fault: httpx.TransportError) -> float:
        """Seconds to wait. Raises Unreachable when trying again is of no use, or could do it twice."""
        what = f"{self._call.method} {self._call.path}: {type(fault).__name__}"
        unsent = isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        if not (self._call.repeatable or unsent):
            raise Unreachable(f"{what}; it may have been done") from fault
        return self._wait(Unreachable(what))

    def refused(self, answer: httpx.Response) -> float:
        """Seconds to wait. Raises what the answer means where that would not change it."""
        status, error = answer.status_code, error_of(answer)
        passing = status in (BUSY, UNAVAILABLE) or error.code == "IDEMPOTENCY_IN_PROGRESS"
        if not (passing or (status >= SERVER_ERROR and self._call.repeatable)):
            raise error
        return self._wait(error, least=_retry_after(answer))

    def read(self, answer: httpx.Response) -> Shape:
        try:
            return msgspec.json.decode(answer.content or b"null", type=self._call.answer)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as fault:
            raise Refused(
                f"{self._call.method} {self._call.path} was answered with something else: {fault}",
                status=answer.status_code,
                code="UNREADABLE_ANSWER",
                request_id=answer.headers.get("X-Request-Id"),
            ) from fault

    def _wait(self, error: Exception, *, least: float = 0.0) -> float:
        wait = RETRY_WAITS[min(self._made, len(RETRY_WAITS) - 1)] * random.uniform(0.5, 1)  # noqa: S311 - no secret
        self._made += 1
        wait = max(wait, least)
        if time.monotonic() + wait > self._deadline:
            raise error
        return wait


class AsyncTransport:
    """Close the httpx client that it was given when done."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ask(self, call: Call[Shape]) -> Shape:
        """The answer. Raises VivavoceError."""
        attempts = Attempts(call)
        while True:
            try:
                answer = await self._http.send(_built(self._http, call))
            except httpx.TransportError as fault:
                wait = attempts.failed(fault)
            else:
                if answer.is_success:
                    return attempts.read(answer)
                wait = attempts.refused(answer)
            await asyncio.sleep(wait)


class Transport:
    """The same for who waits."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def ask(self, call: Call[Shape]) -> Shape:
        attempts = Attempts(call)
        while True:
            try:
                answer = self._http.send(_built(self._http, call))
            except httpx.TransportError as fault:
                wait = attempts.failed(fault)
            else:
                if answer.is_success:
                    return attempts.read(answer)
                wait = attempts.refused(answer)
            time.sleep(wait)


def _built(http: httpx.Client | httpx.AsyncClient, call: Call[Shape]) -> httpx.Request:
    return http.build_request(
        call.method,
        call.path,
        params=call.query or None,
        content=call.content,
        headers=call.headers,
        timeout=call.timeout,
    )


def _retry_after(answer: httpx.Response) -> float:
    """Seconds, or a date; 0 where there is neither."""
    text = answer.headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    return (moment - datetime.now(UTC)).total_seconds() if moment.tzinfo else 0.0
