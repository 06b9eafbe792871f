"""The API's description: for programs at /openapi.json, for people at /docs. Anybody may read it."""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response, get

from vivavoce.http.openapi import document, examples
from vivavoce.http.reference_page import reference_page
from vivavoce.http.request import services
from vivavoce.web.render import render

AnyRequest = Request[Any, Any, Any]


class Made(msgspec.Struct, frozen=True):
    content: bytes
    tag: str


@get("/openapi.json")
async def openapi_json(request: AnyRequest) -> Response[bytes]:
    return _answer(request, _made(request)[0], "application/json")


@get("/docs")
async def reference(request: AnyRequest) -> Response[bytes]:
    return _answer(request, _made(request)[1], "text/html")


def _made(request: AnyRequest) -> tuple[Made, Made]:
    """Both, made at the first request for either: the routes of an app never change."""
    app = request.app
    if "reference" not in app.state:
        described = document(app.routes, services(request).settings.public_url)
        page = render("reference/page.html", reference_page(described, examples()))
        app.state.reference = tuple(
            Made(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
            for content in (msgspec.json.encode(described), page.encode())
        )
    made: tuple[Made, Made] = app.state.reference
    return made


def _answer(request: AnyRequest, made: Made, media_type: str) -> Response[bytes]:
    headers = {"ETag": made.tag, "Cache-Control": "public, no-cache"}
    if made.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(made.content, media_type=media_type, headers=headers)
