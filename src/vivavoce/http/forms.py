"""Forms of our pages: fields as text, read into a structure."""

from typing import Any, TypeVar

from litestar import Request

from vivavoce.errors import UnsupportedMediaType
from vivavoce.http.body import MAX_BODY_BYTES, convert_texts, read_bytes, read_texts

T = TypeVar("T")

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 3_000


async def read_form(request: Request[Any, Any, Any], shape: type[T]) -> T:
    """Raises Malformed for what our own pages never send, and UnsupportedMediaType."""
    return convert_texts(await _read(request), shape, "form")


async def read_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The same, of a form whose fields depend on what is in it."""
    return read_texts(await _read(request), "form", most=MAX_FIELDS)


async def _read(request: Request[Any, Any, Any]) -> bytes:
    if not request.headers.get("content-type", "").startswith(FORM):
        raise UnsupportedMediaType("Send this form from its page.")
    return await read_bytes(request, MAX_BODY_BYTES)
