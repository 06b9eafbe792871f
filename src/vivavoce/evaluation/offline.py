"""The evaluator without a model: how much of a criterion's reference points an answer covers, word by word.

It knows words, not meaning. Level anchors are left alone: they describe how good an answer is, not what it
says, and matching their words carries almost no signal. `benchmarks/offline_evaluator.py` measures it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from vivavoce.evaluation import wording
from vivavoce.evaluation.evaluator import Claim, Narrative, Rating, Task
from vivavoce.evaluation.evidence import place
from vivavoce.evaluation.report import CriterionScore, Evidence
from vivavoce.evaluation.rubric import Criterion
from vivavoce.evaluation.substance import solid_sentences
from vivavoce.evaluation.transcript import Answer, TranscriptTurn
from vivavoce.evaluation.words import commonplace, likeness, stems

VERSION = "offline-1"
LIKE_ENOUGH = 0.5
SURE = 0.7
"""Stems that are less alike than the first do not match; than the second, they prove nothing on their own."""
LIGHT = 0.5
"""The weight of a word of the question, which the candidate was handed, or that every answer has."""
CROWDED = 3
"""A word in the reference points of so many criteria tells none of them apart, and weighs little too."""
WINDOW = 3
"""Sentences in a row that may carry one reference point together."""
TOUCHED = ((0.3, 2), (0.2, 4))
"""A reference point is touched by this share of its words, of which so many are its own. An answer that
touches none gets no level: below this, answers to other questions would get one too."""
MOST_QUOTES = 3


class OfflineEvaluator:
    kind: Literal["offline"] = "offline"
    model: str | None = None
    prompt_version = VERSION
    ratings = 1

    async def rate(self, tasks: Sequence[Task]) -> Sequence[Rating]:
        """One rating of each criterion, over all its answers together."""
        answers: dict[Criterion, list[Answer]] = {}
        for task in tasks:
            for criterion in task.criteria:
                answers.setdefault(criterion, []).append(task.answer)
        language = tasks[0].language if tasks else "en"
        return [_rate(criterion, about, tuple(answers), language) for criterion, about in answers.items()]

    async def summarise(
        self, _answers: Sequence[Answer], scores: Sequence[CriterionScore], language: str
    ) -> Narrative:
        return Narrative(
            wording.offline_summary(scores, language),
            tuple(_claim(score, language) for score in scores if score.level in wording.STRONG),
            tuple(_claim(score, language) for score in scores if score.level in wording.WEAK),
        )


class Spoken(NamedTuple):
    """A sentence of an answer, with the stems of its words."""

    turn: TranscriptTurn
    start: int
    end: int
    stems: frozenset[str]


class Coverage(NamedTuple):
    """How far a reference point is covered, and by which sentence most."""

    share: float
    touched: bool
    sentence: Spoken | None

    @property
    def strength(self) -> float:
        """The root of the share: the first words that match say more than the last."""
        return math.sqrt(self.share)


def cover(point: frozenset[str], light: frozenset[str], heard: Iterable[Sequence[Spoken]]) -> Coverage:
    """How far the best stretch of sentences covers a reference point."""
    weights = {stem: LIGHT if stem in light else 1.0 for stem in point}
    best = Coverage(0.0, touched=False, sentence=None)
    for window in heard:
        matched = _matched(weights, frozenset().union(*(sentence.stems for sentence in window)))
        share = sum(matched.values()) / sum(weights.values()) if weights else 0.0
        if share <= best.share:
            continue
        own = sum(1 for stem, weight in matched.items() if weight >= SURE and stem not in light)
        touched = any(share >= least and own >= fewest for least, fewest in TOUCHED)
        carrier = max(window, key=lambda sentence: sum(_matched(weights, sentence.stems).values()))
        best = Coverage(share, touched, carrier)
    return best


def windows(spoken: Sequence[Spoken]) -> list[Sequence[Spoken]]:
    return [spoken[at : at + WINDOW] for at in range(max(1, len(spoken) - WINDOW + 1))] if spoken else []


def _rate(
    criterion: Criterion, answers: Sequence[Answer], rubric: Sequence[Criterion], language: str
) -> Rating:
    if not any(answer.spoken for answer in answers):
        return Rating(criterion.id, None, reason=wording.say("silent", language))
    if not criterion.reference_points:
        return Rating(criterion.id, None, reason=wording.say("no_reference_points", language))
    asked = stems(" ".join(answer.question for answer in answers), language)
    light = commonplace(language) | asked | _crowded(rubric, language)
    heard = [window for answer in answers for window in windows(_solid(answer, rubric, language))]
    points = [cover(stems(point, language), light, heard) for point in criterion.reference_points]
    touched = [point for point in points if point.touched]
    if not touched:
        return Rating(criterion.id, None, reason=wording.say("nothing_matches", language))
    level = 1 + round(4 * sum(point.strength for point in touched) / len(points))
    reason = wording.say("covered", language, covered=len(touched), points=len(points))
    return Rating(criterion.id, level, _quotes(touched), reason)


def _solid(answer: Answer, rubric: Sequence[Criterion], language: str) -> list[Spoken]:
    return [
        Spoken(turn, sentence.start, sentence.end, stems(sentence.text, language))
        for turn in answer.spoken
        for sentence in solid_sentences(turn.content, answer.question, rubric, language)
    ]


def _crowded(rubric: Sequence[Criterion], language: str) -> frozenset[str]:
    uses = Counter(
        stem for criterion in rubric for stem in stems(" ".join(criterion.reference_points), language)
    )
    return frozenset(stem for stem, times in uses.items() if times >= CROWDED)


def _matched(weights: dict[str, float], said: frozenset[str]) -> dict[str, float]:
    matched = {}
    for wanted, weight in weights.items():
        alike = max((likeness(wanted, stem) for stem in said), default=0.0)
        if alike >= LIKE_ENOUGH:
            matched[wanted] = weight * alike
    return matched


def _quotes(touched: Sequence[Coverage]) -> tuple[Evidence, ...]:
    strongest = sorted(touched, key=lambda point: -point.share)
    found = dict.fromkeys(
        place(point.sentence.turn, point.sentence.start, point.sentence.end)
        for point in strongest
        if point.sentence is not None
    )
    return tuple(sorted(tuple(found)[:MOST_QUOTES], key=lambda one: (one.turn_number, one.start_char)))


def _claim(score: CriterionScore, language: str) -> Claim:
    text = wording.say("point", language, name=score.name, level=score.level, reason=score.reason)
    return Claim(text, tuple(one.quote for one in score.evidence))
