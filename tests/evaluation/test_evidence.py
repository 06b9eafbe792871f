import pytest
from material import turn

from vivavoce.evaluation.evidence import find_quote, standing
from vivavoce.evaluation.transcript import TranscriptTurn

ANSWER = "Well — I wrote “the queue” in Rust;\nit didn’t lose a message. We shipped it in C++ too."
TURNS = [turn(1, "agent", "What did you build with your team?"), turn(2, "candidate", ANSWER)]


@pytest.mark.parametrize(
    "quote",
    [
        "I wrote “the queue” in Rust",
        'i WROTE "the queue" in rust',
        "  I   wrote “the\u00a0queue” in Rust…",
        "“I wrote “the queue” in Rust.”",
        "it didn't lose a message",
        "in Rust; it didn’t lose",
        "We shipped it in C++",
    ],
)
def test_a_quote_stands_whatever_its_spaces_case_quotation_marks_and_outer_punctuation(quote: str) -> None:
    found = find_quote(quote, TURNS)
    assert found is not None
    assert found.turn_number == 2
    assert found.quote == ANSWER[found.start_char : found.end_char]


@pytest.mark.parametrize(
    "quote",
    [
        "I wrote the queue in Rust",
        "I write “the queue” in Rust",
        "I wrote “the queue” … lose a message",
        "rote “the queue” in Rus",
        "it did not lose a message",
        "What did you build with your team",
        "I rewrote everything in a weekend",
        "",
        "…",
    ],
)
def test_a_quote_that_was_not_said_word_for_word_by_the_candidate_does_not_stand(quote: str) -> None:
    assert find_quote(quote, TURNS) is None


def test_places_are_code_points_of_the_turn() -> None:
    said = [turn(4, "candidate", "👩‍🚀 Straße und Büro: I MOVED THE OFFICE to Köln")]
    found = find_quote("i moved the office", said)
    assert found is not None
    assert said[0].content[found.start_char : found.end_char] == "I MOVED THE OFFICE"
    folded = find_quote("strasse und büro", said)
    assert folded is not None
    assert folded.quote == "Straße und Büro"


def test_a_quote_of_two_words_means_nothing_unless_it_is_the_whole_answer() -> None:
    assert find_quote("a message", TURNS) is None
    assert find_quote("Linked lists", [turn(2, "candidate", "Linked lists.")]) is not None


def test_a_quote_knows_when_it_was_said() -> None:
    said = [turn(2, "candidate", "0123456789 and then some")]
    found = find_quote("and then some", said)
    assert found is not None
    assert found.audio_ms == 10_000 + 9_000 * 11 // 24


def test_a_typed_answer_has_no_place_in_the_recording() -> None:
    found = find_quote("typed this answer", [TranscriptTurn(2, "candidate", "I typed this answer")])
    assert found is not None
    assert found.audio_ms is None


def test_the_same_quote_counts_once() -> None:
    assert len(standing(["it didn’t lose a message", "It didn't lose a message."], TURNS)) == 1
