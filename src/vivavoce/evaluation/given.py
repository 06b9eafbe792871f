"""What came with the turns, from whatever agent held the interview: ratings are checked like all others."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeGuard

import msgspec

from vivavoce.evaluation.evaluator import Rating
from vivavoce.evaluation.evidence import standing
from vivavoce.evaluation.offline import VERSION as OFFLINE_VERSION
from vivavoce.evaluation.report import CandidateQuestion, Flag, TurnMetrics, TurnNotes
from vivavoce.evaluation.rubric import LEVELS, Criterion, Rubric
from vivavoce.evaluation.transcript import TranscriptTurn

MOST_RATINGS = 50
"""Of one turn."""
MOST_FLAGS = 50
LONGEST_TEXT = 2_500
MOST_COUNTED = 2_000
LONGEST_WAIT_MS = 3_600_000


class NotedTurn(Protocol):
    @property
    def turn_number(self) -> int: ...
    @property
    def evaluation(self) -> dict[str, Any] | None: ...


def given_ratings(turns: Sequence[TranscriptTurn], rubric: Rubric) -> dict[int, list[Rating]]:
    """The ratings that count, by the turn they came with.

    A rating is a whole level of 1 to 5 out of 5, on a criterion of the rubric, with a quote that stands. One
    that speaks of several turns replaces those of the earlier ones. Our own offline evaluator's are for
    showing: it rates the whole interview anew, and the same rule twice is not two opinions.
    """
    found: dict[int, list[Rating]] = {}
    for turn in sorted(turns, key=lambda turn: turn.turn_number):
        evaluation = turn.evaluation or {}
        if evaluation.get("promptVersion") == OFFLINE_VERSION:
            continue
        ratings = [
            rating
            for entry in _dicts(evaluation.get("criteria"))[:MOST_RATINGS]
            if (rating := _rating(entry, turn, turns, rubric)) is not None
        ]
        renewed = {rating.criterion_id for rating in ratings}
        for number in _list(evaluation.get("answerTurns")):
            if isinstance(number, int) and number in found:
                found[number] = [one for one in found[number] if one.criterion_id not in renewed]
        found[turn.turn_number] = ratings
    return found


def _rating(
    entry: dict[str, Any], turn: TranscriptTurn, turns: Sequence[TranscriptTurn], rubric: Rubric
) -> Rating | None:
    criterion, level = _criterion(entry, rubric), _level(entry)
    quotes = [quote for quote in _list(entry.get("evidence")) if isinstance(quote, str)]
    evidence = standing(quotes, sorted(turns, key=lambda one: one.turn_number != turn.turn_number))
    if criterion is None or level is None or not evidence:
        return None
    return Rating(criterion.id, level, evidence, _text(entry.get("rationale")))


def given_flags(turns: Sequence[NotedTurn]) -> list[Flag]:
    return list(_flags(turns))[:MOST_FLAGS]


def given_questions(turns: Sequence[NotedTurn]) -> tuple[CandidateQuestion, ...]:
    """What the candidate asked, in order, as the agent noted it."""
    return tuple(_questions(turns))[:MOST_FLAGS]


def given_notes(turn: TranscriptTurn) -> TurnNotes:
    """What was noted on the turn, for who goes on noting."""
    flags = tuple(msgspec.structs.replace(one, turn_number=None) for one in given_flags([turn]))
    questions = tuple(msgspec.structs.replace(one, turn_number=None) for one in given_questions([turn]))
    return TurnNotes(flags, turn.aside, questions)


def given_metrics(turn: TranscriptTurn) -> TurnMetrics:
    """What of them can be; the rest counts for nothing."""
    told = turn.metrics or {}
    cut_offs, spent, completion = told.get("cutOffs"), told.get("spentSeconds"), told.get("completion")
    waits = _list(told.get("waitsMs"))[:MOST_COUNTED]
    return TurnMetrics(
        cut_offs=cut_offs if _is_whole(cut_offs) and cut_offs <= MOST_COUNTED else 0,
        waits_ms=tuple(wait for wait in waits if _is_whole(wait) and wait <= LONGEST_WAIT_MS),
        skipped=told.get("skipped") is True,
        spent_seconds=spent if _is_whole(spent) else 0,
        completion=completion if completion in ("FULL", "PARTIAL") else None,
    )


def _questions(turns: Sequence[NotedTurn]) -> Iterator[CandidateQuestion]:
    for turn in turns:
        for entry in _dicts((turn.evaluation or {}).get("candidateQuestions")):
            if text := _text(entry.get("text")):
                source = entry.get("source")
                yield CandidateQuestion(
                    text=text,
                    answer=_text(entry.get("answer")),
                    source=source if source in ("fact", "process") else "none",
                    fact_id=_text(entry.get("factId")) or None,
                    turn_number=turn.turn_number,
                )


def _flags(turns: Sequence[NotedTurn]) -> Iterator[Flag]:
    for turn in turns:
        for flag in _dicts((turn.evaluation or {}).get("flags")):
            if kind := _text(flag.get("type")):
                yield Flag(
                    type=kind,
                    severity=_text(flag.get("severity")) or "info",
                    detail=_text(flag.get("detail")),
                    turn_number=turn.turn_number,
                )


def _criterion(entry: dict[str, Any], rubric: Rubric) -> Criterion | None:
    if isinstance(key := entry.get("criterionId"), str) and (one := rubric.criterion(key)) is not None:
        return one
    name = _text(entry.get("name")).strip().casefold()
    return next((one for one in rubric.criteria if one.name.strip().casefold() == name), None)


def _level(entry: dict[str, Any]) -> int | None:
    score, most = entry.get("score"), entry.get("maxScore", 5)
    if isinstance(score, bool) or not isinstance(score, int) or isinstance(most, bool):
        return None
    return score if score in LEVELS and most in (5, None) else None


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""
