"""Interview configurations: what is asked and what answers are judged by. Versioned, texts per language."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import ids
from vivavoce.database.pool import Connection
from vivavoce.errors import Fault, Malformed

LANGUAGES = ("en", "fr")
Language = Literal["en", "fr"]
Texts = dict[Language, Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]]
Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Level = Literal["1", "2", "3", "4", "5"]


class ConfigQuestion(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    id: Identifier
    text: Texts
    criteria: Annotated[list[Identifier], msgspec.Meta(max_length=20)] = []
    max_follow_ups: Annotated[int, msgspec.Meta(ge=0, le=5)] = 1
    time_minutes: Annotated[float, msgspec.Meta(gt=0, le=60)] = 4


class ConfigCriterion(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    id: Identifier
    name: Texts
    description: Texts = {}
    weight: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1
    levels: dict[Level, Texts] = {}
    reference_points: dict[
        Language, Annotated[list[Annotated[str, msgspec.Meta(max_length=1000)]], msgspec.Meta(max_length=50)]
    ] = {}


class ConfigBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`language` null: the candidate's own, so every text is there in each language."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    language: Language | None
    questions: Annotated[list[ConfigQuestion], msgspec.Meta(min_length=1, max_length=50)]
    criteria: Annotated[list[ConfigCriterion], msgspec.Meta(max_length=20)]
    duration_minutes: Annotated[int, msgspec.Meta(ge=1, le=180)] = 20
    generate_report: bool = True


def faults(body: ConfigBody) -> tuple[Fault, ...]:
    """What is wrong between the parts: unknown criteria, ids twice, texts missing in a language."""
    found: list[Fault] = []
    known = [criterion.id for criterion in body.criteria]
    needed = (body.language,) if body.language else LANGUAGES
    for kind, identities in (
        ("criteria", known),
        ("questions", [question.id for question in body.questions]),
    ):
        found += [
            Fault(f"{kind}.{index}.id", "This id is there twice.")
            for index, identity in enumerate(identities)
            if identity in identities[:index]
        ]
    for index, question in enumerate(body.questions):
        found += [
            Fault(f"questions.{index}.criteria", f"No criterion has the id {unknown!r}.")
            for unknown in question.criteria
            if unknown not in known
        ]
        found += _untold(f"questions.{index}.text", question.text, needed)
    for index, criterion in enumerate(body.criteria):
        found += _untold(f"criteria.{index}.name", criterion.name, needed)
    return tuple(found)


def _untold(path: str, texts: Texts, needed: tuple[str, ...]) -> list[Fault]:
    return [Fault(f"{path}.{language}", "Required.") for language in needed if language not in texts]


async def create_config(
    connection: Connection, organization_id: str, agent_id: str, body: ConfigBody, *, at: datetime
) -> str:
    """Version 1 of a new configuration; its id. Raises Malformed where its parts do not fit together."""
    if wrong := faults(body):
        raise Malformed("The configuration's parts do not fit together.", fields=wrong)
    config_id = ids.new("cfg")
    await connection.execute(
        "INSERT INTO interview_configs (id, organization_id, agent_id, name, version, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, 1, $5, $5)",
        config_id,
        organization_id,
        agent_id,
        body.name,
        at,
    )
    await connection.execute(
        "INSERT INTO interview_config_versions (config_id, version, body, created_at) VALUES ($1, 1, $2, $3)",
        config_id,
        msgspec.to_builtins(body),
        at,
    )
    return config_id


async def make_default(connection: Connection, organization_id: str, config_id: str) -> None:
    """What the organization's interviews use where nothing else is said."""
    await connection.execute(
        "UPDATE organizations SET default_config_id = $2 WHERE id = $1", organization_id, config_id
    )


class ConfigChoice(msgspec.Struct, frozen=True):
    id: str
    name: str
    language: Language | None


async def list_configs(connection: Connection, organization_id: str) -> list[ConfigChoice]:
    """Each by its newest version, the default first."""
    rows = await connection.fetch(
        "SELECT c.id, c.name, v.body->>'language' AS language FROM interview_configs c"
        " JOIN interview_config_versions v ON v.config_id = c.id AND v.version = c.version"
        " JOIN organizations o ON o.id = c.organization_id WHERE c.organization_id = $1"
        " ORDER BY c.id = o.default_config_id DESC, c.created_at DESC",
        organization_id,
    )
    return [ConfigChoice(row["id"], row["name"], row["language"]) for row in rows]


async def config_name(connection: Connection, config_id: str, version: int) -> str:
    """What the configuration was called at that version."""
    name: str = await connection.fetchval(
        "SELECT body->>'name' FROM interview_config_versions WHERE config_id = $1 AND version = $2",
        config_id,
        version,
    )
    return name
