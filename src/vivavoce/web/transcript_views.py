"""The transcript as the results page shows it: by question, each quoted passage a place that links reach."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

import msgspec


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Words of the candidate that stand in the transcript, at `anchor`."""

    text: str
    anchor: str
    audio_ms: int | None = None


class Piece(msgspec.Struct, frozen=True):
    """Some of a turn's text; with an anchor where it is quoted."""

    text: str
    anchor: str = ""


class TurnView(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    role: Literal["agent", "candidate"]
    pieces: tuple[Piece, ...]
    start_ms: int | None = None
    end_ms: int | None = None
    revised: bool = False
    audio_url: str | None = None
    """Another system's recording of this turn: linked to, never fetched."""


class Passage(msgspec.Struct, frozen=True):
    """What was said about one question; `number` is None before the first and after the last."""

    number: int | None
    turns: tuple[TurnView, ...]


class Span(msgspec.Struct, frozen=True):
    """A quote's place: characters `start` to `end` of a turn's content."""

    turn_number: int
    start: int
    end: int


class Quoted:
    """All places that a report quotes. Spans that overlap become one place, since one text has one anchor."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._places: dict[int, list[tuple[int, int]]] = {}
        for span in sorted(spans, key=lambda span: (span.turn_number, span.start)):
            places = self._places.setdefault(span.turn_number, [])
            if places and span.start < places[-1][1]:
                places[-1] = (places[-1][0], max(places[-1][1], span.end))
            else:
                places.append((span.start, span.end))

    def anchor(self, span: Span) -> str:
        start = next(start for start, end in self._places[span.turn_number] if start <= span.start < end)
        return f"t{span.turn_number}-{start}"

    def pieces(self, turn_number: int, content: str) -> tuple[Piece, ...]:
        found, position = [], 0
        for start, end in self._places.get(turn_number, ()):
            found += [
                Piece(content[position:start]),
                Piece(content[start:end], f"t{turn_number}-{start}"),
            ]
            position = end
        return tuple(piece for piece in (*found, Piece(content[position:])) if piece.text)


def by_question(
    turns: Sequence[tuple[str | None, TurnView]], question_ids: Sequence[str]
) -> tuple[Passage, ...]:
    """Turns with the id of the question they are about; one taken up again later is a passage again."""
    numbers = {question_id: number for number, question_id in enumerate(question_ids, start=1)}
    return tuple(
        Passage(number, tuple(turn for _, turn in group))
        for number, group in groupby(turns, key=lambda pair: numbers.get(pair[0] or ""))
    )
