"""The candidate has finished, or says nothing: what that was, and what follows from it."""

from vivavoce.interviewer import phrases
from vivavoce.interviewer.endpointing import plain_words, says_nothing
from vivavoce.interviewer.leading import Leading
from vivavoce.interviewer.moves import Probe, ProbeDecided
from vivavoce.interviewer.scene import Utterance


class Answering(Leading):
    def _end_turn(self) -> None:
        finishing, self.finishing = self.finishing, False
        if self.answer and not says_nothing(self.answer.whole, self.plan.language):
            self._answered()
        elif self.cut:
            self._say_cut()
        elif finishing:
            self._say(Utterance("prompt", phrases.nothing_heard(self.plan.language)))
        else:
            self._listen()

    def _answered(self) -> None:
        """The candidate has finished: is a follow-up worth asking?"""
        self.finishing, self.wait = False, None
        assert self.answer, "there are words"
        if self.answer.question_id is None or self.asked is None:
            self._close_answer()
            self._next()
            return
        question = self.plan.questions[self.position]
        if len(self.probes) >= question.max_follow_ups or self.time_up:
            self._next()
            return
        self.thinking, self.floor = self._count(), "thinking"
        self.actions.append(Probe(self.thinking, question, self.asked, self.answer.whole, self.probes))

    def _probe_decided(self, decided: ProbeDecided) -> None:
        if self.thinking != decided.token:
            return
        self.thinking, self.floor = None, "listening"
        before = {plain_words(text) for text in (*self.probes, self.plan.questions[self.position].text)}
        if decided.text and plain_words(decided.text) not in before:
            self._say(Utterance("follow_up", decided.text, index=self.position))
        else:
            self._next()

    def _silent(self) -> None:
        """One kind prompt, an offer to type, then a pause that keeps everything."""
        language = self.plan.language
        if self.answer and not says_nothing(self.answer.whole, language):
            self._answered()
            return
        if self.asked is None:
            self._next()
            return
        self.silence += 1
        if self.silence == 1:
            prompt = phrases.still_listening if self._is_heard else phrases.still_there
        elif self.silence == 2 and self._is_heard:  # noqa: PLR2004 - the second stage
            self._notice("offer_typing")
            prompt = phrases.offer_typing
        else:
            self.floor = "away"
            self._notice("saved")
            prompt = phrases.saved_pause
        self._say(Utterance("prompt", prompt(language)))
