"""An organization: born with a default agent and one default interview configuration."""

from datetime import datetime

import msgspec

from vivavoce import ids
from vivavoce.agents.agents import AgentCreate, create_agent
from vivavoce.agents.configs import create_config, make_default
from vivavoce.agents.defaults import DEFAULT_CONFIG
from vivavoce.callers import Operator
from vivavoce.database.pool import Connection


async def create_organization(
    connection: Connection, name: str, *, at: datetime, contact_email: str | None = None
) -> str:
    """Its id. `contact_email` is whom a candidate writes to who wants a person."""
    organization_id = ids.new("org")
    await connection.execute(
        "INSERT INTO organizations (id, name, contact_email, created_at) VALUES ($1, $2, $3, $4)",
        organization_id,
        name,
        contact_email,
        at,
    )
    operator = Operator(organization_id)
    agent = await create_agent(connection, operator, AgentCreate(name="Camille"), at=at)
    wanted = msgspec.structs.replace(DEFAULT_CONFIG, agent_id=agent.id)
    config = await create_config(connection, operator, wanted, at=at)
    await make_default(connection, organization_id, config)
    return organization_id


async def organization_named(connection: Connection, name: str | None, *, at: datetime) -> str:
    """The organization of that name, made when there is none; without a name, the oldest one."""
    found: str | None = await connection.fetchval(
        "SELECT id FROM organizations WHERE name = $1 OR $1::text IS NULL ORDER BY created_at, id LIMIT 1",
        name,
    )
    return found or await create_organization(connection, name or "My organization", at=at)
