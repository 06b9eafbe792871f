"""Lists and single reads in a database of 1,000,000 interviews, half of them one organization's.

    .venv/bin/python benchmarks/scale.py [INTERVIEWS]

Makes two databases on a PostgreSQL of its own: INTERVIEWS (default 1,000,000) and 10,000. Then measures, over HTTP on
one web process, one request at a time: the first page with its total, by each filter and each pair of filters; the
first page by cursor and the 10,000th; one interview of 60 turns beside a one-row read. Prints p50 and p95 in ms.
"""

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
import httpx
from support import web_process

from vivavoce.callers import SCOPES, Operator
from vivavoce.database.embedded import FolderLock, Server
from vivavoce.database.migrate import migrate
from vivavoce.database.pool import Database, now
from vivavoce.interviews.tallies import MAX_NOTES, fold
from vivavoce.organizations.keys import create_key
from vivavoce.organizations.organizations import create_organization

INTERVIEWS = 1_000_000
SMALL = 10_000
ROUNDS = 40
PAGE_SIZE = 20
FAR_PAGE = 10_000
SECRET = "benchmark-secret-0123456789"
LIST_BAR_MS, CURSOR_BAR, READ_BAR = 30.0, 1.5, 2.0

FILL = """
INSERT INTO candidates (id, organization_id, email, first_name, last_name, locale, created_at, updated_at)
SELECT $1 || '_c' || n, $1, 'person' || n || '@example.org', 'First' || n, 'Last' || n, 'en', $4, $4
FROM generate_series(1, greatest($2::integer / 5, 1)) AS n;
INSERT INTO jobs (id, organization_id, title, status, created_at, updated_at)
SELECT $1 || '_j' || n, $1, 'Job ' || n, 'ACTIVE', $4, $4 FROM generate_series(1, greatest($2::integer / 1000, 1)) AS n;
INSERT INTO campaigns (id, organization_id, job_id, name, status, created_at, updated_at)
SELECT $1 || '_k' || n, $1, $1 || '_j' || n, 'Campaign ' || n, 'ACTIVE', $4, $4
FROM generate_series(1, greatest($2::integer / 1000, 1)) AS n;
INSERT INTO interviews (id, organization_id, candidate_id, job_id, campaign_id, config_id, config_version, language,
    mode, status, completion, external_id, expires_at, invited_at, started_at, ended_at, last_turn, candidate_spoke,
    created_at, updated_at)
SELECT $1 || '_i' || lpad(n::text, 9, '0'), $1, $1 || '_c' || (1 + n % greatest($2::integer / 5, 1)),
    $1 || '_j' || (1 + n % greatest($2::integer / 1000, 1)),
    CASE WHEN n % 2 = 0 THEN $1 || '_k' || (1 + n % greatest($2::integer / 1000, 1)) END, $3, 1,
    CASE n % 3 WHEN 0 THEN 'fr' ELSE 'en' END, CASE WHEN n % 50 = 0 THEN 'test' ELSE 'live' END, s.status,
    CASE s.status WHEN 'COMPLETED' THEN 'FULL' END, 'ats-' || n,
    CASE WHEN s.status IN ('DRAFT', 'INVITED') AND n % 500 <> 0 THEN $4::timestamptz + interval '1 day' * (1 + n % 7)
        ELSE created + interval '7 days' END, created,
    CASE WHEN s.status IN ('COMPLETED', 'IN_PROGRESS') THEN created + interval '1 day' END,
    CASE s.status WHEN 'COMPLETED' THEN created + interval '25 hours' END, 0, false,
    created, least(created + interval '1 hour' * (25 + n * 13 % 600), $4)
FROM generate_series(1, $2::integer) AS n,
    LATERAL (SELECT $4::timestamptz - interval '2 years' * (1 - n / $2::double precision) AS created) AS t,
    LATERAL (SELECT (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'EXPIRED',
        'EXPIRED', 'CANCELLED', 'IN_PROGRESS', 'INVITED', 'DRAFT'])[1 + (n * 7) % 12] AS status) AS s;
INSERT INTO reports (id, interview_id, organization_id, status, body, created_at, ready_at)
SELECT id || '_r', id, $1, 'READY', jsonb_build_object('scorecard', jsonb_build_object('overall', 3.5),
    'summary', repeat('What was said, in short. ', 20)), updated_at, updated_at
FROM interviews WHERE organization_id = $1 AND status = 'COMPLETED'
"""


