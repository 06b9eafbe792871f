"""Where a conversation stands, and the few moves that change it: say, record, take words in, wait.

What the agent says is stored once it was heard, what the candidate says as soon as it is recognised. So a
question that was cut off was never asked, and a crash finds every word that was acknowledged.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from vivavoce.evaluation.given import given_metrics, given_notes
from vivavoce.evaluation.report import CandidateQuestion, Flag, TurnMetrics, TurnNotes
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.counting import Counting
from vivavoce.interviewer.conversation.endpointing import says_nothing
from vivavoce.interviewer.conversation.moves import (
    NO_METRICS,
    AmendTurn,
    CloseTurn,
    Evaluate,
    Finalize,
    Kind,
    NoteTurn,
    Said,
    Say,
    StopSpeaking,
    StoreTurn,
    Wait,
)
from vivavoce.interviewer.conversation.vigilance import SUSPICIOUS, Signal
from vivavoce.interviewer.plan import Plan
from vivavoce.interviewer.ports import (
    AskedQuestion,
    Completion,
    Mode,
    Notice,
    NoticeCode,
    Shown,
    ShowState,
)

ENOUGH_SHARE, ENOUGH_MS = 0.6, 2500
"""Heard this much, a question was asked; speech before that goes on with the answer before."""
WHOLE_SHARE = 0.9
"""Heard this much, it need not be said again."""

WORDS_SECONDS = 1.5
"""How long a recogniser may take to settle its last words before they are taken as they are."""

MAX_TURN = 45_000
"""Characters of one stored turn; who goes on talking goes on in the next."""

NO_NOTES = TurnNotes()

Floor = Literal["before", "listening", "thinking", "holding", "paused", "away", "offline", "ended"]
Purpose = Literal["turn", "words", "silence", "noise"]
Then = Literal["listen", "ask_again", "consider", "own_words"]
"""What follows a reply: silence, the open question again, the answer that was given, or the same in other words."""


@dataclass(frozen=True)
class Utterance:
    """`text` is what is stored, word for word; `lead` goes before it; `start`: where it goes on when said again.

    `due`: the candidate is to hear it, after whatever they say meanwhile. `reminds`: of what, which is enough once.
    """

    kind: Kind
    text: str
    lead: str = ""
    index: int = -1
    completion: Completion | None = None
    start: int = 0
    then: Then = "listen"
    due: bool = False
    reminds: str = ""


@dataclass(frozen=True)
class OpenAnswer:
    """The candidate's turn that words are still added to. A late Final may replace the `loose` words."""

    question_id: str | None
    number: int | None = None
    text: str = ""
    loose: str = ""
    start_ms: int | None = None
    pasted: int = 0
    notes: TurnNotes = NO_NOTES

    @property
    def whole(self) -> str:
        return " ".join(part for part in (self.text, self.loose) if part)


