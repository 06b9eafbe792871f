"""The shapes that an evaluation answers with: scorecard, report, and the evaluation of a turn."""

from datetime import datetime
from typing import Literal

import msgspec

Recommendation = Literal["advance", "discuss", "decline"]
Status = Literal["SCORED", "NOT_ENOUGH_EVIDENCE"]


class Evidence(msgspec.Struct, frozen=True, rename="camel"):
    """A quote that stands in the candidate's turn, in code points of its content, and where to hear it."""

    turn_number: int
    quote: str
    start_char: int
    end_char: int
    audio_ms: int | None = None


class Flag(msgspec.Struct, frozen=True, rename="camel"):
    """Something to look at. A flag never moves a score."""

    type: str
    severity: str = "info"
    detail: str = ""
    criterion_id: str | None = None
    turn_number: int | None = None


class CandidateQuestion(msgspec.Struct, frozen=True, rename="camel"):
    """What the candidate asked, in their words, and what was answered.

    By a fact of the recruiter's, by what the product knows of the interview, or not at all: then a person should.
    """

    text: str
    answer: str = ""
    source: Literal["fact", "process", "none"] = "none"
    fact_id: str | None = None
    turn_number: int | None = None


class TurnNotes(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the interviewer noted on a turn, as its `evaluation`. `aside`: it is beside the question, and no answer."""

    flags: tuple[Flag, ...] = ()
    aside: bool = False
    candidate_questions: tuple[CandidateQuestion, ...] = ()


class TurnMetrics(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the interviewer counted, as a turn's `metrics`: its own faults, and what a later agent has to know.

    `skipped`: the candidate passed over this question. `completion`: the goodbye was begun after this turn, so that is
    how the interview closes if nobody comes back. `spent_seconds`: of the planned time, when it was counted.
    """

    cut_offs: int = 0
    waits_ms: tuple[int, ...] = ()
    skipped: bool = False
    spent_seconds: int = 0
    completion: Literal["FULL", "PARTIAL"] | None = None


class EvaluatorLabel(msgspec.Struct, frozen=True, rename="camel"):
    kind: Literal["model", "offline"]
    model: str | None
    prompt_version: str
    rubric_version: int


class Scale(msgspec.Struct, frozen=True, rename="camel"):
    min: int = 1
    max: int = 5


class Override(msgspec.Struct, frozen=True, rename="camel"):
    """A level that a person put beside the evaluator's; `by` is who: a member, or an API key on somebody's behalf."""

    level: int
    reason: str
    by: str
    at: datetime


class CriterionScore(msgspec.Struct, frozen=True, rename="camel"):
    """`spread` is every rating that counted, lowest first; `reason` says why, or why there is no level."""

    criterion_id: str
    name: str
    weight: float
    level: int | None
    spread: tuple[int, ...]
    status: Status
    reason: str = ""
    unstable: bool = False
    override: Override | None = None
    evidence: tuple[Evidence, ...] = ()


class Scorecard(msgspec.Struct, frozen=True, rename="camel"):
    overall: float | None
    recommendation: Recommendation | None
    summary: str
    criteria: tuple[CriterionScore, ...]
    flags: tuple[Flag, ...]
    evaluator: EvaluatorLabel
    scale: Scale = Scale()


class Point(msgspec.Struct, frozen=True, rename="camel"):
    """A strength or a concern, with the words that it rests on."""

    text: str
    evidence: tuple[Evidence, ...]


class QuestionAccount(msgspec.Struct, frozen=True, rename="camel"):
    """What became of a question; `probes` are the follow-ups as they were said."""

    question_id: str
    text: str
    asked: bool
    probes: tuple[str, ...]
    answer_turns: tuple[int, ...]


class Conduct(msgspec.Struct, frozen=True, rename="camel"):
    """The interviewer's own faults, as it counted them, or as the recording's time line shows; null where neither does.

    A wait is from the candidate's last word to the interviewer's first sound.
    """

    cut_offs: int | None
    longest_wait_ms: int | None
    waits: int | None = None
    median_wait_ms: int | None = None


class ReportBody(msgspec.Struct, frozen=True, rename="camel"):
    summary: str
    strengths: tuple[Point, ...]
    concerns: tuple[Point, ...]
    scorecard: Scorecard
    questions: tuple[QuestionAccount, ...]
    conduct: Conduct
    evaluator: EvaluatorLabel
    candidate_questions: tuple[CandidateQuestion, ...] = ()


class TurnScore(msgspec.Struct, frozen=True, rename="camel"):
    criterion_id: str
    name: str
    score: int
    evidence: tuple[str, ...]
    rationale: str = ""
    max_score: int = 5


class TurnEvaluation(msgspec.Struct, frozen=True, rename="camel"):
    """The `evaluation` of a turn. It is of all `answer_turns`, and replaces what was said of earlier ones."""

    criteria: tuple[TurnScore, ...]
    flags: tuple[Flag, ...]
    model: str
    prompt_version: str
    answer_turns: tuple[int, ...]
    aside: bool = False
    candidate_questions: tuple[CandidateQuestion, ...] = ()

    def noted(self, notes: TurnNotes) -> "TurnEvaluation":
        """With what the interviewer noted on the turn, since the one takes the other's place."""
        known = {flag.type for flag in self.flags}
        return msgspec.structs.replace(
            self,
            flags=(*self.flags, *(flag for flag in notes.flags if flag.type not in known)),
            aside=notes.aside,
            candidate_questions=notes.candidate_questions,
        )
