"""Two web processes on one database against one, and the memory of a web process under load.

    .venv/bin/python benchmarks/two_web.py

So that neither the load generator nor PostgreSQL is what runs out on a machine of two cores, each web process is
stopped and let go on, in turns, by a fixed part of the time (SHARE): it has a fifth of a core, the others have the
rest. What is left to find is whether the second process waits for the first one's locks or counters.
"""

import asyncio
import contextlib
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from load import CONNECTIONS, SECONDS, connected
from support import web_process

from interviews import Integrator, prepare
from vivavoce.database.embedded import FolderLock, Server

SECRET = "benchmark-secret-0123456789"
PERIOD, SHARE = 0.05, 0.2
RATIO_BAR, MEMORY_BAR_MB = 1.6, 150


@contextlib.contextmanager
def held_to_a_share(processes: list[psutil.Process]) -> Iterator[None]:
    """Each runs for its share of each period, one after the other, and stands still otherwise."""
    over = threading.Event()

    def turn() -> None:
        while not over.is_set():
            begin = time.perf_counter()
            for process in processes:
                process.send_signal(signal.SIGCONT)
                time.sleep(PERIOD * SHARE)
                process.send_signal(signal.SIGSTOP)
            time.sleep(max(0.0, PERIOD - (time.perf_counter() - begin)))

    for process in processes:
        process.send_signal(signal.SIGSTOP)
    turning = threading.Thread(target=turn)
    turning.start()
    try:
        yield
    finally:
        over.set()
        turning.join()
        for process in processes:
            process.send_signal(signal.SIGCONT)


async def carried(ports: list[int], key: str) -> float:
    """Interviews created a second over all ports together."""
    callers = []
    for place, port in enumerate(ports):
        each = CONNECTIONS // len(ports)
        group = [Integrator(key, f"cand_{place * each + number}") for number in range(each)]
        await connected(port, group)
        callers += group
    begin = time.perf_counter()

    async def go_on(caller: Integrator) -> None:
        while time.perf_counter() < begin + SECONDS:
            await caller.create()

    await asyncio.gather(*(go_on(caller) for caller in callers))
    return sum(len(caller.latencies) for caller in callers) / (time.perf_counter() - begin)


def proportional_mb(process: psutil.Process) -> float:
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0]) / 1024


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        data = Path(folder)
        data.chmod(0o711)
        with FolderLock(data, "benchmark"), Server(data) as server:
            key = asyncio.run(prepare(server.address))
            before = set(psutil.Process().children())
            with (
                web_process(data, server.address, SECRET) as first,
                web_process(data, server.address, SECRET) as second,
            ):
                processes = [one for one in psutil.Process().children() if one not in before]
                sizes = []
                for _ in range(4):
                    asyncio.run(carried([first], key))
                    sizes.append(max(proportional_mb(one) for one in processes))
                with held_to_a_share(processes):
                    one = asyncio.run(carried([first], key))
                    two = asyncio.run(carried([first, second], key))
    print(f"one web process of {SHARE:.0%} of a core   {one:7.0f} interviews/s")
    print(f"two of them                      {two:7.0f} interviews/s")
    print(f"ratio                            {two / one:7.2f}   (bar: {RATIO_BAR})")
    shown = ", ".join(f"{size:.0f}" for size in sizes)
    print(f"memory after each of 4 rounds of full load: {shown} MB   (bar: {MEMORY_BAR_MB})")


if __name__ == "__main__":
    main()
