"""Reads bodies and queries into typed structures, and says where they are wrong."""

from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from vivavoce.errors import Fault, Malformed, PayloadTooLarge, UnsupportedMediaType
from vivavoce.http.faults import fault_in

MAX_BODY_BYTES = 1_000_000
MAX_DISCARDED_BYTES = 8_000_000
MAX_QUERY_FIELDS = 50

T = TypeVar("T")


async def read_json(request: Request[Any, Any, Any], shape: type[T], *, empty_is: bytes | None = None) -> T:
    """The body as `shape`. Raises Malformed with the path of the fault, 413 and 415.

    `empty_is` is what an absent body stands for, where the contract allows one.
    """
    raw = await read_bytes(request, MAX_BODY_BYTES)
    if not raw and empty_is is not None:
        raw = empty_is
    else:
        _require_json(request)
    if not raw:
        raise Malformed("The body is empty: send a JSON object.")
    return decode(raw, shape)


class NoBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of what takes none: `{}` will do, and a field is as unknown as anywhere."""


async def read_no_body(request: Request[Any, Any, Any]) -> None:
    """Raises Malformed for a body that says something, where nothing is asked."""
    await read_json(request, NoBody, empty_is=b"{}")


async def read_bytes(request: Request[Any, Any, Any], limit: int) -> bytes:
    """The whole body, at most `limit` bytes; a larger one is read to a bound, so that the answer arrives."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the body as it is, without a `Content-Encoding`.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max(limit, MAX_DISCARDED_BYTES):
            break
        if size <= limit:
            chunks.append(chunk)
    if size > limit:
        raise PayloadTooLarge(f"The body is larger than {limit:,} bytes: send less.")
    return b"".join(chunks)


def decode(raw: bytes, shape: type[T]) -> T:
    try:
        if b"\\u0000" in raw:
            _forbid_nul(msgspec.json.decode(raw), "")
        raw.decode("utf-8")
        found = msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise _malformed(error, shape, "body") from None
    except UnicodeDecodeError:
        raise Malformed("The body is not valid UTF-8.") from None
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None
    except msgspec.DecodeError as error:
        raise Malformed(f"The body is not valid JSON: {error}.") from None
    _forbid_years_beyond(found)
    return found


def read_query(request: Request[Any, Any, Any], shape: type[T]) -> T:
    """The query as `shape`; numbers and dates from their text. Raises Malformed."""
    return convert_texts(request.scope["query_string"], shape, "query")


def convert_texts(encoded: bytes, shape: type[T], what: str) -> T:
    values = read_texts(encoded, what, most=MAX_QUERY_FIELDS)
    try:
        found = msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _malformed(error, shape, what) from None
    _forbid_guesses(found, values)
    _forbid_years_beyond(found)
    return found


def read_texts(encoded: bytes, what: str, *, most: int) -> dict[str, str]:
    """At most so many fields, each once. Raises Malformed."""
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=most,
        )
    except ValueError:
        raise Malformed(f"The {what} is not valid URL encoding of UTF-8 text.") from None
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise Malformed(f"`{name}` is given twice.", fields=(Fault(name, "Give it once."),))
        if "\0" in value or "\0" in name:
            raise Malformed("NUL is not allowed.", fields=(Fault(name, "NUL is not allowed."),))
        values[name] = value
    return values


def _forbid_guesses(found: Any, values: dict[str, str]) -> None:
    """What the conversion reads into texts beyond what they say: none in `null`, a date in a number, 100 in `1e2`."""
    for field in msgspec.structs.fields(found):
        text, value = values.get(field.encode_name), getattr(found, field.name)
        if text is None:
            continue
        if value is None:
            message = "Leave it out instead of sending null."
        elif isinstance(value, datetime) and "-" not in text[1:]:
            message = "Give a date and time with its zone, as 2026-03-01T09:00:00Z."
        elif isinstance(value, int) and not (text.isascii() and text.isdecimal()):
            message = "Give a whole number in digits, as 20."
        else:
            continue
        raise Malformed(
            f"Fault in `{field.encode_name}`: {message}", fields=(Fault(field.encode_name, message),)
        )


def _forbid_years_beyond(found: Any) -> None:
    """A moment whose year in UTC is before 1 or after 9999 is right as a text, and can be stored nowhere."""
    for name, path in zip(found.__struct_fields__, found.__struct_encode_fields__, strict=True):
        value = getattr(found, name)
        if isinstance(value, datetime):
            try:
                value.astimezone(UTC)
            except OverflowError:
                message = "Give a year from 1 to 9999."
                raise Malformed(f"Fault in `{path}`: {message}", fields=(Fault(path, message),)) from None


def _require_json(request: Request[Any, Any, Any]) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType("Send JSON, with `Content-Type: application/json`.")


def _malformed(error: msgspec.ValidationError, shape: Any, what: str) -> Malformed:
    fault = fault_in(error, shape)
    where = f"`{fault.path}`" if fault.path else f"the {what}"
    return Malformed(f"Fault in {where}: {fault.message}", fields=(fault,))


def _forbid_nul(value: object, path: str) -> None:
    if isinstance(value, str) and "\0" in value:
        where = path.removeprefix(".")
        raise Malformed(
            f"Fault in `{where}`: NUL is not allowed.", fields=(Fault(where, "NUL is not allowed."),)
        )
    if isinstance(value, dict):
        for key, item in value.items():
            _forbid_nul(key, path)
            _forbid_nul(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _forbid_nul(item, f"{path}.{index}")
