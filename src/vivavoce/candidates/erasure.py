"""Erases a person, at once: all that database and file store hold of them. A receipt that names nobody stays."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import asyncpg
import msgspec
import structlog

from vivavoce import events, ids
from vivavoce.callers import OrganizationCaller
from vivavoce.database.pool import Connection
from vivavoce.database.rows import typed
from vivavoce.errors import NotFound
from vivavoce.recordings.recordings import folder_of
from vivavoce.tasks import defer

if TYPE_CHECKING:
    from vivavoce.wiring import Services

AT_ONCE_SECONDS = 10.0
"""How long the answer waits for the file store; a task goes on after that."""
LAST_LOOK = timedelta(minutes=10)
"""By then every upload that was under way has ended, also of a process that died meanwhile."""

_log = structlog.get_logger()


class Counts(msgspec.Struct, frozen=True, rename="camel"):
    """How much was erased of each kind. `answers` are those kept for repeated requests."""

    interviews: int
    turns: int
    recordings: int
    reports: int
    mails: int
    events: int
    webhook_deliveries: int
    answers: int


class Erasure(msgspec.Struct, frozen=True, rename="camel"):
    """The receipt. `files_erased_at` is null while the file store does not answer: it is asked until it does."""

    id: str
    candidate_id: str
    erased_at: datetime
    files_erased_at: datetime | None
    counts: Counts


async def erase_candidate(
    connection: Connection, caller: OrganizationCaller, candidate_id: str, *, at: datetime
) -> Erasure:
    """All of it in this transaction, but for the files: `erase_files_now` follows it. Raises NotFound."""
    interviews = await _hold(connection, caller, candidate_id)
    counts, began_this_month = await _count(connection, candidate_id, interviews, at)
    await _forget_jobs(connection, candidate_id, interviews)
    await connection.execute("DELETE FROM interviews WHERE id = ANY($1)", interviews)
    await connection.execute(
        "DELETE FROM events WHERE data ? 'candidateId' AND data->>'candidateId' = $1", candidate_id
    )
    await connection.execute("DELETE FROM idempotency_records WHERE candidate_id = $1", candidate_id)
    await connection.execute("DELETE FROM candidates WHERE id = $1", candidate_id)
    erasure = Erasure(
        id=ids.new("era"),
        candidate_id=candidate_id,
        erased_at=at,
        files_erased_at=None if interviews else at,
        counts=counts,
    )
    await _keep_receipt(connection, caller, erasure, interviews, began_this_month)
    return erasure


async def _hold(connection: Connection, caller: OrganizationCaller, candidate_id: str) -> list[str]:
    """The person's interviews, held, and no new ones: interviews first, as those who work on one do."""
    select = (
        "SELECT id FROM interviews WHERE candidate_id = $1 AND organization_id = $2 ORDER BY id FOR UPDATE"
    )
    await connection.execute(select, candidate_id, caller.organization_id)
    found = await connection.fetchval(
        "SELECT 1 FROM candidates WHERE id = $1 AND organization_id = $2 FOR UPDATE",
        candidate_id,
        caller.organization_id,
    )
    if found is None:
        raise NotFound
    return [row["id"] for row in await connection.fetch(select, candidate_id, caller.organization_id)]


async def _count(
    connection: Connection, candidate_id: str, interviews: list[str], at: datetime
) -> tuple[Counts, int]:
    """And how many interviews had used up the quota of this month."""
    row = await connection.fetchrow(
        "SELECT cardinality($2::text[]) AS interviews,"
        " (SELECT count(*) FROM turns WHERE interview_id = ANY($2)) AS turns,"
        " (SELECT count(DISTINCT interview_id) FROM recording_parts WHERE interview_id = ANY($2)) AS recordings,"
        " (SELECT count(*) FROM reports WHERE interview_id = ANY($2)) AS reports,"
        " (SELECT count(*) FROM mails WHERE interview_id = ANY($2)) AS mails,"
        " (SELECT count(*) FROM events WHERE interview_id = ANY($2))"
        " + (SELECT count(*) FROM events WHERE data ? 'candidateId' AND data->>'candidateId' = $1) AS events,"
        " (SELECT count(*) FROM webhook_deliveries WHERE interview_id = ANY($2) OR candidate_id = $1)"
        " AS webhook_deliveries,"
        " (SELECT count(*) FROM idempotency_records WHERE candidate_id = $1) AS answers,"
        " (SELECT count(*) FROM interviews WHERE id = ANY($2) AND mode = 'live'"
        " AND started_at >= date_trunc('month', $3::timestamptz, 'UTC')) AS began",
        candidate_id,
        interviews,
        at,
    )
    assert row is not None
    return typed(Counts, row), row["began"]


