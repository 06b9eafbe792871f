"""Whatever is sent to whichever operation: a problem document with the right code and place, never a 500.

The operations, their fields and their error codes come from the app, so none can be forgotten.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from examples import known_endpoints
from test_callers import filled, made_things

from vivavoce.http.openapi import Endpoint, examples
from vivavoce.http.responses import codes
from vivavoce.http.schemas import REFERENCES, components, query_parameters, schema_of
from vivavoce.settings import Settings
from world import World

ENDPOINTS = known_endpoints()
WITH_JSON = [one for one in ENDPOINTS if one.operation.body not in (None, bytes)]
Things = dict[str, str]

JSON = {"Content-Type": "application/json"}
DEEP = b"[" * 50_000 + b"]" * 50_000
UNREADABLE = [
    b"{",
    b"[]",
    b"null",
    b"NaN",
    b'"text"',
    b"\xff\xfe{}",
    b'{"colour": "\xff"}',
    b'{"colour": "\xed\xa0\x80"}',
    b'{"colour": "\\ud800"}',
    b'{"colour": "\\u0000"}',
    b'{"colour": ' + DEEP + b"}",
    b'{"colour": ' + b"9" * 5_000 + b"}",
    b"{" + b" " * 20_000,
]


BEYOND = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-12:00")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The clock of the tests stands still, so a limit of requests in a second would be reached at once."""
    return replace(settings, rate_per_second=0, rate_per_minute=0)


@pytest.fixture
async def things(world: World) -> Things:
    return await made_things(world)


async def send(world: World, one: Endpoint, things: Things, query: str = "", **how: Any) -> httpx.Response:
    path = filled(one.route, things) + (f"?{query}" if query else "")
    return await world.call(one.method, path, agent=bool(one.operation.agent), **how)


def require_refusal(one: Endpoint, answer: httpx.Response, code: str, place: str | None = None) -> None:
    """A problem document that the operation's description lists, which names the field."""
    said = f"{one.method} {one.path}: {answer.status_code} {answer.text[:300]}"
    assert answer.headers["content-type"] == "application/problem+json", said
    problem = answer.json()
    assert problem["error"]["code"] == code, said
    assert code in codes(one.operation, one.method, one.path), said
    assert (problem["status"], problem["requestId"]) == (answer.status_code, answer.headers["x-request-id"])
    if place is not None:
        assert [fault["path"] for fault in problem["error"]["fields"]] == [place], said


def properties(one: Endpoint) -> dict[str, Any]:
    """The fields of its body, by their schema."""
    shape = one.operation.body
    found: dict[str, Any] = components([shape])[schema_of(shape)["$ref"].removeprefix(REFERENCES)][
        "properties"
    ]
    return found


