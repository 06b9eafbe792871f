"""From the candidate's audio to events: when somebody speaks, and what is said.

A small model tells speech from noise for every 32 ms. Only what it takes for speech reaches the recogniser,
so that silence and keyboards give no words. While the interviewer speaks, the first sign of speech only holds it;
what stops it is in `interviewer.interrupting`.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from vivavoce.interviewer.conversation import interrupting
from vivavoce.interviewer.conversation.endpointing import only_agrees
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import Final, Partial, SpeechStarted, SpeechStopped, VoiceEvent, VoiceFailed
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES, Recogniser, Utterance

WINDOW_SAMPLES = 512
WINDOW_BYTES = WINDOW_SAMPLES * SAMPLE_BYTES
WINDOW_SECONDS = WINDOW_SAMPLES / HEARD_RATE

SPEECH_BEGINS, SPEECH_GOES_ON = 0.5, 0.35
"""Probabilities of speech."""
UTTERANCE_BEGINS_SECONDS = 0.09
"""Of speech until the recogniser gets it, and until it is reported in the candidate's turn."""
GAP_SECONDS = 0.3
"""Between sounds that are counted as one."""
STOPPED_SECONDS = 0.35
"""Of silence until the end of speech is reported."""
UTTERANCE_ENDS_SECONDS = 0.6
"""Of silence until the recogniser makes up its mind. Shorter pauses leave it its context."""
LEAD_IN_WINDOWS = 12
"""Audio from before the first sure window: the first consonant is in it."""
BREATH_SECONDS = 0.06
LONG_SECONDS, LONGEST_SECONDS = 15.0, 25.0
"""An utterance that long is ended at the next breath, or at once."""
MAX_UNFINISHED = 8
"""Utterances that the recogniser may owe us."""


