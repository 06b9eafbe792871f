"""What an operation of the API takes and answers: said once at its route, for the guard and for OpenAPI."""

from typing import Any, Literal

import msgspec


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What one method of one address does. `scope` is a key's; the agents' endpoints say `agent` instead.

    `errors` are the codes beyond those that every operation may answer; `answer` None is an empty answer.
    `repeated` is the status of the same request when it comes again; a `body` of bytes is no JSON.
    """

    summary: str
    answer: Any
    scope: str | None = None
    agent: Literal["write", "history"] | None = None
    description: str = ""
    body: Any = None
    body_optional: bool = False
    query: Any = None
    status: int = 200
    repeated: int | None = None
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
    """The `opt` of a route of the public API."""
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


def agent_operation(kind: Literal["write", "history"], summary: str, **said: Any) -> dict[str, Any]:
    """The `opt` of an endpoint for agents; `history` is also for the candidate's own page."""
    return {"agent": kind, "operation": Operation(agent=kind, summary=summary, **said)}
