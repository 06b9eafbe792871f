"""Load on one address, and pgbench for what the database alone would do with the same SQL."""

import asyncio
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from vivavoce.database.embedded import binaries

CONNECTIONS = 16
SECONDS = 8.0
OFFERED = 100
OFFERED_SECONDS = 10.0
RATIO_BAR, P99_BAR_MS = 0.30, 30


class Caller(asyncio.Protocol):
    """One connection: a request, then its answer, which has to be 201."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.answered: asyncio.Future[None] | None = None
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if separator and length and len(body) >= int(length[1]):
            assert head.startswith(b"HTTP/1.1 201"), self.buffer
            self.buffer = b""
            assert self.answered is not None
            self.answered.set_result(None)

    async def post(self, path: str, authorization: str, body: bytes) -> None:
        self.answered = asyncio.get_running_loop().create_future()
        begin = time.perf_counter()
        self.transport.write(  # type: ignore[attr-defined] # a TCP transport
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await self.answered
        self.latencies.append(time.perf_counter() - begin)


C = TypeVar("C", bound=Caller)
Ask = Callable[[C], Awaitable[None]]


async def connected(port: int, callers: Sequence[C]) -> None:
    loop = asyncio.get_running_loop()
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)


async def full_load(port: int, callers: Sequence[C], ask: Ask[C]) -> float:
    """Requests a second that all connections together get through."""
    await connected(port, callers)
    begin = time.perf_counter()

    async def go_on(caller: C) -> None:
        while time.perf_counter() < begin + SECONDS:
            await ask(caller)

    await asyncio.gather(*(go_on(caller) for caller in callers))
    return sum(len(caller.latencies) for caller in callers) / (time.perf_counter() - begin)


async def offered_load(port: int, callers: Sequence[C], ask: Ask[C]) -> list[float]:
    """Latencies in seconds, sorted, when a request comes every hundredth of a second, on a free connection."""
    await connected(port, callers)
    free: asyncio.Queue[C] = asyncio.Queue()
    for caller in callers:
        free.put_nowait(caller)
    latencies: list[float] = []

    async def one(due: float) -> None:
        caller = await free.get()
        await ask(caller)
        latencies.append(time.perf_counter() - due)
        free.put_nowait(caller)

    begin, tasks = time.perf_counter(), []
    for number in range(int(OFFERED * OFFERED_SECONDS)):
        due = begin + number / OFFERED
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    return sorted(latencies)


def pgbench(dsn: str, statements: Sequence[str]) -> float:
    """Transactions a second of the statements. In them `:n` is the number of the run, from 1 for each `:client_id`."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("\\set n :n + 1\n" + "".join(f"{statement};\n" for statement in statements))
        script.flush()
        printed = subprocess.run(
            [
                str(binaries() / "pgbench"),
                *("--no-vacuum", "--protocol=prepared", f"--client={CONNECTIONS}", "--jobs=1"),
                *(f"--time={SECONDS:.0f}", "--define=n=0", f"--file={script.name}", dsn),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
    found = re.search(r"tps = ([\d.]+)", printed.stdout)
    if found is None or printed.returncode or "number of failed transactions: 0 " not in printed.stdout:
        raise SystemExit(printed.stdout + printed.stderr)
    return float(found[1])


def tell(what: str, served: float, engine: float, latencies: Sequence[float]) -> None:
    print(f"one web process, {CONNECTIONS} connections  {served:8,.0f} {what}/s")
    print(f"pgbench, the same SQL            {engine:8,.0f} transactions/s")
    print(f"ratio                            {served / engine:8.2f}   (bar: {RATIO_BAR:.2f})")
    print(
        f"{OFFERED} {what}/s offered: p50 {1000 * statistics.median(latencies):.1f} ms,"
        f" p99 {1000 * latencies[int(len(latencies) * 0.99)]:.1f} ms   (bar: p99 {P99_BAR_MS} ms)"
    )
