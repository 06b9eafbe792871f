"""A whole conversation with a candidate who answers from a script: pure, at once, the same every time.

Who stores it can be stopped anywhere and begin again, since what was stored already is said again alike.
"""

from collections.abc import Sequence

from vivavoce.interviewer.conversation.conversation import Conversation
from vivavoce.interviewer.conversation.facts import fact_by_words
from vivavoce.interviewer.conversation.follow_ups import rules_follow_up
from vivavoce.interviewer.conversation.moves import (
    Elapsed,
    Evaluate,
    Event,
    FactFound,
    Finalize,
    FindFact,
    Joined,
    NoteTurn,
    Pressed,
    Probe,
    ProbeDecided,
    Rephrase,
    Rephrased,
    Said,
    Say,
    StoreTurn,
    Typed,
    Wait,
)
from vivavoce.interviewer.plan import Language, Plan

Entry = str | Sequence[str] | None
"""What one question is met with: the answer, the answer and those to its follow-ups, or silence."""

Step = StoreTurn | NoteTurn | Evaluate | Finalize


def converse(plan: Plan, script: Sequence[Entry]) -> tuple[Step, ...]:
    """What there is to store, to rate and to close, in order.

    The candidate passes a follow-up that has no answer, stays silent until the interviewer pauses where there
    is nothing, and stops where the script does.
    """
    return tuple(_Script(plan, script).steps)


def built_in_script(plan: Plan) -> list[Entry]:
    """Short answers for each question, for who brings none."""
    answers = _ANSWERS[plan.language]
    return [answers[index % len(answers)] for index in range(len(plan.questions))]


class _Script:
    def __init__(self, plan: Plan, script: Sequence[Entry]) -> None:
        self.steps: list[Step] = []
        self._silent = [entry is None for entry in script]
        self._answers = [[entry] if isinstance(entry, str) else list(entry or ()) for entry in script]
        self._wait: Wait | None = None
        self._now = Conversation(plan)
        self._do(Joined("text", hears=False))
        while self._now.floor != "ended":
            self._do(self._candidate())

    def _do(self, event: Event) -> None:
        """The event, and what follows by itself: until the candidate is to say something."""
        self._wait = None
        self._now, actions = self._now.step(event)
        for action in actions:
            match action:
                case StoreTurn() | NoteTurn() | Evaluate() | Finalize():
                    self.steps.append(action)
                case Wait():
                    self._wait = action
                case Say():
                    self._do(Said(action.id))
                case Probe():
                    follow_up = rules_follow_up(action, self._now.plan.language)
                    self._do(ProbeDecided(action.token, follow_up))
                case FindFact():
                    fact = fact_by_words(action.question, self._now.plan)
                    self._do(FactFound(action.token, fact))
                case Rephrase():
                    self._do(Rephrased(action.token, None))
                case _:
                    pass  # for the page; a typed answer is one turn, so nothing amends it

    def _candidate(self) -> Event:
        question = self._now.position
        if question >= len(self._answers):
            return Pressed("stop")
        if self._answers[question]:
            return Typed(self._answers[question].pop(0))
        if self._silent[question] and self._wait:
            return Elapsed(self._wait.token)
        return Pressed("skip")


_ANSWERS: dict[Language, tuple[Entry, ...]] = {
    "en": (
        (
            "Last year I took the initiative to repair our weekly report, which nobody owned.",
            "I decided on a plan, carried the work through myself, and it went from two hours to ten minutes.",
        ),
        (
            "A colleague and I disagreed about a deadline. I listened to her reasons, and we compared our figures. In "
            "the end we agreed on a smaller first step, which worked out for both teams."
        ),
        (
            "I once broke an import on a Friday. I admitted the mistake to my manager and repaired it the same day. I "
            "learned from it: since then I write a test before each change."
        ),
    ),
    "fr": (
        (
            "L'année dernière, j'ai pris l'initiative de réparer notre rapport hebdomadaire.",
            "J'ai décidé d'un plan et mené le travail moi-même : au final, dix minutes au lieu de deux heures.",
        ),
        (
            "Une collègue et moi n'étions pas d'accord sur un délai. J'ai écouté ses raisons et nous avons comparé nos "
            "chiffres. Finalement, une première étape plus petite a convenu aux deux équipes."
        ),
        (
            "Une fois, j'ai cassé une importation un vendredi. J'ai reconnu l'erreur devant mon responsable et je l'ai "
            "corrigée le jour même. J'en ai appris quelque chose : j'écris un test avant chaque changement."
        ),
    ),
}
