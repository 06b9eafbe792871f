"""Interview configurations: what is asked and what answers are judged by. Versioned, texts per language."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import ids
from vivavoce.callers import Operator, OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import Conditions, typed
from vivavoce.errors import Fault, NotFound, Unprocessable
from vivavoce.interviews.languages import follow_configuration

MAX_CHOICES = 200

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")
BY_LANGUAGE = msgspec.Meta(extra_json_schema={"propertyNames": {"enum": ["en", "fr"]}})
BY_LEVEL = msgspec.Meta(extra_json_schema={"propertyNames": {"enum": ["1", "2", "3", "4", "5"]}})
Texts = Annotated[dict[Language, Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]], BY_LANGUAGE]
Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Level = Literal["1", "2", "3", "4", "5"]
Name = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=200)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=180)]


ReferencePoints = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]], msgspec.Meta(max_length=50)
]


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
    levels: Annotated[dict[Level, Texts], BY_LEVEL] = {}
    reference_points: Annotated[dict[Language, ReferencePoints], BY_LANGUAGE] = {}


class ConfigFact(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What candidates who ask are told, word for word."""

    id: Identifier
    topic: Texts
    text: Texts


Questions = Annotated[list[ConfigQuestion], msgspec.Meta(min_length=1, max_length=50)]
Criteria = Annotated[list[ConfigCriterion], msgspec.Meta(max_length=20)]
Facts = Annotated[list[ConfigFact], msgspec.Meta(max_length=30)]


