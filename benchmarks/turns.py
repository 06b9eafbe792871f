"""`POST …/turns` with everything that it does, against pgbench running the handler's own SQL, in one run.

    .venv/bin/python benchmarks/turns.py

Starts a PostgreSQL and one web process of its own, on loopback. Prints requests and transactions a second and
their ratio; then the latency when 100 turns a second are offered.
"""

import argparse
import asyncio
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from support import web_process

from vivavoce.database.embedded import FolderLock, Server, binaries
from vivavoce.database.migrate import migrate
from vivavoce.database.pool import Database, now
from vivavoce.interviews.turns import _POST
from vivavoce.organizations.organizations import create_organization

CONNECTIONS = 16
SECONDS = 8.0
OFFERED = 100
OFFERED_SECONDS = 10.0
CONTENT = "I wrote the parser myself, measured it before and after, and it ran three times as fast. " * 3
SECRET = "benchmark-secret-0123456789"


class Speaker(asyncio.Protocol):
    """One connection that posts the turns of one interview, each when the one before was answered."""

    def __init__(self, interview_id: str, host: str) -> None:
        self.interview_id, self.host = interview_id, host
        self.number = 0
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

    async def post(self) -> None:
        self.number += 1
        body = (
            f'{{"turnNumber":{self.number},"role":"candidate","content":"{CONTENT}",'
            '"questionId":"q1","audioStartMs":1000,"audioEndMs":9000}'
        ).encode()
        self.answered = asyncio.get_running_loop().create_future()
        begin = time.perf_counter()
        self.transport.write(  # type: ignore[attr-defined] # a TCP transport
            f"POST /api/interviews/{self.interview_id}/turns HTTP/1.1\r\nHost: {self.host}\r\n"
            f"X-Agent-Secret: {SECRET}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await self.answered
        self.latencies.append(time.perf_counter() - begin)


async def speakers(port: int, interviews: list[str]) -> list[Speaker]:
    loop = asyncio.get_running_loop()
    made = []
    for interview in interviews:
        _, speaker = await loop.create_connection(
            lambda interview=interview: Speaker(interview, f"127.0.0.1:{port}"), "127.0.0.1", port
        )
        made.append(speaker)
    return made


async def full_load(port: int, interviews: list[str]) -> float:
    """Turns a second that all connections together get through."""
    everyone = await speakers(port, interviews)
    end = time.perf_counter() + SECONDS

    async def talk(speaker: Speaker) -> None:
        while time.perf_counter() < end:
            await speaker.post()

    begin = time.perf_counter()
    await asyncio.gather(*(talk(speaker) for speaker in everyone))
    return sum(len(speaker.latencies) for speaker in everyone) / (time.perf_counter() - begin)


async def offered_load(port: int, interviews: list[str]) -> list[float]:
    """Latencies in seconds when a turn comes every hundredth of a second, on a free connection."""
    everyone = await speakers(port, interviews)
    free: asyncio.Queue[Speaker] = asyncio.Queue()
    for speaker in everyone:
        free.put_nowait(speaker)
    latencies: list[float] = []

    async def one(due: float) -> None:
        speaker = await free.get()
        await speaker.post()
        latencies.append(time.perf_counter() - due)
        free.put_nowait(speaker)

    begin, tasks = time.perf_counter(), []
    for number in range(int(OFFERED * OFFERED_SECONDS)):
        due = begin + number / OFFERED
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    return latencies


async def prepare(dsn: str, names: list[str]) -> None:
    """Interviews under way, by the names given."""
    await migrate(dsn)
    database = await Database.open(dsn, size=1)
    async with database.transaction() as connection:
        at = now()
        organization = await create_organization(connection, "Benchmark", at=at)
        await connection.execute(
            "INSERT INTO candidates (id, organization_id, email, created_at, updated_at)"
            " VALUES ('cand_b', $1, 'b@example.org', $2, $2)",
            organization,
            at,
        )
        await connection.execute(
            "INSERT INTO jobs (id, organization_id, title, status, created_at, updated_at)"
            " VALUES ('job_b', $1, 'Bench', 'ACTIVE', $2, $2)",
            organization,
            at,
        )
        await connection.execute(
            "INSERT INTO interviews (id, organization_id, candidate_id, job_id, config_id, language, mode, status,"
            " expires_at, created_at, updated_at)"
            " SELECT wanted, $1, 'cand_b', 'job_b', default_config_id, 'en', 'live', 'INVITED',"
            " $2::timestamptz + interval '7 days', $2, $2 FROM unnest($3::text[]) AS wanted, organizations"
            " WHERE id = $1",
            organization,
            at,
            names,
        )
    await database.close()


def pgbench(dsn: str) -> float:
    """Transactions a second of the handler's statement, each client with an interview of its own."""
    values = {
        1: "('pgb_' || :client_id::text)",
        2: ":n::integer",
        3: "'candidate'::text",
        4: f"'{CONTENT}'::text",
        5: "false",
        6: "'q1'::text",
        7: "NULL::text",
        8: "1000::integer",
        9: "9000::integer",
        10: "NULL::timestamptz",
        11: "NULL::timestamptz",
        12: "NULL::jsonb",
        13: "clock_timestamp()",
        14: "NULL",
        15: "NULL::jsonb",
        16: "'\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'::bytea",
    }
    statement = re.sub(r"\$(\d+)", lambda match: values[int(match[1])], _POST)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("\\set n :n + 1\n" + " ".join(statement.split()) + ";\n")
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
    if found is None or printed.returncode:
        raise SystemExit(printed.stderr)
    return float(found[1])


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        data = Path(folder)
        data.chmod(0o711)
        with FolderLock(data, "benchmark"), Server(data) as server:
            loads = [f"int_load_{number}" for number in range(CONNECTIONS)]
            offers = [f"int_offer_{number}" for number in range(CONNECTIONS)]
            names = [*loads, *offers, *(f"pgb_{number}" for number in range(CONNECTIONS))]
            asyncio.run(prepare(server.address, names))
            with web_process(data, server.address, SECRET) as port:
                served = asyncio.run(full_load(port, loads))
                engine = pgbench(server.address)
                latencies = sorted(asyncio.run(offered_load(port, offers)))
    print(f"one web process, {CONNECTIONS} connections  {served:8,.0f} turns/s")
    print(f"pgbench, the same statement      {engine:8,.0f} transactions/s")
    print(f"ratio                            {served / engine:8.2f}   (bar: 0.30)")
    print(
        f"{OFFERED} turns/s offered: p50 {1000 * statistics.median(latencies):.1f} ms,"
        f" p99 {1000 * latencies[int(len(latencies) * 0.99)]:.1f} ms   (bar: p99 30 ms)"
    )


if __name__ == "__main__":
    main()
