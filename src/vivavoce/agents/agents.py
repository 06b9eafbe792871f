"""Agents: who conducts an interview. A name, a voice, a tone, patience, instructions."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import ids
from vivavoce.callers import Operator, OrganizationCaller
from vivavoce.database.paging import Page, PageNumber, PageSize, select_page
from vivavoce.database.pool import Connection
from vivavoce.database.rows import Conditions, typed
from vivavoce.errors import Fault, NotFound, Unprocessable
from vivavoce.interviewer.plan import Patience
from vivavoce.interviewer.voices import VOICES, Provider

MAX_CHOICES = 200

Name = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=100)]
VoiceName = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Tone = Literal["professional", "friendly", "formal", "casual", "empathetic"]
Language = Literal["en", "fr"]
Instructions = Annotated[str, msgspec.Meta(max_length=4000)]
SuspicionLevel = Annotated[int, msgspec.Meta(ge=0, le=3)]


class AgentCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Without a `voice`, the first of its provider's. With a `job_id`, it conducts for that job only."""

    name: Name
    provider: Provider = "local"
    voice: VoiceName | None = None
    tone: Tone = "professional"
    language: Language | None = None
    patience: Patience = "patient"
    instructions: Instructions = ""
    suspicion_level: SuspicionLevel = 1
    job_id: str | None = None


class AgentUpdate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is absent stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    provider: Provider | msgspec.UnsetType = msgspec.UNSET
    voice: VoiceName | msgspec.UnsetType = msgspec.UNSET
    tone: Tone | msgspec.UnsetType = msgspec.UNSET
    language: Language | None | msgspec.UnsetType = msgspec.UNSET
    patience: Patience | msgspec.UnsetType = msgspec.UNSET
    instructions: Instructions | msgspec.UnsetType = msgspec.UNSET
    suspicion_level: SuspicionLevel | msgspec.UnsetType = msgspec.UNSET
    job_id: str | None | msgspec.UnsetType = msgspec.UNSET


class Agent(msgspec.Struct, frozen=True, rename="camel"):
    """`language` is the one that the voice was chosen for; an interview's own is its configuration's."""

    id: str
    name: str
    provider: Provider
    voice: str
    tone: Tone
    language: Language | None
    patience: Patience
    instructions: str
    suspicion_level: int
    job_id: str | None
    created_at: datetime
    updated_at: datetime


class AgentQuery(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    page: PageNumber = 1
    page_size: PageSize = 20
    cursor: str | None = None
    job_id: str | None = None


_COLUMNS = ", ".join(Agent.__struct_fields__)


async def create_agent(
    connection: Connection, caller: OrganizationCaller | Operator, wanted: AgentCreate, *, at: datetime
) -> Agent:
    """Raises Unprocessable for a voice that is not its provider's and a job that is not here."""
    agent = Agent(
        id=ids.new("agt"),
        name=wanted.name,
        provider=wanted.provider,
        voice=wanted.voice or VOICES[wanted.provider][0],
        tone=wanted.tone,
        language=wanted.language,
        patience=wanted.patience,
        instructions=wanted.instructions,
        suspicion_level=wanted.suspicion_level,
        job_id=wanted.job_id,
        created_at=at,
        updated_at=at,
    )
    await _require_fitting(connection, caller, agent)
    await connection.execute(
        f"INSERT INTO agents (organization_id, {_COLUMNS})"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        caller.organization_id,
        *msgspec.structs.astuple(agent),
    )
    return agent


async def update_agent(
    connection: Connection, caller: OrganizationCaller, agent_id: str, wanted: AgentUpdate, *, at: datetime
) -> Agent:
    """Interviews that go on hear of it too. Raises as `access_agent` and `create_agent` do."""
    await connection.execute(
        "SELECT 1 FROM agents WHERE id = $1 AND organization_id = $2 FOR UPDATE",
        agent_id,
        caller.organization_id,
    )
    changes = {
        name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not msgspec.UNSET
    }
    agent = msgspec.structs.replace(
        await access_agent(connection, caller, agent_id), **changes, updated_at=at
    )
    await _require_fitting(connection, caller, agent)
    row = await connection.fetchrow(
        "UPDATE agents SET name = $2, provider = $3, voice = $4, tone = $5, language = $6, patience = $7,"
        " instructions = $8, suspicion_level = $9, job_id = $10, updated_at = $11"
        f" WHERE id = $1 RETURNING {_COLUMNS}",
        agent.id,
        agent.name,
        agent.provider,
        agent.voice,
        agent.tone,
        agent.language,
        agent.patience,
        agent.instructions,
        agent.suspicion_level,
        agent.job_id,
        at,
    )
    assert row is not None
    return typed(Agent, row)


async def access_agent(connection: Connection, caller: OrganizationCaller, agent_id: str) -> Agent:
    """The one door. Raises NotFound, for another organization's too."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM agents WHERE id = $1 AND organization_id = $2",
        agent_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return typed(Agent, row)


async def list_agents(connection: Connection, caller: OrganizationCaller, query: AgentQuery) -> Page[Agent]:
    where = Conditions()
    where.add("x.organization_id = {}", caller.organization_id)
    where.add_given("x.job_id = {}", query.job_id)
    return await select_page(
        connection,
        _COLUMNS,
        "agents x",
        where,
        lambda row: typed(Agent, row),
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )


async def agents_to_choose(connection: Connection, caller: OrganizationCaller, chosen: str) -> list[Agent]:
    """The newest, with the chosen one whatever its age."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM agents WHERE organization_id = $1"
        " ORDER BY id = $2 DESC, created_at DESC, id DESC LIMIT $3",
        caller.organization_id,
        chosen,
        MAX_CHOICES,
    )
    return [typed(Agent, row) for row in rows]


async def _require_fitting(
    connection: Connection, caller: OrganizationCaller | Operator, agent: Agent
) -> None:
    faults = []
    if agent.voice not in VOICES[agent.provider]:
        voices = ", ".join(VOICES[agent.provider])
        faults.append(Fault("voice", f"{agent.provider} has no voice {agent.voice!r}. It has: {voices}."))
    if agent.job_id is not None:
        job = await connection.fetchval(
            "SELECT 1 FROM jobs WHERE id = $1 AND organization_id = $2", agent.job_id, caller.organization_id
        )
        if job is None:
            faults.append(Fault("jobId", "There is none with this id."))
    if faults:
        raise Unprocessable(" ".join(fault.message for fault in faults), fields=tuple(faults))
