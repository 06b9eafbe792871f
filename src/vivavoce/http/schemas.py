"""The JSON Schemas of what the API takes and answers: from the structures that read and write it.

What a field means is said in the tables of `reference/fields/`: a heading names the structures that it speaks of,
`_` stands for a structure as a whole, and the table `*` for fields that mean the same everywhere.
"""

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

REFERENCE = Path(__file__).parent / "reference"
REFERENCES = "#/components/schemas/"
EVERYWHERE = "*"
WHOLE = "_"

Schema = dict[str, Any]

_PAGE = re.compile(r"^Page_(\w+)_$")
_MOMENT = re.compile(r"(At|After|Before)$")


def components(shapes: Iterable[Any]) -> dict[str, Schema]:
    """By name, every structure that these are or hold."""
    _, found = msgspec.json.schema_components(list(shapes), ref_template=REFERENCES + "{name}")
    return {_name(name): _described(_name(name), schema) for name, schema in found.items()}


def schema_of(shape: Any) -> Schema:
    """Where a shape is named: most often a reference to its component."""
    (schema,), _ = msgspec.json.schema_components([shape], ref_template=REFERENCES + "{name}")
    renamed: Schema = _renamed(schema)
    return renamed


def query_parameters(shape: Any) -> Iterator[Schema]:
    """A query's fields as OpenAPI has them; a query cannot say null."""
    schema = components([shape])[schema_of(shape)["$ref"].removeprefix(REFERENCES)]
    for name, value in schema["properties"].items():
        wanted = {key: part for key, part in value.items() if key not in ("description", "anyOf")}
        for choice in value.get("anyOf", []):
            if choice != {"type": "null"}:
                wanted |= choice
        if wanted.get("default", ...) is None:
            del wanted["default"]
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": value.get("description", ""),
            "schema": wanted,
        }


def description(structure: str, field: str) -> str:
    """What a field means; empty where nobody has said."""
    tables = descriptions()
    found = tables.get((structure, field)) or tables.get((EVERYWHERE, field), "")
    if not found and structure.endswith("Page") and field == "data":
        return "The things on this page."
    return found


@functools.cache
def descriptions() -> dict[tuple[str, str], str]:
    """Every text of the tables, by structure and field. A heading that names fewer structures knows better."""
    tables = [
        (heading.split(", "), fields)
        for file in sorted((REFERENCE / "fields").glob("*.toml"))
        for heading, fields in tomllib.loads(file.read_text(encoding="utf-8")).items()
    ]
    tables.sort(key=lambda table: -len(table[0]))
    return {
        (structure, field): text
        for structures, fields in tables
        for structure in structures
        for field, text in fields.items()
    }


def _name(name: str) -> str:
    """`InterviewPage` for a page of interviews."""
    return _PAGE.sub(r"\1Page", name)


def _described(structure: str, schema: Schema) -> Schema:
    made: Schema = _renamed({key: value for key, value in schema.items() if key != "description"})
    made["title"] = structure
    if about := descriptions().get((structure, WHOLE)):
        made["description"] = about
    for field, value in made.get("properties", {}).items():
        if _MOMENT.search(field):
            _as_moment(value)
        if text := description(structure, field):
            value["description"] = text
    return made


def _as_moment(value: Schema) -> None:
    """The library names the format only where a zone is asked for."""
    for choice in value.get("anyOf", [value]):
        if choice.get("type") == "string":
            choice["format"] = "date-time"


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            name = _name(reference.removeprefix(REFERENCES))
            return {**value, "$ref": REFERENCES + name}
        return {key: _renamed(part) for key, part in value.items()}
    return [_renamed(part) for part in value] if isinstance(value, list) else value
