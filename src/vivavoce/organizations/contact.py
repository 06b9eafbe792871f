"""The person a candidate can write to: for an interview with a human, or when something is wrong."""

import msgspec

from vivavoce.database.pool import Connection


class Contact(msgspec.Struct, frozen=True):
    name: str
    email: str


async def contact_of(connection: Connection, organization_id: str, sender: str) -> Contact:
    """Whom the organization names, else its first owner, else the sender of its mail."""
    row = await connection.fetchrow(
        "SELECT o.name, o.contact_email, m.name AS owner, m.email AS owner_email FROM organizations o"
        " LEFT JOIN members m ON m.organization_id = o.id AND m.role = 'OWNER' WHERE o.id = $1"
        " ORDER BY m.created_at, m.id LIMIT 1",
        organization_id,
    )
    assert row is not None
    if row["contact_email"]:
        return Contact(row["name"], row["contact_email"])
    if row["owner_email"]:
        return Contact(row["owner"] or row["name"], row["owner_email"])
    return Contact(row["name"], sender)
