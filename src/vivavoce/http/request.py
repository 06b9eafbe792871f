"""What a handler asks of its request: the product's parts, its id, who wants the answer."""

from typing import TYPE_CHECKING, Any

from litestar.connection import ASGIConnection

if TYPE_CHECKING:
    from vivavoce.wiring import Services

AnyConnection = ASGIConnection[Any, Any, Any, Any]


def services(connection: AnyConnection) -> "Services":
    """The process's, unless this request was given its own: see `idempotency.py`."""
    own: Services | None = connection.scope.get("services")  # type: ignore[assignment] # the type does not know it
    return own or connection.app.state.services


def request_id(connection: AnyConnection) -> str:
    found: str = connection.scope["request_id"]  # type: ignore[typeddict-item] # put there by the outermost layer
    return found


def is_for_programs(connection: AnyConnection) -> bool:
    """Whether the answer is JSON: where only programs ask, and wherever a program sends or asks for it."""
    headers = connection.headers
    return connection.scope["path"].startswith(("/api/", "/livekit/")) or any(
        headers.get(name, "").startswith("application/json") for name in ("accept", "content-type")
    )
