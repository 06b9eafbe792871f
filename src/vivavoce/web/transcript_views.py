"""The transcript as the results page shows it: by question, each quoted passage a place that links reach."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from vivavoce.evaluation.given import given_flags
from vivavoce.evaluation.report import Evidence
from vivavoce.interviews.turns import Turn


class Passage(msgspec.Struct, frozen=True):
    """What was said about one question; `number` is None before the first is asked."""

    number: int | None
    turns: tuple[Turn, ...]


class Piece(msgspec.Struct, frozen=True):
    """Some of a turn's text; with an anchor where it is quoted."""

    text: str
    anchor: str = ""


class Places:
    """Where in the turns a report's quotes stand. Quotes that overlap are one place, since a text has one anchor.

    A quote of words that were corrected since leads to its turn.
    """

    def __init__(self, turns: Iterable[Turn], evidence: Iterable[Evidence]) -> None:
        contents = {turn.turn_number: turn.content for turn in turns}
        self._places: dict[int, list[tuple[int, int]]] = {}
        for one in sorted(evidence, key=lambda one: (one.turn_number, one.start_char)):
            if contents.get(one.turn_number, "")[one.start_char : one.end_char] != one.quote:
                continue
            places = self._places.setdefault(one.turn_number, [])
            if places and one.start_char < places[-1][1]:
                places[-1] = (places[-1][0], max(places[-1][1], one.end_char))
            else:
                places.append((one.start_char, one.end_char))

    def anchor(self, evidence: Evidence) -> str:
        turn = f"t{evidence.turn_number}"
        return next(
            (
                f"{turn}-{start}"
                for start, end in self._places.get(evidence.turn_number, ())
                if start <= evidence.start_char < end
            ),
            turn,
        )

    def flags(self, turn: Turn) -> tuple[str, ...]:
        """What a person should look at in it, in words."""
        return tuple(flag.detail or flag.type for flag in given_flags([turn]))

    def aside(self, turn: Turn) -> bool:
        return bool(turn.evaluation and turn.evaluation.get("aside") is True)

    def pieces(self, turn: Turn) -> tuple[Piece, ...]:
        found, position = [], 0
        for start, end in self._places.get(turn.turn_number, ()):
            found += [
                Piece(turn.content[position:start]),
                Piece(turn.content[start:end], f"t{turn.turn_number}-{start}"),
            ]
            position = end
        return tuple(piece for piece in (*found, Piece(turn.content[position:])) if piece.text)


def by_question(turns: Iterable[Turn], question_ids: Sequence[str]) -> tuple[Passage, ...]:
    """A turn without a question of the plan belongs to the one asked last before it."""
    numbers = {question_id: number for number, question_id in enumerate(question_ids, start=1)}
    numbered: list[tuple[int | None, Turn]] = []
    for turn in turns:
        before = numbered[-1][0] if numbered else None
        numbered.append((numbers.get(turn.question_id or "", before), turn))
    return tuple(
        Passage(number, tuple(turn for _, turn in group))
        for number, group in groupby(numbered, key=lambda pair: pair[0])
    )
