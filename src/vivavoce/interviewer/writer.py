"""Stores what was said: in order, one at a time, and only what the product acknowledged counts."""

import asyncio
from collections import deque
from collections.abc import Callable

from vivavoce.interviewer.client import InterviewClient, Unreachable
from vivavoce.interviewer.conversation.moves import (
    AmendTurn,
    CloseTurn,
    CountTurn,
    NoteTurn,
    StoreTurn,
)

MAX_WAITING = 1_000

Write = StoreTurn | AmendTurn | CloseTurn | CountTurn | NoteTurn


class Writer:
    def __init__(self, client: InterviewClient, stored: Callable[[Write], None]) -> None:
        self._client = client
        self._stored = stored
        self._waiting: deque[Write] = deque()
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, write: Write) -> None:
        """Of amendments that still wait, the newest says all. Raises Unreachable when too much waits."""
        last = self._waiting[-1] if self._waiting else None
        if isinstance(write, AmendTurn) and isinstance(last, AmendTurn) and last.number == write.number:
            self._waiting.pop()
        if len(self._waiting) >= MAX_WAITING:
            raise Unreachable(f"{MAX_WAITING} writes wait")
        self._waiting.append(write)
        self._idle.clear()
        self._work.set()

    async def settled(self) -> None:
        """Everything that was put is stored."""
        await self._idle.wait()

    async def run(self) -> None:
        """Until cancelled. Raises ProductError when the product refuses, or is away for too long."""
        while True:
            await self._work.wait()
            while self._waiting:
                write = self._waiting.popleft()
                await self._write(write)
                self._stored(write)
            self._work.clear()
            self._idle.set()

    async def _write(self, write: Write) -> None:
        match write:
            case StoreTurn():
                await self._client.post_turn(write)
            case AmendTurn():
                await self._client.patch_turn(write.number, content=write.content)
            case NoteTurn():
                await self._client.patch_turn(write.number, evaluation=write.notes)
            case CloseTurn():
                await self._client.patch_turn(write.number, audio_end_ms=write.end_ms)
            case CountTurn():
                await self._client.patch_turn(write.number, metrics=write.metrics)
