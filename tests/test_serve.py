"""`vivavoce serve`, as a tree of processes: it starts, mends itself, and ends leaving nothing behind."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from product import PATIENCE, Product


def is_ready(product: Product) -> bool:
    try:
        return httpx.get(f"{product.url}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        return False


def refused(product: Product, **settings: str) -> str:
    """What a second `serve` with these settings says before it gives up."""
    second = subprocess.run(
        [sys.executable, "-m", "vivavoce.cli", "serve"],
        env=product.environment | settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 1
    return second.stderr


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def tree(product: Product) -> list[psutil.Process]:
    """Every process that it started."""
    assert product.process
    return psutil.Process(product.process.pid).children(recursive=True)


def named(processes: list[psutil.Process], name: str, *, but: int = 0) -> psutil.Process | None:
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # PostgreSQL's own come and go
            if one.pid != but and name in " ".join(one.cmdline()):
                return one
    return None


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("serve"))
    product.start()
    try:
        yield product
    finally:
        product.stop()


def test_it_prints_a_way_in_for_the_recruiter_and_for_a_candidate(product: Product) -> None:
    for who in ("Recruiter", "Candidate"):
        assert product.link(who).startswith(product.url)
        assert httpx.get(product.link(who)).is_success


def test_a_port_in_use_is_said_before_anything_is_touched(product: Product, tmp_path: Path) -> None:
    said = refused(product, VIVAVOCE_DATA=str(tmp_path))
    assert f"Port {product.port} is in use" in said
    assert "VIVAVOCE_PORT" in said
    assert not (tmp_path / "postgresql").exists()


def test_a_data_folder_in_use_is_said(product: Product) -> None:
    said = refused(product, VIVAVOCE_PORT=free_port())
    assert product.process
    assert f"process {product.process.pid}" in said
    assert is_ready(product)


def test_a_key_made_beside_it_opens_its_api(product: Product) -> None:
    printed = product.run("keys", "create", "--scopes", "interviews:read")
    assert re.fullmatch(r"vv_\S+\n", printed)
    bearer = {"Authorization": f"Bearer {printed.strip()}"}
    answer = httpx.get(f"{product.url}/api/v1/interviews", headers=bearer)
    assert len(answer.json()["data"]) == 2


def test_an_owner_invited_beside_it_can_sign_in(product: Product) -> None:
    printed = product.run("members", "invite", "--owner", "grace@example.org", "--organization", "Élan")
    assert printed.startswith(f"{product.url}/sign-in/")
    assert httpx.get(printed.strip()).is_success


def test_the_doctor_finds_it_at_work(product: Product) -> None:
    assert "web, worker and audio link are at work" in product.run("doctor")
    assert is_ready(product)


@pytest.mark.parametrize(
    "name", ["vivavoce.cli web", "vivavoce.cli worker", "vivavoce.cli agent", "bin/postgres"]
)
def test_a_process_that_is_killed_comes_back(product: Product, name: str) -> None:
    killed = named(tree(product), name)
    assert killed
    killed.kill()
    until(lambda: named(tree(product), name, but=killed.pid) is not None)
    until(lambda: is_ready(product))


def test_sigterm_ends_all_of_it_and_the_next_start_finds_the_data(product: Product) -> None:
    before, candidate = tree(product), product.link("Candidate")
    assert product.stop() == 0
    assert psutil.wait_procs(before, timeout=PATIENCE)[1] == []
    product.start()
    assert product.link("Candidate") == candidate


def test_nothing_outlives_a_supervisor_that_is_killed(product: Product) -> None:
    before, candidate = tree(product), product.link("Candidate")
    assert product.process
    product.process.kill()
    product.process.wait()
    assert psutil.wait_procs(before, timeout=PATIENCE)[1] == []
    product.start()
    assert product.link("Candidate") == candidate


def test_a_stop_while_it_starts_is_heard(product: Product) -> None:
    product.stop()
    with subprocess.Popen(
        [sys.executable, "-m", "vivavoce.cli", "serve"], env=product.environment, stdout=subprocess.DEVNULL
    ) as starting:
        until(lambda: len(psutil.Process(starting.pid).children()) >= 4)
        before = psutil.Process(starting.pid).children(recursive=True)
        starting.send_signal(signal.SIGINT)
        assert starting.wait(PATIENCE) == 0
        assert psutil.wait_procs(before, timeout=PATIENCE)[1] == []


def test_a_database_that_does_not_answer_is_said(product: Product, tmp_path: Path) -> None:
    said = refused(
        product,
        VIVAVOCE_DATA=str(tmp_path),
        VIVAVOCE_PORT=free_port(),
        DATABASE_URL="postgresql://me:hush@127.0.0.1:9/none",
    )
    assert "DATABASE_URL" in said
    assert "hush" not in said
