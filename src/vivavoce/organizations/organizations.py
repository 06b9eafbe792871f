"""An organization: born with a default agent and one default interview configuration."""

from datetime import datetime

import msgspec

from vivavoce import events, ids
from vivavoce.agents.agents import AgentCreate, create_agent
from vivavoce.agents.configs import create_config, make_default
from vivavoce.agents.defaults import DEFAULT_CONFIG
from vivavoce.callers import Administrator, Operator
from vivavoce.database.pool import Connection
from vivavoce.database.rows import typed
from vivavoce.errors import Forbidden


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


async def find_organization(connection: Connection, name: str | None) -> str | None:
    """The id of the one of that name; without a name, of the oldest."""
    found: str | None = await connection.fetchval(
        "SELECT id FROM organizations WHERE name = $1 OR $1::text IS NULL ORDER BY created_at, id LIMIT 1",
        name,
    )
    return found


class Organization(msgspec.Struct, frozen=True):
    name: str
    contact_email: str | None


async def read_organization(connection: Connection, caller: Administrator) -> Organization:
    row = await connection.fetchrow(
        "SELECT name, contact_email FROM organizations WHERE id = $1", caller.organization_id
    )
    assert row is not None
    return typed(Organization, row)


async def change_organization(
    connection: Connection, caller: Administrator, wanted: Organization, *, at: datetime
) -> None:
    """For owners: what candidates read in their mail. Raises Forbidden."""
    if caller.role != "OWNER":
        raise Forbidden("The organization is kept by its owners.")
    await connection.execute(
        "UPDATE organizations SET name = $2, contact_email = $3 WHERE id = $1",
        caller.organization_id,
        wanted.name,
        wanted.contact_email,
    )
    await events.record(connection, caller.organization_id, "organization.changed", actor=caller.actor, at=at)
