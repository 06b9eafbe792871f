"""Many voices on the built-in link: 40 interviews listening; apart, 15 talking. Ours and plain LiveKit, in one run.

    .venv/bin/python benchmarks/voices.py                       both, ours and plain
    .venv/bin/python benchmarks/voices.py --only talk --recogniser pocketsphinx --talking 4

Down: how late each piece of the interviewer's speech reaches the page, counted from when the piece before it has been
played, from the segment's first on. Up: from when a frame leaves the page until it is heard, where voice activity is
looked for. The pages are a process of their own on the same machine, the agents share one listening socket. Ears and
voice are an OpenAI-compatible endpoint that answers from a script, unless pocketsphinx is asked for, with which
espeak-ng speaks, and plain is left out. Plain is an AgentSession with its defaults behind the simplest WebSocket,
with the same endpoint.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import psutil
from support import PROJECT, web_process

from interviews import prepare

sys.path.insert(0, str(PROJECT / "tests"))

from fakes.openai_server import Misbehave, openai_server
from vivavoce.client import AsyncClient
from vivavoce.database.embedded import FolderLock, Server

SECRET = "benchmark-secret-0123456789"
HERE = Path(__file__).parent
FEW = 10
IDLE_PERCENT = 5.0
UNSTAMPED_SECONDS = 600.0
"""Later than that is no frame of a page: some that the library makes itself have no moment in them."""
LATE_BAR_MS, MEMORY_BAR_MB = 40.0, 5.0
WORDS = "I listened to her and let her finish. Then I said that I was sorry and sent a new one."


@dataclass(frozen=True)
class Run:
    what: Literal["listen", "talk"]
    count: int
    seconds: float
    agents: int
    recogniser: Literal["endpoint", "pocketsphinx"]
    models: str
    """Where the scripted endpoint is."""


@dataclass
class Figures:
    down: np.ndarray
    up: np.ndarray
    waits: list[float]
    cores: float
    memory: dict[int, float] = field(default_factory=dict)


def main() -> None:
    asked = arguments()
    with models() as address, tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        for what in ("listen", "talk") if asked.only is None else (asked.only,):
            count, seconds = (asked.listening, 20.0) if what == "listen" else (asked.talking, asked.seconds)
            run = Run(what, count, seconds, asked.agents, asked.recogniser, address)
            figures = {"ours": measure_ours(Path(folder), run)}
            if run.recogniser == "endpoint":
                figures["plain LiveKit"] = measure_plain(Path(folder), run)
            tell(run, figures)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--agents", type=int, default=2)
    parser.add_argument("--listening", type=int, default=40)
    parser.add_argument("--talking", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=60.0, help="of talking")
    parser.add_argument("--only", choices=("listen", "talk"))
    parser.add_argument("--recogniser", choices=("endpoint", "pocketsphinx"), default="endpoint")
    return parser.parse_args()


@contextlib.contextmanager
def models() -> Iterator[str]:
    """The scripted endpoint, in a thread; it hears and speaks (a tone), and has no language model."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # who leaves breaks off what was asked
    ready, loop = threading.Event(), asyncio.new_event_loop()
    done = asyncio.Event()
    address: list[str] = []

    async def run() -> None:
        async with openai_server(Misbehave("missing"), transcription=[WORDS]) as server:
            address.append(server.url)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait()
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()


def measure_ours(folder: Path, run: Run) -> Figures:
    data = Path(tempfile.mkdtemp(dir=folder))
    data.chmod(0o711)
    with FolderLock(data, "benchmark"), Server(data) as server, listening() as link:
        key = asyncio.run(prepare(server.address))
        where = ":".join(map(str, link.getsockname()))
        os.environ["VIVAVOCE_LINK"] = where
        with web_process(data, server.address, SECRET) as port:
            url = f"http://127.0.0.1:{port}"
            environment = {
                **os.environ,
                "VIVAVOCE_DATA": str(data),
                "VIVAVOCE_AGENT_SECRET": SECRET,
                "VIVAVOCE_API_URL": url,
                "VIVAVOCE_LINK_FD": str(link.fileno()),
            }
            if run.recogniser == "endpoint":
                environment["OPENAI_BASE_URL"] = run.models
            invitations = asyncio.run(invited(url, key, run.count))
            command = [sys.executable, str(HERE / "voices_agent.py")]
            with processes(command, run.agents, data, environment, link) as agents:
                web = next(one for one in psutil.Process().children() if one.cmdline()[-1:] == ["web"])
                return visit(run, url, invitations, [*agents, web], data)


def measure_plain(folder: Path, run: Run) -> Figures:
    data = Path(tempfile.mkdtemp(dir=folder))
    with listening() as link:
        command = [sys.executable, str(HERE / "voices_plain.py"), str(link.fileno()), run.models]
        with processes(command, run.agents, data, dict(os.environ), link) as agents:
            url = "http://" + ":".join(map(str, link.getsockname()))
            return visit(run, url, [f"/i/{n}" for n in range(run.count)], agents, data)


