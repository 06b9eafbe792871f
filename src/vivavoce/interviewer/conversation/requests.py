"""What the candidate asks for, aloud or by a button: a moment, the question again, to skip, to pause, to stop."""

from dataclasses import replace

from vivavoce.interviewer.conversation.answering import Answering
from vivavoce.interviewer.conversation.commands import CommandAction, spoken_command
from vivavoce.interviewer.conversation.moves import Rephrase, Said
from vivavoce.interviewer.conversation.scene import WORDS_SECONDS, Floor
from vivavoce.interviewer.ports import ControlAction


class Requests(Answering):
    def _pressed(self, action: ControlAction) -> None:
        self.owed = False
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
                    self._prompt("take_your_time")
            case "finished":
                self._finished(aloud=aloud)
            case "repeat":
                self._repeat()
            case "rephrase":
                self._rephrase()
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
        else:
            self._ask_again("go_on")

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
        else:
            self._ask_again("again")

    def _rephrase(self) -> None:
        """What is asked counts as asked by then: the page shows it."""
        saying = self._stop_saying()
        shown = (saying, None) if saying else self._take_cut()
        self._wake()
        if shown and shown[0].kind in ("greeting", "closing"):
            self._say(replace(shown[0], start=0))
            return
        if shown:
            self._record(*shown)
        if self.asked is None:
            self._next()
            return
        self.thinking, self.floor = self._count(), "thinking"
        self.actions.append(Rephrase(self.thinking, self.plan.questions[self.position], self.asked))

    def _skip(self) -> None:
        saying = self._stop_saying()
        shown = (saying, None) if saying else self._take_cut()
        if shown:
            self._record(*shown)
        self._wake()
        if not shown or shown[0].kind != "greeting":
            self._close_answer()
            if self.asked is not None:
                self._tally(self.asked_in, skipped=True)
            self.asked, self.earlier = None, ""
        self._next()

    def _stop(self) -> None:
        if self.saying and self.saying.kind == "closing":
            return
        self._commit()
        self._stop_saying()
        self._wake()
        self._say(self._closing("PARTIAL"))

    def _commit(self) -> None:
        """Takes words that are not settled as they are: nothing that was heard is lost."""
        words = [*self.stash, self.heard]
        self.late = bool(self.heard)
        self.stash, self.heard = (), ""
        for text in filter(None, words):
            command = spoken_command(text, self.plan.language)
            if not command or not command.whole:
                self._add(text, loose=True)
