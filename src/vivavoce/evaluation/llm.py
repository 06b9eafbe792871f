"""The evaluator that asks a model, over any endpoint that speaks OpenAI's chat completions.

Each rating is a call of its own that sees one answer and its criteria, nothing of the other ratings, the other
answers or the person. Calls are bounded in number, time and length; what comes back is checked like hostile input.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

import msgspec
import openai

from vivavoce.evaluation import prompts
from vivavoce.evaluation.completion import NUL, Completion
from vivavoce.evaluation.evaluator import (
    Claim,
    EvaluationError,
    ModelNonsenseError,
    ModelRefusedError,
    ModelUnavailableError,
    Narrative,
    Rating,
    Task,
)
from vivavoce.evaluation.evidence import standing
from vivavoce.evaluation.prompts import PROMPT_VERSION
from vivavoce.evaluation.report import CriterionScore
from vivavoce.evaluation.rubric import LEVELS
from vivavoce.evaluation.transcript import Answer

RATINGS = 3
"""Independent ratings of each answer: their median is the level, their spread is shown."""
CALL_SECONDS = 60.0
RETRIES = 2
"""Of a call that failed on the way (by the SDK, which waits as long as the server asks), and of one that
came back in another form than asked for."""
CALLS_AT_ONCE = 4
MOST_TOKENS = 8_000
MOST_QUOTES = 6
MOST_POINTS = 5
LONGEST_TEXT = 2_000

Form = TypeVar("Form", bound=msgspec.Struct)


class ModelEvaluator:
    """Close it when done: it holds connections."""

    kind: Literal["model"] = "model"
    prompt_version = PROMPT_VERSION

    def __init__(
        self, *, api_key: str, model: str, base_url: str | None = None, call_seconds: float = CALL_SECONDS
    ) -> None:
        self.model: str | None = model
        self.ratings = RATINGS
        self._name = model
        self._call_seconds = call_seconds
        self._client = openai.AsyncOpenAI(
            api_key=api_key, base_url=base_url, timeout=call_seconds, max_retries=RETRIES
        )
        self._slots = asyncio.Semaphore(CALLS_AT_ONCE)

    async def close(self) -> None:
        await self._client.close()

    async def rate(self, tasks: Sequence[Task]) -> Sequence[Rating]:
        try:
            async with asyncio.TaskGroup() as group:
                calls = [group.create_task(self._rate(task)) for task in tasks]
        except ExceptionGroup as failures:
            raise _first(failures) from failures
        return [rating for call in calls for rating in call.result()]

    async def summarise(
        self, answers: Sequence[Answer], scores: Sequence[CriterionScore], language: str
    ) -> Narrative:
        told = prompts.SUMMARISE.format(language=prompts.language_name(language))
        data = prompts.summary_data(answers, scores)
        stated = await self._ask(told, data, prompts.SUMMARY_FORM, prompts.Summary)
        return Narrative(
            stated.summary.strip()[:LONGEST_TEXT], _claims(stated.strengths), _claims(stated.concerns)
        )

    async def _rate(self, task: Task) -> list[Rating]:
        told = prompts.RATE.format(language=prompts.language_name(task.language))
        rated = await self._ask(told, prompts.rating_data(task), prompts.RATINGS_FORM, prompts.Ratings)
        wanted = {criterion.id for criterion in task.criteria}
        ratings = {
            one.criterion_id: _checked(one, task.answer)
            for one in rated.ratings
            if one.criterion_id in wanted
        }
        return list(ratings.values())

    async def _ask(self, told: str, data: str, form: dict[str, Any], shape: type[Form]) -> Form:
        for _ in range(RETRIES):
            try:
                return _read(await self._complete(told, data, form), shape)
            except ModelNonsenseError:
                continue
        return _read(await self._complete(told, data, form), shape)

    async def _complete(self, told: str, data: str, form: dict[str, Any]) -> str:
        """What the model says. Its errors are told without their cause: that may repeat what was sent."""
        try:
            async with self._slots, asyncio.timeout(self._call_seconds * (RETRIES + 1)):
                answer = await self._client.chat.completions.with_raw_response.create(
                    model=self._name,
                    messages=[{"role": "system", "content": told}, {"role": "user", "content": data}],
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": "evaluation", "strict": True, "schema": form},
                    },
                    max_completion_tokens=MOST_TOKENS,
                )
        except (
            openai.APIConnectionError,
            openai.RateLimitError,
            openai.InternalServerError,
            TimeoutError,
        ) as error:
            raise ModelUnavailableError(f"the model does not answer: {type(error).__name__}") from None
        except openai.APIStatusError as error:
            raise ModelRefusedError(f"the model refuses: HTTP {error.status_code}") from None
        content = _read(answer.http_response.content, Completion).content
        if not content:
            raise ModelNonsenseError("the model said nothing")
        if NUL in content:
            raise ModelNonsenseError("the model said what cannot be stored")
        return content


def _read(text: str | bytes, shape: type[Form]) -> Form:
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ModelNonsenseError("the model answered in another form than asked for") from error


def _checked(one: prompts.RatedCriterion, answer: Answer) -> Rating:
    """Without a quote that stands, a level is no level."""
    evidence = standing(one.quotes[:MOST_QUOTES], answer.turns)
    level = one.level if one.level in LEVELS and evidence else None
    reason = one.reason.strip()[:LONGEST_TEXT] if level or one.level is None else ""
    return Rating(one.criterion_id, level, evidence if level else (), reason, answer.key)


def _claims(stated: Sequence[prompts.StatedPoint]) -> tuple[Claim, ...]:
    return tuple(
        Claim(one.text.strip()[:LONGEST_TEXT], tuple(one.quotes[:MOST_QUOTES]))
        for one in stated[:MOST_POINTS]
    )


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    """One failure speaks for all; a bug before any trouble with the model."""
    bugs = failures.split(EvaluationError)[1]
    return (bugs or failures).exceptions[0]
