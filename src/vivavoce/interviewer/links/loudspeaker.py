"""What a page does with the interviewer's segments on the built-in link, done here on a LiveKit room's queue of sound.

The queue is played in real time; what has left it is taken to be heard. Held, it is emptied, and filled again with what
was not played.
"""

import asyncio
from collections.abc import Callable

from livekit import rtc

from vivavoce.interviewer.budget import now
from vivavoce.interviewer.ports import AudioEnd, AudioOpen, Clear, Hold, Playback, Played, Playing
from vivavoce.interviewer.speech.shapes import SAMPLE_BYTES, SPOKEN_RATE

QUEUE_MS = 4_000
"""More than is ever sent ahead."""
BYTES_A_SECOND = SPOKEN_RATE * SAMPLE_BYTES
TEN_MS_BYTES = BYTES_A_SECOND // 100
"""What the queue is made of."""
KEPT_BYTES = BYTES_A_SECOND * QUEUE_MS // 1000


class Loudspeaker:
    """`tell` hears when a segment begins and how it ended, once for each."""

    def __init__(self, queue: rtc.AudioSource, tell: Callable[[Playback], None]) -> None:
        self._queue = queue
        self._tell = tell
        self._segment: int | None = None
        self._sent = 0
        self._latest = bytearray()
        self._rest = b""
        self._plays_until = 0.0
        self._complete = False
        self._over: asyncio.TimerHandle | None = None

    async def take(self, message: AudioOpen | AudioEnd | Clear | Hold) -> None:
        match message:
            case AudioOpen(segment=segment):
                self._segment, self._sent, self._complete = segment, 0, False
                self._latest.clear()
                self._rest = b""
            case AudioEnd():
                self._complete = True
                self._end_in_time()
            case Hold(quiet=True):
                self._hold()
            case Hold():
                rest, self._rest = self._rest, b""
                await self._fill(rest)
                self._end_in_time()
            case Clear():
                self._hold()
                self._played(len(self._rest))

    async def play(self, pcm: bytes) -> None:
        pcm += bytes(-len(pcm) % TEN_MS_BYTES)
        first = self._sent == 0
        self._sent += len(pcm)
        self._latest += pcm
        del self._latest[:-KEPT_BYTES]
        await self._fill(pcm)
        if first and self._segment is not None:
            self._tell(Playing(self._segment))

    def silence(self) -> None:
        """Nobody listens any more, or is told."""
        self._segment = None
        self._hold()

    async def _fill(self, pcm: bytes) -> None:
        if pcm:
            self._plays_until = max(self._plays_until, now()) + len(pcm) / BYTES_A_SECOND
            await self._queue.capture_frame(rtc.AudioFrame(pcm, SPOKEN_RATE, 1, len(pcm) // SAMPLE_BYTES))

    def _hold(self) -> None:
        if self._over:
            self._over.cancel()
        left = round(max(0.0, self._plays_until - now()) * 100)
        self._plays_until = 0.0
        self._queue.clear_queue()
        if left:
            self._rest = bytes(self._latest[-left * TEN_MS_BYTES :])

    def _end_in_time(self) -> None:
        if self._complete:
            when = max(self._plays_until, now())
            self._over = asyncio.get_running_loop().call_at(when, self._played, 0)

    def _played(self, left: int) -> None:
        segment, self._segment = self._segment, None
        if segment is not None:
            self._tell(Played(segment, (self._sent - left) * 1000 // BYTES_A_SECOND))
