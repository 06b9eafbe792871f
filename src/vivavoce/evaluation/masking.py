"""Hides who speaks: the candidate's names, e-mail addresses and telephone numbers, from whoever rates.

A mask is as long as what it hides, so that a quote found in the masked text has its place in the real one.
"""

import re
from collections.abc import Sequence
from itertools import chain

import msgspec

from vivavoce.evaluation.evidence import place
from vivavoce.evaluation.report import Evidence
from vivavoce.evaluation.transcript import TranscriptTurn

MASK = "█"
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d(?:[\s.()-]{0,2}\d){8,14}")


def masked(turn: TranscriptTurn, names: Sequence[str]) -> TranscriptTurn:
    """The turn as it is rated. Names are hidden where they are written as names, unless nothing is in capitals."""
    parts = sorted({part for name in names for part in re.findall(r"[^\W\d_]{2,}", name)}, key=len)
    text = turn.content
    spans = [match.span() for match in _ADDRESS.finditer(text)]
    if parts:
        written_small = text == text.lower()
        named = re.compile(rf"\b(?:{'|'.join(map(re.escape, reversed(parts)))})\b", re.IGNORECASE)
        spans += [
            match.span() for match in named.finditer(text) if written_small or match.group()[0].isupper()
        ]
    hidden = frozenset(chain.from_iterable(range(*span) for span in spans))
    content = "".join(MASK if at in hidden else char for at, char in enumerate(text))
    return msgspec.structs.replace(turn, content=content)


def unmasked(evidence: Evidence, turns: Sequence[TranscriptTurn]) -> Evidence:
    """The evidence as it stands in the real transcript."""
    turn = next(turn for turn in turns if turn.turn_number == evidence.turn_number)
    return place(turn, evidence.start_char, evidence.end_char)
