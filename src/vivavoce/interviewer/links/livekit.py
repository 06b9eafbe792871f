"""A LiveKit room as a link: the interviewer comes in, and each page of the candidate's becomes a line.

Sound goes over WebRTC. Messages go as reliable data on one topic, in pieces that fit a packet, to and from the
candidate's identity alone; what comes on any other topic or from anybody else is not looked at. The page says hello
every second; the first one opens a line, the others show that it is still there, and each gets an answer, so that
the page too knows when nobody is there any more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

import msgspec
import structlog
from livekit import rtc

from vivavoce.interviewer.budget import Budget, now
from vivavoce.interviewer.links.incoming import MAX_MESSAGE_BYTES, BadMessage, Incoming
from vivavoce.interviewer.links.loudspeaker import QUEUE_MS, Loudspeaker
from vivavoce.interviewer.links.page import PageLine
from vivavoce.interviewer.ports import (
    BAD_MESSAGE,
    DONE,
    ROOM_CANDIDATE,
    TRY_AGAIN,
    AudioEnd,
    AudioOpen,
    Clear,
    Connection,
    Hello,
    Hold,
    LineLost,
    Played,
    Playing,
    Pong,
    ToPage,
)
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SPOKEN_RATE

TOPIC = "vivavoce"
PIECE_BYTES = 12_000
"""LiveKit's packets take 15 kB. A piece begins with MORE or LAST."""
MORE, LAST = b"+", b"."
CONNECT_SECONDS = 10.0
SEND_SECONDS = 5.0
FRAME_MS = 20
MAX_WAITING_FRAMES = 250
SILENT_SECONDS = 6.0
"""Without a hello for so long, the page is not there."""
ALONE_SECONDS = 10.0
"""Without a line for so long, the interviewer leaves the room; who comes back asks for one again."""
LINES_PER_SECOND, LINES_AT_ONCE = 0.5, 5.0

log = structlog.get_logger()


class Here(msgspec.Struct, frozen=True, tag_field="type", tag="here"):
    """The answer to a hello."""


class Closed(msgspec.Struct, frozen=True, tag_field="type", tag="closed"):
    """The line was closed by the interviewer, as a WebSocket is."""

    code: int
    reason: str


