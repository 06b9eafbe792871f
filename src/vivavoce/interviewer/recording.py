"""Both sides of an interview on one time line, as parts of an MP3 that are stored while it goes on.

The time line runs on the candidate's audio: without it (typing, a line that is down) no time passes. Left is the
candidate, right the interviewer as the page played it. The MP3 has a constant bit rate and frames that need no
other frame, so the stored parts are one file by concatenation, and a place in it is a number of bytes.
"""

import asyncio
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import structlog

from vivavoce.interviewer.client import Refused, Unreachable
from vivavoce.interviewer.ports import RecordingStore
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES

if TYPE_CHECKING:
    from av import AudioCodecContext, Packet

BIT_RATE = 64_000
FRAME_SAMPLES = 576
PART_FRAMES = 125
PART_BYTES = PART_FRAMES * FRAME_SAMPLES * SAMPLE_BYTES
"""Of one side: 4.5 s. With what is being encoded and stored, a crash loses at most the last five seconds."""
CODEC_DELAY_FRAMES = 2
"""Encoder and decoder together put some 1,105 samples in front; without these frames 3 ms are left of it."""
MAX_RAW_PARTS = 8
"""That wait to be encoded: more than a line can deliver at once."""
MAX_WAITING_PARTS = 60
"""Five minutes that the store may be away. Then the recording ends where it is; the interview does not."""
MAX_ATTEMPTS = 30
STORE_WAIT = 2.0
"""Seconds before the client's next round of attempts, which has its own patience."""
FINISH_SECONDS = 15.0

log = structlog.get_logger()


_Sides = tuple[bytes, bytes]


class Recording:
    def __init__(self, store: RecordingStore, *, parts: int, duration_ms: int) -> None:
        self._store = store
        self._part = parts
        self._began_ms = duration_ms
        self._samples = 0
        self._agent_samples = 0
        self._left = bytearray()
        self._right = bytearray()
        self._agent = bytearray()
        self._agent_held = False
        self._ended = False
        self._raw: asyncio.Queue[_Sides | None] = asyncio.Queue(MAX_RAW_PARTS)
        self._encoded: asyncio.Queue[bytes | None] = asyncio.Queue(MAX_WAITING_PARTS)
        self._tasks = (asyncio.create_task(self._encode()), asyncio.create_task(self._upload()))

    @classmethod
    async def open(cls, store: RecordingStore) -> "Recording":
        """Goes on after what is stored."""
        stored = await store.recording()
        return cls(store, parts=stored.parts, duration_ms=stored.duration_ms)

    @property
    def place(self) -> int | None:
        """Now, in milliseconds on the time line; None when nothing is recorded any more."""
        return None if self._ended else self._began_ms + self._samples * 1000 // HEARD_RATE

    @property
    def agent_until(self) -> int | None:
        """Where the interviewer's last sound stands, which is a little before the page has told that it is over."""
        return None if self._ended else self._began_ms + self._agent_samples * 1000 // HEARD_RATE

    def candidate(self, pcm: bytes) -> None:
        """What the candidate's microphone heard; this is what makes time pass."""
        if self._ended:
            return
        self._left += pcm
        heard = self._agent[: 0 if self._agent_held else len(pcm)]
        del self._agent[: len(heard)]
        self._right += heard + bytes(len(pcm) - len(heard))
        if heard:
            self._agent_samples = self._samples + len(heard) // SAMPLE_BYTES
        self._samples += len(pcm) // SAMPLE_BYTES
        while len(self._left) >= PART_BYTES:
            self._cut(PART_BYTES)

    def agent(self, pcm: bytes) -> None:
        """What the page plays, from now or after what it still has to play."""
        if not self._ended:
            self._agent += pcm

    def agent_held(self, *, held: bool) -> None:
        """The page is quiet where it is, or goes on from there."""
        self._agent_held = held

    def agent_silent(self) -> None:
        """The page plays nothing more, whatever it was given."""
        self._agent.clear()
        self._agent_held = False

    async def finish(self) -> None:
        if not self._ended:
            self._cut(len(self._left))
            self._ended = True
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                await self._raw.put(None)
                ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        except TimeoutError:
            log.warning("recording_end_not_stored", parts=self._encoded.qsize())
            return
        for fault in filter(None, ends):
            log.error("recording_failed", error=repr(fault))

    def _cut(self, size: int) -> None:
        sides = bytes(self._left[:size]), bytes(self._right[:size])
        del self._left[:size], self._right[:size]
        try:
            self._raw.put_nowait(sides)
        except asyncio.QueueFull:
            self._give_up("the store is away for too long")

    def _give_up(self, reason: str) -> None:
        """No time line any more; what is stored stays, and the interview goes on."""
        if not self._ended:
            log.warning("recording_given_up", reason=reason, parts=self._part)
        self._ended = True
        self._left.clear()
        self._right.clear()
        self._agent.clear()

    async def _encode(self) -> None:
        encoder = await asyncio.to_thread(Encoder)
        while sides := await self._raw.get():
            await self._encoded.put(await asyncio.to_thread(encoder.part, *sides))
        await self._encoded.put(await asyncio.to_thread(encoder.end))
        await self._encoded.put(None)

    async def _upload(self) -> None:
        while (body := await self._encoded.get()) is not None:
            if body and not await self._stored(self._part + 1, body):
                return
            self._part += bool(body)

    async def _stored(self, part: int, body: bytes) -> bool:
        for _ in range(MAX_ATTEMPTS):
            try:
                await self._store.put_part(part, body)
            except Refused as refusal:
                self._give_up(refusal.code)
                return False
            except Unreachable:
                await asyncio.sleep(STORE_WAIT)
            else:
                return True
        self._give_up("the store does not answer")
        return False


class Encoder:
    """Stereo MP3, packets as the codec makes them: no header of a file, nothing between."""

    def __init__(self) -> None:
        import av  # noqa: PLC0415 - 20 MB that only voices need

        codec = av.CodecContext.create("libmp3lame", "w")
        assert isinstance(codec, av.AudioCodecContext)
        codec.bit_rate = BIT_RATE
        codec.sample_rate = HEARD_RATE
        codec.layout = "stereo"
        codec.format = "s16p"
        codec.time_base = Fraction(1, HEARD_RATE)
        codec.options = {"reservoir": "0"}
        self._codec: AudioCodecContext = codec
        self._samples = 0
        self._skip = CODEC_DELAY_FRAMES

    def part(self, left: bytes, right: bytes) -> bytes:
        import av  # noqa: PLC0415 - as above
        import numpy as np  # noqa: PLC0415 - 20 MB, loaded by the first who needs it

        sides = np.stack([np.frombuffer(left, np.int16), np.frombuffer(right, np.int16)])
        if not sides.size:
            return b""
        frame = av.AudioFrame.from_ndarray(sides, format="s16p", layout="stereo")
        frame.sample_rate = HEARD_RATE
        frame.pts = self._samples
        self._samples += sides.shape[1]
        return self._packets(self._codec.encode(frame))

    def end(self) -> bytes:
        return self._packets(self._codec.encode(None)) if self._samples else b""

    def _packets(self, packets: "list[Packet[Any]]") -> bytes:
        dropped = min(self._skip, len(packets))
        self._skip -= dropped
        return b"".join(bytes(packet) for packet in packets[dropped:])
