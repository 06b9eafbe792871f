"""A real `vivavoce web` on a test's database."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from vivavoce.settings import Settings

PATIENCE = 30.0


@asynccontextmanager
async def web_process(settings: Settings, dsn: str, **environment: str) -> AsyncIterator[str]:
    """Its address, once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LIVEKIT_"))}
    said = {
        "VIVAVOCE_DATA": str(settings.data),
        "VIVAVOCE_HOST": "127.0.0.1",
        "VIVAVOCE_PORT": str(port),
        "VIVAVOCE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "VIVAVOCE_SECRET_KEY": settings.secret_key,
        "VIVAVOCE_AGENT_SECRET": settings.agent_secret,
        "DATABASE_URL": dsn,
        **environment,
    }
    command = [sys.executable, "-m", "vivavoce.cli", "web"]
    process = await asyncio.create_subprocess_exec(*command, env=kept | said)
    try:
        await _answering(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _answering(address: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as http:
        while True:
            assert process.returncode is None, "web did not start"
            try:
                (await http.get(address)).raise_for_status()
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
