"""From ratings to a scorecard: median and spread of those that count, and what they allow to recommend."""

from collections.abc import Iterable, Sequence

from vivavoce.evaluation.evaluator import Rating
from vivavoce.evaluation.report import (
    CriterionScore,
    EvaluatorLabel,
    Evidence,
    Flag,
    Recommendation,
    Scorecard,
)
from vivavoce.evaluation.rubric import Criterion
from vivavoce.evaluation.wording import say

UNSTABLE = 2
"""Ratings this many levels apart need a person's eyes."""
MOST_EVIDENCE = 5
ADVANCE = 3.5
DECLINE = 2.5


def score(
    criterion: Criterion, given: Sequence[Rating], rated: Sequence[Rating], language: str, silence: str
) -> CriterionScore:
    """`given` came with the turns, `rated` is the evaluator's; `silence` is why there may be none at all."""
    counted = sorted([*given, *_majorities(rated)], key=lambda rating: rating.level or 0)
    spread = tuple(rating.level for rating in counted if rating.level is not None)
    if not spread:
        return CriterionScore(
            criterion_id=criterion.id,
            name=criterion.name,
            weight=criterion.weight,
            level=None,
            spread=(),
            status="NOT_ENOUGH_EVIDENCE",
            reason=_why_none(rated, language, silence),
        )
    level = spread[(len(spread) - 1) // 2]
    at_level = [rating for rating in counted if rating.level == level]
    return CriterionScore(
        criterion_id=criterion.id,
        name=criterion.name,
        weight=criterion.weight,
        level=level,
        spread=spread,
        status="SCORED",
        reason=next((rating.reason for rating in at_level if rating.reason), ""),
        unstable=spread[-1] - spread[0] >= UNSTABLE,
        evidence=_evidence(at_level),
    )


def scorecard(
    scores: Sequence[CriterionScore],
    summary: str,
    flags: Iterable[Flag],
    evaluator: EvaluatorLabel,
    language: str,
) -> Scorecard:
    unstable = tuple(
        Flag(
            type="unstable_ratings",
            severity="warning",
            detail=say("unstable", language, name=one.name, distance=one.spread[-1] - one.spread[0]),
            criterion_id=one.criterion_id,
        )
        for one in scores
        if one.unstable
    )
    mean = overall(scores)
    return Scorecard(
        overall=mean,
        recommendation=recommend(scores, mean, evaluator),
        summary=summary,
        criteria=tuple(scores),
        flags=(*unstable, *flags),
        evaluator=evaluator,
    )


def overall(scores: Sequence[CriterionScore]) -> float | None:
    """The weighted mean of what was scored: what was not is left out, not counted as low."""
    scored = [(one.level, one.weight) for one in scores if one.level is not None]
    weight = sum(weight for _, weight in scored)
    return round(sum(level * weight for level, weight in scored) / weight, 2) if weight > 0 else None


def recommend(
    scores: Sequence[CriterionScore], mean: float | None, evaluator: EvaluatorLabel
) -> Recommendation | None:
    """To decline takes evidence on every criterion, ratings that agree, and more than a comparison of words."""
    if mean is None:
        return None
    scored = sum(one.weight for one in scores if one.level is not None)
    unstable = any(one.unstable for one in scores)
    if mean >= ADVANCE and not unstable and 2 * scored >= sum(one.weight for one in scores):
        return "advance"
    complete = all(one.level is not None for one in scores)
    if mean < DECLINE and not unstable and complete and evaluator.kind == "model":
        return "decline"
    return "discuss"


def _majorities(rated: Sequence[Rating]) -> list[Rating]:
    """Of each answer, its ratings with a level, unless more of them found too little to go by."""
    answers: dict[str | None, list[Rating]] = {}
    for rating in rated:
        answers.setdefault(rating.answer, []).append(rating)
    kept = []
    for ratings in answers.values():
        levels = [rating for rating in ratings if rating.level is not None]
        if 2 * len(levels) >= len(ratings):
            kept += levels
    return kept


def _why_none(rated: Sequence[Rating], language: str, silence: str) -> str:
    if not rated:
        return silence
    if any(rating.level is not None for rating in rated):
        return say("mostly_not_enough", language)
    return next((rating.reason for rating in rated if rating.reason), say("no_quote", language))


def _evidence(ratings: Sequence[Rating]) -> tuple[Evidence, ...]:
    """Each passage once, in the order of the interview."""
    kept: list[Evidence] = []
    for one in (one for rating in ratings for one in rating.evidence):
        apart = all(
            one.turn_number != other.turn_number
            or one.end_char <= other.start_char
            or other.end_char <= one.start_char
            for other in kept
        )
        if apart and len(kept) < MOST_EVIDENCE:
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: (one.turn_number, one.start_char)))
