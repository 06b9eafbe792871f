"""The API's description, OpenAPI 3.1: made of the app's own routes, so that it cannot fall behind them."""

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any, NamedTuple

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute

from vivavoce.http.operations import Operation
from vivavoce.http.responses import HEADERS, REPEATABLE, problem_schemas, responses
from vivavoce.http.schemas import (
    EVERYWHERE,
    REFERENCE,
    components,
    descriptions,
    query_parameters,
    schema_of,
)

PUBLIC = "/api/v1/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_PARAMETER = re.compile(r"\{(?P<name>\w+):(?P<kind>\w+)\}")
_KINDS: dict[str, dict[str, Any]] = {"str": {"type": "string"}, "int": {"type": "integer"}}

SECURITY = {
    "ApiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of the organization, `vv_…`. Each operation names the scope that the key must have.",
    },
    "AgentSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Agent-Secret",
        "description": "The secret that this installation shares with its voice agents. It opens every interview.",
    },
    "RoomToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token for the room whose name is the interview's id: LiveKit's, signed with this"
        " installation's LiveKit key, with the grant `agent`; or the one that the candidate's own page is given, which"
        " reads the history and nothing else.",
    },
}
PARAMETERS = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A word of your own for this change, as a UUID. The same request with the same key is done once"
        " and answered again for 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "AgentGeneration": {
        "name": "X-Agent-Generation",
        "in": "header",
        "required": False,
        "description": "The number that the lease gave. A write under an older one than the lease's is refused.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    },
}


class Endpoint(NamedTuple):
    """One method of one path, as the document has it."""

    method: str
    path: str
    name: str
    operation: Operation
    route: str
    """As the app writes the path, with the types of its parameters."""

    @property
    def versioned(self) -> str:
        """The path, or where it leaves the version out the one that does the same and names it."""
        public = self.operation.scope is not None and not self.path.startswith(PUBLIC)
        return self.path.replace("/api/", PUBLIC, 1) if public else self.path


def endpoints(routes: Iterable[BaseRoute]) -> Iterator[Endpoint]:
    """Every operation of the API, in the order of the tags and, within one, of the app."""
    found = []
    for route in routes:
        path = _PARAMETER.sub(lambda match: "{" + camel(match["name"]) + "}", route.path)
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and "operation" in handler.opt:
                for method in sorted({str(m) for m in handler.http_methods} - {"OPTIONS", "HEAD"}):
                    name = handler.fn.__name__.strip("_")
                    found.append(Endpoint(method, path, name, handler.opt["operation"], route.path))
    parts = list(tags())
    paths = list(dict.fromkeys(one.path for one in found))

    def place(one: Endpoint) -> tuple[int, int, int]:
        part = parts.index(tag(one)) if tag(one) in parts else len(parts)
        return part, paths.index(one.path), METHODS.index(one.method)

    return iter(sorted(found, key=place))


def document(routes: Iterable[BaseRoute], public_url: str) -> dict[str, Any]:
    """The whole description, for programs and for the reference page."""
    known = list(endpoints(routes))
    paths: dict[str, dict[str, Any]] = {}
    for one in known:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    shapes = [
        shape
        for one in known
        for shape in (one.operation.body, one.operation.answer)
        if shape not in (None, bytes)
    ]
    used = {tag(one) for one in known}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vivavoce",
            "version": version("vivavoce"),
            "summary": "AI voice interviews of job candidates, from the invitation to the report.",
            "description": (REFERENCE / "overview.md").read_text(encoding="utf-8"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url, "description": "This installation."}],
        "tags": [{"name": name, "description": text} for name, text in tags().items() if name in used],
        "paths": paths,
        "components": {
            "schemas": components(shapes) | problem_schemas(),
            "headers": HEADERS,
            "parameters": PARAMETERS,
            "securitySchemes": SECURITY,
        },
    }


@functools.cache
def tags() -> dict[str, str]:
    """The parts of the API in the order of the reference, with what each is."""
    found: dict[str, str] = tomllib.loads((REFERENCE / "tags.toml").read_text(encoding="utf-8"))
    return found


@functools.cache
def examples() -> dict[str, dict[str, Any]]:
    """By method and path, a request and what the app answered to it."""
    found: dict[str, dict[str, Any]] = msgspec.json.decode((REFERENCE / "examples.json").read_bytes())
    return found


def tag(endpoint: Endpoint) -> str:
    """`Interview configs` for /api/v1/interview-configs."""
    if endpoint.operation.agent:
        return "Voice agents"
    if (endpoint.operation.scope or "").startswith("stages:"):
        return "Stages"
    path = endpoint.path.removeprefix("/api/").removeprefix("v1/")
    return path.partition("/")[0].replace("-", " ").capitalize()


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _operation(one: Endpoint) -> dict[str, Any]:
    operation = one.operation
    example = examples().get(f"{one.method} {one.versioned}", {})
    made: dict[str, Any] = {
        "operationId": _identity(one),
        "tags": [tag(one)],
        "summary": operation.summary,
        "description": operation.description,
        "security": [{"ApiKey": [operation.scope]}]
        if operation.scope
        else [{"AgentSecret": []}, {"RoomToken": []}],
        "parameters": list(_parameters(one)),
        "responses": responses(operation, one.method, one.path, example),
    }
    if operation.body is bytes:
        made["requestBody"] = {
            "required": True,
            "content": {"audio/mpeg": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
        }
    elif operation.body is not None:
        content: dict[str, Any] = {"schema": schema_of(operation.body)}
        if "body" in example:
            content["example"] = example["body"]
        made["requestBody"] = {
            "required": not operation.body_optional,
            "content": {"application/json": content},
        }
    return made


def _parameters(one: Endpoint) -> Iterator[dict[str, Any]]:
    for match in _PARAMETER.finditer(one.route):
        name = camel(match["name"])
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": descriptions().get((EVERYWHERE, name), ""),
            "schema": dict(_KINDS[match["kind"]]),
        }
    if one.operation.query is not None:
        yield from query_parameters(one.operation.query)
    if one.operation.scope and one.method in REPEATABLE:
        yield {"$ref": "#/components/parameters/IdempotencyKey"}
    if one.operation.agent and one.method != "GET":
        yield {"$ref": "#/components/parameters/AgentGeneration"}


def _identity(one: Endpoint) -> str:
    """`interviews_create`; with what stands before v1 for an address that is served under two."""
    where = re.sub(r"\W+", "_", tag(one).lower())
    alias = "" if one.versioned == one.path else "_unversioned"
    return f"{where}_{one.name}{alias}"
