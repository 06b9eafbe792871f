"""The candidate has finished, or says nothing: what that was, and what follows from it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Self

from vivavoce.evaluation.given import given_questions
from vivavoce.evaluation.report import CandidateQuestion
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.endpointing import plain_words, says_nothing
from vivavoce.interviewer.conversation.facts import process_asked
from vivavoce.interviewer.conversation.leading import Leading
from vivavoce.interviewer.conversation.moves import (
    FactFound,
    FindFact,
    Probe,
    ProbeDecided,
    Rephrased,
    Said,
)
from vivavoce.interviewer.conversation.remarks import AIMED, Remark, invites_questions, remark_in
from vivavoce.interviewer.conversation.scene import WHOLE_SHARE, Then, Utterance, go_on_from
from vivavoce.interviewer.conversation.vigilance import (
    ASKS,
    PAUSES,
    flags_for,
    signals,
    suspicious,
)
from vivavoce.interviewer.plan import Plan

WHOLE_QUESTION, WHOLE_QUESTION_WORDS = 0.7, 40
"""Where a question that the model heard is this much of the answer, and no longer, there is no answer beside it."""


class Answering(Leading):
    asked_beside: Remark | None = None
    wants: Sequence[str] = ()
    """The candidate's own questions that are not looked up yet; the first is being looked up."""
    found: Sequence[CandidateQuestion] = ()

    @classmethod
    def from_history(cls, plan: Plan, turns: Sequence[TranscriptTurn]) -> Self:
        """What the candidate asked and was not answered is answered first."""
        now = super().from_history(plan, turns)
        heard = max((turn.turn_number for turn in turns if turn.role == "agent"), default=0)
        asked = given_questions([turn for turn in turns if turn.turn_number > heard])
        if asked:
            now.due = Utterance("reply", _told(asked, plan), then="ask_again", due=True)
        return now

    # What was said to its end

    def _done(self, utterance: Utterance, said: Said | None) -> None:
        self._record(utterance, said)
        self.noise_cuts = 0
        if utterance.kind == "greeting":
            self._next()
        elif self.floor == "listening":
            self._go_on(utterance.then)

    def _go_on(self, then: Then) -> None:
        match then:
            case "ask_again" if self.asked and invites_questions(self.asked, self.plan.language):
                self._prompt("anything_else")
            case "ask_again":
                self._ask_again("back_to_question")
            case "consider":
                self._consider()
            case "own_words":
                self._ask_for_own_words()
            case "listen":
                self._listen()

    def _say_cut(self) -> None:
        """What stopped the agent was no wish to speak: it says it again, unless it was nearly all heard."""
        cut = self._take_cut()
        if cut and cut[1].share >= WHOLE_SHARE:
            self._done(*cut)
        elif cut:
            self.noise_cuts += 1
            self._say(go_on_from(cut[0], cut[1].share))
        else:
            self._listen()

    # What the candidate said to its end

    def _end_turn(self) -> None:
        finishing, self.finishing = self.finishing, False
        if self.answer and not says_nothing(self.answer.whole, self.plan.language):
            self._answered()
        elif self.cut:
            self._say_cut()
        elif finishing and self.earlier:
            self._consider()
        elif finishing and self._may_be_left_open:
            self._next()
        elif finishing:
            self._prompt("nothing_heard")
        else:
            self._listen()

    @property
    def _may_be_left_open(self) -> bool:
        """Who has nothing to say to a follow-up has answered the question all the same."""
        return bool(self.probes) or bool(self.asked and invites_questions(self.asked, self.plan.language))

    def _answered(self) -> None:
        """Is it an answer? Then a follow-up may be worth asking."""
        self.finishing, self.wait = False, None
        assert self.answer, "there are words"
        asked = self.asked or ""
        self.signals = signals(self.answer.whole, asked, self.plan, pasted=self.answer.pasted)
        self._note(flags=flags_for(self.signals, self.plan))
        remark = remark_in(self.answer.whole, self.plan.language, asked)
        if remark and self._met(remark):
            return
        if self.answer.question_id is None or self.asked is None:
            self._close_answer()
            self._next()
        else:
            self._consider()

    def _consider(self) -> None:
        """The open question is answered, in one turn or in several."""
        self.floor = "listening"
        question = self.plan.questions[self.position]
        found, level = suspicious(self.signals), self.plan.persona.suspicion_level
        if self.due:
            due, self.due = self.due, None
            self._say(due if due.then == "own_words" else replace(due, then="consider"))
        elif found and level >= PAUSES and "pause" not in self.reminded:
            why = phrases.say(f"pause_{found}", self.plan)
            self._say(Utterance("reply", why, then="own_words", due=True, reminds="pause"))
        elif found and level >= ASKS and self._may_ask_for_own_words:
            self._ask_for_own_words()
        elif self.asked is None or not self._may_follow_up:
            self._next()
        else:
            self.thinking, self.floor = self._count(), "thinking"
            self.actions.append(Probe(self.thinking, question, self.asked, self._answer_so_far, self.probes))

    @property
    def _may_follow_up(self) -> bool:
        return len(self.probes) < self.plan.questions[self.position].max_follow_ups and not self.time_up

    @property
    def _may_ask_for_own_words(self) -> bool:
        return self._may_follow_up and phrases.say("own_words", self.plan) not in self.probes

    def _ask_for_own_words(self) -> None:
        if self._may_ask_for_own_words:
            self._say(Utterance("follow_up", phrases.say("own_words", self.plan), index=self.position))
        else:
            self._next()

    def _probe_decided(self, decided: ProbeDecided) -> None:
        if self.thinking != decided.token:
            return
        self.thinking, self.floor = None, "listening"
        if decided.asks and self.answer:
            share = len(decided.asks) / len(self.answer.whole)
            whole = share >= WHOLE_QUESTION and len(decided.asks.split()) <= WHOLE_QUESTION_WORDS
            if self._met(Remark("question", (decided.asks,), whole)):
                return
        before = {plain_words(text) for text in (*self.probes, self.plan.questions[self.position].text)}
        if decided.text and plain_words(decided.text) not in before:
            self._say(Utterance("follow_up", decided.text, index=self.position))
        else:
            self._next()

    # What the candidate said that is no answer

    def _met(self, remark: Remark) -> bool:
        """Whether it was met with a reply, or will be; what else was said is an answer."""
        match remark.kind:
            case "question":
                return self._asked_by_candidate(remark)
            case "clarify":
                self._reply(remark, phrases.say("clarify", self.plan))
            case "language" if "language" in self.reminded:
                return False
            case "language":
                self._put_by()
                self._say(Utterance("reply", phrases.say("language", self.plan), reminds="language"))
            case _ if remark.kind in AIMED and remark.whole:
                pausing = self.plan.persona.suspicion_level >= PAUSES and "pause" not in self.reminded
                why = f"{phrases.say('pause_aimed', self.plan)} " if pausing else ""
                reminds = "pause" if pausing else ""
                self._reply(remark, why + phrases.say(remark.kind, self.plan), due=pausing, reminds=reminds)
            case _:
                return False
        return True

    def _asked_by_candidate(self, remark: Remark) -> bool:
        """Each by itself; the replies are one."""
        known = {one.text for one in self.answer.notes.candidate_questions} if self.answer else set()
        self.wants = [text for text in remark.texts if text not in known]
        if not self.wants:
            return False
        self.asked_beside, self.found = remark, []
        self._find_next()
        return True

    def _find_next(self) -> None:
        """Only by what the product knows of the interview, or by a fact; what neither says is noted."""
        while self.wants:
            process = process_asked(self.wants[0], self.plan.language)
            if process:
                told = phrases.process(self.plan, process, self.mode, self.position)
                self.found = [*self.found, CandidateQuestion(self.wants[0], told, "process")]
            elif self.plan.facts:
                self.thinking, self.floor = self._count(), "thinking"
                self.actions.append(FindFact(self.thinking, self.wants[0]))
                return
            else:
                self.found = [*self.found, CandidateQuestion(self.wants[0])]
            self.wants = self.wants[1:]
        for one in self.found:
            self._note(question=one)
        assert self.asked_beside, "it was asked"
        self._reply(self.asked_beside, _told(self.found, self.plan), due=True)

    def _fact_found(self, found: FactFound) -> None:
        if self.thinking != found.token or not self.wants:
            return
        self.thinking, self.floor = None, "listening"
        fact = self.plan.fact(found.fact_id) if found.fact_id else None
        asked = self.wants[0]
        answered = CandidateQuestion(asked, fact.text, "fact", fact.id) if fact else CandidateQuestion(asked)
        self.wants, self.found = self.wants[1:], [*self.found, answered]
        self._find_next()

    def _reply(self, remark: Remark, text: str, *, due: bool = False, reminds: str = "") -> None:
        """Beside the question: it stays open, and is not counted as answered."""
        answers = not remark.whole and bool(self.answer and self.answer.question_id)
        if remark.whole:
            self._note(aside=True)
        self._put_by()
        for asked in remark.texts:  # it is answered, and asks for no follow-up
            self.earlier = " ".join(self.earlier.replace(asked, " ").split())
        then: Then = "consider" if answers else "ask_again"
        self._say(Utterance("reply", text, then=then, due=due, reminds=reminds))

    def _rephrased(self, rephrased: Rephrased) -> None:
        if self.thinking != rephrased.token:
            return
        self.thinking, self.floor = None, "listening"
        if rephrased.text:
            self._say(Utterance("reply", rephrased.text, phrases.say("in_other_words", self.plan)))
        else:
            self._ask_again("once_more")

    # Silence

    def _silent(self) -> None:
        """One kind prompt, an offer to type, then a pause that keeps everything."""
        self.owed = False
        if self.answer and not says_nothing(self.answer.whole, self.plan.language):
            self._answered()
            return
        if self.asked is None:
            self._next()
            return
        self.silence += 1
        if self.silence == 1:
            self._prompt("still_listening" if self._is_heard else "still_there")
        elif self.silence == 2 and self._is_heard:  # noqa: PLR2004 - the second stage
            self._notice("offer_typing")
            self._prompt("offer_typing")
        else:
            self.floor = "away"
            self._notice("saved")
            self._prompt("saved_pause")


def _told(questions: Sequence[CandidateQuestion], plan: Plan) -> str:
    """The reply to all of them."""
    noted = phrases.say("noted", plan)
    told = [
        phrases.say("by_fact", plan, text=one.answer) if one.source == "fact" else one.answer or noted
        for one in questions
    ]
    return " ".join(dict.fromkeys(told))
