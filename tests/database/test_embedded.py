"""The embedded PostgreSQL, as a folder that is owned, killed, taken over and moved."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from vivavoce.database.embedded import (
    DatabaseError,
    FolderHeldError,
    FolderLock,
    Server,
    database,
    running_address,
)
from vivavoce.settings import Settings, load

OWNER = """
import sys, time
from pathlib import Path
from vivavoce.database.embedded import FolderLock, Server
data = Path(sys.argv[1])
with FolderLock(data, sys.argv[2]), Server(data) as server:
    print(server.process.pid, flush=True)
    sys.stdin.read()
"""


def run(address: str, *statements: str) -> object:
    async def execute() -> object:
        connection = await asyncpg.connect(address, timeout=10)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(execute())


@contextlib.contextmanager
def owner(data: Path, holder: str = "serve") -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that owns the folder, and its PostgreSQL's number."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data), holder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A folder whose database was made, with one row that must last."""
    settings = load({"VIVAVOCE_DATA": str(tmp_path_factory.mktemp("data"))})
    with database(settings, "test") as address:
        run(address, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)", "SELECT 1")
    return settings


def test_it_keeps_what_was_committed_and_ends_with_its_owner(made: Settings) -> None:
    with Server(made.data) as server:
        assert server.process
        assert run(server.address, "SELECT count(*) FROM kept") == 1
        process = psutil.Process(server.process.pid)
    assert not process.is_running()
    assert running_address(made.data) is None


def test_it_trusts_the_disk_before_it_says_yes(made: Settings) -> None:
    with Server(made.data) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert run(server.address, f"SHOW {setting}") == "on"


def test_words_of_people_do_not_get_into_its_log(made: Settings) -> None:
    with Server(made.data) as server:
        with pytest.raises(asyncpg.PostgresError):
            run(server.address, "SELECT 'ada@example.org'::int")
        assert "ada@example.org" not in server.log.read_text()


def test_a_folder_has_one_owner_at_a_time(made: Settings) -> None:
    with owner(made.data) as (process, _), pytest.raises(FolderHeldError, match=str(process.pid)):
        FolderLock(made.data, "serve")
    FolderLock(made.data, "serve").release()


def test_a_command_beside_serve_uses_its_server_and_leaves_it_running(made: Settings) -> None:
    with owner(made.data) as (_, postgres):
        with database(made, "keys") as address:
            assert run(address, "SELECT count(*) FROM kept") == 1
        assert psutil.pid_exists(postgres)
        assert running_address(made.data) == address


def test_a_command_waits_for_another_command(made: Settings) -> None:
    with owner(made.data, "keys") as (process, _):
        assert process.stdin
        process.stdin.close()  # it is about to end
        with database(made, "members") as address:
            assert run(address, "SELECT count(*) FROM kept") == 1


def test_it_starts_again_after_everything_was_killed_at_once(made: Settings) -> None:
    with owner(made.data) as (process, postgres):
        address = running_address(made.data)
        assert address
        run(address, "INSERT INTO kept VALUES (2)", "SELECT 1")
        os.kill(process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(postgres, signal.SIGKILL)
    with Server(made.data) as server:
        assert run(server.address, "SELECT count(*) FROM kept WHERE n = 2") == 1
        run(server.address, "DELETE FROM kept WHERE n = 2", "SELECT 1")


def test_backends_that_outlive_a_killed_server_do_not_keep_it_from_starting(made: Settings) -> None:
    with owner(made.data) as (process, postgres):
        backends = psutil.Process(postgres).children()
        for backend in backends:
            backend.suspend()  # so that they do not see their server go
        os.kill(process.pid, signal.SIGKILL)
        os.kill(postgres, signal.SIGKILL)
    with Server(made.data) as server:
        assert run(server.address, "SELECT count(*) FROM kept") == 1
    assert not any(backend.is_running() for backend in backends)


def test_a_running_server_without_owner_is_taken_over(made: Settings) -> None:
    with owner(made.data) as (process, postgres):
        psutil.Process(postgres).suspend()  # it cannot follow its owner yet
        process.kill()
        process.wait()
        psutil.Process(postgres).resume()
        with Server(made.data) as server:
            assert server.process
            assert server.process.pid != postgres
            assert run(server.address, "SELECT count(*) FROM kept") == 1


def test_a_dead_servers_number_may_belong_to_another_program(made: Settings) -> None:
    with owner(made.data) as (process, postgres):
        os.kill(process.pid, signal.SIGKILL)
        os.kill(postgres, signal.SIGKILL)
    note = made.data / "postgresql" / "postmaster.pid"
    lines = note.read_text().splitlines()
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with Server(made.data) as server:
        assert run(server.address, "SELECT count(*) FROM kept") == 1


def test_a_start_that_was_cut_short_leaves_nothing_half_made(tmp_path: Path) -> None:
    draft = tmp_path / "postgresql.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    with Server(tmp_path) as server:
        assert run(server.address, "SELECT 1") == 1
    assert not draft.exists()


def test_a_folder_with_a_long_name_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    data.mkdir()
    with Server(data) as server:
        assert run(server.address, "SELECT 1") == 1
        assert running_address(data) == server.address


def test_a_folder_of_another_version_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "postgresql"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("17\n")
    with pytest.raises(DatabaseError, match="PostgreSQL 17"):
        Server(tmp_path).start()
