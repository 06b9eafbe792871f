"""Plays a conversation by hand: events in, actions noted, what was said finished on demand."""

import msgspec

from vivavoce.evaluation.report import TurnMetrics, TurnNotes
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.conversation.conversation import Conversation
from vivavoce.interviewer.conversation.moves import (
    Action,
    AmendTurn,
    CountTurn,
    Elapsed,
    Event,
    FactFound,
    Finalize,
    FindFact,
    Joined,
    NoteTurn,
    Pressed,
    Probe,
    ProbeDecided,
    Rephrase,
    Rephrased,
    Said,
    Say,
    StopSpeaking,
    StoreTurn,
    Wait,
)
from vivavoce.interviewer.plan import Plan
from vivavoce.interviewer.ports import ControlAction, Final, Mode, Partial, SpeechStarted, SpeechStopped


def as_read(stored: TurnNotes | TurnMetrics) -> dict[str, object]:
    """As the product gives it back."""
    return msgspec.json.decode(msgspec.json.encode(stored), type=dict[str, object])


class Table:
    def __init__(self, plan: Plan, *, mode: Mode = "voice", hears: bool = True) -> None:
        self.plan = plan
        self.now = Conversation(plan)
        self.actions: list[Action] = []
        self.said_in_full: list[str] = []
        self.turns: dict[int, TranscriptTurn] = {}
        self.join(mode, hears=hears)

    def join(self, mode: Mode = "voice", *, hears: bool = True, paused: bool = False) -> None:
        self.do(Joined(mode, hears, paused=paused))

    def do(self, event: Event) -> tuple[Action, ...]:
        self.now, actions = self.now.step(event)
        self.actions.extend(actions)
        for action in actions:
            if isinstance(action, StoreTurn):
                assert action.number == len(self.turns) + 1, "turns are sequential, each stored once"
                self.turns[action.number] = TranscriptTurn(
                    action.number,
                    action.role,
                    action.content,
                    action.question_id,
                    evaluation={"aside": True} if action.aside else None,
                    metrics=as_read(action.metrics),
                )
            elif isinstance(action, AmendTurn):
                before = self.turns[action.number]
                assert before.role == "candidate"
                self.turns[action.number] = msgspec.structs.replace(before, content=action.content)
            elif isinstance(action, CountTurn):
                self.turns[action.number] = msgspec.structs.replace(
                    self.turns[action.number], metrics=as_read(action.metrics)
                )
            elif isinstance(action, NoteTurn):
                self.turns[action.number] = msgspec.structs.replace(
                    self.turns[action.number], evaluation=as_read(action.notes)
                )
        return actions

    def crash(self) -> None:
        """Only what was stored is left."""
        self.now = Conversation.from_history(self.plan, list(self.turns.values()))

    # The agent

    @property
    def saying(self) -> Say | None:
        says = [action for action in self.actions if isinstance(action, Say)]
        return says[-1] if self.now.saying else None

    def hear(self) -> str:
        """The candidate hears what the agent is saying to its end."""
        say = self.saying
        assert say, "the agent says something"
        self.said_in_full.append(say.text)
        self.do(Said(say.id, played_ms=5000))
        return f"{say.lead} {say.text}".strip()

    def hear_all(self) -> None:
        while self.saying:
            self.hear()

    def decide(self, follow_up: str | None) -> None:
        probe = next(action for action in reversed(self.actions) if isinstance(action, Probe))
        self.do(ProbeDecided(probe.token, follow_up))

    def find(self, fact_id: str | None) -> None:
        """The fact that answers the candidate's question, or none."""
        wanted = next(action for action in reversed(self.actions) if isinstance(action, FindFact))
        self.do(FactFound(wanted.token, fact_id))

    def reword(self, text: str | None) -> None:
        wanted = next(action for action in reversed(self.actions) if isinstance(action, Rephrase))
        self.do(Rephrased(wanted.token, text))

    # The candidate

    def speak(self, text: str) -> None:
        """One stretch of speech and its words; the pause after it goes on."""
        self.do(SpeechStarted())
        self.do(Partial(text))
        self.do(SpeechStopped())
        self.do(Final(text))

    def answer(self, text: str) -> None:
        self.speak(text)
        self.pass_time()

    def pass_time(self) -> float:
        """Let the wait that runs elapse; its seconds."""
        wait = self.waiting
        assert wait, "the conversation waits for something"
        self.do(Elapsed(wait.token))
        return wait.seconds

    def press(self, action: ControlAction) -> None:
        self.do(Pressed(action))

    def interrupt(self, *, share: float = 0.2, played_ms: int = 800) -> None:
        """The candidate starts to speak while the agent does, and the agent yields."""
        say = self.saying
        assert say
        assert StopSpeaking() in self.do(SpeechStarted())
        self.do(Said(say.id, share=share, played_ms=played_ms))

    # What there is

    @property
    def waiting(self) -> Wait | None:
        waits = [action for action in self.actions if isinstance(action, Wait)]
        return waits[-1] if self.now.wait else None

    @property
    def state(self) -> str:
        return self.now.view.state

    @property
    def transcript(self) -> list[tuple[str, str]]:
        return [(turn.role, turn.content) for turn in self.turns.values()]

    def notes(self, number: int) -> TurnNotes:
        return msgspec.convert(self.turns[number].evaluation or {}, TurnNotes)

    def metrics(self, number: int) -> TurnMetrics:
        return msgspec.convert(self.turns[number].metrics or {}, TurnMetrics)

    @property
    def finals(self) -> list[Finalize]:
        return [action for action in self.actions if isinstance(action, Finalize)]