class Hearing:
    """Fed with audio of any length. Reports through `emit`; a recogniser's failure once, through `failed`.

    `hold`: the interviewer is to be quiet, for somebody may want to speak; or to go on, for nobody does.
    """

    def __init__(
        self,
        recogniser: Recogniser | None,
        language: Language,
        *,
        emit: Callable[[VoiceEvent], None],
        hold: Callable[[bool], None],
        failed: Callable[[VoiceFailed], None],
        place: Callable[[], int | None],
    ) -> None:
        from livekit.local_inference import VAD  # noqa: PLC0415 - native, for the voice path only

        self._vad = VAD()
        self._language = language
        self._emit = emit
        self._hold = hold
        self._place = place
        self._words = _Words(recogniser, emit, failed)
        self._rest = b""
        self._lead_in: deque[bytes] = deque(maxlen=LEAD_IN_WINDOWS)
        self._run = 0.0
        self._spoken = 0.0
        self._silence = 0.0
        self._reported = False
        self._agent_spoke: float | None = None
        self._just_begun = False
        self._held = False
        self._holds = 0
        self._murmured = False

    def feed(self, pcm: bytes) -> None:
        audio = self._rest + pcm
        whole = len(audio) // WINDOW_BYTES * WINDOW_BYTES
        self._rest = audio[whole:]
        for start in range(0, whole, WINDOW_BYTES):
            self._window(audio[start : start + WINDOW_BYTES])

    def agent_speaks(self, *, speaks: bool) -> None:
        """The interviewer's voice is heard on the other side from now, or no longer."""
        self._agent_spoke = 0.0 if speaks else None
        self._held, self._holds = False, 0

    @property
    def stirs(self) -> bool:
        """The last of what was heard may be speech, and is not reported yet."""
        return self._run > 0 and not self._reported

    async def close(self) -> None:
        await self._words.close()

    def _window(self, window: bytes) -> None:
        import numpy as np  # noqa: PLC0415 - loaded already where the model is

        probability = self._vad.predict(np.frombuffer(window, np.int16))
        speaking = self._run > 0 or (self._words.open and self._silence < GAP_SECONDS)
        voiced = probability >= (SPEECH_GOES_ON if speaking else SPEECH_BEGINS)
        if self._agent_spoke is not None:
            self._agent_spoke += WINDOW_SECONDS
        self._lead_in.append(window)
        if self._words.open:
            self._words.feed(window)
        if voiced:
            self._voiced()
        else:
            self._unvoiced()

    def _voiced(self) -> None:
        if not self._spoken:
            self._just_begun = (self._agent_spoke or 0.0) < interrupting.JUST_BEGUN_SECONDS
        self._run += WINDOW_SECONDS
        self._spoken += WINDOW_SECONDS
        self._silence = 0.0
        if not self._words.open and self._run >= UTTERANCE_BEGINS_SECONDS:
            self._words.begin(b"".join(self._lead_in))
        if not self._reported and self._words.open:
            self._judge_length()
        if self._words.length >= LONGEST_SECONDS:
            self._words.go_on()

    def _unvoiced(self) -> None:
        self._run = 0.0
        self._silence += WINDOW_SECONDS
        if self._silence >= GAP_SECONDS and self._spoken:
            self._fell_silent()
        if self._reported and self._silence >= STOPPED_SECONDS:
            self._reported = False
            self._emit(SpeechStopped(self._ago(self._silence), self._silence))
        if self._words.length >= LONG_SECONDS and self._silence >= BREATH_SECONDS:
            self._words.go_on()
        if self._words.open and self._silence >= UTTERANCE_ENDS_SECONDS:
            murmured, self._murmured = self._murmured, False
            self._words.end(self._judge_words if murmured else None)

    # While the interviewer speaks

    def _judge_length(self) -> None:
        enough = UTTERANCE_BEGINS_SECONDS if self._agent_spoke is None else interrupting.SURE_SECONDS
        if self._spoken >= enough:
            self._reported = True
            self._emit(SpeechStarted(self._ago(self._spoken)))
            self._words.publish()
        elif (
            self._spoken >= interrupting.HELD_SECONDS
            and not self._held
            and self._holds < interrupting.MOST_HOLDS
        ):
            self._held = True
            self._hold(True)  # noqa: FBT003 - a callback's one argument

    def _fell_silent(self) -> None:
        """Too short to be sure: its words may tell. Where the candidate may be going on they are waited for."""
        murmured = not self._reported and self._spoken >= interrupting.MURMUR_SECONDS
        self._murmured = self._murmured or murmured
        self._spoken = 0.0
        if not self._reported and not (murmured and self._just_begun):
            self._let_go()

    def _judge_words(self, text: str) -> bool:
        just_begun = self._just_begun or self._agent_spoke is None
        if self._reported or not interrupting.wishes_to_speak(text, self._language, just_begun=just_begun):
            self._let_go()
            return self._reported or (just_begun and not only_agrees(text, self._language))
        self._emit(SpeechStarted(self._ago(self._silence + UTTERANCE_ENDS_SECONDS)))
        if self._silence >= STOPPED_SECONDS:
            self._emit(SpeechStopped(self._ago(self._silence), self._silence))
        else:
            self._reported = True
        return True

    def _let_go(self) -> None:
        if self._held and not self._reported:
            self._held = False
            self._holds += 1
            self._hold(False)  # noqa: FBT003 - as above

    def _ago(self, seconds: float) -> int | None:
        now = self._place()
        return None if now is None else max(0, now - round(seconds * 1000))


class _Said:
    """One utterance on its way to text."""

    def __init__(self) -> None:
        self.text = ""
        self.public = False
        self.ended: asyncio.Task[str] | None = None
        self.utterance: Utterance | None = None
        self.length = 0.0