@dataclass
class Scene(Counting):
    mode: Mode = "text"
    hears: bool = False
    floor: Floor = "before"
    position: int = -1
    """Index of the question asked last."""
    asked: str | None = None
    """The question or follow-up that is open, word for word."""
    asked_in: int = 0
    """The turn in which it was asked, or the one that was skipped last."""
    probes: tuple[str, ...] = ()
    answer: OpenAnswer | None = None
    earlier: str = ""
    """What was said of the open question in turns that a reply closed, and the last of them."""
    unrated: int | None = None
    signals: tuple[Signal, ...] = ()
    """What a person should look at in the answer to the open question."""
    reminded: tuple[str, ...] = ()
    """What was heard once about this question, and is not said again: the language, why the agent paused."""
    due: Utterance | None = None
    """A reply that the candidate spoke over. It is said when they have ended."""
    goodbye: Completion | None = None
    """Nothing was left to ask, and the closing was begun."""
    completion: Completion | None = None
    """The closing was said; what is left is to finalize."""

    saying: Utterance | None = None
    saying_id: int = 0
    yielded: bool = False
    stash: tuple[str, ...] = ()
    """Words since the agent yielded, until it is known how much of it was heard."""
    cut: tuple[Utterance, Said] | None = None
    noise_cuts: int = 0

    talking: bool = False
    fell_silent: bool = False
    """Since the agent spoke last, so that words that come late do not prolong the wait."""
    heard: str = ""
    """Words that the recogniser may still change."""
    late: bool = False
    """They were taken as they are, and the recogniser's own version is still to come."""
    finishing: bool = False
    speech_ms: int | None = None

    counter: int = 0
    wait: tuple[int, Purpose] | None = None
    thinking: int | None = None
    silence: int = 0
    time_up: bool = False
    time_told: bool = False
    seconds_left: float | None = None
    """Told by the clock when little is left, until the candidate is told."""

    @classmethod
    def from_history(cls, plan: Plan, turns: Sequence[TranscriptTurn]) -> Self:
        """Where the interview stands after these turns. It goes on with Joined."""
        now = cls(plan)
        indexes = {question.id: index for index, question in enumerate(plan.questions)}
        early = phrases.closing_early(plan)
        now.counted = {turn.turn_number: given_metrics(turn) for turn in turns if turn.metrics}
        for turn in sorted(turns, key=lambda turn: turn.turn_number):
            now.next_turn = turn.turn_number + 1
            now.goodbye = given_metrics(turn).completion
            if turn.role == "candidate":
                if now.asked is not None and not turn.aside:
                    now.answer = _open_again(turn)
            elif turn.aside:
                now._put_by()
                now._remind(_reminds(turn.content, plan))
            elif turn.question_id in indexes:
                index = indexes[turn.question_id]
                now.probes = (*now.probes, turn.content) if index == now.position else ()
                now.position, now.asked, now.answer = index, turn.content, None
                now.earlier, now.unrated, now.reminded, now.asked_in = "", None, (), turn.turn_number
            elif turn.content == early:
                now.completion = "PARTIAL"
            elif now.position >= 0:
                now.completion = "FULL"
        if now.counted.get(now.asked_in, NO_METRICS).skipped:
            now.asked, now.answer, now.earlier, now.unrated = None, None, "", None
        now.actions = []
        return now

    @property
    def view(self) -> ShowState:
        shown: dict[Floor, Shown] = {
            "thinking": "thinking",
            "holding": "holding",
            "paused": "paused",
            "away": "paused",
            "ended": "ended",
        }
        state: Shown = "speaking" if self.saying else shown.get(self.floor, "listening")
        index, text = self.position, self.asked
        if self.saying and self.saying.kind in ("question", "follow_up"):
            index, text = self.saying.index, self.saying.text
        if text is None or self.floor == "ended":
            return ShowState(state, self.mode)
        count = len(self.plan.questions)
        return ShowState(
            state, self.mode, AskedQuestion(self.plan.questions[index].id, text, index + 1, count)
        )

    @property
    def clock_runs(self) -> bool:
        """The planned time is for the two of them talking, not for pauses and bad lines."""
        return self.floor in ("listening", "thinking")

    @property
    def _is_heard(self) -> bool:
        return self.mode == "voice" and self.hears

    def _wake(self) -> None:
        """Words end a held floor, a pause of silence, and the agent's thinking."""
        self.floor, self.thinking = "listening", None

    # The agent's words

    def _say(self, utterance: Utterance) -> None:
        self.wait, self.fell_silent = None, False
        if self.talking:
            self.owed = False
        if self.completion:
            return
        if utterance.kind != "prompt":
            self.cut = None
        if utterance.completion:
            self._mark_goodbye(utterance.completion)
        self.saying, self.saying_id, self.yielded, self.stash = utterance, self._count(), False, ()
        lead = "" if utterance.start else utterance.lead
        self.actions.append(Say(self.saying_id, utterance.kind, utterance.text[utterance.start :], lead))

    def _stop_saying(self) -> Utterance | None:
        utterance, self.saying = self.saying, None
        if utterance:
            self.actions.append(StopSpeaking())
        return utterance

    def _record(self, utterance: Utterance, said: Said | None) -> None:
        """It was heard, or read on the page: store it, and what it means for the conversation."""
        if utterance.kind in ("recap", "prompt"):
            self._tally_waits()
            return
        question_id = None
        if utterance.kind == "reply":
            self._put_by()
            self._remind(utterance.reminds)
        elif utterance.kind != "greeting":
            self._close_answer()
            self.asked, self.earlier, self.signals, self.reminded = None, "", (), ()
        if utterance.kind in ("question", "follow_up"):
            self.probes = (*self.probes, utterance.text) if utterance.kind == "follow_up" else ()
            self.position, self.asked, self.silence = utterance.index, utterance.text, 0
            self.asked_in = self.next_turn
            question_id = self.plan.questions[self.position].id
        self.completion = utterance.completion
        said = said or Said(self.saying_id)
        aside = utterance.kind == "reply"
        turn = StoreTurn(
            self._number(),
            "agent",
            utterance.text,
            question_id,
            pending=question_id is not None or (aside and utterance.then in ("listen", "ask_again")),
            aside=aside,
            metrics=TurnMetrics(waits_ms=self.waits_ms, completion=utterance.completion),
        )
        self.waits_ms, self.counted = (), {**self.counted, turn.number: turn.metrics}
        self.actions.append(
            replace(
                turn,
                start_ms=said.start_ms,
                end_ms=said.end_ms,
                started_at=said.started_at,
                ended_at=said.ended_at,
            )
        )

    def _take_cut(self) -> tuple[Utterance, Said] | None:
        cut, self.cut = self.cut, None
        return cut

    def _settle_cut(self) -> None:
        """The candidate spoke on: had the question been asked by then, or does the old answer go on?"""
        cut = self._take_cut()
        if not cut:
            return
        utterance, said = cut
        if utterance.kind == "greeting":
            rest = utterance.text[utterance.start :].split()
            heard = rest[: round(len(rest) * said.share)]
            text = " ".join([*utterance.text[: utterance.start].split(), *heard])
            if text:
                self._record(replace(utterance, text=text if len(heard) == len(rest) else f"{text} …"), said)
        elif said.share >= WHOLE_SHARE or (said.share >= ENOUGH_SHARE and said.played_ms >= ENOUGH_MS):
            self._record(utterance, said)
        else:
            self.due = utterance if utterance.due else self.due
            if said.played_ms and (self.answer or utterance.then == "consider"):
                number = (self.answer and self.answer.number) or self.next_turn - 1
                self._tally(number, cut_offs=self._counted(number).cut_offs + 1)

    def _new_answer(self) -> OpenAnswer:
        question_id = self.plan.questions[self.position].id if self.asked is not None else None
        return OpenAnswer(question_id, start_ms=self.speech_ms)

    def _finish_if_closed(self) -> None:
        if self.completion:
            self.floor, self.wait = "ended", None
            self.actions.append(Finalize(self.completion))

    # The candidate's words

    def _add(self, text: str, *, loose: bool = False) -> None:
        """These words are part of the answer, whichever that is."""
        self._settle_cut()
        if not self.saying or self.yielded:
            self._mark_goodbye(self.completion)
        self.silence = 0
        answer = self.answer
        if answer and len(answer.whole) + len(text) > MAX_TURN:
            self._close_answer()
            answer = None
        if answer is None:
            answer = self._new_answer()
        if loose:
            self._store(replace(answer, text=answer.whole, loose=text))
        else:
            self._store(replace(answer, text=" ".join(filter(None, (answer.whole, text))), loose=""))

    def _store(self, answer: OpenAnswer) -> None:
        before, self.answer = self.answer, answer
        if answer.number is not None:
            if before is None or before.whole != answer.whole:
                self.actions.append(AmendTurn(answer.number, answer.whole))
        elif not says_nothing(answer.whole, self.plan.language):
            self.answer = replace(answer, number=self._number())
            assert self.answer.number is not None
            turn = StoreTurn(self.answer.number, "candidate", answer.whole, answer.question_id)
            self.actions.append(replace(turn, start_ms=answer.start_ms))

    def _close_answer(self) -> None:
        """It is whole: what was said of the question is rated."""
        question_id = self.answer.question_id if self.answer else None
        number = self._close_turn()
        if question_id is None:
            number = self.unrated
        self.unrated = None
        if number and self.asked is not None:
            self.actions.append(Evaluate(number, self.plan.questions[self.position]))

    def _put_by(self) -> None:
        """A reply comes between: the answer may go on in another turn."""
        answer = self.answer
        number = self._close_turn()
        if answer and number and answer.question_id and not answer.notes.aside:
            self.earlier, self.unrated = f"{self.earlier} {answer.whole}".strip(), number

    def _close_turn(self) -> int | None:
        answer, self.answer, self.late = self.answer, None, False
        if not answer or not answer.number:
            return None
        end_ms = self.speech_end_ms if answer.start_ms is not None else None
        if end_ms is not None:
            self.actions.append(CloseTurn(answer.number, end_ms))
        return answer.number

    @property
    def _answer_so_far(self) -> str:
        """All that was said of the open question."""
        return f"{self.earlier} {self.answer.whole if self.answer else ''}".strip()

    def _note(
        self,
        *,
        flags: tuple[Flag, ...] | None = None,
        question: CandidateQuestion | None = None,
        aside: bool = False,
    ) -> None:
        """On the open turn of the candidate."""
        answer = self.answer
        if not answer or not answer.number:
            return
        before = answer.notes
        asked = before.candidate_questions
        notes = TurnNotes(
            before.flags if flags is None else flags,
            before.aside or aside,
            (*asked, question) if question and question not in asked else asked,
        )
        if notes != before:
            self.answer = replace(answer, notes=notes)
            self.actions.append(NoteTurn(answer.number, notes))

    # Small things

    def _mark_goodbye(self, completion: Completion | None) -> None:
        """It was begun; or not, for the candidate has more to say."""
        self.goodbye = completion
        self._tally(self.next_turn - 1, completion=completion)

    def _remind(self, of: str) -> None:
        if of and of not in self.reminded:
            self.reminded = (*self.reminded, of)

    def _wait(self, seconds: float, purpose: Purpose, *, since_speech: bool = False) -> None:
        self.wait = (self._count(), purpose)
        self.actions.append(Wait(self.wait[0], seconds, since_speech))

    def _notice(self, code: NoticeCode) -> None:
        self.actions.append(Notice(code, phrases.notice(code, self.plan.language)))

    def _count(self) -> int:
        self.counter += 1
        return self.counter

    def _number(self) -> int:
        self.next_turn += 1
        return self.next_turn - 1


def _open_again(turn: TranscriptTurn) -> OpenAnswer:
    notes = given_notes(turn)
    pasted = len(turn.content) if any(flag.type == "pasted" for flag in notes.flags) else 0
    return OpenAnswer(turn.question_id, turn.turn_number, turn.content, pasted=pasted, notes=notes)


def _reminds(reply: str, plan: Plan) -> str:
    """What this reply reminded of, in an interview that another agent held."""
    if reply == phrases.say("language", plan):
        return "language"
    pauses = tuple(phrases.say(f"pause_{why}", plan) for why in (*SUSPICIOUS, "aimed"))
    return "pause" if reply.startswith(pauses) else ""


def go_on_from(utterance: Utterance, share: float) -> Utterance:
    """A greeting goes on at the sentence that was cut; anything else is said again whole."""
    if utterance.kind != "greeting":
        return utterance
    heard = utterance.start + int((len(utterance.text) - utterance.start) * share)
    starts = [0, *(found.end() for found in re.finditer(r"[.!?:] ", utterance.text))]
    return replace(utterance, start=max(start for start in starts if start <= heard))
