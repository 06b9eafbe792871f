"""What an evaluator is: it rates answers, and sums an interview up. Its errors say whether to retry."""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from vivavoce.evaluation.report import CriterionScore, Evidence
from vivavoce.evaluation.rubric import Criterion
from vivavoce.evaluation.transcript import Answer


class Task(msgspec.Struct, frozen=True):
    """Asks for one independent rating of one answer on some criteria, in one language."""

    answer: Answer
    criteria: tuple[Criterion, ...]
    language: str


class Rating(msgspec.Struct, frozen=True):
    """One rating. Without a level, `reason` says why there is none; a level rests on `evidence`.

    `answer` is the key of the answer that it is about, null when it is about several.
    """

    criterion_id: str
    level: int | None
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    answer: str | None = None


class Claim(msgspec.Struct, frozen=True):
    """A strength or concern as an evaluator states it, its quotes not yet checked."""

    text: str
    quotes: tuple[str, ...]


class Narrative(msgspec.Struct, frozen=True):
    summary: str
    strengths: tuple[Claim, ...] = ()
    concerns: tuple[Claim, ...] = ()


class Evaluator(Protocol):
    """`ratings` is how many independent ratings it gives of each answer and criterion."""

    @property
    def kind(self) -> Literal["model", "offline"]: ...
    @property
    def model(self) -> str | None: ...
    @property
    def prompt_version(self) -> str: ...
    @property
    def ratings(self) -> int: ...

    async def rate(self, tasks: Sequence[Task], /) -> Sequence[Rating]: ...

    async def summarise(
        self, answers: Sequence[Answer], scores: Sequence[CriterionScore], language: str, /
    ) -> Narrative: ...


class EvaluationError(Exception):
    """EvaluationError
    ├── ModelUnavailableError   down, slow, or busy            retry later
    ├── ModelNonsenseError      answered, but not in the form  retry later
    └── ModelRefusedError       wrong key, model or request    do not retry
    """  # noqa: D205 - the tree is the docstring

    retryable = True


class ModelUnavailableError(EvaluationError):
    pass


class ModelNonsenseError(EvaluationError):
    pass


class ModelRefusedError(EvaluationError):
    retryable = False
