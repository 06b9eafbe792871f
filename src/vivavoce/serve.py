"""`vivavoce serve`: PostgreSQL, web, worker and agents as one tree of processes, kept running, ended together.

This process stays small: it imports no framework. What takes long happens at the same time: the children
import while PostgreSQL starts, and go on when the gate that they wait at opens.
"""

import contextlib
import errno
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from vivavoce.children import end_with_parent
from vivavoce.database.embedded import FolderHeldError, FolderLock, Server
from vivavoce.settings import InstallationError, Settings

READY_SECONDS = 60.0
PROBE_SECONDS = 2.0
COMMAND_SECONDS = 30.0
TICK_SECONDS, IDLE_SECONDS = 0.05, 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
STEADY_SECONDS = 30.0
MAX_QUICK_DEATHS = 5
LINK_BACKLOG = 128
GRACE_SECONDS = {"agent": 10.0, "web": 5.0, "worker": 25.0}

Say = Callable[[str], None]


class ServeError(InstallationError):
    """`serve` cannot start or go on; what to do."""


def serve(settings: Settings, *, demonstration: bool, say: Say) -> None:
    """Run until told to stop. Raises ServeError, or a DatabaseError of the embedded PostgreSQL."""
    require_free_port(settings)
    signals = Signals()
    with _own_folder(settings), _link_socket() as link:
        supervisor = Supervisor(settings, signals, link, say)
        try:
            if supervisor.start(demonstration=demonstration):
                supervisor.watch()
        finally:
            supervisor.stop()


