"""What the interviewer does next: state and event in, state and actions out. No audio, network or clock.

greeting ─▶ question ─▶ listening ─▶ thinking ─▶ follow-up or next question … ─▶ closing ─▶ finalize

Each layer knows those below it: Conversation (what happens) ─▶ Requests ─▶ Answering ─▶ Leading ─▶ Scene (the state) ─▶
Counting (what is counted of it).
"""

import copy
from dataclasses import replace

from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.commands import spoken_command
from vivavoce.interviewer.conversation.endpointing import (
    only_agrees,
    plain_words,
    says_nothing,
    seconds_to_wait,
)
from vivavoce.interviewer.conversation.moves import (
    Action,
    Elapsed,
    Event,
    FactFound,
    Joined,
    LineDown,
    ModeChanged,
    Pressed,
    ProbeDecided,
    Rephrased,
    Said,
    StopSpeaking,
    TimeNear,
    TimeReached,
    Typed,
)
from vivavoce.interviewer.conversation.requests import Requests
from vivavoce.interviewer.conversation.scene import WHOLE_SHARE, WORDS_SECONDS, Then, Utterance
from vivavoce.interviewer.ports import Final, Partial, SpeechStarted, SpeechStopped

NOISE_SECONDS = 1.2
"""When a sound without words stopped the agent, it waits this long and says it again."""
NOISE_CUTS = 2
"""After as many only words stop it: a noisy room must not silence the agent."""


