"""Agents: who conducts an interview. A name, a voice, a tone, instructions."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from vivavoce import ids
from vivavoce.database.pool import Connection
from vivavoce.database.rows import typed

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Tone = Literal["professional", "friendly", "formal", "casual", "empathetic"]


class AgentCreate(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    name: Name
    provider: Literal["local", "openai", "elevenlabs"] = "local"
    voice: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "default"
    tone: Tone = "professional"
    language: Literal["en", "fr"] | None = None
    instructions: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    suspicion_level: Annotated[int, msgspec.Meta(ge=0, le=3)] = 1
    job_id: str | None = None


class Agent(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str
    provider: str
    voice: str
    tone: Tone
    language: Literal["en", "fr"] | None
    instructions: str
    suspicion_level: int
    job_id: str | None
    created_at: datetime
    updated_at: datetime


_SELECT = (
    "SELECT id, name, provider, voice, tone, language, instructions, suspicion_level, job_id,"
    " created_at, updated_at FROM agents"
)


async def create_agent(
    connection: Connection, organization_id: str, wanted: AgentCreate, *, at: datetime
) -> Agent:
    agent_id = ids.new("agt")
    await connection.execute(
        "INSERT INTO agents (id, organization_id, job_id, name, provider, voice, tone, language, instructions,"
        " suspicion_level, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        agent_id,
        organization_id,
        wanted.job_id,
        wanted.name,
        wanted.provider,
        wanted.voice,
        wanted.tone,
        wanted.language,
        wanted.instructions,
        wanted.suspicion_level,
        at,
    )
    row = await connection.fetchrow(f"{_SELECT} WHERE id = $1", agent_id)
    assert row is not None
    return typed(Agent, row)
