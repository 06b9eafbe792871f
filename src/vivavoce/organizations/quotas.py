"""How many interviews an organization may begin in a month, where whoever runs the installation set a quota."""

from datetime import datetime

from vivavoce.database.pool import Connection
from vivavoce.errors import PaymentRequired


async def require_credits(connection: Connection, organization_id: str, *, at: datetime) -> None:
    """Raises PaymentRequired when as many interviews as the quota began in this calendar month (UTC).

    Erasing a candidate gives nothing back: the receipt keeps how many of theirs had counted.
    """
    row = await connection.fetchrow(
        "SELECT o.monthly_quota, (SELECT count(*) FROM interviews WHERE organization_id = o.id AND mode = 'live'"
        " AND started_at >= m.first) + (SELECT coalesce(sum(began_this_month), 0) FROM erasures"
        " WHERE organization_id = o.id AND erased_at >= m.first) AS used"
        " FROM organizations o, date_trunc('month', $2::timestamptz, 'UTC') AS m(first)"
        " WHERE o.id = $1 AND o.monthly_quota IS NOT NULL",
        organization_id,
        at,
    )
    if row is not None and row["used"] >= row["monthly_quota"]:
        raise PaymentRequired(
            f"This month's {row['monthly_quota']} interviews are used up. The count begins anew on the first of next"
            " month, in UTC.",
            quota=row["monthly_quota"],
        )


async def set_quota(connection: Connection, organization_id: str, quota: int | None) -> None:
    """From now on; None is no quota."""
    await connection.execute(
        "UPDATE organizations SET monthly_quota = $2 WHERE id = $1", organization_id, quota
    )
