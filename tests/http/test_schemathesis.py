"""The running app keeps what its description promises, asked by Schemathesis with everything it can think of."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from test_callers import made_things
from web_process import web_process

from vivavoce.http.openapi import camel
from world import World

HERE = Path(__file__).parent
MAX_EXAMPLES = "3"
UNLIMITED = {"VIVAVOCE_RATE_PER_SECOND": "0", "VIVAVOCE_RATE_PER_MINUTE": "0"}

# Campaigns without the version are the same handlers once more, and left out for the time that they take.
PUBLIC = "^/api/v1/"
AGENTS = "^/api/interviews/"


@pytest.mark.parametrize("paths", [PUBLIC, AGENTS], ids=["public", "agents"])
async def test_every_operation_keeps_what_its_description_promises(
    world: World, dsn: str, paths: str
) -> None:
    things = await made_things(world)
    if paths == AGENTS:
        credentials = f"X-Agent-Secret: {world.settings.agent_secret}"
        # One that is not over, for as long as this software is tested.
        life = {"expiresAt": "2999-01-01T00:00:00Z", "sendInvite": False}
        things["interview_id"] = (await world.interview("grace@example.org", **life))["id"]
    else:
        credentials = f"Authorization: Bearer {world.key}"
    ids = {camel(name): value for name, value in things.items() if name.endswith("_id")}
    async with web_process(world.settings, dsn, **UNLIMITED) as url:
        status, told = await _asked(url, credentials, paths, ids, world.settings.data)
    assert status == 0, told


async def _asked(
    url: str, credentials: str, paths: str, ids: dict[str, str], folder: Path
) -> tuple[int, str]:
    """Schemathesis' exit code and what it printed. What it asks is the same at each run."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")]
    command += ["run", f"{url}/openapi.json", "--header", credentials, "--include-path-regex", paths]
    command += ["--checks", "all", "--max-examples", MAX_EXAMPLES, "--no-color"]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(HERE),
        "VIVAVOCE_TEST_THINGS": json.dumps(ids),
    }
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()