async def invited(url: str, key: str, count: int) -> list[str]:
    async with AsyncClient(url, key) as client:
        made = [
            await client.interviews.create(candidate_id=f"cand_{n % 16}", job_id="job_b", send_invite=False)
            for n in range(count)
        ]
    return [re.sub(r"^https?://[^/]+", "", one.invitation_url or "") for one in made]


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as link:
        link.set_inheritable(True)
        yield link


@contextlib.contextmanager
def processes(
    command: list[str], count: int, data: Path, environment: dict[str, str], link: socket.socket
) -> Iterator[list[psutil.Process]]:
    """Each writes its timings into a file of its own below `data` when it ends."""
    started = [
        subprocess.Popen(
            [*command, str(data / f"heard-{number}")], env=environment, pass_fds=(link.fileno(),)
        )
        for number in range(count)
    ]
    found = [psutil.Process(one.pid) for one in started]
    while any(one.cpu_percent(0.5) > IDLE_PERCENT for one in found):
        pass  # until all have imported what they need, and wait for callers
    try:
        if any(one.poll() is not None for one in started):
            raise SystemExit("voices.py: an agent ended before anybody called; what it printed is above")
        yield found
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(20)


def visit(run: Run, url: str, invitations: list[str], served: list[psutil.Process], data: Path) -> Figures:
    """The pages come, stay and go; what is served them with is watched meanwhile."""
    task = {"url": url, "invitations": invitations, "what": run.what, "seconds": run.seconds, "few": FEW}
    pages = subprocess.Popen(
        [sys.executable, str(HERE / "voices_pages.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert pages.stdin
    assert pages.stdout
    pages.stdin.write(json.dumps(task))
    pages.stdin.close()
    memory: dict[int, float] = {}
    spent, at = used(served), 0.0
    told: dict[str, Any] = {}
    for line in pages.stdout:
        told = json.loads(line)
        if "sessions" in told:
            memory[told["sessions"]] = proportional_mb(served)
            if run.what == "listen":
                spent, at = used(served), told["at"]
    if pages.wait(20) != 0 or "late" not in told:
        raise SystemExit("the pages failed")
    cores = (used(served) - spent) / (told["ended"] - (at or told["began"]))
    for one in served:
        if "web" not in one.cmdline():
            one.terminate()
    psutil.wait_procs([one for one in served if "web" not in one.cmdline()], 20)
    heard = [np.frombuffer(file.read_bytes()).reshape(-1, 2) for file in sorted(data.glob("heard-*"))]
    every = np.concatenate(heard) if heard else np.empty((0, 2))
    inside = (every[:, 0] >= told["began"]) & (every[:, 0] <= told["ended"])
    ours = every[:, 1] < UNSTAMPED_SECONDS
    return Figures(np.array(told["late"]), every[inside & ours, 1], told["waits"], cores, memory)


def used(served: list[psutil.Process]) -> float:
    """Seconds of the processor, with the children's."""
    everyone = [one for root in served for one in (root, *root.children(recursive=True))]
    return sum(sum(one.cpu_times()[:2]) for one in everyone)


def proportional_mb(served: list[psutil.Process]) -> float:
    total = 0.0
    for one in served:
        rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_text(encoding="ascii")
        total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024  # type: ignore[index] # always there
    return total


def tell(run: Run, figures: dict[str, Figures]) -> None:
    title = {"listen": "listening", "talk": f"talking, heard by {run.recogniser}"}[run.what]
    print(f"\n{run.count} interviews {title}, {run.agents} agents", flush=True)
    for name, each in figures.items():
        print(f"  {name}: up {late(each.up)}; down {late(each.down)}; {each.cores:.2f} cores{more(each)}")
    print(
        f"  bar: no frame later than {LATE_BAR_MS:.0f} ms at p99; {MEMORY_BAR_MB:.0f} MB a further session",
        flush=True,
    )


def late(seconds: np.ndarray) -> str:
    if not seconds.size:
        return "nothing"
    p50, p99, most = np.percentile(seconds * 1000, (50, 99, 100))
    return f"p50 {p50:.1f}, p99 {p99:.1f}, max {most:.0f} ms of {seconds.size}"


def more(each: Figures) -> str:
    told = ""
    if len(each.memory) > 1:
        (few, before), (many, after) = sorted(each.memory.items())
        told += f"; {(after - before) / (many - few):.2f} MB a further session"
    if each.waits:
        p50, p95 = np.percentile(each.waits, (50, 95))
        told += f"; reply after p50 {p50:.2f}, p95 {p95:.2f} s of {len(each.waits)}"
    return told


if __name__ == "__main__":
    main()
