"""The reference as a page shows it: the description's parts in the order of reading, nothing added."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import msgspec
from markupsafe import Markup

from vivavoce.errors import TITLES
from vivavoce.http.schemas import REFERENCES, Schema
from vivavoce.web.error_meanings import MEANINGS
from vivavoce.web.render import coded

METHODS = ("get", "post", "put", "patch", "delete")
ALIAS = "_unversioned"


class Type(msgspec.Struct, frozen=True):
    """In words; `structure` names the one that they lead to."""

    text: str
    structure: str | None = None


class Field(msgspec.Struct, frozen=True):
    name: str
    type: Type
    required: bool
    text: Markup
    limits: tuple[str, ...]


class Fields(msgspec.Struct, frozen=True):
    heading: str
    fields: tuple[Field, ...]


class Error(msgspec.Struct, frozen=True):
    status: int
    code: str
    title: str


class OperationView(msgspec.Struct, frozen=True):
    id: str
    method: str
    path: str
    summary: str
    short: str
    text: Markup
    access: Markup
    groups: tuple[Fields, ...]
    status: str
    answer: Type | None
    errors: tuple[Error, ...]
    curl: str
    example: str


class Structure(msgspec.Struct, frozen=True):
    name: str
    text: Markup
    fields: tuple[Field, ...]


class Section(msgspec.Struct, frozen=True):
    id: str
    name: str
    text: Markup
    operations: tuple[OperationView, ...]
    structures: tuple[Structure, ...]


class ReferencePage(msgspec.Struct, frozen=True, kw_only=True):
    member: None = None
    version: str
    server: str
    overview: Markup
    sections: tuple[Section, ...]
    problem: tuple[Structure, ...]
    errors: tuple[tuple[int, str, str, Markup], ...]


def reference_page(document: dict[str, Any], examples: dict[str, dict[str, Any]]) -> ReferencePage:
    schemas: dict[str, Schema] = document["components"]["schemas"]
    server = document["servers"][0]["url"]
    shown: set[str] = {"Problem", "Error", "Fault"}
    sections = []
    for tag in document["tags"]:
        found = [
            (method, path, item[method])
            for path, item in document["paths"].items()
            for method in METHODS
            if method in item and tag["name"] in item[method]["tags"]
            if not item[method]["operationId"].endswith(ALIAS)
        ]
        operations = tuple(
            _operation(document, method, path, operation, examples.get(f"{method.upper()} {path}", {}))
            for method, path, operation in found
        )
        bodies = {_name(_body(operation)) for _, _, operation in found}
        reachable = dict.fromkeys(
            name
            for _, _, operation in found
            for root in _roots(operation)
            for name in _reached(schemas, root)
        )
        fresh = [name for name in reachable if name not in shown | bodies and not name.endswith("Page")]
        shown.update(fresh)
        structures = tuple(_structure(name, schemas[name]) for name in fresh)
        sections.append(
            Section(anchor(tag["name"]), tag["name"], prose(tag["description"]), operations, structures)
        )
    return ReferencePage(
        version=document["info"]["version"],
        server=server,
        overview=prose(document["info"]["description"]),
        sections=tuple(sections),
        problem=tuple(_structure(name, schemas[name]) for name in ("Problem", "Error", "Fault")),
        errors=tuple(
            (status, code, TITLES[code], prose(meaning)) for code, (status, meaning) in MEANINGS.items()
        ),
    )


def prose(text: str) -> Markup:
    """Paragraphs, `## ` headings and backticks: as much as the description's texts use."""
    parts = []
    for block in re.split(r"\n\n|\n(?=## )|(?<=^)(?=## )", text.strip()):
        heading, _, rest = block.partition("\n") if block.startswith("## ") else ("", "", block)
        if heading:
            words = heading.removeprefix("## ")
            parts.append(Markup('<h2 id="{}">{}</h2>').format(anchor(words), words))
        if rest.strip():
            parts.append(Markup("<p>{}</p>").format(coded(rest.strip())))
    return Markup("\n").join(parts)


def anchor(words: str) -> str:
    return re.sub(r"\W+", "-", words.lower()).strip("-")


def _operation(
    document: dict[str, Any], method: str, path: str, operation: dict[str, Any], example: dict[str, Any]
) -> OperationView:
    schemas = document["components"]["schemas"]
    status = next(iter(operation["responses"]))
    content = operation["responses"][status].get("content", {}).get("application/json", {})
    answer = example.get("answer")
    return OperationView(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        short=re.split(r", | with its ", operation["summary"])[0],
        text=prose(operation["description"]),
        access=_access(operation["security"]),
        groups=tuple(_groups(document, operation, schemas)),
        status=status,
        answer=_type(content["schema"]) if content else None,
        errors=tuple(
            Error(MEANINGS[code][0], code, TITLES[code])
            for one in operation["responses"].values()
            for code in _codes(one)
        ),
        curl=_curl(document["servers"][0]["url"], method.upper(), path, operation, example),
        example="" if answer is None else json.dumps(answer, indent=2, ensure_ascii=False),
    )


def _access(security: list[dict[str, list[str]]]) -> Markup:
    if scopes := security[0].get("ApiKey"):
        return Markup("A key with the scope <code>{}</code>").format(scopes[0])
    return Markup("<code>X-Agent-Secret</code>, or a token for the interview's room")