def bodies(one: Endpoint, wrong: Callable[[dict[str, Any]], Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A good body with one field made wrong, each in turn; fields of which `wrong` makes None are left good."""
    good = examples().get(f"{one.method} {one.versioned}", {}).get("body", {})
    for name, schema in properties(one).items():
        if (value := wrong(schema)) is not None:
            yield name, {**good, name: value}


def kinds(schema: dict[str, Any]) -> set[str]:
    choices = schema.get("anyOf", [schema])
    return {choice.get("type", "enum" if "enum" in choice else "other") for choice in choices}


async def test_a_field_of_a_wrong_type_is_named(world: World, things: Things) -> None:
    def of_wrong_type(schema: dict[str, Any]) -> Any:
        return [True] if "object" in kinds(schema) else {"nobody": {"knows": 1}}

    for one in WITH_JSON:
        for field, body in bodies(one, of_wrong_type):
            answer = await send(world, one, things, json=body)
            require_refusal(one, answer, "VALIDATION_ERROR", field)


async def test_a_field_that_nobody_knows_is_named(world: World, things: Things) -> None:
    for one in WITH_JSON:
        good = examples().get(f"{one.method} {one.versioned}", {}).get("body", {})
        answer = await send(world, one, things, json={**good, "colour": "blue"})
        require_refusal(one, answer, "VALIDATION_ERROR", "colour")


async def test_a_nul_is_named_wherever_it_stands(world: World, things: Things) -> None:
    for one in WITH_JSON:
        for field, body in bodies(one, lambda schema: "a\0b" if "string" in kinds(schema) else None):
            require_refusal(one, await send(world, one, things, json=body), "VALIDATION_ERROR", field)


async def test_a_date_that_is_none_or_has_no_zone_is_named(world: World, things: Things) -> None:
    def is_moment(schema: dict[str, Any]) -> bool:
        return any(choice.get("format") == "date-time" for choice in schema.get("anyOf", [schema]))

    for text in ("2030-01-01T09:00:00", "2030-02-30T09:00:00Z", "2030-01-01", "tomorrow", "", *BEYOND):
        for one in WITH_JSON:
            for field, body in bodies(one, lambda schema: text if is_moment(schema) else None):  # noqa: B023 - used at once
                require_refusal(one, await send(world, one, things, json=body), "VALIDATION_ERROR", field)
        for one in ENDPOINTS:
            for parameter in query_parameters(one.operation.query) if one.operation.query else ():
                if parameter["schema"].get("format") == "date-time":
                    answer = await send(world, one, things, urlencode({parameter["name"]: text}))
                    require_refusal(one, answer, "VALIDATION_ERROR", parameter["name"])


async def test_a_body_that_cannot_be_read_says_why(world: World, things: Things) -> None:
    for one in WITH_JSON:
        for raw in UNREADABLE + ([] if one.operation.body_optional else [b""]):
            answer = await send(world, one, things, content=raw, headers=JSON)
            require_refusal(one, answer, "VALIDATION_ERROR")
        large = await send(world, one, things, content=b'{"a": "' + b"x" * 1_100_000 + b'"}', headers=JSON)
        require_refusal(one, large, "PAYLOAD_TOO_LARGE")
        plain = await send(world, one, things, content=b"{}", headers={"Content-Type": "text/plain"})
        require_refusal(one, plain, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_text_without_end_is_refused_or_kept_but_never_fails(world: World, things: Things) -> None:
    for one in WITH_JSON:
        for _, body in bodies(
            one, lambda schema: "\N{GRINNING FACE}" * 60_000 if "string" in kinds(schema) else None
        ):
            answer = await send(
                world, one, things, content=json.dumps(body, ensure_ascii=False), headers=JSON
            )
            assert answer.status_code in (400, 404, 409, 422), (one.path, answer.text[:300])


async def test_a_query_is_read_strictly(world: World, things: Things) -> None:
    for one in ENDPOINTS:
        for query, place in (
            ("colour=blue", "colour"),
            ("colour=%00", "colour"),
            ("colour=%ff", None),
            ("colour=1&colour=2", "colour"),
            ("&".join(f"c{number}=1" for number in range(60)), None),
        ):
            answer = await send(world, one, things, query)
            require_refusal(one, answer, "VALIDATION_ERROR", place)
        for parameter in query_parameters(one.operation.query) if one.operation.query else ():
            name, schema = parameter["name"], parameter["schema"]
            for text in wrong_texts(schema):
                answer = await send(world, one, things, f"{name}={text}")
                require_refusal(one, answer, "VALIDATION_ERROR", name)
            twice = await send(world, one, things, f"{name}=1&{name}=1")
            require_refusal(one, twice, "VALIDATION_ERROR", name)


def wrong_texts(schema: dict[str, Any]) -> tuple[str, ...]:
    if schema.get("type") == "integer":
        return ("-1", "0", "x", "", "1.5", "1e1", "%201", "%2B1", "null", "9" * 30)
    if "enum" in schema:
        return ("x", "", "null")
    if schema.get("format") == "date-time":
        return ("1767225600", "null")
    return ("%00",)


async def test_an_id_that_is_none_is_not_found(world: World, things: Things) -> None:
    for one in ENDPOINTS:
        if "{" not in one.path:
            continue
        for identity in ("x", "%00", "%ff", "%ED%A0%80", "x" * 5_000, "%F0%9F%98%80", "..%2f", "' OR 1=1 --"):
            ids = {name: things[name] if name == "turn_number" else identity for name in things}
            body = dict(examples().get(f"{one.method} {one.versioned}", {}).get("body", {}))
            body.pop("audioUrl", None)  # a reference to the recording of another interview is wrong by itself
            how = {"content": b"\xff\xfb"} if one.operation.body is bytes else {"json": body}
            answer = await send(world, one, ids, "part=1" if one.operation.body is bytes else "", **how)
            require_refusal(one, answer, "NOT_FOUND")


async def test_a_header_that_comes_twice_is_refused(world: World, things: Things) -> None:
    for one in ENDPOINTS:
        agents = bool(one.operation.agent)
        known = (
            ("X-Agent-Secret", world.settings.agent_secret)
            if agents
            else ("Authorization", f"Bearer {world.key}")
        )
        path = filled(one.route, things)
        for name, first, second in (
            (*known, known[1]),
            ("Content-Type", "application/json", "text/plain"),
            ("X-Agent-Generation", "1", "2"),
            ("Idempotency-Key", "a", "b"),
        ):
            headers = [pair for pair in (known,) if name != known[0]] + [(name, first), (name, second)]
            answer = await world.http.request(one.method, path, headers=headers, content=b"{}")
            require_refusal(one, answer, "VALIDATION_ERROR", None if name == "X-Agent-Generation" else name)
