"""How well the offline evaluator agrees with people, on answers that people have scored.

    python benchmarks/offline_evaluator.py DATASETS

DATASETS holds `mohler/mohler_dataset.csv` and `saf_english/saf_english.csv`. The evaluator learns nothing:
each question's model answer is its one reference point. Fitted is, for RMSE and kappa only, one straight
line from its figure to the human scale, on other questions than those tested (five folds, split by question).
"""

import asyncio
import csv
import math
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from vivavoce.evaluation import offline
from vivavoce.evaluation.evaluator import Task
from vivavoce.evaluation.rubric import Criterion
from vivavoce.evaluation.transcript import Answer, TranscriptTurn
from vivavoce.evaluation.words import commonplace, sentences, stems, tokens

FOLDS = 5


class Scored(NamedTuple):
    question_id: str
    question: str
    reference: str
    answer: str
    human: float


def mohler(folder: Path) -> Iterator[Scored]:
    with (folder / "mohler/mohler_dataset.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield Scored(
                row["id"],
                row["question"],
                row["desired_answer"],
                row["student_answer"],
                float(row["score_avg"]),
            )


def saf(folder: Path) -> Iterator[Scored]:
    blank = re.compile(r"\W*((no|empty)\s+(response|submission|answer))?\W*", re.IGNORECASE)
    with (folder / "saf_english/saf_english.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if not blank.fullmatch(row["answer"]):
                human = 5 * float(row["score"])
                yield Scored(row["question_id"], row["question"], row["reference"], row["answer"], human)


def coverage(one: Scored) -> float:
    """The evaluator's figure behind its level, without its refusals (students may well repeat a textbook)."""
    light = commonplace("en") | stems(one.question, "en")
    turn = TranscriptTurn(1, "candidate", one.answer)
    spoken = [offline.Spoken(turn, *span[:2], stems(span.text, "en")) for span in sentences(one.answer)]
    windows = offline.windows(spoken)
    return offline.cover(stems(one.reference, "en"), light, windows).strength


def length(one: Scored) -> float:
    return float(len(tokens(one.answer)))


def level(one: Scored, question: str, reference: str) -> int | None:
    criterion = Criterion("c", "Content", reference_points=(reference,))
    answer = Answer("q", "q", question, (TranscriptTurn(1, "candidate", one.answer),))
    (rating,) = asyncio.run(offline.OfflineEvaluator().rate([Task(answer, (criterion,), "en")]))
    return rating.level


def agreement(rows: Sequence[Scored], figure: Callable[[Scored], float]) -> str:
    figures, humans = [figure(row) for row in rows], [row.human for row in rows]
    questions: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row, value in zip(rows, figures, strict=True):
        questions[row.question_id].append((value, row.human))
    per_question = [correlation(*zip(*pairs, strict=True)) for pairs in questions.values()]
    within = statistics.mean(value for value in per_question if value is not None)
    fitted = [0.0] * len(rows)
    for fold in range(FOLDS):
        tested = set(sorted(questions)[fold::FOLDS])
        known = [
            (value, row.human)
            for row, value in zip(rows, figures, strict=True)
            if row.question_id not in tested
        ]
        slope, start = statistics.linear_regression(*zip(*known, strict=True))
        for at, row in enumerate(rows):
            if row.question_id in tested:
                fitted[at] = start + slope * figures[at]
    error = math.sqrt(
        statistics.mean((value - human) ** 2 for value, human in zip(fitted, humans, strict=True))
    )
    kappa = quadratic_kappa([round(value) for value in fitted], [round(human) for human in humans])
    whole = correlation(figures, humans) or 0.0
    return f"r {whole:.3f}   r/q {within:.3f}   RMSE {error:.3f}   quadratic kappa {kappa:.3f}"


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Null where a question has one answer, or everyone the same score."""
    if len(set(other)) < 2:
        return None
    return statistics.correlation(one, other) if len(set(one)) > 1 else 0.0


def quadratic_kappa(one: Sequence[int], other: Sequence[int]) -> float:
    seen = statistics.mean((a - b) ** 2 for a, b in zip(one, other, strict=True))
    by_chance = statistics.mean((a - b) ** 2 for a in one for b in other)
    return 1 - seen / by_chance if by_chance else 0.0


def off_topic(rows: Sequence[Scored]) -> str:
    """Levels given to real answers, and to the same answers held against a far question's reference."""
    first = {row.question_id: row for row in rows}
    order = sorted(first)
    far = {one: order[(at + len(order) // 2) % len(order)] for at, one in enumerate(order)}
    good = [row for row in rows if row.human >= 3]
    given = sum(level(row, row.question, row.reference) is not None for row in good)
    strangers = [first[far[row.question_id]] for row in rows]
    wrong = sum(
        level(row, stranger.question, stranger.reference) is not None
        for row, stranger in zip(rows, strangers, strict=True)
    )
    return f"a level for {given / len(good):.0%} of good answers, {wrong / len(rows):.1%} of off-topic ones"


def main() -> None:
    folder = Path(sys.argv[1])
    for name, load in (("mohler", mohler), ("saf_english, without blanks", saf)):
        rows = list(load(folder))
        print(f"{name}: {len(rows)} answers, {len({row.question_id for row in rows})} questions")
        print(f"  offline evaluator  {agreement(rows, coverage)}")
        print(f"  length alone       {agreement(rows, length)}")
        print(f"  {off_topic(rows)}")


if __name__ == "__main__":
    main()
