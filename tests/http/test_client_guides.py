"""What the guides show, run word for word against a real server with a real worker."""

import asyncio
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from web_process import web_process

from vivavoce.client import Client
from world import World

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "api"
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 120.0


async def run(language: str, text: str, url: str, key: str) -> str:
    """What the block printed."""
    command = [sys.executable, "-c", text] if language == "python" else ["bash", "-euc", text]
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "VIVAVOCE_URL": url, "VIVAVOCE_KEY": key},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        printed, told = await process.communicate()
    assert process.returncode == 0, told.decode()
    return printed.decode()


@pytest.mark.usefixtures("working")
@pytest.mark.skipif(shutil.which("curl") is None, reason="the guides' calls are made with curl")
@pytest.mark.parametrize(
    ("guide", "expected"),
    [
        (
            "README.md",
            [
                '"status":"INVITED"',
                "INVITED http://",
                '"path": "salaryMax"',
                "2 interviews",
                "idempotent-replayed: true",
            ],
        ),
        ("python.md", ["DRAFT http://"]),
        ("test-mode.md", ['"status":"COMPLETED"', '"completion":"PARTIAL"', '"kind":"offline"', '"counts":']),
    ],
)
async def test_a_guide_does_what_it_says(world: World, dsn: str, guide: str, expected: list[str]) -> None:
    blocks = BLOCK.findall((GUIDES / guide).read_text(encoding="utf-8"))
    assert blocks
    async with web_process(world.settings, dsn) as url:
        printed = [await run(language, text, url, world.key) for language, text in blocks]
    missing = [text for text in expected if text not in "".join(printed)]
    assert missing == []


async def test_the_refusal_that_the_guide_shows_is_what_is_answered(world: World) -> None:
    (shown,) = re.findall(
        r"^```json\n(.*?)^```$", (GUIDES / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    body = {"title": "Night nurse", "salaryMin": 60, "salaryMax": 50}
    answered = (await world.call("POST", "/api/v1/jobs", json=body)).json()
    told = json.loads(shown)
    assert told["type"].rpartition("/")[2] == answered["type"].rpartition("/")[2]
    changing = ("type", "requestId")
    assert [(name, told[name]) for name in told if name not in changing] == [
        (name, answered[name]) for name in answered if name not in changing
    ]


async def test_the_client_that_waits_speaks_to_a_server(world: World, dsn: str) -> None:
    def talk(url: str) -> list[str]:
        with Client(url, world.key) as client:
            made = [client.jobs.create(title=f"Job {number}").id for number in range(3)]
            assert [job.id for job in client.jobs.iterate()] == made[::-1]
            client.jobs.update(made[0], status="ACTIVE")
            return [job.title for job in client.jobs.list(status="ACTIVE").data]

    async with web_process(world.settings, dsn) as url:
        assert await asyncio.to_thread(talk, url) == ["Job 0"]
