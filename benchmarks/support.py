"""What the benchmarks share: a web process of their own, on loopback."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent
START_SECONDS = 20.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def web_process(data: Path, dsn: str, agent_secret: str) -> Iterator[int]:
    """One `vivavoce web` on the database; its port, once it answers."""
    port = free_port()
    environment = {
        **os.environ,
        "VIVAVOCE_DATA": str(data),
        "VIVAVOCE_PORT": str(port),
        "VIVAVOCE_AGENT_SECRET": agent_secret,
        "DATABASE_URL": dsn,
        "VIVAVOCE_RATE_PER_SECOND": "1000000",  # counted as ever, and never met
        "VIVAVOCE_RATE_PER_MINUTE": "10000000",
    }
    process = subprocess.Popen([sys.executable, "-m", "vivavoce.cli", "web"], env=environment)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the web process does not start") from None
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)
