"""The places that quotes lead to."""

from report_material import QUOTE, TURNS, WORDS, turn

from vivavoce.evaluation.report import Evidence
from vivavoce.web.transcript_views import Piece, Places, by_question


def quote(start: int, end: int) -> Evidence:
    return Evidence(2, WORDS[start:end], start, end)


def test_a_quote_leads_to_its_words() -> None:
    places = Places(TURNS, [QUOTE])
    assert places.anchor(QUOTE) == "t2-0"
    assert places.pieces(TURNS[1]) == (Piece(WORDS[:19], "t2-0"), Piece(WORDS[19:]))


def test_quotes_that_overlap_lead_to_one_place() -> None:
    first, inside, apart = quote(2, 30), quote(25, 40), quote(45, 52)
    places = Places(TURNS, [apart, inside, first])
    assert places.anchor(first) == places.anchor(inside) == "t2-2"
    assert places.anchor(apart) == "t2-45"
    assert "".join(piece.text for piece in places.pieces(TURNS[1])) == WORDS


def test_quotes_that_touch_stay_apart() -> None:
    places = Places(TURNS, [quote(0, 10), quote(10, 19)])
    assert [piece.anchor for piece in places.pieces(TURNS[1])] == ["t2-0", "t2-10", ""]


def test_words_corrected_since_are_not_marked_and_the_quote_leads_to_its_turn() -> None:
    corrected = turn(2, "candidate", "I measured this first.")
    places = Places([corrected], [QUOTE])
    assert places.anchor(QUOTE) == "t2"
    assert places.pieces(corrected) == (Piece("I measured this first."),)


def test_a_quote_of_a_turn_that_is_not_there_leads_to_where_it_would_be() -> None:
    assert Places((), [QUOTE]).anchor(QUOTE) == "t2"


def test_turns_are_grouped_by_question_and_asides_stay_with_theirs() -> None:
    turns = [
        turn(1, "agent", "Hello.", question_id=None),
        turn(2, "agent", "First?", question_id="q1"),
        turn(3, "candidate", "A moment.", question_id=None),
        turn(4, "agent", "Second?", question_id="q2"),
        turn(5, "candidate", "Back to the first…", question_id="q1"),
    ]
    passages = by_question(turns, ["q1", "q2"])
    assert [(one.number, [turn.turn_number for turn in one.turns]) for one in passages] == [
        (None, [1]),
        (1, [2, 3]),
        (2, [4]),
        (1, [5]),
    ]
