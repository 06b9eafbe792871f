"""The scripted candidate: a whole conversation at once, the same every time."""

import pytest

from fakes.plans import small_plan
from vivavoce.interviewer.conversation.moves import Evaluate, Finalize, StoreTurn
from vivavoce.interviewer.plan import Language, Plan
from vivavoce.interviewer.scripted import Entry, built_in_script, converse

FULL = "In 2024 I led a migration because the old system failed, and as a result it became twice as fast."


def said(plan: Plan, script: list[Entry]) -> list[tuple[str, str]]:
    return [(turn.role, turn.content) for turn in converse(plan, script) if isinstance(turn, StoreTurn)]


def answers(plan: Plan, script: list[Entry]) -> list[str]:
    return [content for role, content in said(plan, script) if role == "candidate"]


def test_a_script_is_answered_question_by_question_and_the_same_every_time() -> None:
    plan = small_plan(follow_ups=0)
    assert answers(plan, ["First.", "Second."]) == ["First.", "Second."]
    assert converse(plan, ["First.", "Second."]) == converse(plan, ["First.", "Second."])
    assert converse(plan, ["First.", "Second."])[-1] == Finalize("FULL")


def test_what_follows_the_first_answer_answers_follow_ups_and_none_is_left_over_for_the_next_question() -> (
    None
):
    plan = small_plan(follow_ups=1)
    assert answers(plan, [["Short.", FULL, "Never asked for."], "Second."]) == ["Short.", FULL, "Second."]


def test_a_follow_up_without_an_answer_is_passed() -> None:
    turns = said(small_plan(follow_ups=2), ["Short.", "Short too."])
    assert [role for role, _ in turns].count("candidate") == 2
    assert len(turns) == 8, "greeting, twice question, answer and follow-up, closing"


def test_silence_waits_for_the_pause_and_the_interview_goes_on() -> None:
    plan = small_plan()
    assert answers(plan, [None, "Second."]) == ["Second."]
    assert converse(plan, [None, "Second."])[-1] == Finalize("FULL")


def test_where_the_script_ends_the_candidate_stops() -> None:
    steps = converse(small_plan(), [FULL])
    assert steps[-1] == Finalize("PARTIAL")


def test_what_is_a_wish_and_no_answer_is_granted() -> None:
    plan = small_plan(follow_ups=0)
    assert answers(plan, [["Can you repeat the question?", "Then this."], "Second."]) == [
        "Then this.",
        "Second.",
    ]


def test_every_answer_is_rated() -> None:
    steps = converse(small_plan(follow_ups=0), ["First.", "Second."])
    rated = [step.number for step in steps if isinstance(step, Evaluate)]
    assert rated == [
        step.number for step in steps if isinstance(step, StoreTurn) and step.role == "candidate"
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_built_in_answers_lead_through_any_plan(language: Language) -> None:
    plan = small_plan(language)
    assert len(answers(plan, built_in_script(plan))) == 3
    assert converse(plan, built_in_script(plan))[-1] == Finalize("FULL")
