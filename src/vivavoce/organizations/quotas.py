"""How many interviews an organization may begin in a month, where whoever runs the installation set a quota."""

from datetime import datetime

from vivavoce import events
from vivavoce.callers import Operator
from vivavoce.database.pool import Connection
from vivavoce.errors import PaymentRequired

MAX_QUOTA = 1_000_000_000

_USED = """
    (SELECT count(*) FROM interviews WHERE organization_id = o.id AND mode = 'live' AND started_at >= m.first)
    + (SELECT coalesce(sum(began_this_month), 0) FROM erasures
        WHERE organization_id = o.id AND erased_at >= m.first)
"""
_SOURCE = "organizations o, date_trunc('month', $2::timestamptz, 'UTC') AS m(first)"


async def require_credits(connection: Connection, organization_id: str, *, at: datetime) -> None:
    """Raises PaymentRequired when as many interviews as the quota began in this calendar month (UTC).

    Erasing a candidate gives nothing back: the receipt keeps how many of theirs had counted.
    """
    row = await connection.fetchrow(
        f"SELECT o.monthly_quota, {_USED} AS used FROM {_SOURCE} WHERE o.id = $1 AND o.monthly_quota IS NOT NULL",
        organization_id,
        at,
    )
    if row is not None and row["used"] >= row["monthly_quota"]:
        raise PaymentRequired(
            f"The quota of this month ({row['monthly_quota']} interviews) is used up. The count begins anew on the"
            " first of the next, in UTC.",
            quota=row["monthly_quota"],
        )


async def set_quota(connection: Connection, caller: Operator, quota: int | None, *, at: datetime) -> int:
    """From now on; None is no quota. How many interviews have begun this month."""
    await connection.execute(
        "UPDATE organizations SET monthly_quota = $2 WHERE id = $1", caller.organization_id, quota
    )
    await events.record(
        connection,
        caller.organization_id,
        "organization.quota_changed",
        actor=caller.actor,
        at=at,
        data={"quota": quota},
    )
    used: int = await connection.fetchval(
        f"SELECT {_USED} FROM {_SOURCE} WHERE o.id = $1", caller.organization_id, at
    )
    return used