def _groups(
    document: dict[str, Any], operation: dict[str, Any], schemas: dict[str, Schema]
) -> Iterator[Fields]:
    places: dict[str, list[Field]] = {"path": [], "query": [], "header": []}
    for given in operation["parameters"]:
        one = given
        if reference := given.get("$ref"):
            one = document["components"]["parameters"][reference.rpartition("/")[2]]
        places[one["in"]].append(
            _field(
                one["name"], {**one["schema"], "description": one["description"]}, required=one["required"]
            )
        )
    for place, heading in (("path", "In the path"), ("query", "In the query")):
        if places[place]:
            yield Fields(heading, tuple(places[place]))
    body = _body(operation)
    if (name := _name(body)) is not None:
        yield Fields("In the body", _structure(name, schemas[name]).fields)
    elif body is not None:
        yield Fields("In the body", (_field("the whole", {**body, "description": "MP3."}, required=True),))
    if places["header"]:
        yield Fields("In a header", tuple(places["header"]))


def _structure(name: str, schema: Schema) -> Structure:
    required = schema.get("required", [])
    return Structure(
        name=name,
        text=prose(schema.get("description", "")),
        fields=tuple(
            _field(field, value, required=field in required)
            for field, value in schema.get("properties", {}).items()
        ),
    )


def _field(name: str, schema: Schema, *, required: bool) -> Field:
    return Field(name, _type(schema), required, coded(schema.get("description", "")), tuple(_limits(schema)))


def _type(schema: Schema) -> Type:
    if reference := schema.get("$ref"):
        name = reference.removeprefix(REFERENCES)
        one = name.removesuffix("Page")
        return Type(name, name) if one == name else Type(f"a page of {one}", one)
    if choices := schema.get("anyOf"):
        kinds = [_type(choice) for choice in choices]
        structure = next((kind.structure for kind in kinds if kind.structure), None)
        return Type(" or ".join(kind.text for kind in kinds), structure)
    for key, words in (("items", "list of"), ("additionalProperties", "object of")):
        if isinstance(held := schema.get(key), dict):
            inner = _type(held)
            text = f"({inner.text})" if " or " in inner.text else inner.text
            return Type(f"{words} {text}", inner.structure)
    if "enum" in schema:
        return Type(" | ".join(str(choice) for choice in schema["enum"]))
    return Type(schema.get("format") or schema.get("type", "anything"))


def _limits(schema: Schema) -> Iterator[str]:
    one = next((choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}), schema)
    for key, words in (
        ("minimum", "at least {}"),
        ("exclusiveMinimum", "more than {}"),
        ("maximum", "at most {}"),
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("minItems", "at least {} of them"),
        ("maxItems", "at most {} of them"),
        ("maxProperties", "at most {} of them"),
        ("pattern", "matches {}"),
    ):
        if key in one:
            if (key, one[key]) == ("minLength", 1):
                yield "not empty"
                continue
            yield words.format(f"{one[key]:,}" if isinstance(one[key], int) else one[key])
    if schema.get("default") not in (None, [], {}, ""):
        yield f"{json.dumps(schema['default'])} unless given"


def _curl(server: str, method: str, path: str, operation: dict[str, Any], example: dict[str, Any]) -> str:
    secret = (
        "Authorization: Bearer $VIVAVOCE_KEY"
        if "ApiKey" in operation["security"][0]
        else "X-Agent-Secret: $VIVAVOCE_AGENT_SECRET"
    )
    address = shlex.quote(server + example.get("path", path))
    first = f"curl {address}" if method == "GET" else f"curl -X {method} {address}"
    lines = [first, f'  -H "{secret}"']
    if "body" in example:
        lines.append("  -H 'Content-Type: application/json'")
        text = json.dumps(example["body"], indent=2, ensure_ascii=False)
        lines.append(f"  -d {shlex.quote(text)}")
    elif "audio/mpeg" in operation.get("requestBody", {}).get("content", {}):
        lines += ["  -H 'Content-Type: audio/mpeg'", "  --data-binary @part-1.mp3"]
    return " \\\n".join(lines)


def _codes(response: dict[str, Any]) -> list[str]:
    content = response.get("content", {}).get("application/problem+json")
    if content is None:
        return []
    found: list[str] = content["schema"]["allOf"][1]["properties"]["error"]["properties"]["code"]["enum"]
    return found


def _body(operation: dict[str, Any]) -> Schema | None:
    content = operation.get("requestBody", {}).get("content", {})
    return next((one["schema"] for one in content.values()), None)


def _name(schema: Schema | None) -> str | None:
    return schema["$ref"].removeprefix(REFERENCES) if schema and "$ref" in schema else None


def _roots(operation: dict[str, Any]) -> Iterator[Schema]:
    for response in operation["responses"].values():
        if content := response.get("content", {}).get("application/json"):
            yield content["schema"]
    if body := _body(operation):
        yield body


def _reached(schemas: dict[str, Schema], start: Any) -> Iterator[str]:
    """The structures that this one holds, outermost first."""
    waiting, seen = [start], set()
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, dict):
            name = _name(value)
            if name and name not in seen:
                seen.add(name)
                yield name
                waiting.append(schemas[name].get("properties", {}))
            waiting += [part for part in value.values() if isinstance(part, dict | list)]
        elif isinstance(value, list):
            waiting += value
