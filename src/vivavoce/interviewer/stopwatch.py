"""How much of the planned time the two of them have talked: pauses and bad lines do not count."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import pairwise

from vivavoce.evaluation.given import given_metrics
from vivavoce.interviewer.client import StoredTurn

LONGEST_GAP_SECONDS = 120.0
"""Between two moments of the history; a longer one was a break and used up no time."""
NEAR_SHARE, NEAR_SECONDS = 0.2, 300.0


def spent_seconds(turns: Sequence[StoredTurn]) -> float:
    """As the agent before counted it; else as far as the times of the turns tell."""
    counted = max((given_metrics(turn).spent_seconds for turn in turns), default=0)
    if counted:
        return counted
    moments = sorted(moment for turn in turns for moment in (turn.started_at, turn.ended_at) if moment)
    gaps = ((after - before).total_seconds() for before, after in pairwise(moments))
    return sum(gap for gap in gaps if gap <= LONGEST_GAP_SECONDS)


def near_seconds(planned: float) -> float:
    """How much of the planned time is little: a fifth of it, and never more than five minutes."""
    return min(NEAR_SHARE * planned, NEAR_SECONDS)


class Stopwatch:
    """Runs and stands still on demand; tells once when `near` seconds are left, and once when none is."""

    def __init__(
        self,
        seconds: float,
        *,
        near: float,
        nearly: Callable[[float], None],
        reached: Callable[[], None],
    ) -> None:
        left = max(seconds, 0.0)
        self._left = left
        self._alarms = [(near, nearly)] if left > near > 0 else []
        self._alarms.append((0.0, lambda _: reached()))
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def run(self, *, running: bool) -> None:
        loop = asyncio.get_running_loop()
        if running and not self._timer and self._alarms:
            self._since = loop.time()
            self._timer = loop.call_later(self._left - self._alarms[0][0], self._tell)
        elif not running and self._timer:
            self._timer.cancel()
            self._timer = None
            self._left = max(self._left - (loop.time() - self._since), self._alarms[0][0])

    @property
    def left(self) -> float:
        passed = asyncio.get_running_loop().time() - self._since if self._timer else 0.0
        return self._left - passed

    def _tell(self) -> None:
        self._timer = None
        self._left, tell = self._alarms.pop(0)
        self.run(running=True)
        tell(self._left)
