"""Commands that cannot do their work say so in one line with what to do: no traceback, no exit code 0."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from product import PATIENCE, Product

NOBODY = "postgresql://me:hush@127.0.0.1:9/none"


@pytest.fixture
def taken_port() -> Iterator[str]:
    """Where somebody else's program listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield str(taken.getsockname()[1])


def refused(product: Product, *command: str, **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "vivavoce.cli", *command],
        env=product.environment | settings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("vivavoce: ")]
    assert len(said) == 1, done.stderr
    return said[0]


@pytest.fixture
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """Its settings: nothing is started."""
    return Product(tmp_path_factory.mktemp("cli"))


@pytest.mark.parametrize(
    "command",
    ["web", "worker", "migrate", "keys create --scopes jobs:read", "members invite --owner a@b.org"],
)
def test_a_wrong_database_address_is_named_without_its_password(product: Product, command: str) -> None:
    said = refused(product, *command.split(), DATABASE_URL=NOBODY)
    assert "DATABASE_URL" in said
    assert "check host, port" in said
    assert "hush" not in said


def test_web_on_a_port_in_use_says_which(product: Product, dsn: str, taken_port: str) -> None:
    said = refused(product, "web", DATABASE_URL=dsn, VIVAVOCE_PORT=taken_port)
    assert f"Port {taken_port} is in use" in said
    assert "VIVAVOCE_PORT" in said


def test_an_agent_whose_place_is_taken_says_which_setting(product: Product, taken_port: str) -> None:
    said = refused(product, "agent", VIVAVOCE_LINK=f"127.0.0.1:{taken_port}")
    assert "VIVAVOCE_LINK" in said


@pytest.mark.parametrize("command", ["web", "worker"])
def test_without_a_database_a_process_says_what_brings_one(product: Product, command: str) -> None:
    assert "vivavoce serve" in refused(product, command)


def test_an_owner_without_an_address_is_not_invited(product: Product, dsn: str) -> None:
    said = refused(product, "members", "invite", "--owner", "grace", DATABASE_URL=dsn)
    assert "'grace' is no e-mail address" in said


def test_a_scope_that_there_is_not_is_told_with_those_that_there_are(product: Product, dsn: str) -> None:
    said = refused(product, "keys", "create", "--scopes", "everything", DATABASE_URL=dsn)
    assert "Unknown: everything" in said
    assert "interviews:read" in said
