"""Recordings as browsers play them: by a signed link, with byte ranges."""

import re
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from vivavoce.errors import NotFound
from vivavoce.http.body import read_query
from vivavoce.http.request import services
from vivavoce.recordings.links import may_listen
from vivavoce.recordings.recordings import read_parts, read_range

_RANGE = re.compile(r"bytes=(?P<first>[0-9]*)-(?P<last>[0-9]*)")
MAX_DIGITS = 18
_HEADERS = {"Accept-Ranges": "bytes", "Cache-Control": "private, max-age=3600"}


class ListenQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    expires: Annotated[str, msgspec.Meta(max_length=20)]
    signature: Annotated[str, msgspec.Meta(max_length=64)]


@get("/recordings/{name:str}")
async def listen(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """The whole, or the range that is asked for. A link that is not ours, or too old, is not found."""
    parts = services(request)
    query = read_query(request, ListenQuery)
    interview_id = name.removesuffix(".mp3")
    if not may_listen(parts.settings, interview_id, query.expires, query.signature, parts.clock()):
        raise NotFound("This link to a recording is not valid, or no longer: open the interview again.")
    async with parts.database.transaction() as connection:
        stored = await read_parts(connection, interview_id)
    size = sum(part.size for part in stored)
    if not size:
        raise NotFound("There is no recording of this interview.")
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    partial = asked is not None and asked[0] != "bytes=-"
    wanted = _range(asked, size) if asked and partial else (0, size)
    if wanted is None:
        return Response(b"", status_code=416, headers={**_HEADERS, "Content-Range": f"bytes */{size}"})
    start, end = wanted
    headers = {**_HEADERS, "Content-Length": str(end - start)}
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(
        read_range(parts, stored, start, end),
        status_code=206 if partial else 200,
        media_type="audio/mpeg",
        headers=headers,
    )


def _range(asked: re.Match[str], size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the bytes to send; None where the range lies outside."""
    end = size
    first, last = asked["first"], asked["last"]
    if not first:
        start = max(size - _place(last, size), 0)
    else:
        start = _place(first, size)
        end = min(_place(last, size) + 1, size) if last else size
    return (start, end) if start < end else None


def _place(digits: str, size: int) -> int:
    """No further than the end, however many digits say so."""
    return min(int(digits), size) if len(digits) <= MAX_DIGITS else size
