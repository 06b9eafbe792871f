"""`POST …/turns` with everything that it does, against pgbench running the handler's own SQL, in one run.

    .venv/bin/python benchmarks/turns.py

Starts a PostgreSQL and one web process of its own, on loopback. Prints requests and transactions a second and
their ratio; then the latency when 100 turns a second are offered.
"""

import argparse
import asyncio
import re
import tempfile
from pathlib import Path

from load import CONNECTIONS, Caller, full_load, offered_load, pgbench, tell
from support import web_process

from vivavoce.database.embedded import FolderLock, Server
from vivavoce.database.migrate import migrate
from vivavoce.database.pool import Database, now
from vivavoce.interviews.turns import _POST
from vivavoce.organizations.organizations import create_organization

CONTENT = "I wrote the parser myself, measured it before and after, and it ran three times as fast. " * 3
SECRET = "benchmark-secret-0123456789"


class Speaker(Caller):
    """One connection that posts the turns of one interview, each when the one before was answered."""

    def __init__(self, interview_id: str) -> None:
        super().__init__()
        self.path = f"/api/interviews/{interview_id}/turns"
        self.number = 0

    async def speak(self) -> None:
        self.number += 1
        body = (
            f'{{"turnNumber":{self.number},"role":"candidate","content":"{CONTENT}",'
            '"questionId":"q1","audioStartMs":1000,"audioEndMs":9000}'
        )
        await self.post(self.path, f"X-Agent-Secret: {SECRET}", body.encode())


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


def statement() -> str:
    """The handler's, for an interview of each client's own."""
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
    text = re.sub(r"\$(\d+)", lambda match: values[int(match[1])], _POST)
    return " ".join(text.split())


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
                served = asyncio.run(full_load(port, [Speaker(one) for one in loads], Speaker.speak))
                engine = pgbench(server.address, [statement()])
                latencies = asyncio.run(offered_load(port, [Speaker(one) for one in offers], Speaker.speak))
    tell("turns", served, engine, latencies)


if __name__ == "__main__":
    main()