async def _forget_jobs(connection: Connection, candidate_id: str, interviews: list[str]) -> None:
    """Those that would find nothing. One that is running goes by itself when it is done."""
    await connection.execute(
        "WITH gone AS (SELECT $1 AS id UNION ALL SELECT unnest($2::text[])"
        " UNION ALL SELECT id FROM mails WHERE interview_id = ANY($2)"
        " UNION ALL SELECT id FROM reports WHERE interview_id = ANY($2)"
        " UNION ALL SELECT id FROM webhook_deliveries WHERE interview_id = ANY($2) OR candidate_id = $1)"
        " DELETE FROM procrastinate_jobs j WHERE j.status <> 'doing'"
        " AND EXISTS (SELECT FROM jsonb_each_text(j.args) a JOIN gone ON gone.id = a.value)",
        candidate_id,
        interviews,
    )


async def _keep_receipt(
    connection: Connection,
    caller: OrganizationCaller,
    erasure: Erasure,
    interviews: list[str],
    began_this_month: int,
) -> None:
    await connection.execute(
        "INSERT INTO erasures (id, organization_id, candidate_id, erased_by, erased_at, counts, began_this_month,"
        " files_of, files_erased_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        erasure.id,
        caller.organization_id,
        erasure.candidate_id,
        caller.actor,
        erasure.erased_at,
        msgspec.to_builtins(erasure.counts),
        began_this_month,
        interviews,
        erasure.files_erased_at,
    )
    await events.record(
        connection,
        caller.organization_id,
        "candidate.erased",
        actor=caller.actor,
        at=erasure.erased_at,
        data={"candidateId": erasure.candidate_id, "erasureId": erasure.id},
    )
    if interviews:
        await defer(connection, "candidate.erase_files", erasure_id=erasure.id)
        last_look = erasure.erased_at + LAST_LOOK
        await defer(connection, "candidate.erase_files", at=last_look, erasure_id=erasure.id)


async def erase_files_now(services: "Services", erasure: Erasure) -> Erasure:
    """The receipt, with the files gone where the store answers; else the task sees to them."""
    if erasure.files_erased_at is not None:
        return erasure
    try:
        async with asyncio.timeout(AT_ONCE_SECONDS):
            gone_at = await _erase_files(services, erasure.id)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        _log.warning("files_not_erased_yet", erasure_id=erasure.id, error=type(fault).__name__)
        return erasure
    return msgspec.structs.replace(erasure, files_erased_at=gone_at)


async def erase_files(services: "Services", erasure_id: str, *, final: bool) -> None:
    """The task: tried until it is done, so that its last try asks for the next."""
    try:
        await _erase_files(services, erasure_id)
    except OSError as fault:
        if not final:
            raise
        _log.warning("files_not_erased_yet", erasure_id=erasure_id, error=type(fault).__name__)
        async with services.database.transaction() as connection:
            await defer(connection, "candidate.erase_files", erasure_id=erasure_id)


async def _erase_files(services: "Services", erasure_id: str) -> datetime | None:
    """When they were gone. Raises OSError where the store fails."""
    found = await services.database.pool.fetchval("SELECT files_of FROM erasures WHERE id = $1", erasure_id)
    for interview_id in found or ():
        await services.storage.delete_folder(folder_of(interview_id))
    gone_at: datetime | None = await services.database.pool.fetchval(
        "UPDATE erasures SET files_erased_at = coalesce(files_erased_at, $2),"
        " files_of = CASE WHEN erased_at <= $3 THEN '{}' ELSE files_of END WHERE id = $1 RETURNING files_erased_at",
        erasure_id,
        services.clock(),
        services.clock() - LAST_LOOK,
    )
    return gone_at
