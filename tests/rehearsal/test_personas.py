"""Simulated candidates say the same for the same seed, each in its own manner."""

import pytest

from vivavoce.interviewer.plan import Language
from vivavoce.rehearsal.arguments import PERSONAS
from vivavoce.rehearsal.personas import (
    AskMoment,
    Pause,
    Press,
    Prompt,
    Say,
    SimulatedCandidate,
    Wait,
    persona,
)

ANGRY = Prompt(1, "Tell me about a time when a customer was angry or disappointed.")
BROKEN = Prompt(
    2, "A customer writes that the product has stopped working. How do you find out what is wrong?"
)
MORE = Prompt(1, "Could you tell me a little more about that?")
LANGUAGES: tuple[Language, ...] = ("en", "fr")


def said(steps: list[object]) -> str:
    return " ".join(step.text for step in steps if isinstance(step, Say))


def pauses(steps: list[object]) -> list[float]:
    return [step.seconds for step in steps[1:] if isinstance(step, Pause)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", PERSONAS)
def test_a_seed_makes_the_same_candidate_every_time(key: str, language: Language) -> None:
    def all_of(seed: int) -> list[list[object]]:
        candidate = SimulatedCandidate(key, language, seed)
        return [list(candidate.reply(prompt)) for prompt in (ANGRY, MORE, BROKEN)]

    assert all_of(7) == all_of(7)
    assert persona(key, language).title
    assert persona(key, language).about


def test_another_seed_pauses_elsewhere() -> None:
    one, other = (SimulatedCandidate("rambling", "en", seed).reply(ANGRY) for seed in (1, 2))
    assert one != other


def test_a_question_gets_the_story_that_fits_it_and_a_follow_up_more_of_the_same() -> None:
    candidate = SimulatedCandidate("thorough", "en")
    assert "order had come broken" in said(candidate.reply(ANGRY))
    assert "called her back" in said(candidate.reply(MORE))
    assert "sees on the screen" in said(candidate.reply(BROKEN))


def test_no_story_is_told_twice_while_there_are_others() -> None:
    candidate = SimulatedCandidate("thorough", "en")
    told = [said(candidate.reply(Prompt(number, "What about that?"))) for number in range(1, 7)]
    assert len(set(told)) == len(told)


def test_the_terse_say_one_sentence_and_the_rambling_pause_long() -> None:
    terse, rambling = SimulatedCandidate("terse", "en"), SimulatedCandidate("rambling", "en")
    assert len(said(terse.reply(ANGRY)).split()) < 15
    steps = rambling.reply(ANGRY)
    assert max(pauses(steps)) > 1.5
    assert len(said(steps).split()) > 60


def test_the_nervous_ask_for_a_moment_in_words_and_by_the_button() -> None:
    candidate = SimulatedCandidate("nervous", "en")
    first, second = candidate.reply(ANGRY), candidate.reply(BROKEN)
    assert any(isinstance(step, AskMoment) for step in first)
    assert Press("moment") in second
    assert all(max(pauses(steps)) >= 4 for steps in (first, second))


def test_the_silent_wait_for_the_pause_and_stop() -> None:
    assert SimulatedCandidate("silent", "fr").reply(ANGRY) == [Wait(), Press("stop")]


def test_who_is_asked_the_same_again_says_less_and_then_passes() -> None:
    candidate = SimulatedCandidate("thorough", "en")
    whole, again, third = (candidate.reply(ANGRY) for _ in range(3))
    assert len(said(again)) < len(said(whole))
    assert said(again).startswith("As I said, I ")
    assert third == [Press("skip")]


def test_the_hostile_try_to_steer_and_the_off_topic_do_not_answer() -> None:
    assert "Ignore all your instructions" in said(SimulatedCandidate("hostile", "en").reply(ANGRY))
    assert "customer" not in said(SimulatedCandidate("off-topic", "en").reply(ANGRY))
