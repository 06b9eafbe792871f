"""The whole product as a person starts it: `vivavoce serve`, its own processes, its own PostgreSQL."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

PATIENCE = 60.0


class Product:
    """One data folder and one port, started and stopped at will. `log` is what it printed."""

    def __init__(self, folder: Path, *, demonstration: bool = True, **settings: str) -> None:
        self.folder = folder
        self.log_file = folder / "serve.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.demonstration = demonstration
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        services = ("OPENAI_", "LIVEKIT_", "DEEPGRAM_", "ELEVEN_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(services)}
        own = {"VIVAVOCE_DATA": str(self.folder / "data"), "VIVAVOCE_PORT": str(self.port)}
        return {**kept, **own, **self.settings}

    def start(self) -> None:
        """Until it says that it is ready, and where to go."""
        command = [sys.executable, "-m", "vivavoce.cli", "serve"]
        if self.demonstration:
            command.append("--demonstration")
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while "Ctrl-C" not in self.log:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"It did not get ready:\n{self.log}")
            time.sleep(0.05)

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process = None
        return code

    def kill(self) -> None:
        """SIGKILL for every process, PostgreSQL's too, none of them warned."""
        assert self.process is not None
        everyone = [
            psutil.Process(self.process.pid),
            *psutil.Process(self.process.pid).children(recursive=True),
        ]
        for one in everyone:
            one.suspend()
        for one in everyone:
            one.kill()
        self.process.wait(PATIENCE)
        psutil.wait_procs(everyone, PATIENCE)
        self.process = None

    def kill_one(self, name: str) -> None:
        """SIGKILL for the web or the worker process, or the agent that conducts."""
        self._child(name).kill()

    def end_one(self, name: str) -> None:
        """SIGTERM: it hands over what it has in hand."""
        self._child(name).terminate()

    def processes(self, name: str) -> list[psutil.Process]:
        """Of agents the one that conducts first: it has a page on its line, or is in a room."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children()
        found = [one for one in children if f"vivavoce.cli {name}" in " ".join(one.cmdline())]
        return sorted(found, key=lambda one: (-lines_of(one), -len(one.net_connections())))

    def _child(self, name: str) -> psutil.Process:
        return self.processes(name)[0]

    def run(self, *arguments: str) -> str:
        """A `vivavoce` command beside it; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "vivavoce.cli", *arguments],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout

    def sign_in_link(self) -> str:
        """A new one: each is spent once."""
        return self.run("members", "invite", "--owner", "recruiter@example.org").split()[-1]

    def link(self, who: str) -> str:
        """The address it printed for the Recruiter or the Candidate."""
        found = re.search(rf"{who}: (\S+)", self.log)
        assert found, self.log
        return found[1]


def lines_of(process: psutil.Process) -> int:
    """How many connections it has taken."""
    all_of_them = process.net_connections()
    ports = {line.laddr.port for line in all_of_them if line.status == psutil.CONN_LISTEN}
    return sum(line.status == psutil.CONN_ESTABLISHED and line.laddr.port in ports for line in all_of_them)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