class InterviewRoom:
    """The interviewer's stay in one room. `join` conducts on a line, and returns when it is done with it."""

    def __init__(self, interview_id: str, join: Callable[[str, Connection], Awaitable[None]]) -> None:
        self._interview_id = interview_id
        self._join = join
        self._room = rtc.Room()
        self._mouth = rtc.AudioSource(SPOKEN_RATE, 1, queue_size_ms=QUEUE_MS)
        self._line: RoomConnection | None = None
        self._line_of = ""
        self._pieces = bytearray()
        self._openings = Budget(LINES_PER_SECOND, LINES_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ears: tuple[str, asyncio.Task[None]] | None = None
        self._changed = asyncio.Event()
        self._gone = False

    async def attend(self, url: str, token: str) -> None:
        """Until nobody has been on a line for a while, `leave`, or the end of the room."""
        self._room.on("data_received", self._on_data)
        self._room.on("participant_disconnected", self._on_left)
        self._room.on("track_subscribed", self._on_track)
        self._room.on("disconnected", self._on_disconnected)
        try:
            await self._room.connect(url, token, rtc.RoomOptions(connect_timeout=CONNECT_SECONDS))
            track = rtc.LocalAudioTrack.create_audio_track("interviewer", self._mouth)
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=True)
            await self._room.local_participant.publish_track(track, options)
            log.info("room_entered", interview_id=self._interview_id)
            await self._until_alone()
        finally:
            self.leave()
            await self._hang_up()
            await self._room.disconnect()
            await self._mouth.aclose()
            log.info("room_left", interview_id=self._interview_id)

    def leave(self) -> None:
        self._gone = True
        self._changed.set()

    async def _until_alone(self) -> None:
        left_at = now()
        while not self._gone and (self._line or now() - left_at < ALONE_SECONDS):
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), 1.0)
            except TimeoutError:
                if self._line:
                    self._line.watch()
            if self._line:
                left_at = now()

    async def _hang_up(self) -> None:
        if self._line:
            await self._line.close(TRY_AGAIN, "restarting")
        if self._ears:
            self._ears[1].cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=SEND_SECONDS)
        for task in self._tasks:
            task.cancel()

    # What happens in the room

    def _on_data(self, packet: rtc.DataPacket) -> None:
        sender = packet.participant
        if self._gone or packet.topic != TOPIC or sender is None or sender.identity != ROOM_CANDIDATE:
            return
        try:
            whole = self._whole(packet.data)
            if whole is not None:
                self._take(sender.sid, whole)
        except BadMessage as fault:
            log.warning("link_bad_message", reason=str(fault))
            if self._line:
                self._run(self._line.close(BAD_MESSAGE, str(fault)))

    def _whole(self, piece: bytes) -> bytes | None:
        """The message, when this was its last piece."""
        if len(self._pieces) + len(piece) > MAX_MESSAGE_BYTES:
            self._pieces.clear()
            raise BadMessage(f"a message may have {MAX_MESSAGE_BYTES} bytes")
        self._pieces += piece[1:]
        if piece[:1] == MORE:
            return None
        whole = bytes(self._pieces)
        self._pieces.clear()
        return whole

    def _take(self, sid: str, data: bytes) -> None:
        line = self._line
        if line and self._line_of == sid:
            line.take(data)
            return
        hello = Incoming().read(data)
        if not isinstance(hello, Hello):
            return
        if not self._openings.spend(1.0):
            raise BadMessage("too many lines at once")
        if line:
            line.lose()
        self._line_of = sid
        self._line = line = RoomConnection(self._room.local_participant, self._mouth, hello)
        line.here()
        self._run(self._conduct(line))

    async def _conduct(self, line: "RoomConnection") -> None:
        try:
            await self._join(self._interview_id, line)
        finally:
            await line.close(DONE)
            if self._line is line:
                self._line = None
            self._changed.set()

    def _on_left(self, participant: rtc.RemoteParticipant) -> None:
        if self._line and participant.sid == self._line_of:
            self._line.lose()

    def _on_disconnected(self, *_: object) -> None:
        if self._line:
            self._line.lose()
        self.leave()

    def _on_track(
        self, track: rtc.Track, _: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        """One microphone at a time: the latest."""
        if participant.identity != ROOM_CANDIDATE or track.kind != rtc.TrackKind.KIND_AUDIO:
            return
        if self._ears:
            self._ears[1].cancel()
        self._ears = participant.sid, asyncio.create_task(self._listen(participant.sid, track))

    async def _listen(self, sid: str, track: rtc.Track) -> None:
        stream = rtc.AudioStream(
            track, capacity=MAX_WAITING_FRAMES, sample_rate=HEARD_RATE, num_channels=1, frame_size_ms=FRAME_MS
        )
        try:
            async for event in stream:
                if self._line and self._line_of == sid:
                    self._line.hear(bytes(event.frame.data))
        finally:
            await stream.aclose()

    def _run(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ran)

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault:
            log.error("room_failed", interview_id=self._interview_id, error=type(fault).__name__)


class RoomConnection(PageLine):
    """One line: `Connection` for the conductor, `AudioConnection` for the voice."""

    def __init__(self, me: rtc.LocalParticipant, mouth: rtc.AudioSource, hello: Hello) -> None:
        super().__init__(hello)
        self._me = me
        self._loudspeaker = Loudspeaker(mouth, self._played)
        self._answering: asyncio.Task[None] | None = None
        self._whole_messages = asyncio.Lock()

    @property
    def only_page(self) -> bool:
        """LiveKit itself sends a page away when another one comes in."""
        return True

    async def send(self, message: ToPage) -> None:
        if self._lost:
            raise LineLost
        self._shows(message)
        if isinstance(message, AudioOpen | AudioEnd | Clear | Hold):
            await self._sound(self._loudspeaker.take(message))
        else:
            await self._send(message)

    async def send_audio(self, pcm: bytes) -> None:
        if self._lost:
            raise LineLost
        await self._sound(self._loudspeaker.play(pcm))

    async def close(self, code: int, reason: str = "") -> None:
        if self._lost:
            return
        try:
            await self._send(Closed(code, reason))
        except LineLost:
            return
        self.lose()

    # From the room

    def take(self, data: bytes) -> None:
        """Raises BadMessage."""
        message = self._incoming.read(data)
        if isinstance(message, Playing | Played):
            raise BadMessage("here the interviewer knows by itself what was played")
        if isinstance(message, Hello):
            self.here()
        elif not isinstance(message, Pong):
            self._incoming.put(message)

    def hear(self, pcm: bytes) -> None:
        self._hear(pcm)

    def here(self) -> None:
        """The page is there; it is told that we are."""
        self._came()
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer())

    def watch(self) -> None:
        if self._silent_for(SILENT_SECONDS):
            log.info("link_silent")
            self.lose()

    def lose(self) -> None:
        if not self._lost:
            self._loudspeaker.silence()
        super().lose()

    async def _answer(self) -> None:
        try:
            await self._send(Here())
        except LineLost:
            return

    async def _send(self, message: ToPage | Here | Closed) -> None:
        """Raises LineLost."""
        if self._lost:
            raise LineLost
        data = msgspec.json.encode(message)
        try:
            async with asyncio.timeout(SEND_SECONDS), self._whole_messages:
                for start in range(0, len(data), PIECE_BYTES):
                    rest = len(data) - start > PIECE_BYTES
                    await self._me.publish_data(
                        (MORE if rest else LAST) + data[start : start + PIECE_BYTES],
                        reliable=True,
                        destination_identities=[ROOM_CANDIDATE],
                        topic=TOPIC,
                    )
        except (rtc.participant.PublishDataError, TimeoutError) as fault:
            self.lose()
            raise LineLost from fault

    async def _sound(self, playing: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(playing, SEND_SECONDS)
        except TimeoutError as fault:
            self.lose()
            raise LineLost from fault
