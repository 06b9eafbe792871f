"""What the interviewer does next: state and event in, state and actions out. No audio, network or clock.

greeting ─▶ question ─▶ listening ─▶ thinking ─▶ follow-up or next question … ─▶ closing ─▶ finalize
"""

import copy
from dataclasses import replace

from vivavoce.interviewer import phrases
from vivavoce.interviewer.commands import CommandAction, spoken_command
from vivavoce.interviewer.endpointing import only_agrees, patience, plain_words, says_nothing
from vivavoce.interviewer.moves import (
    Action,
    Elapsed,
    Event,
    Joined,
    LineDown,
    ModeChanged,
    Pressed,
    Probe,
    ProbeDecided,
    Said,
    StopSpeaking,
    TimeReached,
    Typed,
)
from vivavoce.interviewer.ports import ControlAction, Final, Partial, SpeechStarted, SpeechStopped
from vivavoce.interviewer.scene import WHOLE_SHARE, Floor, Scene, Utterance, go_on_from

SILENCE_VOICE = (20.0, 25.0, 45.0)
"""Seconds without a word until the kind prompt, the offer to type, the saved pause."""
SILENCE_TEXT = (240.0, 600.0)
"""The same for who types: the prompt, the saved pause."""
NOISE_SECONDS = 1.2
"""When a sound without words stopped the agent, it waits this long and says it again."""
NOISE_CUTS = 2
"""After as many only words stop it: a noisy room must not silence the agent."""
WORDS_SECONDS = 1.5
"""How long a recogniser may take to settle its last words before they are taken as they are."""


