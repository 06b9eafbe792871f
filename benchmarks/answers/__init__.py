"""Interview answers with pauses in them: texts of ours, spoken by flite, silence put in where people pause.

`tuned_on` was looked at while the policy was made, `once_held_out` when it was made better: three sets, each set aside
until then. `held_out` was written before the last change and is not looked at, only counted.
"""

import hashlib
import os
import pickle
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from fakes.flite import RATE, spoken
from vivavoce.interviewer.plan import Language

Made = TypeVar("Made")

Place = Literal["sentence", "clause", "phrase", "mid-phrase"]
PLACES: tuple[Place, ...] = ("sentence", "clause", "phrase", "mid-phrase")
SHORTEST, LONGEST = 0.3, 2.5
VOICES = ("rms", "slt", "awb", "kal16")
STRETCHES = (0.9, 1.0, 1.15, 1.3)
RENDITIONS = 4
"""Of each text: half of them spoken in whole sentences, half clause by clause."""
LONG_WORDS = 25
AROUND = 0.5
"""Seconds of silence before an answer."""
AFTER = 4.0
JOINT = 0.2
"""Seconds between sentences, where nobody pauses."""
OPENS_A_PHRASE = {
    "en": "of in on at by for with from about into onto over under between through during against without to "
    "within across behind before after around since until than as like every and or",
    "fr": "à dans par pour en vers avec sans sous sur chez entre contre depuis pendant avant après selon de du des d "
    "autour et ou",
}


@dataclass(frozen=True)
class Text:
    """One answer. `places[i]` is where a pause after word i would be; the last is the end of a sentence."""

    question: str
    words: tuple[str, ...]
    places: tuple[Place, ...]
    language: Language

    def so_far(self, count: int, *, written: bool) -> str:
        """As a recogniser gives it: with punctuation, or bare."""
        said = " ".join(self.words[:count])
        return said if written else re.sub(r"[^\w' ]", "", said.lower())


@dataclass(frozen=True)
class Pause:
    place: Place
    words: int
    """Said before it."""
    start: float
    seconds: float


@dataclass(frozen=True)
class Answer:
    text: Text
    voice: str
    pcm: bytes
    pauses: tuple[Pause, ...]
    end: float
    """When the last word is over. Silence follows."""


def texts(name: str, language: Language) -> list[Text]:
    blocks = (Path(__file__).parent / f"{name}.{language}.txt").read_text("utf-8").strip().split("\n\n")
    return [_text(*block.split("\n"), language) for block in blocks]


def _text(question: str, answer: str, language: Language) -> Text:
    """A stroke marks where a clause ends; a phrase ends before a word that opens one."""
    words: list[str] = []
    places: list[Place] = []
    opens = OPENS_A_PHRASE[language].split()
    for token in answer.split():
        if token == "/":
            places[-1] = "clause"
            continue
        if places and places[-1] == "mid-phrase" and re.split(r"['’]", token.lower())[0] in opens:
            places[-1] = "phrase"
        words.append(token)
        places.append("sentence" if token.endswith((".", "?", "!")) else "mid-phrase")
    return Text(question, tuple(words), tuple(places), language)


def unspoken(name: str, language: Language, renditions: int) -> list[Answer]:
    """Without a voice: a word lasts 0.4 s, and silence is exactly as long as it is meant to be."""
    chance = random.Random(name)
    drawn, made = Drawn(chance), []
    for text in texts(name, language) * renditions:
        at, placed = 0.0, []
        pauses = planned(text, chance, drawn)
        for count, place in enumerate(text.places, 1):
            at += 0.4
            if count in pauses:
                placed.append(Pause(place, count, at, pauses[count]))
                at += pauses[count]
        made.append(Answer(text, "", b"", tuple(placed), at))
    return made


