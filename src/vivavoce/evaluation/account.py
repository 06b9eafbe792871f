"""What became of each question, and how the interviewer itself behaved: from the transcript alone."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from vivavoce.evaluation.given import given_metrics
from vivavoce.evaluation.report import Conduct, QuestionAccount
from vivavoce.evaluation.transcript import Answer, AskedQuestion, TranscriptTurn


def account(answers: Sequence[Answer], questions: Sequence[AskedQuestion]) -> tuple[QuestionAccount, ...]:
    by_question = {answer.question_id: answer for answer in answers if answer.question_id is not None}
    return tuple(_account(question, by_question.get(question.id)) for question in questions)


def conduct(turns: Sequence[TranscriptTurn]) -> Conduct:
    """How often the agent spoke before the candidate had ended, and how long it let the candidate wait.

    Both are told by the agent itself, or seen where the times of the recording overlap and lie apart.
    """
    gaps = [
        after.audio_start_ms - before.audio_end_ms
        for before, after in pairwise(sorted(turns, key=lambda turn: turn.turn_number))
        if before.role == "candidate" and after.role == "agent"
        if before.audio_end_ms is not None and after.audio_start_ms is not None
    ]
    counted = [given_metrics(turn) for turn in turns]
    waits = [wait for one in counted for wait in one.waits_ms] or [gap for gap in gaps if gap >= 0]
    cut_offs = sum(one.cut_offs for one in counted) + sum(gap < 0 for gap in gaps)
    if not gaps and not waits and not cut_offs:
        return Conduct(cut_offs=None, longest_wait_ms=None)
    return Conduct(
        cut_offs=cut_offs,
        longest_wait_ms=max(waits, default=0),
        waits=len(waits),
        median_wait_ms=round(median(waits)) if waits else None,
    )


def _account(question: AskedQuestion, answer: Answer | None) -> QuestionAccount:
    turns = answer.turns if answer else ()
    return QuestionAccount(
        question_id=question.id,
        text=question.text,
        asked=any(turn.role == "agent" and turn.content.strip() for turn in turns),
        probes=tuple(turn.content for at, turn in enumerate(turns) if _probes(question, turns, at)),
        answer_turns=tuple(turn.turn_number for turn in (answer.spoken if answer else ())),
    )


def _probes(question: AskedQuestion, turns: Sequence[TranscriptTurn], at: int) -> bool:
    """A follow-up comes after an answer, asks something, and is not the question again."""
    turn = turns[at]
    return (
        turn.role == "agent"
        and bool(turn.content.strip())
        and question.text not in turn.content
        and any(before.role == "candidate" and before.content.strip() for before in turns[:at])
        and ("?" in turn.content or any(after.role == "candidate" for after in turns[at + 1 :]))
    )
