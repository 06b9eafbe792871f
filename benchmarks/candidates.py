"""Who speaks in the barge-in benchmark: answers in two parts, nods, coughs and keys; and ears that hear true words."""

import re
import subprocess
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from answers import VOICES, Aligner, texts
from sounds import RATE, Sound, at_level, cough, from_pcm, keyboard, to_pcm

from fakes.flite import spoken
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.speech.shapes import Recogniser, Utterance
from vivavoce.settings import Settings

LEVELS = (-18.0, -24.0, -32.0)
"""Decibels below full scale: near the microphone, as usual, far from it."""
NODS = {
    "mm-hm": "pau m ax hh ax m pau",
    "uh-huh": "pau ah hh ah pau",
    "mm": "pau m m m pau",
}
NOD_WORDS = ("okay", "yeah", "right")
NOTHING_SET = Settings(secret_key="s" * 32, agent_secret="a" * 32)
"""Speech is what runs here: espeak-ng and pocketsphinx."""
PROBE_BYTES = 640
AUDIBLE = 0.01
EARLIEST, LATEST = 0.2, 5.5
"""Seconds after the interviewer began to speak, of a noise."""


@dataclass(frozen=True)
class Part:
    """Of an answer: its words, each with some samples from its middle."""

    pcm: bytes
    onset: float
    """Seconds in it until something can be heard."""
    words: tuple[str, ...]
    probes: tuple[bytes, ...]


def parts_of_answers(count: int) -> list[tuple[Part, Part]]:
    """The first and the second sentence of an answer, in one voice, at one level."""
    aligner = Aligner()
    made = []
    long = [
        text
        for text in (*texts("tuned_on", "en"), *texts("once_held_out", "en"))
        if text.places.count("sentence") > 1
    ]
    for number in range(count):
        text = long[number % len(long)]
        first = text.places.index("sentence") + 1
        second = text.places.index("sentence", first) + 1
        voice, level = VOICES[number % len(VOICES)], LEVELS[number % len(LEVELS)]
        made.append(
            (
                _part(text.words[:first], voice, level, aligner),
                _part(text.words[first:second], voice, level, aligner),
            )
        )
    return made


def _part(words: tuple[str, ...], voice: str, level: float, aligner: Aligner) -> Part:
    clean = np.frombuffer(spoken(" ".join(words), voice), np.int16)
    sound = at_level(from_pcm(clean.tobytes()), level)
    places = aligner.words(clean, words)
    begin = int(np.argmax(np.abs(sound) > AUDIBLE * np.max(np.abs(sound)) * 5))
    audible, begin = begin, min(begin, places[0][0])
    noise = np.random.default_rng(len(clean)).normal(0.0, 2e-4, len(sound))
    pcm = to_pcm(sound + noise)
    probes = []
    for start, end in places:
        middle = (start + end) // 2 * 2 - PROBE_BYTES // 2
        probes.append(pcm[middle : middle + PROBE_BYTES])
    bare = tuple(re.sub(r"[^\w']", "", word.lower()) for word in words)
    return Part(pcm[2 * begin :], (audible - begin) / RATE, bare, tuple(probes))


def noises(count: int) -> list[tuple[str, bytes, float]]:
    """Kind, sound, and how long after the interviewer began."""
    random = np.random.default_rng(4)
    made = []
    for number in range(count):
        kind = ("cough", "keyboard", *NODS, *NOD_WORDS)[number % (2 + len(NODS) + len(NOD_WORDS))]
        level = LEVELS[number // 8 % len(LEVELS)]
        voice = VOICES[number // 3 % len(VOICES)]
        sound = _noise(kind, voice, random)
        made.append((kind, to_pcm(at_level(sound, level)), random.uniform(EARLIEST, LATEST)))
    return made


def _noise(kind: str, voice: str, random: np.random.Generator) -> Sound:
    if kind == "cough":
        return cough(random)
    if kind == "keyboard":
        return keyboard(random, random.uniform(1.0, 3.0))
    if kind in NODS:
        return _phones(NODS[kind], voice)
    return from_pcm(spoken(kind, voice))


def _phones(phones: str, voice: str) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nod.wav"
        subprocess.run(
            ["flite", "-voice", voice, "-p", phones, "-o", str(path)],
            check=True,
            timeout=30,
            capture_output=True,
        )
        with wave.open(str(path)) as file:
            return from_pcm(file.readframes(file.getnframes()))


class TrueWords(Speech):
    """Ears that hear each word of which the middle reached them."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        super().__init__(NOTHING_SET)
        self._parts = parts

    def recogniser(self, language: Language) -> Recogniser:  # noqa: ARG002 - English is spoken
        return self

    def warm(self) -> None: ...

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:
        return _Heard(self._parts, on_partial)


class _Heard:
    def __init__(self, parts: tuple[Part, ...], on_partial: Callable[[str], None]) -> None:
        self._parts = parts
        self._on_partial = on_partial
        self._audio = bytearray()

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm
        if len(self._audio) % (RATE // 2) < len(pcm):
            self._on_partial(self._words())

    async def finish(self) -> str:
        return self._words()

    def cancel(self) -> None: ...

    def _words(self) -> str:
        return " ".join(
            word
            for part in self._parts
            for word, probe in zip(part.words, part.probes, strict=True)
            if probe in self._audio
        )
