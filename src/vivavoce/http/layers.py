"""The outermost layer: every answer carries its request id and the headers that keep browsers safe."""

from typing import Any

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from vivavoce import ids

_log = structlog.get_logger()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' https:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

SAFE = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"permissions-policy": b"microphone=(self), camera=(), geolocation=()",
    b"cross-origin-opener-policy": b"same-origin",
}


class RequestIds:
    """Gives each request an id, and each answer that id and the safe headers it does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap] # Litestar types it out
            await self.app(scope, receive, send)
            return
        identity = ids.new("req")
        scope["request_id"] = identity  # type: ignore[typeddict-unknown-key]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                present = {name.lower() for name, _ in headers}
                headers.append((b"x-request-id", identity.encode()))
                headers.extend((name, value) for name, value in SAFE.items() if name not in present)
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_with_headers)


def log_quietly() -> None:
    """One line of JSON an event; ids and route templates only, by the discipline of those who log."""
    processors: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
    structlog.configure(processors=processors, logger_factory=structlog.PrintLoggerFactory(_stderr()))


def _stderr() -> Any:
    import sys  # noqa: PLC0415 - looked up late, so that a redirected stream is honoured

    return sys.stderr
