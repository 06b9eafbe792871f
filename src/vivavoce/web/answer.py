"""A recruiter's page as an answer."""

import msgspec
from litestar import Response
from litestar.enums import MediaType

from vivavoce.web.render import render

HEADERS = {
    "Cache-Control": "no-store",
    # Our own forms then say where they come from; nobody else learns which page led to them.
    "Referrer-Policy": "same-origin",
}


def show(
    template: str, context: msgspec.Struct, status_code: int = 200, headers: dict[str, str] | None = None
) -> Response[str]:
    return Response(
        render(template, context),
        status_code=status_code,
        media_type=MediaType.HTML,
        headers=HEADERS | (headers or {}),
    )