class Drawn:
    """Lengths of pauses, spread evenly for each place."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._left: dict[Place, list[float]] = {place: [] for place in PLACES}

    def __call__(self, place: Place) -> float:
        if not self._left[place]:
            steps = [(step + self._chance.random()) / 20 for step in range(20)]
            self._chance.shuffle(steps)
            self._left[place] = [SHORTEST + (LONGEST - SHORTEST) * step for step in steps]
        return self._left[place].pop()


def planned(text: Text, chance: random.Random, drawn: Drawn) -> dict[int, float]:
    """A pause of each place, where the text has it, and in a long one a second in mid-phrase.

    After how many words, and for how long.
    """
    found = {}
    for place in (*PLACES, *(["mid-phrase"] if len(text.words) >= LONG_WORDS else [])):
        at = [n for n, one in enumerate(text.places[:-1], 1) if one == place and n > 1 and n not in found]
        if at:
            found[chance.choice(at)] = drawn(place)
    return found


def answers(name: str) -> list[Answer]:
    """English, spoken. Made once and kept."""
    made: list[Answer] | None = kept(sources(name))
    return made if made is not None else keep(sources(name), list(_made(name)))


def sources(name: str) -> list[Path]:
    return [Path(__file__), Path(__file__).parent / f"{name}.en.txt"]


def kept(sources: Sequence[Path]) -> Any:
    """What was made of these files, in the folder for temporary files; None where nothing was."""
    place = _place(sources)
    return pickle.loads(place.read_bytes()) if place.exists() else None


def keep(sources: Sequence[Path], made: Made) -> Made:
    part = _place(sources).with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made))
    part.rename(_place(sources))
    return made


def _place(sources: Sequence[Path]) -> Path:
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"vivavoce-answers-{digest}.pickle"


def _made(name: str) -> Iterator[Answer]:
    chance = random.Random(name)
    drawn, aligner = Drawn(chance), Aligner()
    for number, text in enumerate(texts(name, "en")):
        for rendition in range(RENDITIONS):
            voice = VOICES[(number + rendition) % len(VOICES)]
            stretch = STRETCHES[(number // 4 + rendition) % len(STRETCHES)]
            pauses = planned(text, chance, drawn)
            yield _spoken(text, voice, stretch, pauses, aligner, by_clause=rendition % 2 == 1)


def _spoken(
    text: Text, voice: str, stretch: float, pauses: dict[int, float], aligner: "Aligner", *, by_clause: bool
) -> Answer:
    ends = ("sentence", "clause") if by_clause else ("sentence",)
    sound = [np.zeros(round(AROUND * RATE), np.int16)]
    placed = []
    first = 0
    for count, place in enumerate(text.places, 1):
        if place not in ends:
            continue
        pcm = np.frombuffer(spoken(" ".join(text.words[first:count]), voice, stretch), np.int16)
        for number, (start, end) in enumerate(aligner.words(pcm, text.words[first:count]), first + 1):
            sound.append(pcm[start:end])
            seconds = pauses.get(number, JOINT if number == count and place == "sentence" else 0.0)
            if number in pauses:
                at = sum(map(len, sound)) / RATE
                placed.append(Pause(text.places[number - 1], number, at, seconds))
            if number < len(text.words):
                sound.append(np.zeros(round(seconds * RATE), np.int16))
        first = count
    end = sum(map(len, sound)) / RATE
    whole = np.concatenate([*sound, np.zeros(round(AFTER * RATE), np.int16)])
    return Answer(text, voice, whole.tobytes(), tuple(placed), end)


class Aligner:
    """Where each word of a text is in its sound, by pocketsphinx, which is told the words."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder  # noqa: PLC0415 - for making the set only

        self._decoder: Any = Decoder(loglevel="FATAL", bestpath=False)

    def words(self, pcm: NDArray[np.int16], words: tuple[str, ...]) -> list[tuple[int, int]]:
        """From the start of each to its end, in samples; a comma's own short silence is left out."""
        self._decoder.set_align_text(" ".join(re.sub(r"[^a-z']", "", _plain(word)) for word in words))
        self._decoder.start_utt()
        self._decoder.process_raw(pcm.tobytes(), full_utt=True)
        self._decoder.end_utt()
        frame = RATE // 100
        found = [
            (one.start_frame * frame, (one.end_frame + 1) * frame)
            for one in self._decoder.seg()
            if not one.word.startswith("<")
        ]
        if len(found) != len(words):
            raise SystemExit(f"cannot be placed in its sound: {' '.join(words)}")
        return found


def _plain(word: str) -> str:
    return word.lower().replace("é", "e")
