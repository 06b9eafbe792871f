"""An evaluator that plays a script: levels and quotes by criterion, one entry a rating, the last one repeated."""

from collections.abc import Mapping, Sequence
from typing import Literal

from vivavoce.evaluation.evaluator import Claim, EvaluationError, Narrative, Rating, Task
from vivavoce.evaluation.evidence import standing
from vivavoce.evaluation.report import CriterionScore
from vivavoce.evaluation.transcript import Answer

Line = tuple[int | None, str]
"""A level, and the quote it rests on."""


class ScriptedEvaluator:
    kind: Literal["model", "offline"] = "model"
    model: str | None = "scripted"
    prompt_version = "script-1"

    def __init__(
        self,
        script: Mapping[str, Sequence[Line]],
        *,
        strengths: Sequence[Claim] = (),
        concerns: Sequence[Claim] = (),
        ratings: int = 3,
        failure: EvaluationError | None = None,
    ) -> None:
        self.ratings = ratings
        self.tasks: list[Task] = []
        self.summaries = 0
        self._script = {criterion: list(lines) for criterion, lines in script.items()}
        self._strengths, self._concerns = tuple(strengths), tuple(concerns)
        self._failure = failure

    async def rate(self, tasks: Sequence[Task]) -> Sequence[Rating]:
        if self._failure is not None:
            raise self._failure
        self.tasks += tasks
        return [self._rate(task, criterion.id) for task in tasks for criterion in task.criteria]

    async def summarise(
        self, _answers: Sequence[Answer], _scores: Sequence[CriterionScore], _language: str
    ) -> Narrative:
        self.summaries += 1
        return Narrative("The candidate answered.", self._strengths, self._concerns)

    def _rate(self, task: Task, criterion: str) -> Rating:
        lines = self._script.get(criterion, [])
        level, quote = (lines.pop(0) if len(lines) > 1 else lines[0]) if lines else (None, "")
        evidence = standing([quote], task.answer.turns)
        return Rating(criterion, level if evidence else None, evidence, "As scripted.", task.answer.key)