class _Words:
    """The utterances in their order; their words, once it is sure that they were meant to be heard."""

    def __init__(
        self,
        recogniser: Recogniser | None,
        emit: Callable[[VoiceEvent], None],
        failed: Callable[[VoiceFailed], None],
    ) -> None:
        self._recogniser = recogniser
        self._emit = emit
        self._failed = failed
        self._said: list[_Said] = []
        self._current: _Said | None = None
        self._finals: asyncio.Task[None] | None = None
        self._judging: set[asyncio.Task[None]] = set()
        self._dead = False

    @property
    def open(self) -> bool:
        return self._current is not None

    @property
    def length(self) -> float:
        return self._current.length if self._current else 0.0

    def begin(self, lead_in: bytes) -> None:
        self._current = said = _Said()
        if self._recogniser is None or self._dead:
            return

        def partial(text: str) -> None:
            said.text = text
            if said in self._said:
                self._emit_partial()

        said.utterance = self._recogniser.begin(partial)
        said.utterance.feed(lead_in)
        said.length = len(lead_in) / WINDOW_BYTES * WINDOW_SECONDS

    def feed(self, window: bytes) -> None:
        said = self._current
        if said is not None and said.utterance is not None:
            said.utterance.feed(window)
            said.length += WINDOW_SECONDS

    def publish(self) -> None:
        """What is being said is meant for us."""
        said = self._current
        if said is None or said.utterance is None or said.public:
            return
        said.public = True
        self._said.append(said)
        if said.text:
            self._emit_partial()

    def go_on(self) -> None:
        """End the utterance and begin the next in the same breath."""
        public = self._current is not None and self._current.public
        self.end()
        self.begin(b"")
        if public:
            self.publish()

    def end(self, judge: Callable[[str], bool] | None = None) -> None:
        """What was not published is heard only by who judges whether it was meant for us."""
        said, self._current = self._current, None
        if said is None or said.utterance is None:
            return
        if said.public or (judge and len(self._judging) < MAX_UNFINISHED):
            said.ended = asyncio.create_task(said.utterance.finish())
            if said.public:
                self._finish()
            elif judge:
                judging = asyncio.create_task(self._judge(said, said.ended, judge))
                self._judging.add(judging)
                judging.add_done_callback(self._judging.discard)
        else:
            said.utterance.cancel()

    async def _judge(self, said: _Said, ended: asyncio.Task[str], judge: Callable[[str], bool]) -> None:
        try:
            text = await ended
        except VoiceFailed as fault:
            self._fail(fault)
            return
        if judge(text):
            self._said.append(said)
            self._finish()

    def _finish(self) -> None:
        if len(self._said) > MAX_UNFINISHED:
            self._fail(VoiceFailed("the recogniser cannot keep up"))
        elif self._finals is None or self._finals.done():
            self._finals = asyncio.create_task(self._finish_in_order())

    async def close(self) -> None:
        self._dead = True
        if self._current is not None and self._current.utterance is not None and not self._current.public:
            self._current.utterance.cancel()
        for said in self._said:
            if said.ended is not None:
                said.ended.cancel()
            if said.utterance is not None:
                said.utterance.cancel()
        if self._finals is not None:
            self._finals.cancel()
        for judging in self._judging:
            judging.cancel()
        pending: list[asyncio.Task[Any]] = [said.ended for said in self._said if said.ended]
        pending += [*self._judging, *([self._finals] if self._finals else [])]
        await asyncio.gather(*pending, return_exceptions=True)
        self._said.clear()
        self._current = None

    async def _finish_in_order(self) -> None:
        while self._said and (ended := self._said[0].ended) is not None:
            try:
                text = await ended
            except VoiceFailed as fault:
                self._fail(fault)
                return
            self._said.pop(0)
            self._emit(Final(text))
            if any(said.text for said in self._said):
                self._emit_partial()

    def _emit_partial(self) -> None:
        self._emit(Partial(" ".join(said.text for said in self._said if said.text)))

    def _fail(self, fault: VoiceFailed) -> None:
        if not self._dead:
            self._dead = True
            self._failed(fault)
