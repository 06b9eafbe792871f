"""What an operation of the public API takes and answers: said once at its route, for the guard and for OpenAPI."""

from typing import Any

import msgspec


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """`errors` are the codes beyond those that every operation may answer; `answer` None is an empty answer."""

    scope: str
    summary: str
    answer: Any
    description: str = ""
    body: Any = None
    query: Any = None
    status: int = 200
    errors: tuple[str, ...] = ()


def operation(
    scope: str,
    summary: str,
    *,
    answer: Any,
    description: str = "",
    body: Any = None,
    query: Any = None,
    status: int = 200,
    errors: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The `opt` of a route handler."""
    return {
        "scope": scope,
        "operation": Operation(
            scope=scope,
            summary=summary,
            answer=answer,
            description=description,
            body=body,
            query=query,
            status=status,
            errors=errors,
        ),
    }
