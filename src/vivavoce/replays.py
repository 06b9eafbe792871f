"""What requests with an `Idempotency-Key` were answered, to answer the same again: for a day, and never a secret."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from vivavoce.callers import ApiKey
from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.interviews.links import interview_of_invitation, invitation_url
from vivavoce.recordings.links import interview_of_recording, recording_reference, recording_url
from vivavoce.settings import Settings

if TYPE_CHECKING:
    from vivavoce.wiring import Services

KEPT = timedelta(hours=24)
CLAIM_SECONDS = 60
"""How long the claim of a process that vanished without a word stands; one that died gives it up at once."""
RETRY_SECONDS = 1
SECRET_FIELD, SECRET_PREFIX = "secret", "whsec_"

MAY_LISTEN = {"interviews:read", "interviews:write", "reports:read", "reports:write"}
"""Scopes whose answers hold links to recordings."""

Place = list[str | int]


class Claim(msgspec.Struct, frozen=True):
    """One request: who sends it, which it is, what it says."""

    caller: ApiKey
    request: bytes
    body_hash: bytes

    @classmethod
    def of(cls, caller: ApiKey, key: str, method: str, path: str, body: bytes) -> "Claim":
        request = hashlib.sha256(f"{method}\n{path}\n{key}".encode()).digest()
        return cls(caller, request, hashlib.sha256(body).digest())


class Answer(msgspec.Struct, frozen=True):
    """`body` is JSON, or empty."""

    status: int
    body: bytes


async def claim(connection: Connection, settings: Settings, claimed: Claim, *, at: datetime) -> Answer | None:
    """The answer that was given already; or None, and the request is the caller's until the transaction ends.

    Raises Conflict IDEMPOTENCY_IN_PROGRESS and Unprocessable IDEMPOTENCY_MISMATCH.
    """
    lock = hashlib.sha256(claimed.caller.key_id.encode() + claimed.request).digest()[:8]
    is_ours = await connection.fetchval(
        "SELECT pg_try_advisory_xact_lock($1)"
        " FROM set_config('idle_in_transaction_session_timeout', $2 || 's', true)",
        int.from_bytes(lock, signed=True),
        str(CLAIM_SECONDS),
    )
    if not is_ours:
        raise Conflict(
            "The first request with this Idempotency-Key is still running: ask again in a moment.",
            code="IDEMPOTENCY_IN_PROGRESS",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
    # A statement of its own: it has to see what the first committed before it gave the lock up.
    row = await connection.fetchrow(
        "SELECT body_hash, status, answer, links FROM idempotency_records"
        " WHERE api_key_id = $1 AND request = $2 AND created_at > $3",
        claimed.caller.key_id,
        claimed.request,
        at - KEPT,
    )
    if row is None:
        return None
    if row["body_hash"] != claimed.body_hash:
        raise Unprocessable(
            "This Idempotency-Key was used for another body: take a new key for a new request.",
            code="IDEMPOTENCY_MISMATCH",
        )
    return await _restored(connection, settings, claimed.caller, row, at)


async def keep(
    connection: Connection, settings: Settings, claimed: Claim, answer: Answer, *, at: datetime
) -> None:
    """In the transaction of the change, so that there are both or neither."""
    content = msgspec.json.decode(answer.body) if answer.body else None
    candidates, interviews = _spoken_of(content)
    people = await connection.fetch(
        "SELECT id FROM candidates WHERE organization_id = $1 AND (id = ANY($2)"
        " OR id IN (SELECT candidate_id FROM interviews WHERE id = ANY($3))) LIMIT 2",
        claimed.caller.organization_id,
        candidates,
        interviews,
    )
    if len(people) > 1:
        return  # no single erasure would take it away; and what speaks of many changes a campaign, the same twice
    await connection.execute(
        "INSERT INTO idempotency_records (api_key_id, request, body_hash, status, links, answer, candidate_id,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (api_key_id, request) DO UPDATE SET"
        " body_hash = excluded.body_hash, status = excluded.status, links = excluded.links, answer = excluded.answer,"
        " candidate_id = excluded.candidate_id, created_at = excluded.created_at",
        claimed.caller.key_id,
        claimed.request,
        claimed.body_hash,
        answer.status,
        _taken_out(content, settings),
        content,
        people[0]["id"] if people else None,
        at,
    )


async def forget_old_answers(services: "Services") -> None:
    await services.database.pool.execute(
        "DELETE FROM idempotency_records WHERE created_at <= $1", services.clock() - KEPT
    )


def _taken_out(content: Any, settings: Settings) -> list[tuple[Place, str, str, str]]:
    """Takes every secret and every link of ours out of the answer; where which link of which interview stood.

    With what followed the link's `#`: the place in a recording.
    """
    links: list[tuple[Place, str, str, str]] = []
    for place, holder, key, text in list(_texts(content)):
        if place == [SECRET_FIELD] and text.startswith(SECRET_PREFIX):
            holder[key] = None
        elif interview_id := interview_of_invitation(settings, text):
            links.append((place, "invitation", interview_id, ""))
            holder[key] = None
        elif interview_id := interview_of_recording(settings, text):
            links.append((place, "recording", interview_id, "".join(text.partition("#")[1:])))
            holder[key] = None
    return links


async def _restored(
    connection: Connection, settings: Settings, caller: ApiKey, row: Row, at: datetime
) -> Answer:
    """With the links that its interviews have now, as far as the caller may see them."""
    content = row["answer"]
    if content is None:
        return Answer(row["status"], b"")
    found = await connection.fetch(
        "SELECT id, link_generation FROM interviews WHERE organization_id = $1 AND id = ANY($2)",
        caller.organization_id,
        [link[2] for link in row["links"]],
    )
    generations = {one["id"]: one["link_generation"] for one in found}
    for place, kind, interview_id, *fragment in row["links"]:
        if interview_id in generations:
            holder = content
            for step in place[:-1]:
                holder = holder[step]
            if kind == "recording" and caller.scopes & MAY_LISTEN:
                link = recording_url(settings, recording_reference(interview_id), at)
                holder[place[-1]] = "".join((link or "", *fragment))
            elif kind == "invitation" and "interviews:write" in caller.scopes:
                holder[place[-1]] = invitation_url(settings, interview_id, generations[interview_id])
    return Answer(row["status"], msgspec.json.encode(content))


def _spoken_of(content: Any) -> tuple[list[str], list[str]]:
    """The ids of candidates and of interviews in the answer."""
    candidates: set[str] = set()
    interviews: set[str] = set()
    for _, _, key, text in _texts(content):
        if key == "candidateId" or (key == "id" and text.startswith("cand_")):
            candidates.add(text)
        elif key == "interviewId" or (key == "id" and text.startswith("int_")):
            interviews.add(text)
    return sorted(candidates), sorted(interviews)


def _texts(content: Any) -> Iterator[tuple[Place, Any, Any, str]]:
    """Every text in it: the way to it, what holds it, its key there. Without recursion: agents nest as they like."""
    open_: list[tuple[Place, Any]] = [([], content)]
    while open_:
        place, holder = open_.pop()
        items = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, value in items:
            if isinstance(value, str):
                yield [*place, key], holder, key, value
            elif isinstance(value, dict | list):
                open_.append(([*place, key], value))
