"""The connection pool, and the one way to a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec

if TYPE_CHECKING:
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
    Row = asyncpg.Record
else:
    Connection, Pool, Row = asyncpg.Connection, asyncpg.Pool, asyncpg.Record

POOL_SIZE = 10
STATEMENT_TIMEOUT_SECONDS = 15.0
CONNECT_TIMEOUT_SECONDS = 10.0


class Database:
    """A pool of connections to one PostgreSQL database. Open it with `Database.open(dsn)`."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    @classmethod
    async def open(cls, dsn: str, *, size: int = POOL_SIZE) -> "Database":
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            init=_prepare,
            reset=_keep_session,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=STATEMENT_TIMEOUT_SECONDS,
        )
        return cls(pool)

    async def close(self) -> None:
        await self.pool.close()

    def joined(self, connection: Connection) -> "Database":
        """The same, but every transaction is a part of the one that the connection is in."""
        return _Joined(self.pool, connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """What is changed within is committed on leaving, or not at all."""
        async with self.pool.acquire() as connection, connection.transaction():
            yield connection


class _Joined(Database):
    def __init__(self, pool: Pool, connection: Connection) -> None:
        super().__init__(pool)
        self._connection = connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self._connection.transaction():
            yield self._connection


def now() -> datetime:
    """The time of what happens."""
    return to_milliseconds(datetime.now(UTC))


def to_milliseconds(moment: datetime) -> datetime:
    """As the API shows every time."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


async def _keep_session(_: Any) -> None:
    """Nothing here sets a session's state, so nothing is reset: that would be a round trip for every release."""


async def _prepare(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            encoder=lambda value: msgspec.json.encode(value).decode(),
            decoder=msgspec.json.decode,
        )
