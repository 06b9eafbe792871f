"""How often somebody asks: counted in the database for all processes, and committed apart from what was asked."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from vivavoce.database.pool import Database
from vivavoce.settings import Settings

if TYPE_CHECKING:
    from vivavoce.wiring import Services

KEPT = timedelta(minutes=2)

# Who is late by a moment, for the second that ended while it waited, counts in the one that began.
COUNT_AGAIN = """
    ON CONFLICT (subject) DO UPDATE SET
        second = excluded.second + (r.second = excluded.second + 1)::integer,
        in_second = CASE WHEN r.second IN (excluded.second, excluded.second + 1) THEN r.in_second + 1 ELSE 1 END,
        in_minute = CASE WHEN r.second / 60 = excluded.second / 60 OR r.second = excluded.second + 1
            THEN r.in_minute + 1 ELSE 1 END
"""
_COUNT = f"""
INSERT INTO request_rates AS r (subject, second, in_second, in_minute)
SELECT subject, $2, 1, 1 FROM unnest($1::text[]) AS subject ORDER BY subject {COUNT_AGAIN}
RETURNING subject, in_minute
"""


class Window(msgspec.Struct, frozen=True):
    """One limit and how far it is used; `reset` is when it starts anew, in UNIX seconds."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


def windows(settings: Settings, in_second: int, in_minute: int, at: datetime) -> list[Window]:
    """The limits that there are, the tighter one first."""
    second = second_of(at)
    both = (
        Window(settings.rate_per_second, in_second, second + 1),
        Window(settings.rate_per_minute, in_minute, minute_end(at)),
    )
    return sorted((one for one in both if one.limit), key=lambda one: (one.remaining, -one.reset))


def seconds_to_wait(exceeded: Sequence[Window], at: datetime) -> int:
    return max(1, math.ceil(max(one.reset for one in exceeded) - at.timestamp()))


def second_of(at: datetime) -> int:
    return int(at.timestamp())


def minute_end(at: datetime) -> int:
    return (second_of(at) // 60 + 1) * 60


async def count(database: Database, subjects: Sequence[str], at: datetime) -> dict[str, int]:
    """One more for each; how many that makes in this minute."""
    rows = await database.pool.fetch(_COUNT, subjects, second_of(at))
    return {row["subject"]: row["in_minute"] for row in rows}


async def forget_old_rates(services: "Services") -> None:
    await services.database.pool.execute(
        "DELETE FROM request_rates WHERE second < $1", second_of(services.clock() - KEPT)
    )
