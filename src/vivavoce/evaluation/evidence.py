"""Quotes that stand: found word for word in what the candidate said, or not evidence at all."""

import unicodedata
from collections.abc import Iterable, Sequence

from vivavoce.evaluation.report import Evidence
from vivavoce.evaluation.transcript import TranscriptTurn

FEWEST_WORDS = 3
MOST_QUOTES = 5
LONGEST_QUOTE = 2_000

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
)


def standing(quotes: Iterable[str], turns: Sequence[TranscriptTurn]) -> tuple[Evidence, ...]:
    """The quotes that stand, each once, the first few."""
    found = dict.fromkeys(evidence for quote in quotes if (evidence := find_quote(quote, turns)) is not None)
    return tuple(found)[:MOST_QUOTES]


def find_quote(quote: str, turns: Sequence[TranscriptTurn]) -> Evidence | None:
    """Where a candidate said this, word for word; the first place in the order given.

    White space, case, the form of quotation marks and punctuation around the quote may differ, nothing else.
    """
    wanted, _ = _plain(quote[: LONGEST_QUOTE + 1])
    if not wanted or len(quote) > LONGEST_QUOTE:
        return None
    short = len([word for word in wanted.split() if any(char.isalnum() for char in word)]) < FEWEST_WORDS
    for turn in turns:
        if turn.role != "candidate":
            continue
        text, places = _plain(turn.content)
        at = _find_words(wanted, text)
        if at is None or (short and wanted != text):
            continue
        return place(turn, places[at], places[at + len(wanted) - 1] + 1)
    return None


def place(turn: TranscriptTurn, start: int, end: int) -> Evidence:
    """What stands from `start` to `end` of a turn, and when it was said, as if spoken at an even pace."""
    audio = None
    if turn.audio_start_ms is not None and turn.audio_end_ms is not None and turn.content:
        spoken = max(0, turn.audio_end_ms - turn.audio_start_ms)
        audio = turn.audio_start_ms + spoken * start // len(turn.content)
    return Evidence(turn.turn_number, turn.content[start:end], start, end, audio)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in one form, bare of punctuation around it, and where each of its characters came from."""
    chars: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        if char.isspace():
            if chars and chars[-1] != " ":
                chars.append(" ")
                places.append(index)
            continue
        for folded in char.translate(_SAME).casefold():
            chars.append(folded)
            places.append(index)
    first, last = 0, len(chars)
    while first < last and _outside(chars[first]):
        first += 1
    while last > first and _outside(chars[last - 1]):
        last -= 1
    return "".join(chars[first:last]), places[first:last]


def _outside(char: str) -> bool:
    return char == " " or unicodedata.category(char).startswith("P")


def _find_words(wanted: str, text: str) -> int | None:
    """The first place where `wanted` stands as whole words: "art of" does not stand in "start of"."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        opens = at == 0 or not (text[at - 1].isalnum() and wanted[0].isalnum())
        closes = end == len(text) or not (text[end].isalnum() and wanted[-1].isalnum())
        if opens and closes:
            return at
        at = text.find(wanted, at + 1)
    return None
