"""A candidate's page without a browser: agrees, joins, speaks into the line, acknowledges what it is played.

It goes the way that a browser goes: the invitation's page and its form, `join`, the line. A line that drops is opened
again, as in the room.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
import msgspec

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import (
    DONE,
    NOT_ALLOWED,
    PROTOCOL,
    TAKEN_OVER,
    Answer,
    AudioEnd,
    AudioOpen,
    Clear,
    Control,
    ControlAction,
    FromPage,
    HelloMode,
    Hold,
    Ping,
    Played,
    Playing,
    Pong,
    ToPage,
)
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES

FRAME_SECONDS = 0.02
FRAME_BYTES = round(HEARD_RATE * FRAME_SECONDS) * SAMPLE_BYTES
LEAD_SECONDS = 0.08
"""Sound in hand before a segment is played, as in the room."""
REQUEST_SECONDS = 15.0
MAX_MESSAGE_BYTES = 1 << 20
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0
PATIENCE_SECONDS = 60.0
"""Without a line for so long, the page gives up."""

_CONSENT = re.compile(r'name="consent" value="([^"]+)"')
_message = msgspec.json.Decoder(ToPage)


class PageFailed(Exception):
    """The interview cannot be joined, or not any more; what was answered."""


class Joined(msgspec.Struct, frozen=True, rename="camel"):
    """Of the answer to `join`, what the page needs."""

    interview_id: str
    token: str
    link: str
    language: Language


class Hello(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="hello"):
    token: str
    mode: HelloMode
    protocol: int = PROTOCOL


@dataclass
class Segment:
    """One piece of the interviewer's speech, as it is played: `length` seconds of it so far, until `ends`."""

    number: int
    rate: int
    began: float = 0.0
    ends: float = 0.0
    length: float = 0.0
    complete: bool = False
    held_at: float | None = None
    """Quiet since then, to go on from there."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    playing: asyncio.Task[None] | None = None


class CandidatePage:
    """`on_sound` is told when a piece of the interviewer's speech arrives."""

    def __init__(self, url: str, invitation: str, mode: HelloMode) -> None:
        """`url` is where the product is reached, `invitation` the path of the candidate's link there."""
        self.url = url
        self.mode = mode
        self.on_sound: Callable[[], None] = lambda: None
        self.language: Language = "en"
        self._invitation = urljoin(url, invitation)
        self._microphone = bytearray()
        self._said = asyncio.Event()
        self._segments: dict[int, Segment] = {}
        self.segment: Segment | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=REQUEST_SECONDS, sock_read=REQUEST_SECONDS)
        self._http = aiohttp.ClientSession(timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._silence()
        await self._http.close()

    async def agree(self) -> None:
        """Read the notice and agree to it. Raises PageFailed."""
        try:
            async with self._http.get(self._invitation) as answer:
                found = _CONSENT.search(await answer.text())
            if found is None:
                return  # agreed to before, or closed: joining tells
            form = {"consent": found[1], "agreed": "yes"}
            address = f"{self._invitation}/consent"
            async with self._http.post(address, data=form, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise PageFailed(f"the invitation cannot be opened: {type(fault).__name__}") from fault
        if status != HTTPStatus.SEE_OTHER:
            raise PageFailed(f"the consent was not taken ({status})")

    async def messages(self) -> AsyncIterator[ToPage]:
        """What the interviewer shows and tells, until the interview is over for this page. Raises PageFailed."""
        loop = asyncio.get_running_loop()
        wait, deadline = FIRST_WAIT, loop.time() + PATIENCE_SECONDS
        while True:
            code, reason = None, ""
            try:
                async with self._line() as socket:
                    async for message in self._read(socket):
                        wait, deadline = FIRST_WAIT, loop.time() + PATIENCE_SECONDS
                        yield message
                    code = socket.close_code
            except (aiohttp.ClientError, OSError, TimeoutError) as fault:
                reason = type(fault).__name__
            if code in (DONE, TAKEN_OVER):
                return
            if code == NOT_ALLOWED or loop.time() > deadline:
                raise PageFailed(f"the line was closed: {reason or code}")
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def say(self, pcm: bytes) -> None:
        """Returns when the last sample has left the microphone."""
        self._said.clear()
        self._microphone += pcm
        await self._said.wait()

    async def answer(self, text: str) -> None:
        """Type it and send it."""
        await self._send(Answer(text))

    async def press(self, action: ControlAction) -> None:
        await self._send(Control(action))

    # The line

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        async with self._http.post(f"{self._invitation}/join", json={}) as answer:
            if answer.status != HTTPStatus.OK:
                raise PageFailed(f"the interview cannot be joined: {await answer.text()}")
            joined = msgspec.json.decode(await answer.read(), type=Joined)
        self.language = joined.language
        async with self._http.ws_connect(
            urljoin(self.url, joined.link), max_msg_size=MAX_MESSAGE_BYTES, compress=0
        ) as socket:
            self._socket = socket
            await self._send(Hello(joined.token, self.mode))
            microphone = asyncio.create_task(self._record(socket)) if self.mode != "text" else None
            try:
                yield socket
            finally:
                self._socket = None
                self._silence()
                if microphone is not None:
                    microphone.cancel()
                    await asyncio.gather(microphone, return_exceptions=True)

    async def _send(self, message: Hello | FromPage) -> None:
        """What a page sends while its line is down is lost, and the interviewer asks again."""
        if self._socket is not None and not self._socket.closed:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_str(msgspec.json.encode(message).decode())

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[ToPage]:
        async for received in socket:
            if received.type == aiohttp.WSMsgType.BINARY:
                self.play(received.data)
            elif received.type == aiohttp.WSMsgType.TEXT:
                message = _message.decode(received.data)
                match message:
                    case Ping():
                        await self._send(Pong())
                    case AudioOpen(segment=number, sample_rate=rate):
                        self.segment = self._segments[number] = Segment(number, rate)
                    case AudioEnd(segment=number) if number in self._segments:
                        self._segments[number].complete = True
                        self._segments[number].changed.set()
                    case Hold(segment=number, quiet=quiet) if number in self._segments:
                        self._hold(self._segments[number], quiet=quiet)
                    case Clear(segment=number) if number in self._segments:
                        await self._over(self._segments[number])
                yield message

    # The microphone is always open: what was not given to it is silence

    async def _record(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        with contextlib.suppress(ConnectionError):
            while True:
                await socket.send_bytes(self.next_frame())
                if not self._microphone:
                    self._said.set()
                due += FRAME_SECONDS
                await asyncio.sleep(max(0.0, due - loop.time()))

    def next_frame(self) -> bytes:
        """20 ms of what was said, or of silence."""
        frame = bytes(self._microphone[:FRAME_BYTES])
        del self._microphone[:FRAME_BYTES]
        return frame + bytes(FRAME_BYTES - len(frame))

    # The loudspeaker

    def play(self, pcm: bytes) -> None:
        """The next piece of the segment that is open."""
        segment = self.segment
        if segment is None:
            return
        now = asyncio.get_running_loop().time()
        self.on_sound()
        if segment.playing is None:
            segment.began = segment.ends = now + LEAD_SECONDS
            segment.playing = asyncio.create_task(self._acknowledge(segment))
        length = len(pcm) / SAMPLE_BYTES / segment.rate
        segment.ends = max(segment.ends, segment.held_at or now) + length
        segment.length += length

    async def _acknowledge(self, segment: Segment) -> None:
        """Heard from its first sample to its last."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(segment.began - loop.time())
        await self._send(Playing(segment.number))
        while segment.held_at or not segment.complete or loop.time() < segment.ends:
            segment.changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(
                    segment.ends if segment.complete and not segment.held_at else None
                ):
                    await segment.changed.wait()
        await self._over(segment)

    def _hold(self, segment: Segment, *, quiet: bool) -> None:
        now = asyncio.get_running_loop().time()
        if not quiet and segment.held_at is not None:
            segment.ends += now - segment.held_at
        segment.held_at = now if quiet else None
        segment.changed.set()

    async def _over(self, segment: Segment) -> None:
        if self._segments.pop(segment.number, None) is None:
            return
        if self.segment is segment:
            self.segment = None
        unheard = max(0.0, segment.ends - (segment.held_at or asyncio.get_running_loop().time()))
        if segment.playing is not None and segment.playing is not asyncio.current_task():
            segment.playing.cancel()
        heard = max(0.0, segment.length - unheard)
        await self._send(Played(segment.number, round(heard * 1000)))

    def _silence(self) -> None:
        for segment in self._segments.values():
            if segment.playing is not None:
                segment.playing.cancel()
        self._segments.clear()
        self.segment = None
