"""What is wrong with a body or a query: where, and in words that say what to send instead."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from vivavoce.errors import Fault

_PLACE = re.compile(r" - at (?:`key` in )?`(?P<place>[^`]*)`$")
_NAMED = re.compile(r"(?P<what>missing required|unknown) field `(?P<field>[^`]+)`")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_BOUND = re.compile(r"^Expected `(\w+)`(?P<length> of length)? (?P<sign>[<>]=?) (?P<bound>[\d.e+-]+)$")
_KIND = re.compile(r"^Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`$")

_MOMENT = "a date and time with its zone, as 2026-03-01T09:00:00Z"
_DAY = "a date, as 2026-03-01"
_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "datetime": _MOMENT,
    "date": _DAY,
}
_SIGNS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
_COUNTED = {"str": "characters", "array": "entries", "object": "entries"}


def fault_in(error: msgspec.ValidationError, shape: Any) -> Fault:
    """Of a body or a query that is no `shape`; the path is empty where it is the whole."""
    text = str(error)
    place = _PLACE.search(text)
    steps = [name or index for name, index in _STEP.findall(place["place"])] if place else []
    path = ".".join(step for step in steps if step != "...")
    message = _PLACE.sub("", text)
    if named := _NAMED.search(message):
        path = f"{path}.{named['field']}" if path else named["field"]
        return Fault(path, "Unknown field." if named["what"] == "unknown" else "Required.")
    return Fault(path, _in_words(message, shape, steps))


def _in_words(message: str, shape: Any, steps: list[str]) -> str:
    if bound := _BOUND.match(message):
        counted = f" {_COUNTED[bound[1]]}" if bound["length"] else ""
        return f"Give {_SIGNS[bound['sign']]} {bound['bound'].removesuffix('.0')}{counted}."
    if kind := _KIND.match(message):
        wanted = " or ".join(_KINDS.get(one, one) for one in kind["wanted"].split(" | "))
        return f"Give {wanted}, not {_KINDS.get(kind['got'], kind['got'])}."
    if "matching regex" in message:
        return next(_wanted(shape, steps), "Give a text that is not empty.")
    if message.startswith("Invalid enum value"):
        return f"Give one of {', '.join(str(value) for value in _choices(shape, steps))}."
    moment, day = "datetime" in message, "encoded date" in message
    return f"Give {_MOMENT if moment else _DAY}." if moment or day else f"{message}."


def _choices(shape: Any, steps: list[str]) -> Iterator[Any]:
    for kind in _kinds_at(shape, steps):
        if isinstance(kind, inspect.LiteralType):
            yield from kind.values


def _wanted(shape: Any, steps: list[str]) -> Iterator[str]:
    """What the annotation says in its `extra`, beside a pattern that nobody wants to read."""
    for kind in _kinds_at(shape, steps):
        if isinstance(kind, inspect.Metadata) and kind.extra:
            yield kind.extra["wanted"]


def _kinds_at(shape: Any, steps: list[str]) -> list[inspect.Type]:
    """The types that may stand at this place."""
    kinds = list(_alternatives(inspect.type_info(shape)))
    for step in steps:
        kinds = [one for kind in kinds for inner in _below(kind, step) for one in _alternatives(inner)]
    return kinds


def _alternatives(kind: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from _alternatives(one)
        return
    yield kind
    if isinstance(kind, inspect.Metadata):
        yield from _alternatives(kind.type)


def _below(kind: inspect.Type, step: str) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.StructType):
        yield from (field.type for field in kind.fields if field.encode_name == step)
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        yield kind.item_type
    elif isinstance(kind, inspect.DictType):
        yield kind.value_type
