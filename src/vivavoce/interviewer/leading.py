"""What the interviewer says next by itself: the next question, what was cut off, and nothing while it listens."""

from vivavoce.interviewer import phrases
from vivavoce.interviewer.moves import Said
from vivavoce.interviewer.scene import WHOLE_SHARE, Scene, Utterance, go_on_from

SILENCE_VOICE = (20.0, 25.0, 45.0)
"""Seconds without a word until the kind prompt, the offer to type, the saved pause."""
SILENCE_TEXT = (240.0, 600.0)
"""The same for who types: the prompt, the saved pause."""


class Leading(Scene):
    def _done(self, utterance: Utterance, said: Said | None) -> None:
        self._record(utterance, said)
        self.noise_cuts = 0
        if utterance.kind == "greeting":
            self._next()
        elif self.floor == "listening":
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

    def _next(self, lead: str = "") -> None:
        """On to the next question, or to the end."""
        self.floor = "listening"
        index = self.position + 1
        if index >= len(self.plan.questions):
            self._say(Utterance("closing", phrases.closing(self.plan), completion="FULL"))
            return
        lead = lead or phrases.before_question(self.plan, index, skipped=self.asked is None)
        if self.time_up and not self.time_told:
            self.time_told = True
            lead = f"{lead} {phrases.time_reached(self.plan, len(self.plan.questions) - index)}"
        self._say(Utterance("question", self.plan.questions[index].text, lead, index))

    def _listen(self) -> None:
        self.floor = "listening"
        if not self.talking:
            self._wait_in_silence()

    def _wait_in_silence(self) -> None:
        stages = SILENCE_VOICE if self._is_heard else SILENCE_TEXT
        if self.silence < len(stages):
            self._wait(stages[self.silence], "silence")
