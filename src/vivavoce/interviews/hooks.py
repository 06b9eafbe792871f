"""Where the LiveKit server sends its webhooks."""

from typing import Any

from litestar import Request, Response, post

from vivavoce.http.body import read_bytes
from vivavoce.http.request import services
from vivavoce.interviews.room_events import take_room_event, verified

MAX_EVENT_BYTES = 64 * 1024


@post("/api/livekit/webhook", status_code=204)
async def livekit_webhook(request: Request[Any, Any, Any]) -> Response[None]:
    """Signed with the LiveKit key: the token of the header Authorization names the body's hash."""
    parts = services(request)
    body = await read_bytes(request, MAX_EVENT_BYTES)
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    await take_room_event(parts, verified(parts.settings, body, token, parts.clock()))
    return Response(None, status_code=204)
