"""The interviewer's sound on the line: sent a little ahead of its time, heard when the page says so."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import structlog

from vivavoce.interviewer.ports import (
    AudioEnd,
    AudioOpen,
    Clear,
    Hold,
    LineLost,
    Playback,
    Playing,
    Spoken,
    ToPage,
)
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES, SPOKEN_RATE

if TYPE_CHECKING:
    from av import AudioResampler

CHUNK_BYTES = SPOKEN_RATE * SAMPLE_BYTES // 10
AHEAD_SECONDS = 2.0
"""What the page may have in hand: enough for a line that stutters, little enough to stop at once."""
MAX_SEGMENT_BYTES = SPOKEN_RATE * SAMPLE_BYTES * 300
"""Five minutes in one breath; what is beyond is not said."""
PLAYED_GRACE_SECONDS = 5.0
"""Beyond the length of the sound until a page that does not acknowledge is taken to have played it."""
MOST_HELD_SECONDS = 3.0
"""Then it goes on, whatever is heard or not heard any more."""
CLEARED_SECONDS = 1.0
"""Until a page that was told to stop is taken to have stopped."""
BYTES_A_MS = SPOKEN_RATE * SAMPLE_BYTES / 1000

log = structlog.get_logger()


class Line(Protocol):
    async def send(self, message: ToPage) -> None: ...

    async def send_audio(self, pcm: bytes) -> None: ...


class Track(Protocol):
    """The interviewer's side of the recording."""

    @property
    def place(self) -> int | None: ...

    @property
    def agent_until(self) -> int | None: ...

    def agent(self, pcm: bytes) -> None: ...

    def agent_held(self, *, held: bool) -> None: ...

    def agent_silent(self) -> None: ...


