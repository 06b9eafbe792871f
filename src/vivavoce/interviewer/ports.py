"""What the interviewer stands on: the line to the page, a voice, a recorder; and the line's messages.

The conversation and its conductor know speech and network only by these shapes. `Connection` is given to
`Conductors.join(interview_id, connection)`, which returns when that line is done with.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from vivavoce.interviewer.plan import Language, Plan

PROTOCOL = 1
MAX_ANSWER = 10_000
"""Characters of one typed answer."""

TAKEN_OVER = 4001
"""Close code: another tab or device has the line now. The page stays away."""
NOT_ALLOWED = 4002
"""Close code: not now, the reason text is an error code. The page stays away."""
BAD_MESSAGE = 4003
DONE = 1000
TRY_AGAIN = 1012
"""Close code: the page comes back by itself, and the interview is rebuilt from what is stored."""

ROOM_AGENT = "vivavoce-interviewer"
"""The name under which agents register with LiveKit, and are asked into a room."""
ROOM_CANDIDATE = "candidate"
"""The page's identity in a LiveKit room. A second page of that name sends the first one away."""

Mode = Literal["voice", "text"]
HelloMode = Literal["voice", "text", "check"]
ControlAction = Literal["moment", "resume", "finished", "repeat", "rephrase", "skip", "pause", "stop"]
Shown = Literal["speaking", "listening", "thinking", "holding", "paused", "checking", "ended"]
NoticeCode = Literal[
    "no_recogniser",
    "not_heard",
    "no_voice",
    "offer_typing",
    "demonstration_recogniser",
    "time",
    "time_near",
    "elsewhere",
    "saved",
]
Completion = Literal["FULL", "PARTIAL"]


# Page → agent


class Hello(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="hello"):
    """First on the line. The web process has spent the token; "check" is a microphone check, no interview.

    In a LiveKit room the page says it again every second: that it is still there.
    `last_words`: the candidate's that were shown and not yet final when the line before was lost. `paused`: so the
    page was then, and stays.
    """

    mode: HelloMode
    protocol: int = PROTOCOL
    last_words: str = ""
    paused: bool = False


class Answer(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="answer"):
    """Typed, and sent. It is safe once a final caption of the candidate with a turn number came back.

    `pasted`: how many characters were put in by the largest paste.
    """

    text: str
    pasted: int = 0


class Control(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="control"):
    action: ControlAction


class ModeChange(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="mode"):
    mode: Mode


class Playing(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="playing"):
    """The first sample of the segment was heard."""

    segment: int


