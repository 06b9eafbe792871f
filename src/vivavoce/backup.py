"""A backup is one tar file: the database as pg_dump writes it, the recordings, the secrets that were made here."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

from vivavoce.database.embedded import binaries, database
from vivavoce.settings import SECRETS_FOLDER, InstallationError, Settings

DUMP = "database.dump"
FILES = "files"
DUMP_SECONDS = 3600.0

Say = Callable[[str], None]


class BackupError(InstallationError):
    pass


def back_up(settings: Settings, file: Path, say: Say) -> None:
    """Beside a running `serve` or without one. Raises BackupError."""
    if file.exists():
        raise BackupError(f"{file} exists already; give another name, so that no older backup is lost")
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".vivavoce-") as folder:
            dump, draft = Path(folder) / DUMP, Path(folder) / "backup.tar"
            with database(settings, "backup") as address:
                _postgres("pg_dump", address, "--format=custom", f"--file={dump}")
            with tarfile.open(draft, "x") as tar:
                tar.add(dump, DUMP)
                for path in _kept_files(settings):
                    tar.add(path, path.relative_to(settings.data).as_posix())
            draft.chmod(0o600)
            draft.rename(file)
    except OSError as fault:
        raise BackupError(f"{file} cannot be written ({fault.strerror}); give a place with room") from fault
    say(f"Wrote {file}. It holds secrets and what candidates said: keep it where only you can read it.")
    if settings.storage_url:
        say("The recordings are at STORAGE_URL, and not in it: back them up there.")


def restore(settings: Settings, file: Path, say: Say) -> None:
    """Into a new installation only: nothing that is there is ever overwritten. Raises BackupError."""
    try:
        with tarfile.open(file, "r:") as tar:
            names = [_safe(member) for member in tar.getmembers()]
            if DUMP not in map(str, names):
                raise BackupError(f"{file} is no backup of Vivavoce: it holds no {DUMP}")
            _require_room(settings, names)
            _restore_from(tar, settings)
    except (OSError, tarfile.TarError) as fault:
        raise BackupError(f"{file} cannot be read as a backup ({fault})") from fault
    say(f"Restored {file}. Start with `vivavoce serve`.")


def _kept_files(settings: Settings) -> Iterator[Path]:
    for name in (SECRETS_FOLDER, FILES):
        for path in sorted((settings.data / name).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path


def _safe(member: tarfile.TarInfo) -> PurePosixPath:
    """Its name, when it is one that `back_up` writes; a tar could name any file of this machine."""
    name = PurePosixPath(member.name)
    known = str(name) == DUMP or (len(name.parts) > 1 and name.parts[0] in (SECRETS_FOLDER, FILES))
    if not member.isfile() or not known or ".." in name.parts:
        raise BackupError(f"the file is no backup of Vivavoce: it holds {member.name!r}")
    return name


def _require_room(settings: Settings, names: list[PurePosixPath]) -> None:
    recordings = settings.data / FILES
    if recordings.is_dir() and any(recordings.iterdir()):
        raise BackupError(
            f"{recordings} is not empty; restore into a new installation: set VIVAVOCE_DATA to an empty folder"
        )
    if settings.storage_url and any(name.parts[0] == FILES for name in names):
        raise BackupError(
            "the backup holds recordings, and STORAGE_URL is set; unset it to keep them in the data folder"
        )


def _restore_from(tar: tarfile.TarFile, settings: Settings) -> None:
    """Recordings and secrets are laid aside first, and put in place when the database took everything."""
    with tempfile.TemporaryDirectory(dir=settings.data, prefix=".restore-") as folder:
        for member in tar:
            target = Path(folder, *_safe(member).parts)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            source = tar.extractfile(member)
            assert source is not None, "only files got this far"
            with target.open("xb") as output:
                shutil.copyfileobj(source, output)
            target.chmod(0o600)
        with database(settings, "restore") as address:
            tables = (
                "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
            if (
                _postgres("psql", address, "--no-psqlrc", "--tuples-only", f"--command={tables}").strip()
                != "0"
            ):
                raise BackupError(
                    "the database is not empty; restore into a new one: set VIVAVOCE_DATA to an empty folder, or"
                    " DATABASE_URL to an empty database"
                )
            _postgres(
                "pg_restore",
                address,
                "--no-owner",
                "--no-privileges",
                "--single-transaction",
                f"{folder}/{DUMP}",
            )
        for name in (SECRETS_FOLDER, FILES):
            for path in (Path(folder) / name).rglob("*"):
                if path.is_file():
                    place = settings.data / path.relative_to(folder)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(place)


def _postgres(program: str, address: str, *arguments: str) -> str:
    """Run one of PostgreSQL's own programs on the database. The password goes where no list of processes shows it."""
    parts = urlsplit(address)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)))
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    done = subprocess.run(  # noqa: S603 — our own programs
        [binaries() / program, f"--dbname={bare}", *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C"} | secret,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DUMP_SECONDS,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")
    return done.stdout
