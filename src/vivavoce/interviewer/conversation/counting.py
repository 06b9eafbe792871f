"""What the interviewer counts of its turns, its own faults first: stored at once, so that no hand-over forgets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from vivavoce.evaluation.report import TurnMetrics
from vivavoce.interviewer.conversation.moves import NO_METRICS, Action, CountTurn, Said
from vivavoce.interviewer.plan import Plan


@dataclass
class Counting:
    plan: Plan
    next_turn: int = 1
    counted: Mapping[int, TurnMetrics] = field(default_factory=dict)
    """By turn."""
    waits_ms: tuple[int, ...] = ()
    """How long the candidate waited, where that is not with a turn yet."""
    owed: bool = False
    """The candidate has said something that the agent has not met with a word yet."""
    typed_at: datetime | None = None
    speech_end_ms: int | None = None
    actions: list[Action] = field(default_factory=list)

    def _counted(self, number: int) -> TurnMetrics:
        return self.counted.get(number, NO_METRICS)

    def _tally(self, number: int, **changes: object) -> None:
        """With the turn of that number, where there is one."""
        before = self._counted(number)
        after = msgspec.structs.replace(before, **changes)
        if number and after != before:
            self.counted = {**self.counted, number: after}
            self.actions.append(CountTurn(number, after))

    def _waited(self, said: Said) -> None:
        """From the candidate's last word to the agent's first sound; in writing, to its first word."""
        if not self.owed:
            return
        self.owed, typed_at, self.typed_at = False, self.typed_at, None
        if typed_at and said.started_at:
            waited = round((said.started_at - typed_at).total_seconds() * 1000)
        elif said.start_ms is not None and self.speech_end_ms is not None:
            waited = said.start_ms - self.speech_end_ms
        else:
            return
        if waited >= 0:
            self.waits_ms = (*self.waits_ms, waited)

    def _tally_waits(self) -> None:
        """With the last turn, where none is stored of what was said."""
        number = self.next_turn - 1
        if number:
            self._tally(number, waits_ms=(*self._counted(number).waits_ms, *self.waits_ms))
            self.waits_ms = ()