class Played(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="played"):
    """The segment ended, played out or cut by `clear`, after `ms` heard."""

    segment: int
    ms: int


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The answer to `ping`: the page is there."""


FromPage = Hello | Answer | Control | ModeChange | Playing | Played | Pong
ToConductor = Answer | Control | ModeChange
Playback = Playing | Played


# Agent → page


class AskedQuestion(msgspec.Struct, frozen=True, rename="camel"):
    """The question on the table, as it was asked (`text` is the follow-up's when one is open)."""

    id: str
    text: str
    number: int
    count: int


class ShowState(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="state"):
    state: Shown
    mode: Mode
    question: AskedQuestion | None = None


class Caption(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="caption"):
    """Words as they are said.

    Non-final replaces the previous non-final of that role (empty text: take it away); a final one takes its
    place. Final with a turn number is what is stored under that number: the whole turn; a later one with
    that number replaces it. Final without one is not stored; it was said after the turn `after`.
    """

    role: Literal["agent", "candidate"]
    text: str
    final: bool = False
    turn_number: int | None = None
    after: int = 0


class AudioOpen(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="audio"):
    segment: int
    sample_rate: int


class AudioEnd(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="audioEnd"):
    segment: int


class Clear(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="clear"):
    segment: int


class Hold(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="hold"):
    """Somebody may want to speak: the segment is to be quiet where it is, and go on from there when not."""

    segment: int
    quiet: bool


class Notice(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="notice"):
    code: NoticeCode
    text: str


class Ended(msgspec.Struct, frozen=True, rename="camel", tag_field="type", tag="ended"):
    completion: Completion


class Ping(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """Comes every few seconds and is answered at once: by it both sides know that the line is alive."""


ToPage = ShowState | Caption | AudioOpen | AudioEnd | Clear | Hold | Notice | Ended | Ping


class LineLost(Exception):
    """The page is not there any more."""


class Connection(Protocol):
    """One line to one page, on whichever link. The hello has been read."""

    @property
    def mode(self) -> HelloMode: ...

    @property
    def last_words(self) -> str: ...

    @property
    def paused(self) -> bool: ...

    @property
    def only_page(self) -> bool:
        """The link has no second page: who is here is the one to go on with, whichever agent does."""

    async def send(self, message: ToPage) -> None:
        """Raises LineLost. Never waits longer than a named bound: a page that does not read is lost."""

    def messages(self) -> AsyncIterator[ToConductor]:
        """What is for the conductor, checked; ends when the line is lost or closed. Iterated once."""

    async def close(self, code: int, reason: str = "") -> None:
        """May be called twice and on a lost line."""


# Voice


@dataclass(frozen=True)
class SpeechStarted:
    """The candidate speaks: reported when sure enough to stop the agent. `at_ms` on the recording."""

    at_ms: int | None = None


@dataclass(frozen=True)
class Partial:
    """Words so far since the last Final; replaces the previous Partial."""

    text: str


@dataclass(frozen=True)
class Final:
    """Words since the last Final that will not change, before or after SpeechStopped; may be empty."""

    text: str


@dataclass(frozen=True)
class SpeechStopped:
    """Silence again, for `silence` seconds already when this is reported. The turn need not be over."""

    at_ms: int | None = None
    silence: float = 0.0


VoiceEvent = SpeechStarted | Partial | Final | SpeechStopped


@dataclass(frozen=True)
class Spoken:
    """How a `say` went: heard, of how much there was to play, and its place on the recording."""

    played_ms: int
    length_ms: int
    interrupted: bool = False
    start_ms: int | None = None
    end_ms: int | None = None


class VoiceFailed(Exception):
    """Speech cannot be made or heard (engine down, model refused). The interview goes on in text."""


class Voice(Protocol):
    """Speaks to and listens on one connection. It never decides that a turn is over."""

    @property
    def hears(self) -> bool:
        """Whether there is a recogniser for the plan's language."""

    @property
    def stirs(self) -> bool:
        """There is a sound just now that will be reported as speech if it lasts a tenth of a second."""

    async def say(self, text: str) -> Spoken:
        """Returns when the page has played it or `stop_speaking` cut it; raises VoiceFailed or LineLost."""

    def stop_speaking(self) -> None:
        """At once; harmless when nothing is being said."""

    def events(self) -> AsyncIterator[VoiceEvent]:
        """Ends with close() or the line; raises VoiceFailed when listening broke. Iterated once."""

    async def close(self) -> None: ...


@dataclass(frozen=True)
class StoredRecording:
    parts: int
    duration_ms: int
    reference: str | None


class RecordingStore(Protocol):
    """Where the parts of one interview's recording go; bound to the interview and the lease."""

    async def recording(self) -> StoredRecording: ...

    async def put_part(self, part: int, body: bytes) -> StoredRecording: ...


class Recorder(Protocol):
    """Both sides on one time line, which goes on across connections and crashes (after what is stored)."""

    async def finish(self) -> None:
        """Uploads what is left, within a bound. Nothing is recorded afterwards."""


class Voices(Protocol):
    """Speech as the installation has it configured; made once, models load when first needed."""

    def demonstration(self, language: Language) -> bool:
        """The recogniser is the demonstration one just now, and the page says so."""

    def hears(self, language: Language) -> bool: ...

    async def load(self) -> None:
        """All that a voice needs, so that the first does not wait for it."""

    async def recorder(self, store: RecordingStore) -> Recorder:
        """Opened once per conducted interview, when a voice is first needed."""

    async def open(self, plan: Plan, connection: Connection, recorder: Recorder | None) -> Voice:
        """A voice on this line, started. Without recorder for the microphone check. Raises VoiceFailed."""
