"""What can happen in a conversation, and what it then wants done: data between the pure part and the world."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vivavoce.evaluation.report import TurnMetrics, TurnNotes
from vivavoce.interviewer.plan import Question
from vivavoce.interviewer.ports import (
    Completion,
    ControlAction,
    Final,
    Mode,
    Notice,
    Partial,
    ShowState,
    SpeechStarted,
    SpeechStopped,
)

NO_METRICS = TurnMetrics()

Kind = Literal["greeting", "question", "follow_up", "reply", "recap", "prompt", "closing"]
"""A reply is beside the question; recaps and prompts are not stored."""


# Events; speech comes as the ports' SpeechStarted, Partial, Final, SpeechStopped.


@dataclass(frozen=True)
class Joined:
    """The page is there: first, again, or another one. `hears`: spoken answers are heard.

    `missed`: the agent before died, perhaps with words that it had not stored; `last_words`: those that the page shows.
    `paused`: so the page was when its line went down, and nothing is said until it is pressed to go on.
    """

    mode: Mode
    hears: bool
    missed: bool = False
    last_words: str = ""
    paused: bool = False


@dataclass(frozen=True)
class LineDown:
    pass


@dataclass(frozen=True)
class ModeChanged:
    mode: Mode
    hears: bool


@dataclass(frozen=True)
class Typed:
    """`pasted`: how many of its characters came in one go."""

    text: str
    pasted: int = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Pressed:
    action: ControlAction


@dataclass(frozen=True)
class Elapsed:
    token: int


@dataclass(frozen=True)
class Said:
    """A Say is over. `share` of it was heard (0 to 1); times for the record, on the recording and on the clock."""

    id: int
    share: float = 1.0
    played_ms: int = 0
    start_ms: int | None = None
    end_ms: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class ProbeDecided:
    """`asks`: what the candidate asked the interviewer instead, word for word."""

    token: int
    text: str | None
    asks: str = ""


@dataclass(frozen=True)
class Rephrased:
    token: int
    text: str | None


@dataclass(frozen=True)
class FactFound:
    token: int
    fact_id: str | None


@dataclass(frozen=True)
class TimeNear:
    """So many seconds of the planned time of talking are left."""

    seconds: float


@dataclass(frozen=True)
class TimeReached:
    """The planned time of talking is used up."""


Event = (
    Joined
    | LineDown
    | ModeChanged
    | Typed
    | Pressed
    | Elapsed
    | Said
    | ProbeDecided
    | Rephrased
    | FactFound
    | TimeNear
    | TimeReached
    | SpeechStarted
    | Partial
    | Final
    | SpeechStopped
)


# Actions


@dataclass(frozen=True)
class Say:
    """Answered by Said with its id. `lead` goes before `text` and is not stored."""

    id: int
    kind: Kind
    text: str
    lead: str = ""


@dataclass(frozen=True)
class StopSpeaking:
    pass


@dataclass(frozen=True)
class StoreTurn:
    number: int
    role: Literal["agent", "candidate"]
    content: str
    question_id: str | None = None
    pending: bool = False
    start_ms: int | None = None
    end_ms: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    aside: bool = False
    metrics: TurnMetrics = NO_METRICS


@dataclass(frozen=True)
class AmendTurn:
    """The candidate went on: this is the whole turn now."""

    number: int
    content: str


@dataclass(frozen=True)
class CloseTurn:
    """Nothing will be added to this turn of the candidate, which ends there on the recording."""

    number: int
    end_ms: int


@dataclass(frozen=True)
class CountTurn:
    """What there is to count of a stored turn, as soon as there is; replaces what was counted before."""

    number: int
    metrics: TurnMetrics


@dataclass(frozen=True)
class NoteTurn:
    """What there is to note on a turn of the candidate; replaces what was noted before."""

    number: int
    notes: TurnNotes


@dataclass(frozen=True)
class Evaluate:
    """The answer in this turn is complete."""

    number: int
    question: Question


@dataclass(frozen=True)
class Probe:
    """Is a follow-up worth asking? Answered by ProbeDecided with its token."""

    token: int
    question: Question
    asked: str
    answer: str
    before: tuple[str, ...]


@dataclass(frozen=True)
class Rephrase:
    """Other words for what is `asked`? Answered by Rephrased with its token."""

    token: int
    question: Question
    asked: str


@dataclass(frozen=True)
class FindFact:
    """Which fact answers the candidate's own question? Answered by FactFound with its token."""

    token: int
    question: str


@dataclass(frozen=True)
class Wait:
    """Answered by Elapsed, of which only the latest counts. `since_speech`: from when the candidate fell silent."""

    token: int
    seconds: float
    since_speech: bool = False


@dataclass(frozen=True)
class Finalize:
    completion: Completion


Action = (
    Say
    | StopSpeaking
    | StoreTurn
    | AmendTurn
    | CloseTurn
    | CountTurn
    | NoteTurn
    | Evaluate
    | Probe
    | Rephrase
    | FindFact
    | Wait
    | Finalize
    | ShowState
    | Notice
)