class Signals:
    """Counts the requests to stop, and wakes a wait when one comes or a child ends."""

    def __init__(self) -> None:
        self.stops = 0
        self._wake, wake = os.pipe()
        for end in (self._wake, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if request != signal.SIGHUP or signal.getsignal(request) != signal.SIG_IGN:  # ignored: nohup
                signal.signal(request, lambda *_: self._stop())

    def _stop(self) -> None:
        self.stops += 1

    def wait(self, seconds: float) -> None:
        if select.select([self._wake], [], [], seconds)[0]:
            os.read(self._wake, 4096)


class Gate:
    """Children that were started early wait at it; it opens for all, once."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()
        self.is_open = False

    def open(self) -> None:
        self.is_open = True
        os.close(self._writer)
        os.close(self.reader)


@dataclass
class Child:
    """A process of ours. When it ends it is started again, later each time that it ends soon."""

    name: str
    environment: Mapping[str, str]
    gate: Gate
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    quick_deaths: int = 0
    due: float | None = None

    def start(self, output: int | None = None) -> None:
        waiting = () if self.gate.is_open else (self.gate.reader,)
        self.process = subprocess.Popen(  # noqa: S603 — ourselves
            [sys.executable, "-m", "vivavoce.cli", self.name, *(f"--gate={gate}" for gate in waiting)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            text=True,
            env=self.environment,
            pass_fds=(*self.descriptors, *waiting),
            start_new_session=True,  # a Ctrl-C at the terminal is for us, who end the children in order
            preexec_fn=end_with_parent(signal.SIGKILL),  # noqa: PLW1509 — imports nothing, takes no lock
        )
        self.started, self.due = time.monotonic(), None

    def said(self) -> str:
        """What it wrote to its standard output before it ended."""
        return self.process.stdout.read().rstrip() if self.process and self.process.stdout else ""

    @property
    def code(self) -> int | None:
        return self.process.poll() if self.process else None

    def tell(self, how: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(how)


@dataclass
class Supervisor:
    settings: Settings
    signals: Signals
    link: socket.socket
    say: Say
    server: Server | None = None
    children: list[Child] = field(default_factory=list)
    ready: bool = False

    def start(self, *, demonstration: bool) -> bool:
        """Bring everything up; False when told to stop meanwhile."""
        begin = time.monotonic()
        if not self.settings.database_url:
            self.server = Server(self.settings.data)
        environment = self._environment()
        database, schema = Gate(), Gate()
        preparation = Child("demonstration" if demonstration else "migrate", environment, database)
        preparation.start(output=subprocess.PIPE)
        self._start_children(environment, schema)

        if self.server:
            if self.server.is_new:
                self.say(f"Making the database in {self.server.folder}")
            self.server.start()
        database.open()
        if not self._finished(preparation, "The database could not be prepared; the reason stands above."):
            return False
        schema.open()
        if not self._until(self._answers_ready, READY_SECONDS):
            if not self.signals.stops:
                self.say(
                    f"Not ready after {READY_SECONDS:.0f} s; {self.settings.public_url}/readyz says why."
                )
            return not self.signals.stops
        self.ready = True
        self.say(f"Ready after {time.monotonic() - begin:.1f} s: {self.settings.public_url}")
        if links := preparation.said():
            self.say(links)
        self.say("Ctrl-C ends it.")
        return True

    def watch(self) -> None:
        """Keep everything running until told to stop."""
        self._until(lambda: False)

    def stop(self) -> None:
        """End all in order; told once more while it waits, at once."""
        if self.ready:
            self.say("Stopping.")
        patience = self.signals.stops
        for child in self.children:
            if child.name != "web":
                child.tell(signal.SIGTERM)
        for child in self.children:
            if child.name == "web":  # after the agent, which gives its interviews back through it
                child.tell(signal.SIGTERM)
            deadline = time.monotonic() + GRACE_SECONDS[child.name]
            while child.code is None and time.monotonic() < deadline and self.signals.stops == patience:
                self.signals.wait(TICK_SECONDS)
            child.tell(signal.SIGKILL)
        if self.server:
            self.server.stop()
        if self.ready:
            self.say(f"Stopped. What was stored is in {self.settings.data}.")

    def _environment(self) -> dict[str, str]:
        host, port = self.link.getsockname()[:2]
        given = {
            "VIVAVOCE_DATA": str(self.settings.data),
            "VIVAVOCE_LINK": f"{host}:{port}",
            "PYTHONUNBUFFERED": "1",
        }
        if self.server:
            given["DATABASE_URL"] = self.server.address
        kept = {name: text for name, text in os.environ.items() if name.removesuffix("_FILE") not in given}
        return kept | given

    def _start_children(self, environment: dict[str, str], gate: Gate) -> None:
        descriptor = self.link.fileno()
        heard = environment | {"VIVAVOCE_LINK_FD": str(descriptor)}
        self.children = [
            *(Child("agent", heard, gate, (descriptor,)) for _ in range(self.settings.agents)),
            Child("web", environment, gate),
            Child("worker", environment, gate),
        ]
        for child in self.children:
            child.start()

    def _finished(self, command: Child, complaint: str) -> bool:
        """Wait for a command of ours; False when told to stop meanwhile."""
        if not self._until(lambda: command.code is not None, COMMAND_SECONDS):
            command.tell(signal.SIGKILL)
            if self.signals.stops:
                return False
        if command.code != 0:
            raise ServeError(complaint)
        return True

    def _until(self, condition: Callable[[], bool], seconds: float | None = None) -> bool:
        """Look after all until the condition holds; False when told to stop, or when time is up."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self.signals.stops and (deadline is None or time.monotonic() < deadline):
            if condition():
                return True
            self._revive()
            self.signals.wait(IDLE_SECONDS if self.ready else TICK_SECONDS)
        return False

    def _revive(self) -> None:
        if self.server and self.server.process and self.server.process.poll() is not None:
            self.say(f"PostgreSQL ended ({_ending(self.server.process.returncode)}); starting it again.")
            self.server.start()
        now = time.monotonic()
        for child in self.children:
            if child.due is not None:
                if now >= child.due:
                    child.start()
            elif child.code is not None:
                self._bury(child, now)

    def _bury(self, child: Child, now: float) -> None:
        steady = now - child.started >= STEADY_SECONDS
        child.quick_deaths = 0 if steady else child.quick_deaths + 1
        if child.quick_deaths >= MAX_QUICK_DEATHS and not self.ready:
            raise ServeError(f"The {child.name} process does not start; the reason stands above.")
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, child.quick_deaths - 1))
        self.say(
            f"The {child.name} process ended ({_ending(child.code)}); starting it again in {pause:.1f} s."
        )
        child.due = now + pause

    def _answers_ready(self) -> bool:
        where = urlsplit(self.settings.api_url)
        question = f"GET /readyz HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection((str(where.hostname), where.port or 80), PROBE_SECONDS) as line:
                line.sendall(question.encode("ascii"))
                return line.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


def require_free_port(settings: Settings) -> None:
    """Someone else's program there is said at once. What a killed `serve` left needs a moment."""
    deadline = time.monotonic() + 1.0
    while True:
        try:
            found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
            with socket.socket(found[0][0], socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(found[0][4])
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                raise ServeError(
                    f"VIVAVOCE_HOST, VIVAVOCE_PORT: cannot listen on {settings.host}, port {settings.port}"
                    f" ({fault.strerror}); give an address of this machine, and a port that this user may use"
                ) from fault
            if time.monotonic() > deadline:
                raise ServeError(
                    f"Port {settings.port} is in use. End the program that listens there (perhaps another"
                    " Vivavoce), or give this one another port: VIVAVOCE_PORT=8010"
                ) from fault
            time.sleep(0.1)
        else:
            return


def _own_folder(settings: Settings) -> contextlib.AbstractContextManager[object]:
    """The data folder, for the embedded PostgreSQL. A command that has it for a moment is waited for."""
    if settings.database_url:
        return contextlib.nullcontext()
    deadline = time.monotonic() + COMMAND_SECONDS
    while True:
        try:
            return FolderLock(settings.data, "serve")
        except FolderHeldError as held:
            if held.holder == "serve" or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _link_socket() -> socket.socket:
    """The agents' ear: ours, so that who lives takes the callers, and they wait in its queue when nobody does."""
    return socket.create_server(("127.0.0.1", 0), backlog=LINK_BACKLOG)


def _ending(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
