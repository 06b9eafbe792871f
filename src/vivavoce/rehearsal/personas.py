"""Simulated candidates: what each says and does, the same every time for the same seed. Pure: no line, no clock."""

import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import ControlAction

Pitch = Literal["high", "low"]

MOST_TRIES = 3
"""Times that one prompt is answered; then it is skipped."""


class Say(NamedTuple):
    text: str


class AskMoment(NamedTuple):
    """The floor, please: said, or by the button where one types."""

    text: str


class Pause(NamedTuple):
    """Silence, with the microphone open."""

    seconds: float


class Press(NamedTuple):
    action: ControlAction


class Wait(NamedTuple):
    """Until the interviewer pauses the interview."""


Step = Say | AskMoment | Pause | Press | Wait


class Prompt(NamedTuple):
    """What the interviewer put: the number of the question on the table, and its words or the follow-up's."""

    question: int
    text: str


@dataclass(frozen=True)
class Persona:
    key: str
    title: str
    about: str
    first_name: str
    last_name: str
    pitch: Pitch
    lines: tuple[str, ...] = ()


class Story(NamedTuple):
    about: tuple[str, ...]
    short: str
    told: tuple[str, ...]
    more: tuple[str, ...]


def persona(key: str, language: Language) -> Persona:
    """Raises KeyError for one that there is not."""
    told = _texts(language)["personas"][key]
    first_name, last_name = told["name"]
    return Persona(
        key, told["title"], told["about"], first_name, last_name, told["voice"], tuple(told.get("lines", ()))
    )


class SimulatedCandidate:
    """One persona through one interview."""

    def __init__(self, key: str, language: Language, seed: int = 0) -> None:
        self.persona = persona(key, language)
        self._texts = _texts(language)
        self._chance = random.Random(f"{key} {language} {seed}")  # noqa: S311 - the same every time, no secret
        self._stories = [
            Story(tuple(one["about"]), one["short"], tuple(one["told"]), tuple(one["more"]))
            for one in self._texts["stories"]
        ]
        self._chance.shuffle(self._stories)
        self._lines = list(self.persona.lines)
        self.interrupts = self._chance.uniform(3.0, 4.5) if key == "interrupting" else None
        """Seconds into a question after which this one begins to answer, whoever speaks."""
        self._told: dict[int, Story] = {}
        self._tries: dict[Prompt, int] = {}
        self._style: Callable[[list[str]], list[Step]] = _STYLES.get(key, _plainly)(self._texts, self._chance)

    def reply(self, prompt: Prompt) -> list[Step]:
        """What comes, once it is this one's turn; asked the same again, less, and in the end nothing."""
        tries = self._tries[prompt] = self._tries.get(prompt, 0) + 1
        if tries >= MOST_TRIES:
            return [Press("skip")]
        if self.persona.key == "silent":
            return [Wait(), Press("stop")]
        thinking = Pause(round(self._chance.uniform(0.4, 1.6), 1))
        return [thinking, *self._style(self._words(prompt, tries))]

    def _words(self, prompt: Prompt, tries: int) -> list[str]:
        """Sentences, without anybody's manner."""
        if self._lines:
            line = self._lines.pop(0)
            self._lines.append(line)
            return [line]
        before = self._told.get(prompt.question)
        story = before or self._fitting(prompt)
        self._told[prompt.question] = story
        if tries > 1:
            short = story.short if story.short.startswith("I ") else story.short[0].lower() + story.short[1:]
            return [f"{self._texts['once_more']} {short}"]
        if self.persona.key == "terse":
            return [story.short] if before is None else [self._texts["no_more"]]
        return list(story.told if before is None else story.more)

    def _fitting(self, prompt: Prompt) -> Story:
        """The story that shares most words with the question; one that was told only when all were."""
        asked = prompt.text.lower()
        new = [story for story in self._stories if story not in self._told.values()]
        return max(new or self._stories, key=lambda story: sum(word in asked for word in story.about))


# Manners: from sentences to what is said, and when

Texts = dict[str, Any]
Style = Callable[[list[str]], list[Step]]


def _plainly(_texts: Texts, _chance: random.Random) -> Style:
    return lambda sentences: [Say(" ".join(sentences))]


def _in_order(_texts: Texts, chance: random.Random) -> Style:
    def style(sentences: list[str]) -> list[Step]:
        return _joined([Say(one) for one in sentences], lambda: chance.uniform(0.3, 0.9))

    return style


def _rambling(texts: Texts, chance: random.Random) -> Style:
    """Long pauses in mid-sentence, none of them longer than a patient listener waits."""

    def style(sentences: list[str]) -> list[Step]:
        pieces: list[str] = []
        for number, sentence in enumerate(sentences):
            words = sentence.split()
            cut = chance.randrange(2, max(3, len(words) - 2))
            pieces += [f"{' '.join(words[:cut])} {chance.choice(texts['fillers'])}", " ".join(words[cut:])]
            if number == 1:
                pieces.append(texts["lost"])
        return _joined([Say(one) for one in pieces], lambda: chance.uniform(0.8, 2.4))

    return style


def _nervously(texts: Texts, chance: random.Random) -> Style:
    """Asks for a moment, in words and by the button in turn."""
    times = 0

    def style(sentences: list[str]) -> list[Step]:
        nonlocal times
        times += 1
        asks: Step = AskMoment(texts["moment"]) if times % 2 else Press("moment")
        begun = sentences[0].split()
        hesitates = Say(f"{texts['sorry']} {' '.join(begun[: len(begun) // 2])} {texts['fillers'][0]}")
        rest = _joined([hesitates, *map(Say, sentences)], lambda: chance.uniform(0.6, 1.6))
        return [asks, Pause(round(chance.uniform(4.0, 7.0), 1)), *rest]

    return style


def _joined(said: list[Say], seconds: Callable[[], float]) -> list[Step]:
    steps: list[Step] = []
    for one in said:
        steps += [Pause(round(seconds(), 1)), one] if steps else [one]
    return steps


_STYLES: dict[str, Callable[[Texts, random.Random], Style]] = {
    "thorough": _in_order,
    "rambling": _rambling,
    "nervous": _nervously,
}


@cache
def _texts(language: Language) -> Texts:
    return tomllib.loads(
        (resources.files("vivavoce.rehearsal") / f"{language}.toml").read_text(encoding="utf-8")
    )