async def make(dsn: str, interviews: int) -> tuple[str, str]:
    """Half of them one organization's, the rest in organizations of 10,000; that one's id and a key."""
    await migrate(dsn)
    database = await Database.open(dsn, size=1)
    sizes = [interviews // 2, *([10_000] * max(1, interviews // 20_000))]
    organizations = []
    at = now()
    for size in sizes:
        async with database.transaction() as connection:
            organization = await create_organization(connection, f"Organization {len(organizations)}", at=at)
            config = await connection.fetchval(
                "SELECT default_config_id FROM organizations WHERE id = $1", organization
            )
        connection = await asyncpg.connect(dsn)
        for statement in FILL.split(";"):
            places = [
                value
                for place, value in enumerate((organization, size, config, at), 1)
                if f"${place}" in statement
            ]
            await connection.execute(_renumbered(statement), *places, timeout=600)
        await connection.close()
        organizations.append(organization)
    async with database.transaction() as connection:
        key = await create_key(connection, Operator(organizations[0]), "benchmark", frozenset(SCOPES), at=at)
        await _talk(connection, f"{organizations[0]}_i000000001")
    await database.close()
    connection = await asyncpg.connect(dsn)
    while await fold(connection) == MAX_NOTES:  # as a worker does while the rows come in
        pass
    await connection.execute("VACUUM ANALYZE", timeout=600)
    await connection.close()
    return organizations[0], key.secret


def _renumbered(statement: str) -> str:
    """A statement that leaves some of $1 to $4 out, with the others numbered from one."""
    used = [place for place in range(1, 5) if f"${place}" in statement]
    for number, place in enumerate(used, 1):
        statement = statement.replace(f"${place}", f"${number}")
    return statement


async def _talk(connection: object, interview_id: str) -> None:
    """60 turns of some length."""
    await connection.execute(  # type: ignore[attr-defined] # a pooled connection
        "INSERT INTO turns (interview_id, turn_number, role, content, is_pending_question, posted_hash, created_at)"
        " SELECT $1, n, CASE n % 2 WHEN 1 THEN 'agent' ELSE 'candidate' END, repeat('What I did then was this. ', 12),"
        " n % 2 = 1, '\\x00', now() FROM generate_series(1, 60) AS n",
        interview_id,
    )


def filters(organization: str, interviews: int) -> dict[str, list[dict[str, str]]]:
    """By name, some values of each filter of the list."""
    own = interviews // 2
    moments = [datetime.now(UTC) - timedelta(days=days) for days in (2, 30, 180, 365, 600)]
    times = [moment.isoformat().replace("+00:00", "Z") for moment in moments]
    spread = [1 + own * part // 7 for part in range(1, 6)]
    jobs = max(own // 1000, 1)
    return {
        "status": [
            {"status": status}
            for status in ("DRAFT", "INVITED", "IN_PROGRESS", "COMPLETED", "CANCELLED", "EXPIRED")
        ],
        "jobId": [{"jobId": f"{organization}_j{1 + n % jobs}"} for n in spread],
        "campaignId": [{"campaignId": f"{organization}_k{1 + n % jobs}"} for n in spread],
        "candidateId": [{"candidateId": f"{organization}_c{1 + n % (own // 5)}"} for n in spread],
        "externalId": [{"externalId": f"ats-{n}"} for n in spread],
        "createdAfter": [{"createdAfter": moment} for moment in times],
        "createdBefore": [{"createdBefore": moment} for moment in times],
        "updatedAfter": [{"updatedAfter": moment} for moment in times],
        "mode": [{"mode": "test"}, {"mode": "live"}],
    }


class Reader:
    def __init__(self, port: int, key: str) -> None:
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60
        )

    def milliseconds(self, path: str) -> float:
        begin = time.perf_counter()
        answer = self.http.get(path)
        taken = 1000 * (time.perf_counter() - begin)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.text}")
        return taken

    def many(self, *paths: str) -> list[float]:
        """Each path in turn, ROUNDS requests in all, after one that is not counted."""
        for path in paths:
            self.milliseconds(path)
        return sorted(self.milliseconds(path) for path, _ in zip(itertools.cycle(paths), range(ROUNDS)))


def p95(milliseconds: list[float]) -> float:
    return milliseconds[int(len(milliseconds) * 0.95)]


def lists(reader: Reader, organization: str, interviews: int) -> None:
    """The first page with its total, by every filter and pair; the worst ones by name."""
    values = filters(organization, interviews)
    found: dict[str, list[float]] = {"(none)": reader.many("/interviews")}
    for names in [*((name,) for name in values), *itertools.combinations(values, 2)]:
        chosen = list(
            zip(*(itertools.islice(itertools.cycle(values[name]), 6) for name in names), strict=True)
        )
        queries = [
            urlencode({name: value for one in choice for name, value in one.items()}) for choice in chosen
        ]
        found[" + ".join(names)] = reader.many(*(f"/interviews?{query}" for query in queries))
    every = sorted(itertools.chain.from_iterable(found.values()))
    print(
        f"first page with total, {len(found)} filters and pairs: p50 {statistics.median(every):.1f},"
        f" p95 {p95(every):.1f} ms"
        f"   (bar: {LIST_BAR_MS:.0f})"
    )
    slowest = sorted(found.items(), key=lambda one: -p95(one[1]))
    for name, milliseconds in slowest[:8]:
        print(f"  {name}: p50 {statistics.median(milliseconds):.1f}, p95 {p95(milliseconds):.1f}")
    over = [name for name, milliseconds in found.items() if p95(milliseconds) > LIST_BAR_MS]
    print(f"  above the bar: {len(over)} of {len(found)}")


def cursor_path(reader: Reader, page: int) -> str:
    """The list's address that begins at this page, reached from page to page by cursor."""
    path = f"/interviews?pageSize={PAGE_SIZE}"
    first = reader.http.get(path).json()["pagination"]["nextCursor"]
    cursor = first
    for _ in range(page - 2):
        following = reader.http.get(f"{path}&cursor={cursor}").json()["pagination"]["nextCursor"]
        if following is None:
            break
        cursor = following
    return f"{path}&cursor={cursor}"


def main() -> None:
    interviews = int(sys.argv[1]) if len(sys.argv) > 1 else INTERVIEWS
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        data = Path(folder)
        data.chmod(0o711)
        with FolderLock(data, "benchmark"), Server(data) as server:
            begin = time.perf_counter()
            organization, key = asyncio.run(make(server.address, interviews))
            print(
                f"{interviews:,} interviews made in {time.perf_counter() - begin:.0f} s   (bar: 300)",
                flush=True,
            )
            small_dsn = asyncio.run(_other(server.address))
            _, small_key = asyncio.run(make(small_dsn, SMALL))
            with web_process(data, server.address, SECRET) as port:
                reader = Reader(port, key)
                one = reader.many(f"/interviews/{organization}_i000000001")
                row = reader.many(f"/interviews/{organization}_i000000003")
                print(
                    f"one interview of 60 turns: p50 {statistics.median(one):.1f} ms, without turns"
                    f" {statistics.median(row):.1f} ms: {statistics.median(one) / statistics.median(row):.2f} times"
                    f"   (bar: {READ_BAR:.0f})"
                )
                lists(reader, organization, interviews)
                near = reader.many(cursor_path(reader, 2))
                far = reader.many(cursor_path(reader, FAR_PAGE))
            with web_process(data, small_dsn, SECRET) as port:
                small = Reader(port, small_key)
                base = small.many(cursor_path(small, 2))
            print(
                f"by cursor: page 2 p95 {p95(near):.1f} ms, page {FAR_PAGE:,} p95 {p95(far):.1f} ms; of {SMALL:,}"
                f" interviews p95 {p95(base):.1f} ms: {p95(far) / p95(base):.2f} times   (bar: {CURSOR_BAR})"
            )


async def _other(dsn: str) -> str:
    connection = await asyncpg.connect(dsn.replace("/vivavoce?", "/postgres?"))
    await connection.execute("CREATE DATABASE small")
    await connection.close()
    return dsn.replace("/vivavoce?", "/small?")


if __name__ == "__main__":
    main()
