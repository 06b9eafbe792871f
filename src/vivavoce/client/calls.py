"""Builds the calls of the API: paths, queries, bodies, idempotency keys. Nothing here sends anything."""

import urllib.parse
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from typing import Any, TypeVar

import msgspec

from vivavoce.client.models import Page
from vivavoce.client.transport import Call, Method

PATIENCE = 30.0
"""Seconds for which a call is tried again."""
REQUEST_SECONDS = 20.0
LARGEST_PAGE = "100"
USER_AGENT = f"vivavoce-python/{version('vivavoce')}"

Shape = TypeVar("Shape")
Fields = Mapping[str, Any]


def read(path: str, answer: type[Shape], query: Fields | None = None) -> Call[Shape]:
    """`query`, as `fields`, has Python's names; what is None is left out."""
    given = {_camel(name): _text(value) for name, value in (query or {}).items() if value is not None}
    return Call("GET", _versioned(path), answer, query=given, timeout=REQUEST_SECONDS)


def post(path: str, answer: type[Shape], body: Fields | None = None) -> Call[Shape]:
    return _write("POST", path, answer, body)


def patch(path: str, answer: type[Shape], body: Fields) -> Call[Shape]:
    return _write("PATCH", path, answer, body)


def delete(path: str) -> Call[None]:
    return erase(path, type(None))


def erase(path: str, answer: type[Shape]) -> Call[Shape]:
    """Not sent again when its answer was lost: the next would be that there is nothing."""
    return Call("DELETE", _versioned(path), answer, repeatable=False, timeout=REQUEST_SECONDS)


def after(page: Page[Any], call: Call[Shape]) -> Call[Shape] | None:
    """The call for what follows the page; None after the last."""
    cursor = page.pagination.next_cursor
    return replace(call, query={**call.query, "cursor": cursor}) if cursor else None


def whole(call: Call[Shape]) -> Call[Shape]:
    """In pages as large as they come."""
    return replace(call, query={**call.query, "pageSize": LARGEST_PAGE})


def quote(identity: str) -> str:
    return urllib.parse.quote(identity, safe="")


def _write(method: Method, path: str, answer: type[Shape], body: Fields | None) -> Call[Shape]:
    """With a key of its own, so that it is done once however often it is sent."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    content = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        content = msgspec.json.encode({_camel(name): value for name, value in body.items()})
    return Call(method, _versioned(path), answer, content=content, headers=headers, timeout=REQUEST_SECONDS)


def _versioned(path: str) -> str:
    return f"/api/v1{path}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
