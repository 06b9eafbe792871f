"""Rehearsals: interviews in test mode with a simulated candidate, who comes by the ways that candidates come.

The agent conducts them as any interview, so they sound and are rated as it will be. `vivavoce rehearse` plays the
candidate itself; what the pages ask for is played by the worker.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import msgspec
import structlog

from vivavoce.callers import Member, Operator
from vivavoce.candidates.candidates import CandidateCreate, simulated_candidate
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import typed
from vivavoce.errors import Unprocessable
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import Mode
from vivavoce.interviews.creation import InterviewCreate, create_interview
from vivavoce.interviews.links import invitation_url
from vivavoce.interviews.matching import Status
from vivavoce.rehearsal.arguments import PERSONAS
from vivavoce.rehearsal.page import CandidatePage, PageFailed
from vivavoce.rehearsal.performance import Performance
from vivavoce.rehearsal.personas import SimulatedCandidate, persona
from vivavoce.rehearsal.speech import CandidateVoice
from vivavoce.settings import Settings
from vivavoce.tasks import REHEARSALS, defer

if TYPE_CHECKING:
    from vivavoce.wiring import Services

DOMAIN = "rehearsal.invalid"
"""No mail ever arrives at a name below `invalid`."""

SHOWN = 10

log = structlog.get_logger()


class RehearsalCreate(msgspec.Struct, frozen=True):
    config_id: str
    job_id: str
    persona: Annotated[str, msgspec.Meta(max_length=40)]
    language: Language
    mode: Literal["voice", "text"] = "voice"


class Rehearsal(msgspec.Struct, frozen=True):
    """How one stands, by its interview."""

    id: str
    candidate: str
    status: Status
    completion: Literal["FULL", "PARTIAL"] | None
    report_status: Literal["PENDING", "READY", "FAILED"] | None
    created_at: datetime


async def make_rehearsal(
    connection: Connection, caller: Member, settings: Settings, wanted: RehearsalCreate, *, at: datetime
) -> str:
    """The interview's id; the worker plays the candidate as soon as this is committed."""
    if wanted.persona not in PERSONAS:
        raise Unprocessable.field("persona", "Choose one of the candidates.")
    interview = InterviewCreate(
        candidate_id=await cast(connection, caller, wanted.persona, wanted.language, at=at),
        job_id=wanted.job_id,
        config_id=wanted.config_id,
        mode="test",
        send_invite=False,
    )
    interview_id = await create_interview(connection, caller, settings, interview, at=at)
    await defer(
        connection,
        "interview.rehearse",
        queue=REHEARSALS,
        interview_id=interview_id,
        persona=wanted.persona,
        mode=wanted.mode,
    )
    return interview_id


async def earlier_rehearsals(
    connection: Connection, caller: Member, config_id: str, *, at: datetime
) -> list[Rehearsal]:
    """The newest of a configuration. They are in no other list."""
    rows = await connection.fetch(
        "SELECT x.id, concat_ws(' ', c.first_name, c.last_name) AS candidate, x.completion, x.created_at,"
        " interview_status(x.status, x.expires_at, $3) AS status, r.status AS report_status FROM interviews x"
        " JOIN candidates c ON c.id = x.candidate_id LEFT JOIN reports r ON r.interview_id = x.id"
        " WHERE x.organization_id = $1 AND x.config_id = $2 AND x.mode = 'test' AND c.simulated"
        " ORDER BY x.created_at DESC, x.id DESC LIMIT $4",
        caller.organization_id,
        config_id,
        at,
        SHOWN,
    )
    return [typed(Rehearsal, row) for row in rows]


async def cast(
    connection: Connection, caller: Member | Operator, key: str, language: Language, *, at: datetime
) -> str:
    """The id of the candidate whose part the persona plays, one for each organization."""
    played = persona(key, language)
    return await simulated_candidate(
        connection,
        caller,
        CandidateCreate(
            email=f"{key}.{language}@{DOMAIN}",
            first_name=played.first_name,
            last_name=played.last_name,
            locale=language,
        ),
        at=at,
    )


async def rehearse(services: "Services", interview_id: str, *, persona: str, mode: Mode, final: bool) -> None:
    """Play the candidate to the end. One who comes again goes on where the interview is."""
    row = await _still_open(services, interview_id)
    if row is None:
        return
    link = invitation_url(services.settings, interview_id, row["link_generation"])
    language: Language = row["language"]
    async with CandidatePage(services.settings.api_url, urlsplit(link).path, mode) as page:
        candidate = SimulatedCandidate(persona, language)
        try:
            await Performance(page, candidate, CandidateVoice(language)).play()
        except PageFailed as fault:
            log.warning("rehearsal_interrupted", interview_id=interview_id, reason=str(fault))
            if not final and await _still_open(services, interview_id):
                raise


async def _still_open(services: "Services", interview_id: str) -> Row | None:
    async with services.database.transaction() as connection:
        return await connection.fetchrow(
            "SELECT link_generation, language FROM interviews WHERE id = $1 AND mode = 'test'"
            " AND status IN ('DRAFT', 'INVITED', 'IN_PROGRESS')",
            interview_id,
        )
