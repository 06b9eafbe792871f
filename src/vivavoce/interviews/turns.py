"""Turns: what was said, stored as it happens. Posted once, corrected by patches that keep what was there."""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from vivavoce import callers, events
from vivavoce.database.pool import Connection, Database, Row
from vivavoce.database.rows import typed
from vivavoce.errors import Conflict, NotFound, Unprocessable
from vivavoce.interviews.states import require_lease, require_open
from vivavoce.interviews.tokens import require_link
from vivavoce.recordings.links import PREFIX, recording_reference, recording_url
from vivavoce.settings import Settings

MAX_TURNS = 2_000
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Content = Annotated[str, msgspec.Meta(max_length=50_000)]
AudioUrl = Annotated[str, msgspec.Meta(max_length=2_000)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class TurnPost(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    turn_number: Annotated[int, msgspec.Meta(ge=1, le=MAX_TURNS)]
    role: Literal["agent", "candidate"]
    content: Content = ""
    audio_url: AudioUrl | None = None
    is_pending_question: bool = False
    evaluation: dict[str, Any] | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    audio_start_ms: Milliseconds | None = None
    audio_end_ms: Milliseconds | None = None
    question_id: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    metrics: dict[str, Any] | None = None


class TurnPatch(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is unset stays as it is."""

    content: Content | msgspec.UnsetType = msgspec.UNSET
    audio_url: AudioUrl | None | msgspec.UnsetType = msgspec.UNSET
    evaluation: dict[str, Any] | None | msgspec.UnsetType = msgspec.UNSET
    audio_start_ms: Milliseconds | None | msgspec.UnsetType = msgspec.UNSET
    audio_end_ms: Milliseconds | None | msgspec.UnsetType = msgspec.UNSET
    ended_at: Moment | None | msgspec.UnsetType = msgspec.UNSET
    metrics: dict[str, Any] | None | msgspec.UnsetType = msgspec.UNSET


class Turn(msgspec.Struct, frozen=True, rename="camel"):
    """`is_pending_question`: posted so, and no later turn of the candidate has content."""

    turn_number: int
    role: Literal["agent", "candidate"]
    content: str
    is_pending_question: bool
    question_id: str | None
    audio_url: str | None
    audio_start_ms: int | None
    audio_end_ms: int | None
    started_at: datetime | None
    ended_at: datetime | None
    evaluation: dict[str, Any] | None
    revised: bool
    metrics: dict[str, Any] | None = None

    def linked(
        self, settings: Settings, interview_id: str, at: datetime, *, recording: str | None = None
    ) -> "Turn":
        """With a link that plays it, where the stored one is a reference of ours.

        Without one, and where the interview's `recording` is ours: its place there, as a media fragment.
        """
        reference = self.audio_url or (recording if self.audio_end_ms is not None else None)
        if reference is None or not reference.startswith(PREFIX):
            return self
        link = recording_url(settings, recording_reference(interview_id), at)
        if self.audio_start_ms is not None and self.audio_end_ms is not None:
            link = f"{link}#t={self.audio_start_ms / 1000:.3f},{self.audio_end_ms / 1000:.3f}"
        return msgspec.structs.replace(self, audio_url=link)


_COLUMNS = ", ".join(Turn.__struct_fields__)

# The common way, in one statement: the turn that is next, of an interview that may take it. Where it does
# nothing, `_explain` says why.
_POST = f"""
WITH moved AS (
    UPDATE interviews SET last_turn = $2, last_turn_at = $13,
        updated_at = CASE last_turn WHEN 0 THEN $13 ELSE updated_at END, status = 'IN_PROGRESS',
        started_at = coalesce(started_at, $13), candidate_spoke = candidate_spoke OR ($3 = 'candidate' AND $4 <> ''),
        config_version = coalesce(config_version, (SELECT version FROM interview_configs WHERE id = config_id))
    WHERE id = $1 AND last_turn = $2 - 1 AND ($14::integer IS NULL OR $14 >= lease_generation)
        AND (status = 'IN_PROGRESS' OR (status IN ('DRAFT', 'INVITED') AND expires_at > $13))
    RETURNING organization_id
), told AS (
    INSERT INTO events (organization_id, interview_id, type, actor, data, created_at)
    SELECT organization_id, $1, kind, 'agent', CASE kind WHEN 'turn.recorded' THEN
        jsonb_build_object('turnNumber', $2, 'role', $3) ELSE '{{}}' END, $13
    FROM moved, unnest(CASE $2 WHEN 1 THEN ARRAY['interview.started', 'turn.recorded']
        ELSE ARRAY['turn.recorded'] END) AS kind
)
INSERT INTO turns (interview_id, turn_number, role, content, is_pending_question, question_id, audio_url,
    audio_start_ms, audio_end_ms, started_at, ended_at, evaluation, created_at, metrics, posted_hash)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $15, $16 FROM moved
RETURNING {_COLUMNS}
"""


async def post_turn(
    database: Database, caller: callers.Agent, interview_id: str, posted: TurnPost, *, at: datetime
) -> tuple[Turn, bool]:
    """The stored turn, and whether it is new; the same turn twice is stored once. Raises NotFound and Conflict."""
    require_usable_audio(posted.audio_url, interview_id)
    fingerprint = hashlib.sha256(msgspec.json.encode(posted)).digest()
    row = await database.pool.fetchrow(
        _POST,
        interview_id,
        posted.turn_number,
        posted.role,
        posted.content,
        posted.is_pending_question,
        posted.question_id,
        posted.audio_url,
        posted.audio_start_ms,
        posted.audio_end_ms,
        posted.started_at,
        posted.ended_at,
        posted.evaluation,
        at,
        caller.generation,
        posted.metrics,
        fingerprint,
    )
    if row is not None:
        return typed(Turn, row), True
    async with database.transaction() as connection:
        stored = await _stored_or_refused(
            connection, caller, interview_id, posted, fingerprint=fingerprint, at=at
        )
    return stored, False


async def _stored_or_refused(
    connection: Connection,
    caller: callers.Agent,
    interview_id: str,
    posted: TurnPost,
    *,
    fingerprint: bytes,
    at: datetime,
) -> Turn:
    """Why the statement stored nothing: it is there already, or the refusal, in the contract's order."""
    state = await require_lease(connection, caller, interview_id)
    stored = await connection.fetchval(
        "SELECT posted_hash FROM turns WHERE interview_id = $1 AND turn_number = $2",
        interview_id,
        posted.turn_number,
    )
    if stored == fingerprint:
        return await _read_turn(connection, interview_id, posted.turn_number)
    if stored is not None:
        raise Conflict(
            f"Turn {posted.turn_number} is there already, and says something else.", code="TURN_CONFLICT"
        )
    require_open(state, at)
    expected = state["last_turn"] + 1
    raise Conflict(
        f"Turn {posted.turn_number} is not the next: post turn {expected}.",
        code="TURN_OUT_OF_SEQUENCE",
        expectedTurnNumber=expected,
    )


async def patch_turn(
    connection: Connection,
    caller: callers.Agent,
    interview_id: str,
    turn_number: int,
    patch: TurnPatch,
    *,
    at: datetime,
) -> Turn:
    """Also after completion: an earlier text is kept, and a report made from it becomes stale.

    A turn that grows while it is being said is not `revised`.
    """
    if patch.audio_url is not msgspec.UNSET:
        require_usable_audio(patch.audio_url, interview_id)
    state = await require_lease(connection, caller, interview_id)
    before = await _read_turn(connection, interview_id, turn_number)
    changed = {
        name: value for name, value in msgspec.structs.asdict(patch).items() if value is not msgspec.UNSET
    }
    if "content" in changed and changed["content"] != before.content:
        await _keep_earlier(connection, interview_id, before, at)
        if not (state["status"] == "IN_PROGRESS" and changed["content"].startswith(before.content)):
            changed["revised"] = True
    if not changed:
        return before
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(changed, start=3))
    await connection.execute(
        f"UPDATE turns SET {assignments} WHERE interview_id = $1 AND turn_number = $2",
        interview_id,
        turn_number,
        *changed.values(),
    )
    await connection.execute(
        "UPDATE interviews SET updated_at = $2, candidate_spoke = candidate_spoke OR $3 WHERE id = $1",
        interview_id,
        at,
        before.role == "candidate" and bool(changed.get("content")),
    )
    await events.record(
        connection,
        state["organization_id"],
        "turn.updated",
        actor=events.AGENT,
        at=at,
        interview_id=interview_id,
        data={"turnNumber": turn_number, "fields": sorted(changed.keys() - {"revised"})},
    )
    return await _read_turn(connection, interview_id, turn_number)


async def _keep_earlier(connection: Connection, interview_id: str, before: Turn, at: datetime) -> None:
    await connection.execute(
        "INSERT INTO turn_revisions (interview_id, turn_number, content, replaced_at) VALUES ($1, $2, $3, $4)",
        interview_id,
        before.turn_number,
        before.content,
        at,
    )
    await connection.execute(
        "UPDATE reports SET stale = true WHERE interview_id = $1 AND status IN ('PENDING', 'READY')",
        interview_id,
    )


async def read_history(
    connection: Connection, caller: callers.Agent | callers.Candidate, interview_id: str
) -> list[Turn]:
    """All turns in order. Raises NotFound, and Unauthorized for a page whose link was replaced."""
    generation = await connection.fetchval(
        "SELECT link_generation FROM interviews WHERE id = $1", interview_id
    )
    if generation is None:
        raise NotFound
    if isinstance(caller, callers.Candidate):
        require_link(caller, generation)
    return await read_turns(connection, interview_id)


async def read_turns(connection: Connection, interview_id: str) -> list[Turn]:
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM turns WHERE interview_id = $1 ORDER BY turn_number", interview_id
    )
    last_answer = max(
        (row["turn_number"] for row in rows if row["role"] == "candidate" and row["content"]), default=0
    )
    return [_shown(row, last_answer) for row in rows]


async def read_corrected(connection: Connection, interview_id: str) -> frozenset[int]:
    """Numbers of the turns whose text was changed after the interview had ended."""
    rows = await connection.fetch(
        "SELECT DISTINCT turn_number FROM turn_revisions JOIN interviews x ON x.id = interview_id"
        " WHERE interview_id = $1 AND replaced_at > x.ended_at",
        interview_id,
    )
    return frozenset(row["turn_number"] for row in rows)


async def _read_turn(connection: Connection, interview_id: str, turn_number: int) -> Turn:
    missing = NotFound(f"There is no turn {turn_number} in this interview.")
    if not 1 <= turn_number <= MAX_TURNS:
        raise missing
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS}, coalesce((SELECT max(turn_number) FROM turns WHERE interview_id = $1"
        " AND role = 'candidate' AND content <> ''), 0) AS last_answer"
        " FROM turns WHERE interview_id = $1 AND turn_number = $2",
        interview_id,
        turn_number,
    )
    if row is None:
        raise missing
    return _shown(row, row["last_answer"])


def _shown(row: Row, last_answer: int) -> Turn:
    turn = typed(Turn, row)
    if turn.is_pending_question and last_answer > turn.turn_number:
        return msgspec.structs.replace(turn, is_pending_question=False)
    return turn


def require_usable_audio(audio_url: str | None, interview_id: str) -> None:
    """Raises Unprocessable for what is neither an https address nor this interview's own recording."""
    if (
        audio_url is None
        or audio_url == recording_reference(interview_id)
        or audio_url.startswith("https://")
    ):
        return
    raise Unprocessable.field(
        "audioUrl",
        f"Give an https address, or {recording_reference(interview_id)} for what was uploaded here.",
    )
