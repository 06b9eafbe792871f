"""An interview with its turns and report, as the results page gets them."""

from datetime import UTC, datetime
from typing import Any, Literal

from vivavoce.evaluation.report import (
    Conduct,
    CriterionScore,
    EvaluatorLabel,
    Evidence,
    Flag,
    Point,
    QuestionAccount,
    Scorecard,
)
from vivavoce.evaluation.rubric import Criterion, Rubric
from vivavoce.interviews.interview import CandidateSummary, Interview, JobSummary
from vivavoce.interviews.turns import Turn
from vivavoce.reports.reports import Report

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WORDS = "I measured it first, and only then I moved the queue."
QUOTE = Evidence(2, "I measured it first", 0, 19, 65_200)
RUBRIC = Rubric(
    (Criterion("c1", "Ownership", levels=("one", "two", "three", "names own part", "five")),), 3, "en"
)


def turn(
    number: int,
    role: Literal["agent", "candidate"],
    content: str,
    question_id: str | None = "q1",
    start_ms: int | None = None,
) -> Turn:
    return Turn(
        turn_number=number,
        role=role,
        content=content,
        is_pending_question=False,
        question_id=question_id,
        audio_url=None,
        audio_start_ms=start_ms,
        audio_end_ms=None,
        started_at=None,
        ended_at=None,
        evaluation=None,
        revised=False,
    )


TURNS = (turn(1, "agent", "What did you build?", start_ms=0), turn(2, "candidate", WORDS, start_ms=65_200))


def interview(**changed: Any) -> Interview:
    fields: dict[str, Any] = {
        "id": "int_1",
        "status": "COMPLETED",
        "completion": "FULL",
        "mode": "live",
        "language": "en",
        "candidate_id": "cand_1",
        "job_id": "job_1",
        "campaign_id": None,
        "stage_id": None,
        "config_id": "cfg_1",
        "config_version": 3,
        "external_id": None,
        "metadata": {},
        "candidate": CandidateSummary("cand_1", "Ada", "Lovelace", "ada@example.org"),
        "job": JobSummary("job_1", "Backend engineer"),
        "expires_at": NOW,
        "invited_at": NOW,
        "started_at": NOW,
        "ended_at": NOW,
        "duration_seconds": 1312,
        "audio_url": None,
        "report_id": "rep_1",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Interview(**(fields | changed))


def scored(level: int | None, spread: tuple[int, ...] = (), **changed: Any) -> CriterionScore:
    status: Literal["SCORED", "NOT_ENOUGH_EVIDENCE"] = "NOT_ENOUGH_EVIDENCE" if level is None else "SCORED"
    evidence = () if level is None else (QUOTE,)
    return CriterionScore("c1", "Ownership", 2, level, spread, status, evidence=evidence, **changed)


def report(
    score: CriterionScore,
    *,
    label: EvaluatorLabel | None = None,
    flags: tuple[Flag, ...] = (),
    **changed: Any,
) -> Report:
    label = label or EvaluatorLabel("model", "gpt-4o", "p1", 3)
    overall = None if score.level is None else float(score.level)
    fields: dict[str, Any] = {
        "id": "rep_1",
        "interview_id": "int_1",
        "status": "READY",
        "stale": False,
        "failure": None,
        "language": "en",
        "summary": "Ada explains with figures.",
        "strengths": (Point("Measures before changing.", (QUOTE,)),),
        "concerns": (),
        "scorecard": Scorecard(overall, "discuss", "Ada explains with figures.", (score,), flags, label),
        "questions": (QuestionAccount("q1", "What did you build?", True, ("What did you measure?",), (2,)),),
        "candidate_questions": (),
        "conduct": Conduct(1, 2400),
        "recording_url": None,
        "evaluator": label,
        "created_at": NOW,
        "ready_at": NOW,
    }
    return Report(**(fields | changed))
