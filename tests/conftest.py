"""A PostgreSQL for the run, a database for each test, and the people who use it."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from vivavoce.database.embedded import FolderLock, Server
from vivavoce.database.migrate import migrate
from vivavoce.settings import Settings
from vivavoce.worker import work
from world import People, World, opened_world

_numbers = itertools.count(1)
PEOPLED = "people"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("postgres")
    for folder in (data, *data.parents[:2]):
        folder.chmod(0o711)
    with FolderLock(data, "tests"), Server(data) as server:
        yield server


@pytest.fixture(scope="session")
async def template(postgres: Server) -> str:
    """A migrated database that the tests' own are copies of, on a server that need not survive a power cut."""
    connection = await asyncpg.connect(postgres.address)
    try:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            await connection.execute(f"ALTER SYSTEM SET {name} = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()
    await migrate(postgres.address)
    return postgres.address


@pytest.fixture(scope="session")
async def people(template: str, tmp_path_factory: pytest.TempPathFactory) -> People:
    """The people of every world, in a database that the worlds' own are copies of."""
    address = await _copied(template, "vivavoce", PEOPLED)
    async with opened_world(_settings(tmp_path_factory.mktemp("people")), address) as world:
        return People.of(world)


@pytest.fixture
async def dsn(request: pytest.FixtureRequest, template: str, people: People) -> AsyncIterator[str]:
    """A database of the newest schema, for one test: a world's, or an empty one."""
    source = PEOPLED if "world" in request.fixturenames else "vivavoce"
    name = f"test_{next(_numbers)}"
    yield await _copied(template, source, name)
    await _execute(template, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return _settings(tmp_path)


@pytest.fixture
async def world(people: People, settings: Settings, dsn: str) -> AsyncIterator[World]:
    async with opened_world(settings, dsn, people) as made:
        yield made


def _settings(data: Path) -> Settings:
    return Settings(
        data=data,
        public_url="http://testserver",
        secret_key="k" * 32,
        agent_secret="a" * 32,
        livekit_api_key="lk-key",
        livekit_api_secret="lk-secret-" + "s" * 32,
        rate_per_second=1_000,  # a test's clock stands still: all that it asks is within one second
        rate_per_minute=10_000,
    )


async def _copied(address: str, source: str, name: str) -> str:
    """The address of a copy of that database; copied file by file, which takes half as long as through the log."""
    await _execute(address, f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    return address.replace("/vivavoce?", f"/{name}?")


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address.replace("/vivavoce?", "/postgres?"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
async def working(world: World, dsn: str) -> AsyncIterator[None]:
    """A worker beside the world."""
    task = asyncio.create_task(work(world.services, dsn))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
