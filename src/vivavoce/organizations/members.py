"""Members of an organization and what each may do. An organization always has an owner.

A reader reads; a member works with candidates, campaigns and interviews; an administrator also keeps agents,
configurations, keys, webhooks and members; an owner also owners and the organization itself.
"""

from datetime import datetime
from typing import get_args

import msgspec

from vivavoce import events, ids
from vivavoce.callers import Administrator, Role
from vivavoce.database.pool import Connection
from vivavoce.database.rows import typed
from vivavoce.errors import Conflict, Forbidden, NotFound

ROLES: tuple[Role, ...] = get_args(Role)
MAX_MEMBERS = 1_000


class MemberRow(msgspec.Struct, frozen=True):
    id: str
    email: str
    name: str
    role: Role
    created_at: datetime


_COLUMNS = ", ".join(MemberRow.__struct_fields__)


def may_keep(caller: Administrator, role: Role) -> bool:
    """Whether members of that role are this caller's to invite, change and remove."""
    return caller.role == "OWNER" or (caller.may_administer and role != "OWNER")


async def list_members(connection: Connection, caller: Administrator) -> list[MemberRow]:
    """Owners first. Raises Forbidden."""
    _require(caller, "READER")
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM members WHERE organization_id = $1"
        " ORDER BY array_position($2::text[], role), lower(email) LIMIT $3",
        caller.organization_id,
        ROLES,
        MAX_MEMBERS,
    )
    return [typed(MemberRow, row) for row in rows]


async def access_member(connection: Connection, caller: Administrator, member_id: str) -> MemberRow:
    """The one door. Raises NotFound and Forbidden."""
    _require(caller, "READER")
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM members WHERE id = $1 AND organization_id = $2",
        member_id,
        caller.organization_id,
    )
    if row is None:
        raise NotFound
    return typed(MemberRow, row)


async def find_member(connection: Connection, caller: Administrator, email: str) -> MemberRow | None:
    """By address, whatever its case. Raises Forbidden."""
    _require(caller, "READER")
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM members WHERE lower(email) = lower($1) AND organization_id = $2",
        email,
        caller.organization_id,
    )
    return typed(MemberRow, row) if row else None


async def add_member(
    connection: Connection, caller: Administrator, email: str, role: Role, *, at: datetime, name: str = ""
) -> str:
    """The id of a new member. Raises Conflict where that address is a member's, and Forbidden."""
    _require(caller, role)
    member_id: str | None = await connection.fetchval(
        "INSERT INTO members (id, organization_id, email, name, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (organization_id, lower(email)) DO NOTHING RETURNING id",
        ids.new("mem"),
        caller.organization_id,
        email,
        name,
        role,
        at,
    )
    if member_id is None:
        raise Conflict("This address is a member's already.")
    await events.record(
        connection,
        caller.organization_id,
        "member.added",
        actor=caller.actor,
        at=at,
        data={"memberId": member_id, "role": role},
    )
    return member_id


async def invite_member(
    connection: Connection,
    caller: Administrator,
    email: str,
    role: Role | None,
    *,
    at: datetime,
    name: str = "",
) -> str:
    """The member of that address, made when there is none, with that role; the id.

    Where no role is said, a member keeps the one there is, the first of an organization is its owner, and
    everybody else a plain member. Raises Forbidden, and Conflict LAST_OWNER.
    """
    member = await find_member(connection, caller, email)
    if member is None:
        role = role or ("MEMBER" if await list_members(connection, caller) else "OWNER")
        return await add_member(connection, caller, email, role, at=at, name=name)
    if role is not None:
        await change_role(connection, caller, member.id, role, at=at)
    return member.id


async def change_role(
    connection: Connection, caller: Administrator, member_id: str, role: Role, *, at: datetime
) -> None:
    """From the member's next step on. Raises NotFound, Forbidden and Conflict LAST_OWNER."""
    member = await _held(connection, caller, member_id)
    _require(caller, role)
    if member.role == role:
        return
    if member.role == "OWNER":
        await _require_another_owner(connection, caller, member_id)
    await connection.execute("UPDATE members SET role = $2 WHERE id = $1", member_id, role)
    await events.record(
        connection,
        caller.organization_id,
        "member.changed",
        actor=caller.actor,
        at=at,
        data={"memberId": member_id, "role": role},
    )


async def remove_member(
    connection: Connection, caller: Administrator, member_id: str, *, at: datetime
) -> None:
    """Sessions and sign-in links go with the member. Raises NotFound, Forbidden and Conflict LAST_OWNER."""
    member = await _held(connection, caller, member_id)
    if member.role == "OWNER":
        await _require_another_owner(connection, caller, member_id)
    await connection.execute("DELETE FROM members WHERE id = $1", member_id)
    await events.record(
        connection,
        caller.organization_id,
        "member.removed",
        actor=caller.actor,
        at=at,
        data={"memberId": member_id},
    )


async def _held(connection: Connection, caller: Administrator, member_id: str) -> MemberRow:
    """The member, with the organization's row held: its owners change one at a time."""
    await connection.execute(
        "SELECT 1 FROM organizations WHERE id = $1 FOR NO KEY UPDATE", caller.organization_id
    )
    member = await access_member(connection, caller, member_id)
    _require(caller, member.role)
    return member


async def _require_another_owner(connection: Connection, caller: Administrator, member_id: str) -> None:
    another = await connection.fetchval(
        "SELECT 1 FROM members WHERE organization_id = $1 AND role = 'OWNER' AND id <> $2 LIMIT 1",
        caller.organization_id,
        member_id,
    )
    if another is None:
        raise Conflict("This is the only owner. Make somebody else an owner first.", code="LAST_OWNER")


def _require(caller: Administrator, role: Role) -> None:
    if not may_keep(caller, role):
        raise Forbidden(
            "Owners are kept by owners." if caller.may_administer else "Members are kept by administrators."
        )
