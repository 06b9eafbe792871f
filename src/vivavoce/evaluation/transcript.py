"""What was said: the turns of an interview as the contract gives them, grouped into answers."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec


class TranscriptTurn(msgspec.Struct, frozen=True, rename="camel"):
    """One turn of the history. No name, no voice; its times only place a quote in the recording.

    `evaluation` and `metrics` are what an agent sent with the turn, unchecked: `given.py` reads them.
    """

    turn_number: int
    role: Literal["agent", "candidate"]
    content: str = ""
    question_id: str | None = None
    audio_start_ms: int | None = None
    audio_end_ms: int | None = None
    evaluation: dict[str, Any] | None = None
    metrics: dict[str, Any] | None = None

    @property
    def aside(self) -> bool:
        """Beside the question: the candidate's own, or the interviewer's reply to it."""
        return (self.evaluation or {}).get("aside") is True


class AskedQuestion(Protocol):
    """What the evaluation needs of a question of the plan (`interviewer.plan.Question` is one)."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def criteria(self) -> Sequence[str]: ...


class Answer(msgspec.Struct, frozen=True):
    """Everything exchanged about one question: the asking, the answer, follow-ups and their answers."""

    key: str
    question_id: str | None
    question: str
    turns: tuple[TranscriptTurn, ...]

    @property
    def spoken(self) -> tuple[TranscriptTurn, ...]:
        """The candidate's turns that have words in them."""
        return tuple(turn for turn in self.turns if turn.role == "candidate" and turn.content.strip())


def answers(turns: Sequence[TranscriptTurn], questions: Sequence[AskedQuestion]) -> tuple[Answer, ...]:
    """Group turns by question, in order of first appearance.

    A turn that does not say its question belongs to the one asked last before it, named or word for word;
    where no question of the plan was asked yet, each turn of the agent opens one. What is aside belongs to none.
    """
    texts = {question.id: question.text for question in questions}
    groups: dict[str, list[TranscriptTurn]] = {}
    current: str | None = None
    key = ""
    for turn in sorted(turns, key=lambda turn: turn.turn_number):
        if turn.aside:
            continue
        current = turn.question_id or _asked_in(turn, questions) or current
        if current is not None:
            key = current
        elif turn.role == "agent" or not key:
            key = f"turn {turn.turn_number}"
        groups.setdefault(key, []).append(turn)
    return tuple(
        Answer(
            key,
            key if key in texts else None,
            texts.get(key) or next((turn.content for turn in group if turn.role == "agent"), ""),
            tuple(group),
        )
        for key, group in groups.items()
    )


def _asked_in(turn: TranscriptTurn, questions: Sequence[AskedQuestion]) -> str | None:
    if turn.role != "agent":
        return None
    return next((one.id for one in questions if one.text and one.text in turn.content), None)
