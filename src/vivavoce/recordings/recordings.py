"""Recordings: MP3 of a constant bit rate, in parts as they come; joined they are the whole."""

import hashlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import msgspec

from vivavoce import callers
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict, Malformed, NotFound
from vivavoce.interviews.states import require_lease
from vivavoce.recordings.links import recording_reference

if TYPE_CHECKING:
    from vivavoce.wiring import Services

MAX_PART_BYTES = 16_000_000
MAX_PARTS = 20_000
BIT_RATE = 64_000
CHUNK_BYTES = 256 * 1024


class PartQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    part: Annotated[int, msgspec.Meta(ge=1, le=MAX_PARTS)]


class RecordingState(msgspec.Struct, frozen=True, rename="camel"):
    reference: str
    parts: int
    duration_ms: int


class Part(msgspec.Struct, frozen=True):
    path: str
    size: int


async def put_part(
    services: "Services", caller: callers.Agent, interview_id: str, number: int, content: bytes
) -> RecordingState:
    """Store one part. The same again is stored once; raises Conflict PART_CONFLICT for another under its number.

    The file is written before the row that names it, so a row never names what is not there.
    """
    if not content:
        raise Malformed("The part is empty.")
    digest = hashlib.sha256(content).digest()
    path = f"{folder_of(interview_id)}/{number:05d}-{digest.hex()[:16]}.mp3"
    async with services.database.transaction() as connection:
        await require_lease(connection, caller, interview_id)
    await services.storage.put(path, content)
    try:
        async with services.database.transaction() as connection:
            await require_lease(connection, caller, interview_id)
            return await _record_part(connection, interview_id, number, Part(path, len(content)), digest)
    except NotFound:  # erased while the store took it
        await services.storage.delete_folder(folder_of(interview_id))
        raise


def folder_of(interview_id: str) -> str:
    """Where the store keeps all that was recorded of it."""
    return f"recordings/{interview_id}"


async def _record_part(
    connection: Connection, interview_id: str, number: int, part: Part, digest: bytes
) -> RecordingState:
    await connection.execute(
        "INSERT INTO recording_parts (interview_id, part, path, size, duration_ms, sha256)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        interview_id,
        number,
        part.path,
        part.size,
        part.size * 8 * 1000 // BIT_RATE,
        digest,
    )
    stored = await connection.fetchval(
        "SELECT sha256 FROM recording_parts WHERE interview_id = $1 AND part = $2", interview_id, number
    )
    if stored != digest:
        raise Conflict(f"Part {number} is there already, and holds something else.", code="PART_CONFLICT")
    state = await read_state(connection, interview_id)
    assert state is not None
    return state


async def read_state(connection: Connection, interview_id: str) -> RecordingState | None:
    """How far the recording has come; None where there is no such interview."""
    row = await connection.fetchrow(
        "SELECT coalesce(max(p.part), 0) AS parts, coalesce(sum(p.duration_ms), 0)::integer AS duration_ms"
        " FROM interviews i LEFT JOIN recording_parts p ON p.interview_id = i.id WHERE i.id = $1 GROUP BY i.id",
        interview_id,
    )
    if row is None:
        return None
    return RecordingState(recording_reference(interview_id), row["parts"], row["duration_ms"])


async def read_parts(connection: Connection, interview_id: str) -> list[Part]:
    rows = await connection.fetch(
        "SELECT path, size FROM recording_parts WHERE interview_id = $1 ORDER BY part", interview_id
    )
    return [Part(row["path"], row["size"]) for row in rows]


async def read_range(services: "Services", parts: list[Part], start: int, end: int) -> AsyncIterator[bytes]:
    """The bytes from `start` up to, not with, `end` of the joined parts, a bounded chunk at a time."""
    offset = 0
    for part in parts:
        first, last = max(start - offset, 0), min(end - offset, part.size)
        while first < last:
            upto = min(first + CHUNK_BYTES, last)
            yield await services.storage.read(part.path, first, upto)
            first = upto
        offset += part.size
