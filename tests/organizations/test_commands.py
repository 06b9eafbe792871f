"""The commands that let people and programs in, as whoever runs the installation types them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from product import PATIENCE, Product

from world import World

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, dsn: str) -> Run:
    """What a command prints, or its complaint where it ends with code 1."""
    environment = Product(tmp_path).environment | {"DATABASE_URL": dsn}

    def typed(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "vivavoce.cli", *command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        return done.stdout if done.returncode == 0 else done.stderr.splitlines()[-1]

    return typed


async def test_members_are_invited_listed_and_removed(run: Run, world: World) -> None:
    link = run("members", "invite", "grace@example.org", "--role", "administrator").strip()
    assert link.count("/sign-in/") == 1
    assert "administrator\tgrace@example.org" in run("members", "list").splitlines()
    assert "/sign-in/" in run("members", "invite", "Grace@example.org")
    assert "administrator\tgrace@example.org" in run("members", "list").splitlines(), "nothing was said"
    run("members", "invite", "Grace@example.org", "--role", "reader")
    assert "reader\tgrace@example.org" in run("members", "list").splitlines()
    run("members", "invite", "ada@example.org")
    assert "member\tada@example.org" in run("members", "list").splitlines()
    assert "no longer a member" in run("members", "remove", "GRACE@example.org")
    assert "grace" not in run("members", "list")
    run("members", "invite", "first@example.org", "--organization", "Elsewhere anew")
    assert run("members", "list", "--organization", "Elsewhere anew") == "owner\tfirst@example.org\n"
    assert "no member has the address" in run("members", "remove", "grace@example.org")


async def test_the_only_owner_is_kept_by_commands_too(run: Run, world: World) -> None:
    for command in (
        ("remove", "owner@example.org"),
        ("invite", "owner@example.org", "--role", "reader"),
    ):
        assert "only owner" in run("members", *command)
    assert "leave --role out" in run("members", "invite", "--owner", "a@example.org", "--role", "reader")


async def test_keys_are_made_listed_and_revoked(run: Run, world: World) -> None:
    secret = run("keys", "create", "--scopes", "jobs:read", "--name", "Nightly", "--expires", "2030-12-31")
    assert secret == f"{secret.strip()}\n"
    assert (await world.call("GET", "/api/v1/jobs", key=secret.strip())).status_code == 200
    line = next(line for line in run("keys", "list").splitlines() if "Nightly" in line)
    identity, name, scopes, _, used, expires = line.split("\t")
    assert (name, scopes, expires) == ("Nightly", "jobs:read", "2031-01-01T00:00:00Z")
    assert used == "2026-03-01T09:00:00Z"
    assert "is revoked" in run("keys", "revoke", identity)
    assert "Nightly" not in run("keys", "list")
    assert (await world.call("GET", "/api/v1/jobs", key=secret.strip())).status_code == 401


async def test_what_is_wrong_is_said_in_a_line(run: Run, dsn: str) -> None:
    assert "there is no organization yet" in run("members", "list")
    assert "no organization named 'Elsewhere'" in run("keys", "list", "--organization", "Elsewhere")
    assert "no date" in run("keys", "create", "--scopes", "jobs:read", "--expires", "soon")
    assert "1 to 100" in run("keys", "create", "--scopes", "jobs:read", "--name", "")
    assert "passed" in run("keys", "create", "--scopes", "jobs:read", "--expires", "2020-01-01")
    run("keys", "create", "--scopes", "jobs:read", "--organization", "Elsewhere")
    assert "nothing here" in run("keys", "revoke", "key_none", "--organization", "Elsewhere")
