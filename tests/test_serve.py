"""`vivavoce serve`, as a tree of processes: it starts, mends itself, and ends leaving nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

PATIENCE = 60.0


@dataclass
class Installation:
    """A data folder and a port, and a `serve` on them."""

    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("VIVAVOCE_")}
        return kept | {"VIVAVOCE_DATA": str(self.data), "VIVAVOCE_PORT": str(self.port)}

    def start(self) -> subprocess.Popen[str]:
        with (self.data / "serve.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "vivavoce.cli", "serve", "--demonstration"],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def command(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "vivavoce.cli", *arguments],
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.HTTPError:
            return False


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def said_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            return said
    raise AssertionError(f"it ended with {process.wait()} before it was ready, and said:\n{said}")


def named(tree: list[psutil.Process], name: str) -> psutil.Process:
    return next(one for one in tree if name in " ".join(one.cmdline()))


def invitation(said: str) -> str:
    found = re.search(r"http://\S+/i/\S+", said)
    assert found, said
    return found.group()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Installation(tmp_path_factory.mktemp("serve"), port)


@pytest.fixture(scope="module")
def running(installation: Installation) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with installation.start() as process:
        try:
            yield process, said_until_ready(process)
        finally:
            process.kill()


Running = tuple[subprocess.Popen[str], str]


def test_it_prints_a_way_in_for_the_recruiter_and_for_a_candidate(
    installation: Installation, running: Running
) -> None:
    _, said = running
    sign_in = re.search(r"http://\S+/sign-in/\S+", said)
    assert sign_in
    for link in (sign_in.group(), invitation(said)):
        assert link.startswith(installation.url)
        assert httpx.get(link).is_success


def test_a_port_in_use_is_said_before_anything_is_touched(
    installation: Installation, running: Running, tmp_path: Path
) -> None:
    second = installation.command("serve", VIVAVOCE_DATA=str(tmp_path))
    assert second.returncode == 1
    assert f"Port {installation.port} is in use" in second.stderr
    assert "VIVAVOCE_PORT" in second.stderr
    assert not (tmp_path / "postgresql").exists()


def test_a_data_folder_in_use_is_said(installation: Installation, running: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    second = installation.command("serve", VIVAVOCE_PORT=str(port))
    assert second.returncode == 1
    assert f"process {running[0].pid}" in second.stderr
    assert installation.is_ready()


def test_a_key_made_beside_it_opens_its_api(installation: Installation, running: Running) -> None:
    made = installation.command("keys", "create", "--scopes", "interviews:read")
    assert re.fullmatch(r"vv_\S+\n", made.stdout), made.stderr
    answer = httpx.get(
        f"{installation.url}/api/v1/interviews", headers={"Authorization": f"Bearer {made.stdout.strip()}"}
    )
    assert len(answer.json()["data"]) == 2


def test_an_owner_invited_beside_it_can_sign_in(installation: Installation, running: Running) -> None:
    made = installation.command("members", "invite", "--owner", "grace@example.org", "--organization", "Élan")
    assert made.stdout.startswith(f"{installation.url}/sign-in/"), made.stderr
    assert httpx.get(made.stdout.strip()).is_success


def test_the_doctor_finds_it_at_work(installation: Installation, running: Running) -> None:
    looked = installation.command("doctor")
    assert looked.returncode == 0, looked.stdout
    assert "web, worker and audio link are at work" in looked.stdout
    assert installation.is_ready()


@pytest.mark.parametrize(
    "name", ["vivavoce.cli web", "vivavoce.cli worker", "vivavoce.cli agent", "bin/postgres"]
)
def test_a_process_that_is_killed_comes_back(installation: Installation, running: Running, name: str) -> None:
    tree = psutil.Process(running[0].pid).children()
    killed = named(tree, name)
    killed.kill()

    def is_back() -> bool:
        now = psutil.Process(running[0].pid).children()
        return any(one.pid != killed.pid and name in " ".join(one.cmdline()) for one in now)

    until(is_back)
    until(installation.is_ready)


def test_sigterm_ends_all_of_it_and_the_next_start_finds_the_data(
    installation: Installation, running: Running
) -> None:
    process, said = running
    tree = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert psutil.wait_procs(tree, timeout=PATIENCE)[1] == []
    with installation.start() as again:
        assert invitation(said_until_ready(again)) == invitation(said)
        tree = psutil.Process(again.pid).children(recursive=True)
        again.kill()
        assert psutil.wait_procs(tree, timeout=PATIENCE)[1] == [], "none outlives the supervisor"
    with installation.start() as third:
        assert invitation(said_until_ready(third)) == invitation(said)
        third.send_signal(signal.SIGINT)
        assert third.wait(PATIENCE) == 0


def test_a_stop_while_it_starts_is_heard(installation: Installation, running: Running) -> None:
    with installation.start() as process:
        until(lambda: len(psutil.Process(process.pid).children()) >= 4)
        tree = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert psutil.wait_procs(tree, timeout=PATIENCE)[1] == []


def test_a_database_that_does_not_answer_is_said(installation: Installation, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    wrong = installation.command(
        "serve",
        VIVAVOCE_DATA=str(tmp_path),
        VIVAVOCE_PORT=str(port),
        DATABASE_URL="postgresql://me:hush@127.0.0.1:9/none",
    )
    assert wrong.returncode == 1
    assert "DATABASE_URL" in wrong.stderr
    assert "hush" not in wrong.stderr
