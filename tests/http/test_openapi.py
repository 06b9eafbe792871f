"""The API's description is whole, true, and served once for all."""

import re
from collections import Counter
from typing import Any

import msgspec
import pytest
from examples import FILE, PUBLIC_URL, exemplary_endpoints, known_endpoints, recorded

from vivavoce.app import create_app
from vivavoce.callers import SCOPES
from vivavoce.http.openapi import document, tag, tags
from vivavoce.http.responses import codes
from vivavoce.http.schemas import EVERYWHERE, WHOLE, components, descriptions, schema_of
from vivavoce.settings import Settings
from vivavoce.web.error_meanings import MEANINGS
from world import World

ENDPOINTS = known_endpoints()
NOT_FOR_PROGRAMS = "/api/livekit/webhook"
"""Only the LiveKit server calls it, in LiveKit's own shape."""


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    app = create_app(Settings(secret_key="k" * 32, agent_secret="a" * 32), "postgresql:///none")
    return document(app.routes, PUBLIC_URL)


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in described["paths"].items()
        for method, operation in item.items()
    }


def test_every_route_of_the_api_is_an_operation() -> None:
    app = create_app(Settings(secret_key="k" * 32, agent_secret="a" * 32), "postgresql:///none")
    served = {
        (str(method), route.path)
        for route in app.routes
        if route.path.startswith("/api/") and route.path != NOT_FOR_PROGRAMS
        for handler in getattr(route, "route_handlers", ())
        for method in set(handler.http_methods) - {"OPTIONS", "HEAD"}
    }
    assert served == {(one.method, one.route) for one in ENDPOINTS}


def test_every_field_and_parameter_says_what_it_means(described: dict[str, Any]) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in described["components"]["schemas"].items()
        for field, value in schema.get("properties", {}).items()
        if not value.get("description")
    ]
    silent += [
        f"{name} {parameter['name']}"
        for name, operation in operations(described).items()
        for parameter in operation["parameters"]
        if "$ref" not in parameter and not parameter["description"]
    ]
    assert silent == [], "say what they mean in src/vivavoce/http/reference/fields/"


def test_nothing_is_described_that_is_not_there(described: dict[str, Any]) -> None:
    queries = [one.operation.query for one in ENDPOINTS if one.operation.query is not None]
    known = described["components"]["schemas"] | components(queries)
    parameters = {
        parameter.get("name", "")
        for operation in operations(described).values()
        for parameter in operation["parameters"]
    }
    everywhere = {field for schema in known.values() for field in schema.get("properties", {})} | parameters
    lost = [
        f"{structure}.{field}"
        for structure, field in descriptions()
        if (structure == EVERYWHERE and field not in everywhere)
        or (
            structure != EVERYWHERE
            and (
                structure not in known
                or (field != WHOLE and field not in known[structure].get("properties", {}))
            )
        )
    ]
    assert lost == []


def test_every_part_of_the_api_says_what_it_is() -> None:
    assert {tag(one) for one in ENDPOINTS} == set(tags())


def test_operations_have_names_of_their_own_and_scopes_that_keys_can_have(described: dict[str, Any]) -> None:
    found = operations(described)
    assert [
        name for name, times in Counter(one["operationId"] for one in found.values()).items() if times > 1
    ] == []
    asked = {scope for one in found.values() for scope in one["security"][0].get("ApiKey", [])}
    assert asked <= SCOPES
    for one in found.values():
        assert "\n" not in one["summary"]
        assert not one["summary"].endswith(".")


def test_structures_have_names_of_their_own() -> None:
    for one in ENDPOINTS:
        for shape in (one.operation.body, one.operation.answer):
            if shape not in (None, bytes):
                assert "." not in schema_of(shape)["$ref"], shape


def test_every_error_code_is_listed_where_it_can_come(described: dict[str, Any]) -> None:
    for one in ENDPOINTS:
        assert set(one.operation.errors) <= set(MEANINGS), one.path
    listed = {code for one in ENDPOINTS for code in codes(one.operation, one.method, one.path)}
    on_pages = {
        "METHOD_NOT_ALLOWED",
        "CONFLICT",
        "CONSENT_REQUIRED",
        "LAST_OWNER",
        "LINK_UNKNOWN",
        "OPEN_ELSEWHERE",
    }
    assert set(MEANINGS) - listed <= on_pages
    enumerated = described["components"]["schemas"]["Error"]["properties"]["code"]["enum"]
    assert set(enumerated) == set(MEANINGS)


def test_references_lead_somewhere(described: dict[str, Any]) -> None:
    text = msgspec.json.encode(described).decode()
    for reference in set(re.findall(r'"\$ref":"#/([^"]+)"', text)):
        place: Any = described
        for step in reference.split("/"):
            place = place[step]


async def test_the_examples_are_what_the_app_answers(settings: Settings, dsn: str) -> None:
    kept = msgspec.json.decode(FILE.read_bytes())
    told = await recorded(settings, dsn)
    assert sorted(told) == sorted(f"{one.method} {one.path}" for one in exemplary_endpoints())
    changed = [name for name in told if told[name] != kept.get(name)]
    assert changed == [], (
        "tell them anew: PYTHONPATH=tests:tests/http .venv/bin/python tests/http/examples.py"
    )
    assert sorted(kept) == sorted(told)


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
async def test_it_is_for_everybody_made_once_and_kept_by_browsers(world: World, path: str) -> None:
    first = await world.call("GET", path, key=None)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "public, no-cache"
    again = await world.call("GET", path, key=None, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await world.call("GET", path, key=None, headers={"If-None-Match": '"other"'})
    assert other.content == first.content


async def test_the_reference_page_needs_nothing_from_elsewhere_and_no_script(world: World) -> None:
    answer = await world.call("GET", "/docs", key=None)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    for forbidden in ("<script", " style=", "<style", " onclick", 'src="http', 'href="http'):
        assert forbidden not in answer.text
    found = set(re.findall(r'id="([^"]+)"', answer.text))
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= found


async def test_the_reference_page_shows_every_operation_and_every_code(world: World) -> None:
    text = (await world.call("GET", "/docs", key=None)).text
    for one in ENDPOINTS:
        if one.path.startswith(("/api/v1/", "/api/interviews/")):
            assert f"<code>{one.path}</code>" in text
    for code in MEANINGS:
        assert f"<code>{code}</code>" in text