@dataclass
class _Segment:
    number: int
    sound: bytearray = field(default_factory=bytearray)
    sent: int = 0
    complete: bool = False
    """All its sound is here."""
    ended: bool = False
    """The page has it all, and knows."""
    cleared: bool = False
    held_at: float | None = None
    """Since when it is quiet, to go on from there."""
    quiet: bool = False
    """The page was told so."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    sent_at: float | None = None
    playing_at: float | None = None
    played_ms: int | None = None
    start_ms: int | None = None
    recorded: int = 0
    resampler: "AudioResampler | None" = None


class Playout:
    """One segment at a time; `on_started` and `on_finished` come once for each, whatever the page does."""

    def __init__(self, line: Line, track: Track | None) -> None:
        self._line = line
        self._track = track
        self._number = 0
        self._open: _Segment | None = None
        self._playing: _Segment | None = None
        self._task: asyncio.Task[None] | None = None
        self._spoken = Spoken(0, 0)
        self._lost = False
        self.on_started: Callable[[], None] = lambda: None
        self.on_finished: Callable[[int, bool], None] = lambda _ms, _interrupted: None

    @property
    def lost(self) -> bool:
        return self._lost

    @property
    def on_air(self) -> bool:
        """The page plays our sound now."""
        return self._playing is not None and self._playing.playing_at is not None

    def take(self) -> Spoken:
        """How it went since the last time; of several segments together."""
        spoken, self._spoken = self._spoken, Spoken(0, 0)
        return spoken

    async def append(self, pcm: bytes) -> None:
        """More sound, as fast as it is made; opens a segment when none is open."""
        segment = self._open
        if segment is None:
            if self._task is not None:
                await self._task
            self._number += 1
            self._open = self._playing = segment = _Segment(self._number)
            self._task = asyncio.create_task(self._play(segment))
        segment.sound += pcm[: MAX_SEGMENT_BYTES - len(segment.sound)]
        segment.changed.set()
        self._record(segment)

    def end(self) -> None:
        """The open segment has all its sound."""
        segment, self._open = self._open, None
        if segment is not None:
            segment.complete = True
            segment.changed.set()

    def hold(self) -> None:
        """Quiet: what is left is played after `go_on`, unless it is cleared."""
        segment = self._playing
        if segment is not None and segment.playing_at is not None and segment.held_at is None:
            segment.held_at = _now()
            segment.changed.set()
            if self._track is not None:
                self._track.agent_held(held=True)

    def go_on(self) -> None:
        segment = self._playing
        if segment is None or segment.held_at is None:
            return
        held, segment.held_at = _now() - segment.held_at, None
        assert segment.sent_at is not None
        assert segment.playing_at is not None
        segment.sent_at += held
        segment.playing_at += held
        segment.changed.set()
        if self._track is not None:
            self._track.agent_held(held=False)

    def clear(self) -> None:
        """Silence, at once."""
        if self._playing is not None:
            self._playing.cleared = True
            self._playing.changed.set()

    def playback(self, event: Playback) -> None:
        """What the page says; it may say anything, twice, or nothing."""
        segment = self._playing
        if segment is None or event.segment != segment.number or segment.sent_at is None:
            return
        if isinstance(event, Playing):
            self._started(segment)
        elif segment.played_ms is None and (segment.ended or segment.cleared):
            segment.played_ms = max(0, min(event.ms, _ms(segment.sent)))
        segment.changed.set()

    def line_lost(self) -> None:
        self._lost = True
        if self._playing is not None:
            self._playing.changed.set()

    async def close(self) -> None:
        self.clear()
        self.end()
        if self._task is not None:
            await self._task

    async def _play(self, segment: _Segment) -> None:
        try:
            await self._line.send(AudioOpen(segment.number, SPOKEN_RATE))
            segment.sent_at = _now()
            await self._send(segment)
            if not _over(segment):
                segment.ended = True
                await self._line.send(AudioEnd(segment.number))
                await self._until_over(segment, self._latest_end(segment))
            if segment.cleared and segment.played_ms is None:
                await self._line.send(Clear(segment.number))
                await self._until_played(segment, _now() + CLEARED_SECONDS)
        except LineLost:
            self._lost = True
        while not (segment.complete or segment.cleared):
            await self._change(segment, None)
        self._finish(segment)

    async def _send(self, segment: _Segment) -> None:
        while not (_over(segment) or self._lost):
            if await self._held(segment):
                continue
            chunk = bytes(segment.sound[segment.sent : segment.sent + CHUNK_BYTES])
            if not chunk and segment.complete:
                return
            if not chunk:
                await self._change(segment, None)
                continue
            assert segment.sent_at is not None
            ahead = _ms(segment.sent) / 1000 - (_now() - segment.sent_at)
            if ahead > AHEAD_SECONDS:
                await self._change(segment, _now() + ahead - AHEAD_SECONDS)
                continue
            segment.sent += len(chunk)
            await self._line.send_audio(chunk)

    async def _until_over(self, segment: _Segment, deadline: float) -> None:
        while not (_over(segment) or self._lost) and _now() < deadline:
            if not await self._held(segment):
                await self._change(segment, deadline)
            deadline = max(deadline, self._latest_end(segment))
        if not (_over(segment) or self._lost):
            log.warning("playback_not_acknowledged", segment=segment.number)

    async def _held(self, segment: _Segment) -> bool:
        """Tells the page when that changed, and waits while it is so; whether it was."""
        while segment.quiet != (segment.held_at is not None):
            segment.quiet = not segment.quiet
            await self._line.send(Hold(segment.number, quiet=segment.quiet))
        if segment.held_at is None:
            return False
        longest = segment.held_at + MOST_HELD_SECONDS
        await self._change(segment, longest)
        if _now() >= longest:
            self.go_on()
        return True

    async def _until_played(self, segment: _Segment, deadline: float) -> None:
        while segment.played_ms is None and not self._lost and _now() < deadline:
            await self._change(segment, deadline)

    async def _change(self, segment: _Segment, deadline: float | None) -> None:
        segment.changed.clear()
        try:
            async with asyncio.timeout_at(deadline):
                await segment.changed.wait()
        except TimeoutError:
            return

    def _latest_end(self, segment: _Segment) -> float:
        begun = segment.playing_at or segment.sent_at
        assert begun is not None
        return begun + _ms(len(segment.sound)) / 1000 + PLAYED_GRACE_SECONDS

    def _started(self, segment: _Segment) -> None:
        if segment.playing_at is None:
            segment.playing_at = _now()
            if self._track is not None:
                self._track.agent_silent()
                segment.start_ms = self._track.place
            self._record(segment)
            self.on_started()

    def _record(self, segment: _Segment) -> None:
        """Onto the recording goes what the page plays, from when it plays."""
        if self._track is None or segment.playing_at is None or segment.recorded == len(segment.sound):
            return
        import av  # noqa: PLC0415 - 20 MB that only voices need
        import numpy as np  # noqa: PLC0415 - 20 MB, loaded by the first who needs it

        if segment.resampler is None:
            segment.resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARD_RATE)
        samples = np.frombuffer(bytes(segment.sound[segment.recorded :]), np.int16).reshape(1, -1)
        segment.recorded = len(segment.sound)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = SPOKEN_RATE
        for resampled in segment.resampler.resample(frame):
            self._track.agent(resampled.to_ndarray().tobytes())

    def _finish(self, segment: _Segment) -> None:
        played = segment.played_ms
        if played is None:
            played = _guess(segment) if segment.cleared or self._lost else _ms(segment.sent)
        length = _ms(len(segment.sound))
        interrupted = segment.cleared or self._lost
        end_ms = None
        if self._track is not None:
            if interrupted:
                self._track.agent_silent()
            end_ms = self._track.agent_until
        if segment.start_ms is None or end_ms is None or end_ms <= segment.start_ms:
            segment.start_ms = end_ms = None
        before = self._spoken
        self._spoken = Spoken(
            played_ms=before.played_ms + played,
            length_ms=before.length_ms + length,
            interrupted=before.interrupted or interrupted,
            start_ms=segment.start_ms if before.start_ms is None else before.start_ms,
            end_ms=end_ms if end_ms is not None else before.end_ms,
        )
        self._playing = None
        if self._open is segment:
            self._open = None
        self.on_finished(played, interrupted)


def _over(segment: _Segment) -> bool:
    return segment.cleared or segment.played_ms is not None


def _guess(segment: _Segment) -> int:
    """Milliseconds heard, of a page that does not say."""
    if segment.playing_at is None:
        return 0
    until = segment.held_at or _now()
    return min(_ms(segment.sent), round((until - segment.playing_at) * 1000))


def _ms(size: int) -> int:
    return round(size / BYTES_A_MS)


def _now() -> float:
    return asyncio.get_running_loop().time()
