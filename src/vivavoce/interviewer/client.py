"""The interviewer's way to the product: its internal HTTP endpoints, tried again within bounds.

Trying again is harmless by the endpoints' design: the same turn, part or finalize twice is stored once.

ProductError
├── Unreachable   no answer within the patience given
└── Refused       an answer that trying again would not change; `code` is the product's
    └── LeaseLost another agent conducts this interview now: stop
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeVar

import httpx
import msgspec

from vivavoce.client.errors import Refused, Unreachable
from vivavoce.client.errors import VivavoceError as ProductError
from vivavoce.client.transport import REQUEST_SECONDS, AsyncTransport, Call, Method
from vivavoce.evaluation.report import TurnEvaluation, TurnMetrics, TurnNotes
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.conversation.moves import NO_METRICS, StoreTurn
from vivavoce.interviewer.plan import Plan
from vivavoce.interviewer.ports import Completion, StoredRecording

__all__ = [
    "Client",
    "InterviewClient",
    "Lease",
    "LeaseLost",
    "ProductError",
    "Refused",
    "StoredTurn",
    "Unreachable",
]

PART_SECONDS = 20.0
READ_PATIENCE = 8.0
WRITE_PATIENCE = 60.0
"""What was said must not be lost to a restart of the product."""

Shape = TypeVar("Shape")


class LeaseLost(Refused):
    pass


class StoredTurn(TranscriptTurn, frozen=True, rename="camel"):
    started_at: datetime | None = None
    ended_at: datetime | None = None


class Lease(msgspec.Struct, frozen=True, rename="camel"):
    generation: int
    heartbeat_seconds: float
    wanted: bool
    ran_out: bool


class Client:
    """One a process. Close it when done: it holds connections.

    With `token_for`, each interview's endpoints are opened by a token for that interview alone, not by the secret.
    """

    def __init__(self, base_url: str, secret: str, token_for: Callable[[str], str] | None = None) -> None:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=20)
        self._http = httpx.AsyncClient(base_url=base_url, limits=limits, trust_env=False)
        self._secret = secret
        self._token_for = token_for

    def interview(self, interview_id: str) -> "InterviewClient":
        if self._token_for:
            credentials = {"Authorization": f"Bearer {self._token_for(interview_id)}"}
        else:
            credentials = {"X-Agent-Secret": self._secret}
        return InterviewClient(AsyncTransport(self._http), interview_id, credentials)

    async def close(self) -> None:
        await self._http.aclose()


class InterviewClient:
    """The endpoints of one interview. Writes carry the lease's generation once there is one."""

    def __init__(self, transport: AsyncTransport, interview_id: str, credentials: dict[str, str]) -> None:
        self.interview_id = interview_id
        self._credentials = credentials
        self._transport = transport
        self._path = f"/api/interviews/{interview_id}"
        self._generation: int | None = None

    async def plan(self) -> Plan:
        return await self._ask("GET", "/plan", Plan)

    async def history(self) -> Sequence[StoredTurn]:
        return (await self._ask("GET", "/history", _History)).data

    async def take_lease(self, holder: str) -> Lease:
        """Refused with LEASE_HELD while another agent has it."""
        lease = await self._ask("POST", "/lease", Lease, {"holder": holder})
        self._generation = lease.generation
        return lease

    async def keep_lease(self, seconds: float) -> Lease:
        """Within so many seconds, or not at all."""
        body = {"generation": self._generation}
        return await self._ask("POST", "/lease", Lease, body, patience=seconds, timeout=seconds)

    async def release_lease(self) -> None:
        await self._ask("POST", "/lease", _Nothing, {"generation": self._generation, "release": True})

    async def post_turn(self, turn: StoreTurn) -> None:
        body = _TurnBody(
            turn_number=turn.number,
            role=turn.role,
            content=turn.content,
            is_pending_question=turn.pending,
            question_id=turn.question_id,
            audio_start_ms=turn.start_ms,
            audio_end_ms=turn.end_ms,
            started_at=turn.started_at,
            ended_at=turn.ended_at,
            evaluation=TurnNotes(aside=True) if turn.aside else None,
            metrics=None if turn.metrics == NO_METRICS else turn.metrics,
        )
        await self._ask("POST", "/turns", _Nothing, body, patience=WRITE_PATIENCE)

    async def patch_turn(
        self,
        number: int,
        *,
        content: str | None = None,
        audio_end_ms: int | None = None,
        metrics: TurnMetrics | None = None,
        evaluation: TurnEvaluation | TurnNotes | None = None,
    ) -> None:
        """What is None stays as it is."""
        body = _TurnChanges(content, audio_end_ms, metrics, evaluation)
        await self._ask("PATCH", f"/turns/{number}", _Nothing, body, patience=WRITE_PATIENCE)

    async def finalize(self, completion: Completion, ended_at: datetime, audio_url: str | None) -> None:
        body = _FinalizeBody(completion, ended_at, audio_url)
        await self._ask("POST", "/finalize", _Nothing, body, patience=WRITE_PATIENCE)

    async def recording(self) -> StoredRecording:
        return _stored(await self._ask("GET", "/recording", _RecordingState))

    async def put_part(self, part: int, body: bytes) -> StoredRecording:
        """One patience's worth of attempts; who records decides whether to go on trying."""
        state = await self._ask("PUT", f"/recording?part={part}", _RecordingState, body)
        return _stored(state)

    async def _ask(
        self,
        method: Method,
        path: str,
        shape: type[Shape],
        body: object = None,
        *,
        patience: float = READ_PATIENCE,
        timeout: float = REQUEST_SECONDS,  # noqa: ASYNC109 - of each attempt
    ) -> Shape:
        """The answer in that shape, after as many attempts as fit into the patience."""
        audio = isinstance(body, bytes)
        content_type = "audio/mpeg" if audio else "application/json"
        headers = {**self._credentials, "Content-Type": content_type}
        if self._generation is not None:
            headers["X-Agent-Generation"] = str(self._generation)
        call = Call(
            method,
            self._path + path,
            shape,
            content=body if isinstance(body, bytes) else None if body is None else msgspec.json.encode(body),
            headers=headers,
            timeout=PART_SECONDS if audio else timeout,
            patience=patience,
        )
        try:
            return await self._transport.ask(call)
        except Refused as refused:
            if refused.code != "LEASE_LOST":
                raise
            raise LeaseLost(refused.message, status=refused.status, code=refused.code) from refused


def _stored(state: "_RecordingState") -> StoredRecording:
    return StoredRecording(state.parts, state.duration_ms, state.reference if state.parts else None)


class _Nothing(msgspec.Struct):
    """An answer that says nothing we need."""


class _History(msgspec.Struct, frozen=True):
    data: tuple[StoredTurn, ...]


class _RecordingState(msgspec.Struct, frozen=True, rename="camel"):
    reference: str
    parts: int
    duration_ms: int


class _TurnBody(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    turn_number: int
    role: Literal["agent", "candidate"]
    content: str
    is_pending_question: bool = False
    question_id: str | None = None
    audio_start_ms: int | None = None
    audio_end_ms: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    evaluation: TurnNotes | None = None
    metrics: TurnMetrics | None = None


class _TurnChanges(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    content: str | None = None
    audio_end_ms: int | None = None
    metrics: TurnMetrics | None = None
    evaluation: TurnEvaluation | TurnNotes | None = None


class _FinalizeBody(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    completion: Completion
    ended_at: datetime
    audio_url: str | None = None
