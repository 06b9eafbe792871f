"""How much of the planned time the two of them have talked: pauses and bad lines do not count."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import pairwise

from vivavoce.interviewer.client import StoredTurn

LONGEST_GAP_SECONDS = 120.0
"""Between two moments of the history; a longer one was a break and used up no time."""


def spent_seconds(turns: Sequence[StoredTurn]) -> float:
    """As far as the history tells."""
    moments = sorted(moment for turn in turns for moment in (turn.started_at, turn.ended_at) if moment)
    gaps = ((after - before).total_seconds() for before, after in pairwise(moments))
    return sum(gap for gap in gaps if gap <= LONGEST_GAP_SECONDS)


class Stopwatch:
    """Runs and stands still on demand; tells once when `seconds` are used up."""

    def __init__(self, seconds: float, reached: Callable[[], None]) -> None:
        self._left = max(seconds, 0.0)
        self._reached = reached
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._told = False

    def run(self, *, running: bool) -> None:
        loop = asyncio.get_running_loop()
        if running and not self._timer and not self._told:
            self._since = loop.time()
            self._timer = loop.call_later(self._left, self._tell)
        elif not running and self._timer:
            self._timer.cancel()
            self._timer = None
            self._left = max(self._left - (loop.time() - self._since), 0.0)

    def _tell(self) -> None:
        self._timer, self._told = None, True
        self._reached()
