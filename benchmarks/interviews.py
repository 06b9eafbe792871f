"""`POST /api/v1/interviews` with everything that it does, against pgbench running the handler's own SQL, in one run.

    .venv/bin/python benchmarks/interviews.py

Everything: the key and the count of its requests, the checks, the interview, its events, the invitation's mail and the
task that delivers it, the answer. The SQL is what a request really sent, written down as it went, with ids that are
new each time.
Starts a PostgreSQL and one web process of its own, on loopback. Prints requests and transactions a second and their
ratio; then the latency when 100 a second are offered.
"""

import argparse
import asyncio
import dataclasses
import json
import re
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from load import CONNECTIONS, Caller, full_load, offered_load, pgbench, tell
from support import web_process

from vivavoce.app import create_app
from vivavoce.callers import SCOPES, Operator
from vivavoce.database.embedded import FolderLock, Server
from vivavoce.database.migrate import migrate
from vivavoce.database.pool import Database, now
from vivavoce.organizations.keys import create_key
from vivavoce.organizations.members import invite_member
from vivavoce.organizations.organizations import create_organization
from vivavoce.settings import Settings
from vivavoce.wiring import opened

SECRET = "benchmark-secret-0123456789"
PATH = "/api/v1/interviews"
FIRST = "cand_0"
"""The candidate of the first connection; each has one of its own, and all are for one job."""
NEW_ID = re.compile(r"\b(int|mail)_[0-9A-Z]{26}\b")
NUMBER = "'||(:client_id * 1000000 + :n)::text||E'"


class Integrator(Caller):
    def __init__(self, key: str, candidate_id: str) -> None:
        super().__init__()
        self.authorization = f"Authorization: Bearer {key}"
        self.body = body_for(candidate_id)

    async def create(self) -> None:
        await self.post(PATH, self.authorization, self.body)


def body_for(candidate_id: str) -> bytes:
    wanted = {"candidateId": candidate_id, "jobId": "job_b", "metadata": {"source": "benchmark"}}
    return json.dumps(wanted).encode()


async def prepare(dsn: str) -> str:
    """An organization with candidates and a job; the secret of its key."""
    await migrate(dsn)
    database = await Database.open(dsn, size=1)
    async with database.transaction() as connection:
        at = now()
        organization = await create_organization(connection, "Benchmark", at=at)
        operator = Operator(organization)
        await invite_member(connection, operator, "owner@example.org", "OWNER", at=at)
        await connection.execute(
            "INSERT INTO candidates (id, organization_id, email, first_name, locale, created_at, updated_at)"
            " SELECT 'cand_' || n, $1, 'b' || n || '@example.org', 'Ada', 'en', $2, $2 FROM generate_series(0, $3) n",
            organization,
            at,
            CONNECTIONS - 1,
        )
        await connection.execute(
            "INSERT INTO jobs (id, organization_id, title, status, created_at, updated_at)"
            " VALUES ('job_b', $1, 'Bench', 'ACTIVE', $2, $2)",
            organization,
            at,
        )
        key = await create_key(connection, operator, "benchmark", SCOPES, at=at)
    await database.close()
    return key.secret


async def written_down(data: Path, dsn: str, key: str) -> list[str]:
    """What one request sends to the database, once whatever is only done the first time was done."""
    settings = Settings(data=data, secret_key="k" * 32, agent_secret=SECRET, rate_per_second=1_000_000)
    app = create_app(settings, dsn)
    statements: list[str] = []
    async with opened(settings, dsn) as parts:
        database = await Database.open(dsn, size=1)
        app.state.services = dataclasses.replace(parts, database=database)
        transport = httpx.ASGITransport(app=app)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        async with httpx.AsyncClient(transport=transport, base_url="http://benchmark") as http:
            async with database.pool.acquire() as connection:
                connection.add_query_logger(lambda sent: statements.append(filled(sent.query, sent.args)))
            for _ in range(2):
                statements.clear()
                answer = await http.post(PATH, content=body_for(FIRST), headers=headers)
                assert answer.status_code == 201, answer.text
                await asyncio.sleep(0)
        await database.close()
    return statements


def filled(query: str, values: Sequence[Any]) -> str:
    """The statement with its values in it, and the number of the run in the ids that have to be new."""
    text = re.sub(r"\$(\d+)", lambda match: literal(values[int(match[1]) - 1]), query)
    return " ".join(text.rstrip("; \n").split("\n"))


def literal(value: Any) -> str:
    match value:
        case None:
            text = "NULL"
        case bool() | int() | float():
            text = str(value)
        case datetime():
            text = f"{quoted(value.isoformat())}::timestamptz"
        case bytes():
            text = f"'\\x{value.hex()}'::bytea"
        case dict():
            text = f"({quoted(json.dumps(value))})::jsonb"
        case list():
            text = f"ARRAY[{', '.join(literal(one) for one in value)}]::text[]"
        case _:
            text = quoted(str(value))
    return text


def quoted(text: str) -> str:
    """Without a colon: pgbench would take what follows it for a variable, in quotes too."""
    if text == FIRST:
        return "E'cand_'||:client_id::text"
    escaped = text.replace("\\", r"\\").replace("'", "''").replace(":", r"\x3a")
    return NEW_ID.sub(lambda match: f"{match[1]}_{NUMBER}", f"E'{escaped}'")


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        data = Path(folder)
        data.chmod(0o711)
        with FolderLock(data, "benchmark"), Server(data) as server:
            key = asyncio.run(prepare(server.address))
            statements = asyncio.run(written_down(data, server.address, key))

            def everyone() -> list[Integrator]:
                return [Integrator(key, f"cand_{number}") for number in range(CONNECTIONS)]

            with web_process(data, server.address, SECRET) as port:
                served = asyncio.run(full_load(port, everyone(), Integrator.create))
                engine = pgbench(server.address, statements)
                latencies = asyncio.run(offered_load(port, everyone(), Integrator.create))
    print(f"{len(statements)} statements a request")
    tell("interviews", served, engine, latencies)


if __name__ == "__main__":
    main()
