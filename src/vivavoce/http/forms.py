"""Forms of our pages: fields as text, read into a structure."""

from typing import Any, TypeVar

from litestar import Request

from vivavoce.errors import UnsupportedMediaType
from vivavoce.http.body import MAX_BODY_BYTES, convert_texts, read_bytes

T = TypeVar("T")

FORM = "application/x-www-form-urlencoded"


async def read_form(request: Request[Any, Any, Any], shape: type[T]) -> T:
    """Raises Malformed for what our own pages never send, and UnsupportedMediaType."""
    if not request.headers.get("content-type", "").startswith(FORM):
        raise UnsupportedMediaType("Send this form from its page.")
    return convert_texts(await read_bytes(request, MAX_BODY_BYTES), shape, "form")
