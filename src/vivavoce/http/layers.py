"""The outermost layer: every answer carries its request id, the headers that keep browsers safe, and the limits."""

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.types import Message, Receive, Scope, Send

from vivavoce import ids
from vivavoce.http.admission import Headers, admit, is_public

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
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

SAFE_FOR_PROGRAMS = {name: SAFE[name] for name in (b"referrer-policy", b"x-content-type-options")}


class WebApp(Litestar):
    """Gives each request an id, and each answer that id and the safe headers it does not set itself.

    Requests to the public API are admitted here, so that also who asks for what is not there is counted.

    Around the whole, not as middleware: what no route takes is answered outside of every middleware.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override] # Litestar types lifespan out
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap] # Litestar types it out
            await super().__call__(scope, receive, send)
            return
        identity = ids.new("req")
        scope["request_id"] = identity  # type: ignore[typeddict-unknown-key] # ours, read by `request_id`

        limits: Headers = []
        if "method" in scope and is_public(scope["path"]):
            admission = await admit(ASGIConnection(scope), self.state.services)
            scope["admission"] = admission  # type: ignore[typeddict-unknown-key] # ours, read by `caller_or_refusal`
            limits = admission.headers

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                if scope.get("method") == "OPTIONS":
                    headers = self._with_every_method(scope, headers)
                present = {name.lower() for name, _ in headers}
                headers.append((b"x-request-id", identity.encode()))
                headers.extend(limits)
                safe = SAFE_FOR_PROGRAMS if scope["path"].startswith("/api/") else SAFE
                headers.extend((name, value) for name, value in safe.items() if name not in present)
                message["headers"] = headers
            await send(message)

        await super().__call__(scope, receive, send_with_headers)

    def _with_every_method(self, scope: Scope, headers: Headers) -> Headers:
        """Litestar's own answer to OPTIONS knows only the method that an address was first registered with."""
        template = scope.get("path_template")
        route = next((one for one in self.routes if one.path_format == template), None)
        if route is None:
            return headers
        others = [(name, value) for name, value in headers if name.lower() != b"allow"]
        return [*others, (b"allow", ", ".join(sorted(route.methods)).encode())]