class Conversation(Requests):
    """One interview's conversation. `step` leaves it as it is and returns the next."""

    def step(self, event: Event) -> "tuple[Conversation, tuple[Action, ...]]":
        after = copy.copy(self)
        return after, after.advance(event)

    def advance(self, event: Event) -> tuple[Action, ...]:
        """`step` in place."""
        before, self.actions = self.view, []
        if self.floor != "ended":
            self._take(event)
            self._finish_if_closed()
        if self.view != before or isinstance(event, Joined | ModeChanged):
            self.actions.append(self.view)
        return tuple(self.actions)

    def _take(self, event: Event) -> None:
        match event:
            case Joined():
                self._joined(event)
            case TimeReached():
                self.time_up = True
                self._notice("time")
            case TimeNear(seconds=seconds):
                self.seconds_left = seconds
                self._notice("time_near")
            case _ if self.floor in ("before", "offline"):
                return
            case LineDown():
                self._line_down()
            case ModeChanged():
                self._mode_changed(event)
            case SpeechStarted() | Partial() | Final() | SpeechStopped():
                if self.mode == "voice" and self.floor != "paused":
                    self._speech(event)
            case _:
                self._converse(event)

    def _converse(self, event: Event) -> None:
        match event:
            case Typed():
                self._typed(event)
            case Pressed():
                self._pressed(event.action)
            case Elapsed():
                self._elapsed(event.token)
            case Said():
                self._said(event)
            case ProbeDecided():
                self._probe_decided(event)
            case Rephrased():
                self._rephrased(event)
            case FactFound():
                self._fact_found(event)
            case _:
                return

    # The line

    def _joined(self, event: Joined) -> None:
        if self.floor not in ("before", "offline"):
            self._line_down()
        self.mode, self.hears, self.floor = event.mode, event.hears, "listening"
        opening = self._opening(event)
        if event.paused:
            self.floor, self.cut = "paused", (opening, Said(self.saying_id, share=0.0)) if opening else None
        elif opening:
            self._say(opening)
        else:
            self._next(phrases.say("back", self.plan))

    def _opening(self, event: Joined) -> Utterance | None:
        """What is said first; None where that is the next question."""
        if self.next_turn == 1:
            return Utterance("greeting", phrases.greeting(self.plan, self.mode))
        if self.asked is not None:
            self._take_up(event.last_words)
        if self.goodbye:
            return self._closing(self.goodbye)
        if self.asked is None:
            return None
        if self.due:
            due, self.due = self.due, None
            then: Then = "own_words" if due.then == "own_words" else "ask_again"
            return replace(due, lead=phrases.say("back", self.plan), then=then)
        begun = bool(self.answer and self.answer.number) or bool(self.earlier)
        missed = event.missed and self._is_heard and not event.paused
        lead = phrases.recap(self.plan, self.position, answer_begun=begun, missed=missed)
        return Utterance("recap", self.asked, lead)

    def _take_up(self, last_words: str) -> None:
        """An agent that died may have stored them all the same, and not come to say so."""
        stored = plain_words(self.answer.whole) if self.answer else ""
        if last_words and not stored.endswith(plain_words(last_words)):
            self._add(last_words)

    def _line_down(self) -> None:
        """Who leaves during the goodbye has heard that they may: the interview is over all the same."""
        if self.saying and not self.saying.completion and self.saying.kind != "prompt":
            self.cut = self.saying, Said(self.saying_id, share=0.0, played_ms=int(self.yielded))
        self._commit()
        self.due = self.cut[0] if self.cut and self.cut[0].due else self.due
        goodbye = self.saying if self.saying and self.saying.completion else None
        if goodbye and (goodbye.completion == "PARTIAL" or not self.yielded):
            self._record(goodbye, None)
        self.saying = self.cut = self.wait = self.thinking = None
        self.talking = self.finishing = self.late = False
        self.silence, self.floor = 0, "offline"

    def _mode_changed(self, event: ModeChanged) -> None:
        if (event.mode, event.hears) == (self.mode, self.hears):
            return
        self._commit()
        self.mode, self.hears, self.talking, self.silence = event.mode, event.hears, False, 0
        utterance = self._stop_saying()
        if utterance:
            self._done(utterance, None)
        elif self.floor == "listening":
            self._say_cut()

    # The agent speaks

    def _said(self, said: Said) -> None:
        if not self.saying or said.id != self.saying_id:
            return
        utterance, self.saying = self.saying, None
        if utterance.completion == "PARTIAL" or (not self.yielded and said.share >= WHOLE_SHARE):
            self._waited(said)
            self._done(utterance, said)
            return
        if utterance.kind != "prompt":
            self.cut = (utterance, said)
        stash, self.stash = self.stash, ()
        for words in stash:
            if self.saying or self.floor not in ("listening", "holding", "away"):
                self._add(words)
            else:
                self._heard_words(words)
        if not self.saying and self.floor == "listening" and not self.talking:
            self._wait_for_turn(since_speech=self.fell_silent)

    # The candidate speaks

    def _speech(self, event: Event) -> None:
        match event:
            case SpeechStarted():
                self._speech_started(event)
            case Partial():
                self._partial(event.text.strip())
            case Final():
                self._final(event.text.strip())
            case SpeechStopped() if self.talking:
                self.talking, self.fell_silent = False, True
                if self.floor == "listening" and not self.saying:
                    self.speech_end_ms = event.at_ms
                    self._wait_for_turn(since_speech=True)
            case _:
                return

    def _speech_started(self, event: SpeechStarted) -> None:
        self.talking, self.late, self.wait = True, False, None
        self.speech_ms = event.at_ms
        if self.saying and self.noise_cuts < NOISE_CUTS:
            self._yield()
        elif self.floor == "thinking":
            self.thinking, self.floor = None, "listening"

    def _partial(self, text: str) -> None:
        if self.late:
            return
        self.heard = text
        if says_nothing(text, self.plan.language):
            return
        if self.saying:
            if self.talking:
                self._yield()
            return
        self._wake()
        if not self.talking:
            self._wait_for_turn(since_speech=self.fell_silent)

    def _final(self, text: str) -> None:
        self.heard = ""
        if self.late:
            self.late = False
            if text and self.answer and self.answer.loose:
                self._store(replace(self.answer, text=f"{self.answer.text} {text}".strip(), loose=""))
        elif not text:
            if self.finishing and not self.saying:
                self._end_turn()
        elif self.saying and (self.yielded or self.talking):
            self._yield()
            self.stash = (*self.stash, text)
        elif self.saying:
            if self.answer:
                self._add(text)
        else:
            self._heard_words(text)

    def _heard_words(self, text: str, *, loose: bool = False) -> None:
        """Words while nobody else speaks: a command, a nod, or the answer."""
        command = spoken_command(text, self.plan.language)
        if self.cut and not command and only_agrees(text, self.plan.language):
            if not self.talking:
                self._say_cut()
            return
        self.owed, self.typed_at = True, None
        if not command or not command.whole:
            self._wake()
            self._add(text, loose=loose)
            self.late = loose
        if command:
            self._obey(command.action, aloud=True)
        elif self.finishing:
            self._end_turn()
        elif not self.talking:
            self._wait_for_turn(since_speech=self.fell_silent)

    def _yield(self) -> None:
        if not self.yielded:
            self.yielded = True
            self.actions.append(StopSpeaking())

    def _wait_for_turn(self, *, since_speech: bool = False) -> None:
        words = f"{self.answer.whole if self.answer else ''} {self.heard}".strip()
        if self.cut and says_nothing(self.heard, self.plan.language):
            self._wait(NOISE_SECONDS, "noise", since_speech=since_speech)
        elif self.finishing:
            self._wait(WORDS_SECONDS, "words")
        elif says_nothing(words, self.plan.language):
            self._wait_in_silence()
        else:
            patience = self.plan.persona.patience
            wait = seconds_to_wait(words, self.plan.language, patience, self.asked or "")
            self._wait(wait, "turn", since_speech=since_speech)

    def _elapsed(self, token: int) -> None:
        if not self.wait or self.wait[0] != token:
            return
        purpose, self.wait = self.wait[1], None
        match purpose:
            case "turn" if self.heard:
                self._wait(WORDS_SECONDS, "words")
            case "turn" | "words":
                heard, self.heard = self.heard, ""
                if heard:
                    self._heard_words(heard, loose=True)
                if self.floor == "listening" and not self.saying:
                    self._end_turn()
            case "noise":
                self._say_cut()
            case "silence":
                self._silent()

    def _typed(self, typed: Typed) -> None:
        text = typed.text.strip()
        if not text:
            return
        self.owed, self.typed_at = True, typed.at
        command = spoken_command(text, self.plan.language)
        if command and command.whole:
            self._obey(command.action)
            return
        self._commit()
        saying = self._stop_saying()
        shown = (saying, None) if saying else self._take_cut()
        if shown and shown[0].completion != "FULL":
            self._record(*shown)
        self._wake()
        self.speech_ms = None  # what is typed has no place on the recording
        self._add(text)
        if typed.pasted and self.answer:
            self.answer = replace(self.answer, pasted=max(typed.pasted, self.answer.pasted))
        self._answered()
