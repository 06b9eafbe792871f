"""The client is written by hand and the server moves: what it asks and reads is held to the routes."""

import inspect
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, get_args

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler
from msgspec import inspect as shapes

from client.generate import MADE, blocking
from vivavoce.app import create_app
from vivavoce.client import AsyncClient
from vivavoce.client.transport import Call
from vivavoce.http.operations import Operation
from vivavoce.settings import Settings

PARAMETER = re.compile(r"\{\w+:\w+\}")


def operations() -> dict[tuple[str, str], Operation]:
    """By method and path, with x for what goes into it."""
    app = create_app(Settings(secret_key="k" * 32, agent_secret="a" * 32), "postgresql:///none")
    return {
        (method, PARAMETER.sub("x", route.path)): handler.opt["operation"]
        for route in app.routes
        if route.path.startswith("/api/v1/")
        for handler in route.route_handlers
        if isinstance(handler, HTTPRouteHandler)
        for method in set(handler.http_methods) - {"OPTIONS", "HEAD"}
    }


class Recorder:
    """In the place of what sends."""

    def __init__(self) -> None:
        self.calls: list[Call[Any]] = []

    async def __call__(self, call: Call[Any]) -> None:
        self.calls.append(call)

    async def every(self, call: Call[Any]) -> AsyncIterator[None]:
        self.calls.append(call)
        yield


async def calls() -> list[tuple[str, Call[Any], type | None]]:
    """Each method of the client by name, the call that it makes and the fields that it takes."""
    made = []
    async with AsyncClient("http://testserver", "vv_key") as client:
        resources = {name: one for name, one in vars(client).items() if not name.startswith("_")}
    for resource_name, resource in resources.items():
        recorder = Recorder()
        one = type(resource)(recorder)
        for name, method in inspect.getmembers(one, inspect.ismethod):
            if name.startswith("_"):
                continue
            parameters = inspect.signature(method).parameters.values()
            plain = ["x" for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
            taken = next(
                (get_args(each.annotation)[0] for each in parameters if each.kind is each.VAR_KEYWORD), None
            )
            answer = method(*plain)
            if inspect.isasyncgen(answer):
                [_ async for _ in answer]
            else:
                await answer
            made.append((f"{resource_name}.{name}", recorder.calls[-1], taken))
    return made


async def test_every_route_has_a_method_and_every_method_a_route() -> None:
    assert {(call.method, call.path) for _, call, _ in await calls()} == set(operations())


async def test_every_answer_of_the_server_can_be_read() -> None:
    known = operations()
    faults = []
    for name, call, _ in await calls():
        answer = known[call.method, call.path].answer
        served = shapes.type_info(type(None) if answer is None else answer)
        faults += unread(served, shapes.type_info(call.answer), name)
    assert faults == []


async def test_every_field_of_a_body_or_a_query_can_be_given() -> None:
    known = operations()
    taken: dict[tuple[str, str], set[str]] = {}
    for _, call, fields in await calls():
        names = taken.setdefault((call.method, call.path), set())
        names |= {camel(name) for name in getattr(fields, "__annotations__", {})}
    for route, operation in known.items():
        shape = operation.body or operation.query
        expected = {field.encode_name for field in msgspec.structs.fields(shape)} if shape else set()
        assert taken[route] == expected, route


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def unread(served: Any, read: Any, path: str) -> Iterator[str]:
    """Where the server may answer what the client does not read."""
    for one in alternatives(served):
        tries = [list(misfits(one, other, path)) for other in alternatives(read)]
        yield from min(tries, key=len)


def alternatives(shape: Any) -> list[Any]:
    while isinstance(shape, shapes.Metadata):
        shape = shape.type
    return list(shape.types) if isinstance(shape, shapes.UnionType) else [shape]


def misfits(served: Any, read: Any, path: str) -> Iterator[str]:
    widened = {
        (shapes.LiteralType, shapes.StrType),
        (shapes.DictType, shapes.StructType),
        (shapes.IntType, shapes.FloatType),
    }
    match served, read:
        case shapes.StructType(), shapes.StructType():
            yield from differences(served, read, path)
        case shapes.LiteralType(), shapes.LiteralType():
            yield from (f"{path} may be {value!r}" for value in set(served.values) - set(read.values))
        case ((shapes.ListType() | shapes.VarTupleType() | shapes.CollectionType()), shapes.CollectionType()):
            yield from unread(served.item_type, read.item_type, path)
        case _:
            if type(served) is not type(read) and (type(served), type(read)) not in widened:
                yield f"{path} may be {type(served).__name__}, and is read as {type(read).__name__}"


def differences(served: Any, read: Any, path: str) -> Iterator[str]:
    theirs = {field.encode_name: field for field in served.fields}
    ours = {field.encode_name: field for field in read.fields}
    for name in set(ours) ^ set(theirs):
        yield f"{path}.{name} is there on one side only"
    for name in set(ours) & set(theirs):
        if ours[name].required and not is_always_there(theirs[name]):
            yield f"{path}.{name} may be absent"
        yield from unread(theirs[name].type, ours[name].type, f"{path}.{name}")


def is_always_there(field: Any) -> bool:
    """It has a default, and is encoded nevertheless."""
    return field.default is not msgspec.UNSET


def test_the_client_that_waits_is_made_of_the_other() -> None:
    assert MADE.read_text(encoding="utf-8") == blocking(), "run: python tests/client/generate.py"


@pytest.mark.parametrize("module", ["vivavoce.client"])
def test_the_client_needs_nothing_of_the_server(module: str) -> None:
    heavy = (
        "aiohttp",
        "asyncpg",
        "granian",
        "jinja2",
        "litestar",
        "livekit",
        "numpy",
        "openai",
        "procrastinate",
    )
    script = f"import sys, {module}; print(*sorted(set(sys.modules) & set({heavy!r})))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []
