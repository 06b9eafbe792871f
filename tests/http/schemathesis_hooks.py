"""What Schemathesis cannot know of the app: which ids are there, and what no schema can say."""

import json
import os
from typing import Any

import schemathesis

THINGS: dict[str, str] = json.loads(os.environ["VIVAVOCE_TEST_THINGS"])


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Something that is there, where the schema can only say that it is a text."""
    if not path_parameters:
        return path_parameters
    return {name: THINGS.get(name, value) for name, value in path_parameters.items()}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Two things that no schema says.

    A cursor is opaque, and only one that the app gave is one: none is sent, and paging has tests of its own. And a
    header that nobody knows is no fault in HTTP: where headers are to be wrong, one that is known is.
    """
    if case.query:
        case.query.pop("cursor", None)
    unknown = case.headers.pop("x-schemathesis-unknown-property", None) if case.headers else None
    if unknown is not None and case.method != "GET":
        known = "X-Agent-Generation" if case.path.startswith("/api/interviews/") else "Idempotency-Key"
        case.headers[known] = "not one"


@schemathesis.serializer("audio/mpeg")
def mp3(context: Any, value: Any) -> bytes:
    """Bytes as they are: the app stores parts of recordings without looking into them."""
    data = getattr(value, "data", value)
    return data if isinstance(data, bytes) else str(data).encode("utf-8", "replace")


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Whole numbers as every JSON writer writes them: to a schema 2.0 is an integer, to typed readers it is none."""
    if isinstance(body, dict):
        return {name: map_body(context, value) for name, value in body.items()}
    if isinstance(body, list):
        return [map_body(context, value) for value in body]
    return int(body) if isinstance(body, float) and body.is_integer() else body
