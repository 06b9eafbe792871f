"""From `./run` to ready, packages installed: the first time on a new data folder, and again on the same.

    .venv/bin/python benchmarks/start.py [ROUNDS]

Ready is when /readyz answers 200: database, worker and the built-in link. Prints seconds, median and range.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from support import PROJECT, free_port

PATIENCE = 60.0
ROUNDS = 5


def ready_after(data: Path) -> float:
    """Seconds from the command to ready; it is ended again."""
    port = free_port()
    environment = {**os.environ, "VIVAVOCE_DATA": str(data), "VIVAVOCE_PORT": str(port)}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(PROJECT / "run")], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.perf_counter() - begin > PATIENCE:
                raise SystemExit("it does not get ready: try ./run")
            time.sleep(0.02)
        return time.perf_counter() - begin
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    first, again = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="vivavoce-") as folder:
            data = Path(folder) / "data"
            first.append(ready_after(data))
            again.append(ready_after(data))
    for name, seconds in (("new data folder ", first), ("the same again  ", again)):
        print(
            f"{name} ready after {statistics.median(seconds):.1f} s"
            f" (of {rounds}: {min(seconds):.1f} to {max(seconds):.1f})   (bar: 5 s)"
        )


if __name__ == "__main__":
    main()