class Conversation(Scene):
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
        if self.view != before or isinstance(event, Joined):
            self.actions.append(self.view)
        return tuple(self.actions)

    def _take(self, event: Event) -> None:
        match event:
            case Joined():
                self._joined(event)
            case TimeReached():
                self.time_up = True
                self._notice("time")
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
                self._typed(event.text.strip())
            case Pressed():
                self._pressed(event.action)
            case Elapsed():
                self._elapsed(event.token)
            case Said():
                self._said(event)
            case ProbeDecided():
                self._probe_decided(event)
            case _:
                return

    # The line

    def _joined(self, event: Joined) -> None:
        if self.floor not in ("before", "offline"):
            self._line_down()
        self.mode, self.hears, self.floor = event.mode, event.hears, "listening"
        if self.next_turn == 1:
            self._say(Utterance("greeting", phrases.greeting(self.plan, self.mode)))
        elif self.asked is not None:
            begun = bool(self.answer and self.answer.number)
            lead = phrases.recap(self.plan, self.position, answer_begun=begun)
            self._say(Utterance("recap", self.asked, lead))
        else:
            self._next(phrases.back(self.plan.language))

    def _line_down(self) -> None:
        self._commit()
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

    def _done(self, utterance: Utterance, said: Said | None) -> None:
        self._record(utterance, said)
        self.noise_cuts = 0
        if utterance.kind == "greeting":
            self._next()
        elif self.floor == "listening":
            self._listen()

    def _say_cut(self) -> None:
        """What stopped the agent was no wish to speak: it says it again, unless it was nearly all heard."""
        cut = self._take_cut()
        if cut and cut[1].share >= WHOLE_SHARE:
            self._done(*cut)
        elif cut:
            self.noise_cuts += 1
            self._say(go_on_from(cut[0], cut[1].share))
        else:
            self._listen()

    def _next(self, lead: str = "") -> None:
        """On to the next question, or to the end."""
        self.floor = "listening"
        index = self.position + 1
        if index >= len(self.plan.questions):
            self._say(Utterance("closing", phrases.closing(self.plan), completion="FULL"))
            return
        lead = lead or phrases.before_question(self.plan, index, skipped=self.asked is None)
        if self.time_up and not self.time_told:
            self.time_told = True
            lead = f"{lead} {phrases.time_reached(self.plan, len(self.plan.questions) - index)}"
        self._say(Utterance("question", self.plan.questions[index].text, lead, index))

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

    def _wake(self) -> None:
        """Words end a held floor, a pause of silence, and the agent's thinking."""
        self.floor, self.thinking = "listening", None

    def _wait_for_turn(self, *, since_speech: bool = False) -> None:
        words = f"{self.answer.whole if self.answer else ''} {self.heard}".strip()
        if self.cut and says_nothing(self.heard, self.plan.language):
            self._wait(NOISE_SECONDS, "noise", since_speech=since_speech)
        elif self.finishing:
            self._wait(WORDS_SECONDS, "words")
        elif says_nothing(words, self.plan.language):
            self._wait_in_silence()
        else:
            self._wait(patience(words, self.plan.language), "turn", since_speech=since_speech)

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

    def _end_turn(self) -> None:
        finishing, self.finishing = self.finishing, False
        if self.answer and not says_nothing(self.answer.whole, self.plan.language):
            self._answered()
        elif self.cut:
            self._say_cut()
        elif finishing:
            self._say(Utterance("prompt", phrases.nothing_heard(self.plan.language)))
        else:
            self._listen()

    def _answered(self) -> None:
        """The candidate has finished: is a follow-up worth asking?"""
        self.finishing, self.wait = False, None
        assert self.answer, "there are words"
        if self.answer.question_id is None or self.asked is None:
            self._close_answer()
            self._next()
            return
        question = self.plan.questions[self.position]
        if len(self.probes) >= question.max_follow_ups or self.time_up:
            self._next()
            return
        self.thinking, self.floor = self._count(), "thinking"
        self.actions.append(Probe(self.thinking, question, self.asked, self.answer.whole, self.probes))

    def _probe_decided(self, decided: ProbeDecided) -> None:
        if self.thinking != decided.token:
            return
        self.thinking, self.floor = None, "listening"
        before = {plain_words(text) for text in (*self.probes, self.plan.questions[self.position].text)}
        if decided.text and plain_words(decided.text) not in before:
            self._say(Utterance("follow_up", decided.text, index=self.position))
        else:
            self._next()

    def _typed(self, text: str) -> None:
        if not text:
            return
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
        self._answered()

    # Silence

    def _listen(self) -> None:
        self.floor = "listening"
        if not self.talking:
            self._wait_in_silence()

    def _wait_in_silence(self) -> None:
        stages = SILENCE_VOICE if self._is_heard else SILENCE_TEXT
        if self.silence < len(stages):
            self._wait(stages[self.silence], "silence")

    def _silent(self) -> None:
        """One kind prompt, an offer to type, then a pause that keeps everything."""
        language = self.plan.language
        if self.answer and not says_nothing(self.answer.whole, language):
            self._answered()
            return
        if self.asked is None:
            self._next()
            return
        self.silence += 1
        if self.silence == 1:
            prompt = phrases.still_listening if self._is_heard else phrases.still_there
        elif self.silence == 2 and self._is_heard:  # noqa: PLR2004 - the second stage
            self._notice("offer_typing")
            prompt = phrases.offer_typing
        else:
            self.floor = "away"
            self._notice("saved")
            prompt = phrases.saved_pause
        self._say(Utterance("prompt", prompt(language)))

    @property
    def _is_heard(self) -> bool:
        return self.mode == "voice" and self.hears

    # What the candidate asks for

    def _pressed(self, action: ControlAction) -> None:
        match action:
            case "resume":
                self._resume()
            case "pause":
                self._pause()
            case "stop":
                self._stop()
            case _:
                if self.floor == "paused":
                    self.floor = "listening"
                self._obey(action)

    def _obey(self, action: CommandAction, *, aloud: bool = False) -> None:
        if not aloud and action != "finished":
            self._commit()
        match action:
            case "moment":
                self._hold("holding")
                if aloud:
                    self._say(Utterance("prompt", phrases.take_your_time(self.plan.language)))
            case "finished":
                self._finished(aloud=aloud)
            case "repeat":
                self._repeat()
            case "skip":
                self._skip()

    def _hold(self, floor: Floor) -> None:
        """The agent waits, for as long as it takes; what it was saying it says again afterwards."""
        utterance = self._stop_saying()
        if utterance and utterance.kind != "prompt":
            self.cut = (utterance, Said(self.saying_id, share=0.0))
        self.floor, self.wait, self.thinking, self.finishing = floor, None, None, False

    def _resume(self) -> None:
        floor = self.floor
        if floor not in ("holding", "paused", "away"):
            return
        self._commit()
        self._stop_saying()
        self.silence, self.floor = 0, "listening"
        if floor == "holding" or self.cut:
            self._say_cut()
        elif self.asked is not None:
            self._say(Utterance("recap", self.asked, phrases.go_on(self.plan.language)))
        else:
            self._next()

    def _pause(self) -> None:
        if self.floor == "paused":
            return
        self._commit()
        self._hold("paused")
        self.talking = False
        self._notice("saved")

    def _finished(self, *, aloud: bool) -> None:
        if self.saying and self.saying.kind in ("recap", "prompt"):
            self._commit()
            self._stop_saying()
        if self.saying:
            self.finishing = self.yielded
        elif self.floor != "thinking":
            self.floor, self.finishing = "listening", True
            if not aloud and (self.talking or self.heard):
                self._wait(WORDS_SECONDS, "words")
            else:
                self._end_turn()

    def _repeat(self) -> None:
        cut = self._take_cut()
        utterance = self._stop_saying() or (cut[0] if cut else None)
        self._wake()
        if utterance and utterance.kind not in ("recap", "prompt"):
            self._say(replace(utterance, start=0))
        elif self.asked is not None:
            self._say(Utterance("recap", self.asked, phrases.again(self.plan.language)))
        else:
            self._next()

    def _skip(self) -> None:
        saying = self._stop_saying()
        shown = (saying, None) if saying else self._take_cut()
        if shown:
            self._record(*shown)
        self._wake()
        if not shown or shown[0].kind != "greeting":
            self._close_answer()
            self.asked = None
        self._next()

    def _stop(self) -> None:
        if self.saying and self.saying.kind == "closing":
            return
        self._commit()
        self._stop_saying()
        self._wake()
        self._say(Utterance("closing", phrases.closing_early(self.plan), completion="PARTIAL"))

    def _commit(self) -> None:
        """Takes words that are not settled as they are: nothing that was heard is lost."""
        words = [*self.stash, self.heard]
        self.late = bool(self.heard)
        self.stash, self.heard = (), ""
        for text in filter(None, words):
            command = spoken_command(text, self.plan.language)
            if not command or not command.whole:
                self._add(text, loose=True)
