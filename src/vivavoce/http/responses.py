"""What an operation may answer, by status, with the headers that come along: OpenAPI's `responses`."""

from typing import Any, get_origin

from vivavoce.database.paging import Page
from vivavoce.errors import TITLES
from vivavoce.http.operations import Operation
from vivavoce.http.schemas import schema_of
from vivavoce.web.error_meanings import MEANINGS

ANYWHERE = ("VALIDATION_ERROR", "UNAUTHORIZED", "FORBIDDEN", "INTERNAL_ERROR", "UNAVAILABLE")
"""What any operation may answer."""
REPEATABLE = ("POST", "PATCH")
"""Methods that take an `Idempotency-Key` in the public API."""

WAITS = {"RATE_LIMITED", "UNAVAILABLE", "IDEMPOTENCY_IN_PROGRESS", "LEASE_HELD"}

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "description": "Why a request was refused or failed: problem details (RFC 9457) with an `error` object."
    " Go by `error.code`: it does not change.",
    "required": ["type", "title", "status", "detail", "instance", "requestId", "error"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "A page that says what the code means."},
        "title": {"type": "string", "description": "The code in words."},
        "status": {"type": "integer", "description": "The status of the answer."},
        "detail": {"type": "string", "description": "What is wrong this time."},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "requestId": {"type": "string", "description": "The same as the header `X-Request-Id`."},
        "error": {"$ref": "#/components/schemas/Error", "description": "The same for programs."},
    },
}
ERROR: dict[str, Any] = {
    "title": "Error",
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"enum": sorted(MEANINGS), "description": "What to go by."},
        "message": {"type": "string", "description": "The same as `detail`."},
        "fields": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Fault"},
            "description": "The fields at fault, where there are any.",
        },
        "scope": {"type": "string", "description": "With `FORBIDDEN`: the scope that the key lacks."},
        "expectedTurnNumber": {
            "type": "integer",
            "description": "With `TURN_OUT_OF_SEQUENCE`: the number that comes next.",
        },
    },
}
FAULT: dict[str, Any] = {
    "title": "Fault",
    "type": "object",
    "required": ["path", "message"],
    "properties": {
        "path": {
            "type": "string",
            "description": "Where in the body or the query, as `questions.0.text`; empty for the whole.",
        },
        "message": {"type": "string", "description": "What is wrong there."},
    },
}

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "The id of this request: give it when you report a fault.",
        "schema": {"type": "string"},
    },
    "X-RateLimit-Limit": {
        "description": "How many requests the tighter of the two limits allows.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Remaining": {
        "description": "How many of them are left.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Reset": {
        "description": "When all of them are there again, in UNIX seconds.",
        "schema": {"type": "integer"},
    },
    "Link": {
        "description": 'The next page, `rel="next"`; absent on the last.',
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "`true` where this answer was given before, to the same `Idempotency-Key`.",
        "schema": {"enum": ["true"]},
    },
    "Retry-After": {"description": "After how many seconds to try again.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}},
}

_RATES = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def responses(operation: Operation, method: str, path: str, example: dict[str, Any]) -> dict[str, Any]:
    """Successes first, then every refusal with its codes."""
    found = {str(operation.status): _success(operation, method, example)}
    if operation.repeated:
        found[str(operation.repeated)] = {
            **_success(operation, method, {}),
            "description": "The same came before: as it was stored then.",
        }
    by_status: dict[int, list[str]] = {}
    for code in codes(operation, method, path):
        by_status.setdefault(MEANINGS[code][0], []).append(code)
    for status, those in sorted(by_status.items()):
        found[str(status)] = _refusal(operation, those)
    return found


def codes(operation: Operation, method: str, path: str) -> tuple[str, ...]:
    """Every error code that the operation may answer."""
    found = [*ANYWHERE, *operation.errors]
    if "{" in path:
        found.append("NOT_FOUND")
    if operation.body is not None or method in REPEATABLE:
        found += ("PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE")
    if operation.scope:
        found.append("RATE_LIMITED")
        if method in REPEATABLE:
            found += ("IDEMPOTENCY_MISMATCH", "IDEMPOTENCY_IN_PROGRESS")
    return tuple(dict.fromkeys(code for code in found if code in MEANINGS))


def problem_schemas() -> dict[str, Any]:
    return {"Problem": PROBLEM, "Error": ERROR, "Fault": FAULT}


def _success(operation: Operation, method: str, example: dict[str, Any]) -> dict[str, Any]:
    names = ["X-Request-Id"]
    if operation.scope:
        names += _RATES
        if method in REPEATABLE:
            names.append("Idempotent-Replayed")
    if get_origin(operation.answer) is Page:
        names.append("Link")
    made: dict[str, Any] = {"description": "Done.", "headers": _headers(names)}
    if operation.answer is not None:
        content: dict[str, Any] = {"schema": schema_of(operation.answer)}
        if "answer" in example:
            content["example"] = example["answer"]
        made["content"] = {"application/json": content}
    return made


def _refusal(operation: Operation, those: list[str]) -> dict[str, Any]:
    names = ["X-Request-Id"]
    if operation.scope:
        names += _RATES
    if WAITS.intersection(those):
        names.append("Retry-After")
    if "UNAUTHORIZED" in those:
        names.append("WWW-Authenticate")
    told = "\n\n".join(f"`{code}`: {TITLES[code]}. {MEANINGS[code][1]}" for code in those)
    narrowed = {"properties": {"error": {"properties": {"code": {"enum": those}}}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]}
    return {
        "description": told,
        "headers": _headers(names),
        "content": {"application/problem+json": {"schema": schema}},
    }


def _headers(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
