"""A candidate's page without a browser: it speaks PCM into the line and acknowledges what it is played."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp

RATE = 16_000
FRAME_SECONDS = 0.02
FRAME_BYTES = 640


@dataclass
class Heard:
    """One segment of the interviewer's sound."""

    segment: int
    sample_rate: int
    first_at: float
    pcm: bytearray = field(default_factory=bytearray)
    played_ms: int | None = None
    ended: bool = False
    cleared: bool = False
    held: bool = False
    quiet_at: float | None = None
    """When it fell silent, held or over; None while it sounds."""
    held_seconds: float = 0.0

    @property
    def length_ms(self) -> int:
        return len(self.pcm) * 1000 // (2 * self.sample_rate)


class FakePage:
    """The microphone is always open: what was not given to `speak` is silence, in real time.

    `playback_speed` above 1 plays segments faster than their length; `acknowledges=False` never says that it did.
    `room` gives so many bytes of what a microphone hears when nobody speaks.
    """

    def __init__(
        self,
        *,
        playback_speed: float = 1.0,
        acknowledges: bool = True,
        room: Callable[[int], bytes] = bytes,
    ) -> None:
        self.messages: list[dict[str, Any]] = []
        self.segments: list[Heard] = []
        self.close_code: int | None = None
        self.close_reason = ""
        self.playback_speed = playback_speed
        self._room = room
        self._acknowledges = acknowledges
        self._microphone = bytearray()
        self._spoken_at: float | None = None
        self._changed = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self, url: str, secret: str = "", *, mode: str = "voice", **hello: str) -> Self:
        self._client = aiohttp.ClientSession()
        headers = {"X-Agent-Secret": secret} if secret else {}
        self.socket = await self._client.ws_connect(url, headers=headers, max_msg_size=1 << 20)
        await self.send({"type": "hello", "mode": mode, "protocol": 1, **hello})
        self._tasks.append(asyncio.create_task(self._read()))
        if mode != "text":
            self.open_microphone()
        return self

    def open_microphone(self) -> None:
        self._tasks.append(asyncio.create_task(self._record()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.socket.close()
        await self._client.close()

    async def send(self, message: dict[str, Any]) -> None:
        await self.socket.send_str(json.dumps(message))

    async def speak(self, pcm: bytes) -> float:
        """Returns when the last sample has left the microphone: that moment, on the loop's clock."""
        self._microphone += pcm
        await self.until(lambda: not self._microphone, seconds=len(pcm) / 2 / RATE + 10)
        assert self._spoken_at is not None
        return self._spoken_at

    async def until(self, condition: Callable[[], object], *, seconds: float = 20.0) -> None:
        """The condition is looked at whenever something came, was played or was spoken."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(condition()))

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type == aiohttp.WSMsgType.BINARY:
                await self._hear(message.data)
            elif message.type == aiohttp.WSMsgType.TEXT:
                await self._take(json.loads(message.data))
            await self._tell()
        self.close_code = self.socket.close_code
        await self._tell()

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "ping":
            if self._acknowledges:
                await self.send({"type": "pong"})
            return
        self.messages.append(message)
        segment = next((one for one in self.segments if one.segment == message.get("segment")), None)
        match message["type"]:
            case "audio":
                self.segments.append(
                    Heard(message["segment"], message["sampleRate"], asyncio.get_running_loop().time())
                )
            case "audioEnd" if segment:
                segment.ended = True
            case "hold" if segment:
                now = asyncio.get_running_loop().time()
                segment.held_seconds += now - segment.quiet_at if segment.quiet_at else 0.0
                segment.held = message["quiet"]
                segment.quiet_at = now if segment.held else None
            case "clear" if segment:
                segment.cleared = True
                segment.quiet_at = segment.quiet_at or asyncio.get_running_loop().time()

    async def _hear(self, pcm: bytes) -> None:
        segment = self.segments[-1]
        first = not segment.pcm
        segment.pcm += pcm
        if first:
            segment.first_at = asyncio.get_running_loop().time()
            if self._acknowledges:
                await self.send({"type": "playing", "segment": segment.segment})
                self._tasks.append(asyncio.create_task(self._play(segment)))

    async def _play(self, segment: Heard) -> None:
        position = 0.0
        now = asyncio.get_running_loop().time
        before = now()
        while not segment.cleared and not (segment.ended and position >= segment.length_ms):
            await asyncio.sleep(FRAME_SECONDS)
            passed, before = now() - before, now()
            if not segment.held:
                position = min(segment.length_ms, position + passed * 1000 * self.playback_speed)
        segment.played_ms = round(position)
        await self.send({"type": "played", "segment": segment.segment, "ms": segment.played_ms})
        await self._tell()

    async def _record(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame = bytes(self._microphone[:FRAME_BYTES])
            del self._microphone[:FRAME_BYTES]
            await self.socket.send_bytes(frame + self._room(FRAME_BYTES - len(frame)))
            if frame:
                self._spoken_at = loop.time()
                if not self._microphone:
                    await self._tell()
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
