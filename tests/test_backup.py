"""A backup goes into one file, and comes back whole into an empty installation, and nowhere else."""

import asyncio
import io
import stat
import tarfile
from pathlib import Path

import asyncpg
import pytest

from vivavoce.backup import BackupError, back_up, restore
from vivavoce.database.embedded import database
from vivavoce.database.migrate import migrate
from vivavoce.settings import Settings, load


async def names(address: str) -> list[str]:
    connection = await asyncpg.connect(address)
    try:
        return [row["name"] for row in await connection.fetch("SELECT name FROM organizations ORDER BY name")]
    finally:
        await connection.close()


async def fill(address: str) -> None:
    await migrate(address)
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(
            "INSERT INTO organizations (id, name, created_at) VALUES ('org_1', 'Élan', now())"
        )
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = load({"VIVAVOCE_DATA": str(tmp_path_factory.mktemp("old"))})
    with database(settings, "test") as address:
        asyncio.run(fill(address))
    recording = settings.data / "files" / "int_1" / "1.mp3"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"what was said")
    return settings


@pytest.fixture(scope="module")
def backup(installation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "monday.tar"
    back_up(installation, file, lambda _: None)
    return file


def test_everything_comes_back(installation: Settings, backup: Path, tmp_path: Path) -> None:
    fresh = load({"VIVAVOCE_DATA": str(tmp_path)})
    restore(fresh, backup, lambda _: None)
    with database(fresh, "test") as address:
        assert asyncio.run(names(address)) == ["Élan"]
    assert (tmp_path / "files" / "int_1" / "1.mp3").read_bytes() == b"what was said"
    again = load({"VIVAVOCE_DATA": str(tmp_path)})
    assert (again.secret_key, again.agent_secret) == (installation.secret_key, installation.agent_secret)


def test_only_its_owner_reads_a_backup(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_an_older_backup_is_not_overwritten(installation: Settings, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        back_up(installation, backup, lambda _: None)
    assert backup.read_bytes() == before


def test_nothing_is_restored_over_an_installation_in_use(installation: Settings, backup: Path) -> None:
    with pytest.raises(BackupError, match="not empty"):
        restore(installation, backup, lambda _: None)


def test_nothing_is_restored_over_a_database_in_use(backup: Path, tmp_path: Path) -> None:
    used = load({"VIVAVOCE_DATA": str(tmp_path)})
    with database(used, "test") as address:
        asyncio.run(fill(address))
    with pytest.raises(BackupError, match="the database is not empty"):
        restore(used, backup, lambda _: None)
    assert not (tmp_path / "files").exists()
    assert load({"VIVAVOCE_DATA": str(tmp_path)}) == used


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Ada")
    with pytest.raises(BackupError, match="cannot be read as a backup"):
        restore(load({"VIVAVOCE_DATA": str(tmp_path / "data")}), other, lambda _: None)


@pytest.mark.parametrize(
    "name", ["../escaped", "secrets/../../escaped", "/escaped", "postgresql/pg_hba.conf"]
)
def test_a_forged_backup_writes_nowhere_else(tmp_path: Path, name: str) -> None:
    forged = tmp_path / "forged.tar"
    with tarfile.open(forged, "w") as tar:
        for one in ("database.dump", name):
            tar.addfile(tarfile.TarInfo(one), io.BytesIO())
    with pytest.raises(BackupError, match="no backup"):
        restore(load({"VIVAVOCE_DATA": str(tmp_path / "data")}), forged, lambda _: None)
