"""What the interviewer says next by itself: the next question, the open one again, and nothing while it listens."""

from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.scene import Scene, Utterance
from vivavoce.interviewer.plan import Patience
from vivavoce.interviewer.ports import Completion

SILENCE_VOICE: dict[Patience, tuple[float, ...]] = {
    "patient": (20.0, 25.0, 45.0),
    "quick": (12.0, 20.0, 45.0),
}
"""Seconds without a word until the kind prompt, the offer to type, the saved pause."""
SILENCE_TEXT: dict[Patience, tuple[float, ...]] = {"patient": (240.0, 600.0), "quick": (120.0, 600.0)}
"""The same for who types: the prompt, the saved pause."""


class Leading(Scene):
    def _next(self, lead: str = "") -> None:
        """On to the next question, or to the end."""
        self.floor = "listening"
        index = self.position + 1
        if index >= len(self.plan.questions):
            self._say(self._closing("FULL"))
            return
        lead = lead or phrases.before_question(self.plan, index, skipped=self.asked is None)
        self._say(
            Utterance(
                "question", self.plan.questions[index].text, f"{lead} {self._time_told(index)}".strip(), index
            )
        )

    def _closing(self, completion: Completion) -> Utterance:
        text = phrases.closing(self.plan) if completion == "FULL" else phrases.closing_early(self.plan)
        return Utterance("closing", text, completion=completion)

    def _time_told(self, index: int) -> str:
        """Once when little of the planned time is left, once when it is used up; nothing is ever cut."""
        seconds, self.seconds_left = self.seconds_left, None
        if self.time_up and not self.time_told:
            self.time_told = True
            return phrases.time_reached(self.plan, len(self.plan.questions) - index)
        return phrases.time_near(self.plan, seconds) if seconds and not self.time_up else ""

    def _ask_again(self, lead: str) -> None:
        """What is open, word for word; where nothing is, what comes next."""
        if self.asked is None:
            self._next()
        else:
            self._say(Utterance("recap", self.asked, phrases.say(lead, self.plan)))

    def _prompt(self, key: str) -> None:
        self._say(Utterance("prompt", phrases.say(key, self.plan)))

    def _listen(self) -> None:
        self.floor = "listening"
        if not self.talking:
            self._wait_in_silence()

    def _wait_in_silence(self) -> None:
        stages = (SILENCE_VOICE if self._is_heard else SILENCE_TEXT)[self.plan.persona.patience]
        if self.silence < len(stages):
            self._wait(stages[self.silence], "silence")