class ConfigBody(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`language` null: the candidate's own, so every text is there in each language."""

    name: Name
    questions: Questions
    criteria: Criteria
    language: Language | None = None
    duration_minutes: Minutes = 20
    generate_report: bool = True
    facts: Facts = []


class ConfigCreate(ConfigBody, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Without an `agent_id`, the one who conducts by the organization's default configuration."""

    agent_id: str | None = None


class ConfigUpdate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is absent stays; `questions`, `criteria` and `facts` are replaced as a whole."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    agent_id: str | msgspec.UnsetType = msgspec.UNSET
    language: Language | None | msgspec.UnsetType = msgspec.UNSET
    duration_minutes: Minutes | msgspec.UnsetType = msgspec.UNSET
    generate_report: bool | msgspec.UnsetType = msgspec.UNSET
    questions: Questions | msgspec.UnsetType = msgspec.UNSET
    criteria: Criteria | msgspec.UnsetType = msgspec.UNSET
    facts: Facts | msgspec.UnsetType = msgspec.UNSET


class Config(msgspec.Struct, frozen=True, rename="camel"):
    """At one version, made at `updated_at`. Rows of a list have no questions, criteria and facts."""

    id: str
    name: str
    version: int
    is_default: bool
    agent_id: str
    language: Language | None
    duration_minutes: int
    generate_report: bool
    created_at: datetime
    updated_at: datetime
    questions: list[ConfigQuestion] | msgspec.UnsetType = msgspec.UNSET
    criteria: list[ConfigCriterion] | msgspec.UnsetType = msgspec.UNSET
    facts: list[ConfigFact] | msgspec.UnsetType = msgspec.UNSET


class ConfigVersion(msgspec.Struct, frozen=True, rename="camel"):
    version: int
    name: str
    agent_id: str
    language: Language | None
    created_at: datetime


class ConfigQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None


class VersionQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None


def faults(body: ConfigBody) -> tuple[Fault, ...]:
    """What is wrong between the parts: unknown criteria, ids twice, texts missing in a language."""
    found: list[Fault] = []
    known = [criterion.id for criterion in body.criteria]
    found += _repeated("questions", [question.id for question in body.questions])
    found += _repeated("criteria", known)
    found += _repeated("facts", [fact.id for fact in body.facts])
    needed = (body.language,) if body.language else LANGUAGES
    for index, question in enumerate(body.questions):
        path = f"questions.{index}"
        found += _untold(f"{path}.text", question.text, needed)
        found += [
            Fault(f"{path}.criteria.{place}", _doubt(one, known, question.criteria[:place]))
            for place, one in enumerate(question.criteria)
            if one not in known or one in question.criteria[:place]
        ]
    for index, criterion in enumerate(body.criteria):
        path = f"criteria.{index}"
        found += _untold(f"{path}.name", criterion.name, needed)
        may_be_absent: dict[str, Texts | dict[Language, list[str]]] = {
            "description": criterion.description,
            "referencePoints": criterion.reference_points,
            **{f"levels.{level}": texts for level, texts in criterion.levels.items()},
        }
        for part, texts in may_be_absent.items():
            found += _untold(f"{path}.{part}", texts, needed) if texts else []
    for index, fact in enumerate(body.facts):
        found += _untold(f"facts.{index}.topic", fact.topic, needed)
        found += _untold(f"facts.{index}.text", fact.text, needed)
    return tuple(found)


def _repeated(kind: str, identities: list[str]) -> list[Fault]:
    return [
        Fault(f"{kind}.{index}.id", "This id is there twice.")
        for index, identity in enumerate(identities)
        if identity in identities[:index]
    ]


def _doubt(criterion_id: str, known: list[str], before: list[str]) -> str:
    if criterion_id in before:
        return "This criterion is there twice."
    return f"No criterion has the id {criterion_id!r}. There are: {', '.join(known) or 'none'}."


def _untold(path: str, texts: Texts | dict[Language, list[str]], needed: tuple[Language, ...]) -> list[Fault]:
    return [
        Fault(f"{path}.{language}", "Required in this language.")
        for language in needed
        if language not in texts or _is_blank(texts[language])
    ]


def _is_blank(told: str | list[str]) -> bool:
    return isinstance(told, str) and not told.strip()


async def create_config(
    connection: Connection, caller: OrganizationCaller | Operator, wanted: ConfigCreate, *, at: datetime
) -> str:
    """Version 1 of a new configuration; its id. Raises Unprocessable where its parts do not fit together."""
    agent_id = await _default_agent(connection, caller) if wanted.agent_id is None else wanted.agent_id
    body = _body(wanted)
    await _require_fitting(connection, caller, body, agent_id)
    config_id = ids.new("cfg")
    await connection.execute(
        "INSERT INTO interview_configs (id, organization_id, agent_id, name, language, version, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, 1, $6, $6)",
        config_id,
        caller.organization_id,
        agent_id,
        body.name,
        body.language,
        at,
    )
    await _store_version(connection, config_id, 1, agent_id, body, at=at)
    return config_id


async def update_config(
    connection: Connection, caller: OrganizationCaller, config_id: str, wanted: ConfigUpdate, *, at: datetime
) -> None:
    """A new version where anything changes: for interviews to come, and those that have not begun.

    Raises NotFound, and Unprocessable as `create_config` does.
    """
    head = await connection.fetchrow(
        "SELECT version, language FROM interview_configs WHERE id = $1 AND organization_id = $2 FOR UPDATE",
        config_id,
        caller.organization_id,
    )
    if head is None:
        raise NotFound
    row = await connection.fetchrow(
        "SELECT agent_id, body FROM interview_config_versions WHERE config_id = $1 AND version = $2",
        config_id,
        head["version"],
    )
    assert row is not None
    before = msgspec.convert(row["body"], ConfigBody)
    changes = {
        name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not msgspec.UNSET
    }
    agent_id: str = changes.pop("agent_id", row["agent_id"])
    body = msgspec.structs.replace(before, **changes)
    if (body, agent_id) == (before, row["agent_id"]):
        return
    await _require_fitting(connection, caller, body, agent_id)
    await connection.execute(
        "UPDATE interview_configs SET version = $2, agent_id = $3, name = $4, language = $5, updated_at = $6"
        " WHERE id = $1",
        config_id,
        head["version"] + 1,
        agent_id,
        body.name,
        body.language,
        at,
    )
    await _store_version(connection, config_id, head["version"] + 1, agent_id, body, at=at)
    if body.language != head["language"]:
        await follow_configuration(connection, config_id, body.language, at=at)


async def _store_version(
    connection: Connection, config_id: str, version: int, agent_id: str, body: ConfigBody, *, at: datetime
) -> None:
    await connection.execute(
        "INSERT INTO interview_config_versions (config_id, version, agent_id, body, created_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        config_id,
        version,
        agent_id,
        msgspec.to_builtins(body),
        at,
    )


def _body(wanted: ConfigCreate) -> ConfigBody:
    return ConfigBody(**{name: getattr(wanted, name) for name in ConfigBody.__struct_fields__})


async def _default_agent(connection: Connection, caller: OrganizationCaller | Operator) -> str:
    found: str = await connection.fetchval(
        "SELECT g.agent_id FROM organizations o JOIN interview_configs g ON g.id = o.default_config_id"
        " WHERE o.id = $1",
        caller.organization_id,
    )
    return found


async def _require_fitting(
    connection: Connection, caller: OrganizationCaller | Operator, body: ConfigBody, agent_id: str
) -> None:
    found = list(faults(body))
    agent = await connection.fetchval(
        "SELECT 1 FROM agents WHERE id = $1 AND organization_id = $2", agent_id, caller.organization_id
    )
    if agent is None:
        found.insert(0, Fault("agentId", "There is none with this id."))
    if found:
        raise Unprocessable("The configuration's parts do not fit together.", fields=tuple(found))


# What its readers see

_COLUMNS = """
    x.id, v.body->>'name' AS name, v.version, x.id = o.default_config_id AS is_default, v.agent_id,
    v.body->>'language' AS language, (v.body->>'durationMinutes')::integer AS duration_minutes,
    (v.body->>'generateReport')::boolean AS generate_report, x.created_at, v.created_at AS updated_at
"""
_SOURCE = """
    interview_configs x JOIN organizations o ON o.id = x.organization_id
    JOIN interview_config_versions v ON v.config_id = x.id
"""
_PLAIN = Config.__struct_fields__[:-3]


async def access_config(
    connection: Connection, caller: OrganizationCaller, config_id: str, *, version: int | None = None
) -> Config:
    """The one door, to the newest version or an earlier one. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS}, v.body FROM {_SOURCE} AND v.version = coalesce($3, x.version)"
        " WHERE x.id = $1 AND x.organization_id = $2",
        config_id,
        caller.organization_id,
        version,
    )
    if row is None:
        raise NotFound
    body = msgspec.convert(row["body"], ConfigBody)
    return msgspec.structs.replace(
        _listed(row), questions=body.questions, criteria=body.criteria, facts=body.facts
    )


async def list_configs(
    connection: Connection, caller: OrganizationCaller, query: ConfigQuery
) -> Page[Config]:
    """Each by its newest version."""
    where = Conditions()
    where.add("x.organization_id = {}", caller.organization_id)
    return await select_page(
        connection,
        _COLUMNS,
        f"{_SOURCE} AND v.version = x.version",
        where,
        _listed,
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


async def list_versions(
    connection: Connection, caller: OrganizationCaller, config_id: str, query: ConfigQuery
) -> Page[ConfigVersion]:
    """Newest first. Raises NotFound."""
    known = await connection.fetchval(
        "SELECT 1 FROM interview_configs WHERE id = $1 AND organization_id = $2",
        config_id,
        caller.organization_id,
    )
    if known is None:
        raise NotFound
    where = Conditions()
    where.add("x.config_id = {}", config_id)
    return await select_page(
        connection,
        "x.id, x.version, x.body->>'name' AS name, x.agent_id, x.body->>'language' AS language, x.created_at",
        "(SELECT *, lpad(version::text, 9, '0') AS id FROM interview_config_versions) x",
        where,
        lambda row: typed(ConfigVersion, row),
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


def _listed(row: Row) -> Config:
    return Config(**{name: row[name] for name in _PLAIN})


async def make_default(connection: Connection, organization_id: str, config_id: str) -> None:
    """What the organization's interviews use where nothing else is said."""
    await connection.execute(
        "UPDATE organizations SET default_config_id = $2 WHERE id = $1", organization_id, config_id
    )


class ConfigChoice(msgspec.Struct, frozen=True):
    id: str
    name: str


async def configs_to_choose(connection: Connection, caller: OrganizationCaller) -> list[ConfigChoice]:
    """Each by its newest version, the default first."""
    rows = await connection.fetch(
        "SELECT c.id, c.name FROM interview_configs c JOIN organizations o ON o.id = c.organization_id"
        " WHERE c.organization_id = $1 ORDER BY c.id = o.default_config_id DESC, c.created_at DESC LIMIT $2",
        caller.organization_id,
        MAX_CHOICES,
    )
    return [typed(ConfigChoice, row) for row in rows]


async def config_name(connection: Connection, config_id: str, version: int) -> str:
    """What the configuration was called at that version."""
    name: str = await connection.fetchval(
        "SELECT body->>'name' FROM interview_config_versions WHERE config_id = $1 AND version = $2",
        config_id,
        version,
    )
    return name
