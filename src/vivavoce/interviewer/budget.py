"""How much of something a page may bring about."""

import asyncio


class Budget:
    """So much a second, and so much at once after a pause."""

    def __init__(self, rate: float, most: float) -> None:
        self._rate = rate
        self._most = most
        self._left = most
        self._at = now()

    def spend(self, amount: float) -> bool:
        at = now()
        self._left = min(self._most, self._left + (at - self._at) * self._rate) - amount
        self._at = at
        return self._left >= 0


def now() -> float:
    return asyncio.get_running_loop().time()
