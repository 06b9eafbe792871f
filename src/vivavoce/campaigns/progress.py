"""How far candidates have come in a campaign: their stage, what of it is done, their interviews and levels."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from vivavoce.campaigns.stages import StageType
from vivavoce.database.pool import Connection, Row
from vivavoce.database.rows import typed
from vivavoce.interviews.interview import CandidateSummary
from vivavoce.interviews.matching import Status as InterviewStatus

MAX_INTERVIEWS_EACH = 20
RECENT_INTERVIEWS = 20

ProgressState = Literal["TO_DO", "WAITING", "IN_PROGRESS", "DONE"]


class CampaignInterview(msgspec.Struct, frozen=True, rename="camel"):
    """`overall` is a level from 1 to 5: null until the report is READY, and where there was too little evidence."""

    id: str
    candidate_id: str
    stage_id: str | None
    status: InterviewStatus
    completion: Literal["FULL", "PARTIAL"] | None
    report_id: str | None
    report_status: Literal["PENDING", "READY", "FAILED"] | None
    overall: float | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    ready_at: datetime | None


class Score(msgspec.Struct, frozen=True, rename="camel"):
    """The overall level of a report that is ready."""

    interview_id: str
    stage_id: str | None
    report_id: str
    overall: float
    ready_at: datetime


class Progress(msgspec.Struct, frozen=True, rename="camel"):
    """At which stage of how many, and how that stands.

    Of an AI_INTERVIEW stage: TO_DO while no interview is under way, WAITING for the candidate to begin,
    IN_PROGRESS, DONE. What people do is TO_DO until they move the candidate on.
    """

    position: int | None
    stages: int
    state: ProgressState


class CampaignCandidate(msgspec.Struct, frozen=True, rename="camel"):
    """`stage_id` is null only where the campaign has no stages. Scores and interviews are newest first."""

    candidate_id: str
    candidate: CandidateSummary
    stage_id: str | None
    stage_entered_at: datetime
    note: str | None
    progress: Progress
    scores: list[Score]
    interviews: list[CampaignInterview]
    created_at: datetime
    updated_at: datetime


COLUMNS = """
    x.id, x.candidate_id, x.stage_id, x.stage_entered_at, x.note, x.created_at, x.updated_at,
    c.first_name, c.last_name, c.email, s.position, s.type,
    (SELECT count(*) FROM stages WHERE stages.campaign_id = x.campaign_id) AS stages
"""
SOURCE = """
    (SELECT cc.*, cc.candidate_id AS id FROM campaign_candidates cc) x JOIN candidates c ON c.id = x.candidate_id
    LEFT JOIN stages s ON s.id = x.stage_id
"""
_INTERVIEW = """
    x.id, x.candidate_id, x.stage_id, interview_status(x.status, x.expires_at, $2) AS status, x.completion,
    r.id AS report_id, r.status AS report_status, x.created_at, x.started_at, x.ended_at,
    CASE r.status WHEN 'READY' THEN r.ready_at END AS ready_at,
    CASE r.status WHEN 'READY' THEN (r.body->'scorecard'->>'overall')::double precision END AS overall
    FROM interviews x LEFT JOIN reports r ON r.interview_id = x.id
"""


async def with_progress(
    connection: Connection, campaign_id: str, rows: Sequence[Row], *, at: datetime
) -> list[CampaignCandidate]:
    """The rows of `COLUMNS`, each with its interviews in the campaign, the newest where they are very many."""
    interviews: dict[str, list[CampaignInterview]] = defaultdict(list)
    for row in await connection.fetch(
        f"SELECT i.* FROM unnest($3::text[]) c(id) CROSS JOIN LATERAL (SELECT {_INTERVIEW}"
        " WHERE x.candidate_id = c.id AND x.campaign_id = $1 AND x.mode = 'live'"
        " ORDER BY x.created_at DESC, x.id DESC LIMIT $4) i ORDER BY i.created_at DESC, i.id DESC",
        campaign_id,
        at,
        [row["candidate_id"] for row in rows],
        MAX_INTERVIEWS_EACH,
    ):
        interviews[row["candidate_id"]].append(typed(CampaignInterview, row))
    return [_built(row, interviews[row["candidate_id"]]) for row in rows]


async def recent_interviews(
    connection: Connection, campaign_id: str, *, at: datetime
) -> list[CampaignInterview]:
    rows = await connection.fetch(
        f"SELECT {_INTERVIEW} WHERE x.campaign_id = $1 AND x.mode = 'live'"
        " ORDER BY x.created_at DESC, x.id DESC LIMIT $3",
        campaign_id,
        at,
        RECENT_INTERVIEWS,
    )
    return [typed(CampaignInterview, row) for row in rows]


def state_of(
    stage_id: str | None, stage_type: StageType | None, interviews: Sequence[CampaignInterview]
) -> ProgressState:
    """How a candidate with these interviews stands at the stage."""
    if stage_type != "AI_INTERVIEW":
        return "TO_DO"
    held = {interview.status for interview in interviews if interview.stage_id == stage_id}
    if "COMPLETED" in held:
        return "DONE"
    if "IN_PROGRESS" in held:
        return "IN_PROGRESS"
    return "WAITING" if held & {"DRAFT", "INVITED"} else "TO_DO"


def _built(row: Row, interviews: list[CampaignInterview]) -> CampaignCandidate:
    plain = ("candidate_id", "stage_id", "stage_entered_at", "note", "created_at", "updated_at")
    return CampaignCandidate(
        **{name: row[name] for name in plain},
        candidate=CandidateSummary(row["candidate_id"], row["first_name"], row["last_name"], row["email"]),
        progress=Progress(row["position"], row["stages"], state_of(row["stage_id"], row["type"], interviews)),
        scores=_scores(interviews),
        interviews=interviews,
    )


def _scores(interviews: Sequence[CampaignInterview]) -> list[Score]:
    found = [
        Score(one.id, one.stage_id, one.report_id, one.overall, one.ready_at)
        for one in interviews
        if one.report_id is not None and one.overall is not None and one.ready_at is not None
    ]
    return sorted(found, key=lambda score: score.ready_at, reverse=True)
