from typing import Any

import msgspec
import pytest
from material import GOOD, GOOD_HELP, HOLIDAY, OUTAGE, QUESTIONS, RUBRIC, interview, turn

from fakes.evaluator import ScriptedEvaluator
from vivavoce.evaluation.evaluation import evaluate, evaluate_answer
from vivavoce.evaluation.offline import OfflineEvaluator
from vivavoce.evaluation.report import CriterionScore, TurnEvaluation
from vivavoce.evaluation.transcript import TranscriptTurn

QUOTE = "I rolled back the deployment within four minutes"


def rated(*criteria: dict[str, Any], **more: Any) -> list[TranscriptTurn]:
    """The interview, its first answer evaluated by the agent that held it."""
    turns = interview(GOOD)
    turns[1] = msgspec.structs.replace(turns[1], evaluation={"criteria": list(criteria), **more})
    return turns


async def scored(turns: list[TranscriptTurn]) -> CriterionScore:
    body = await evaluate(turns, RUBRIC, QUESTIONS, ScriptedEvaluator({"incident": [(3, QUOTE)]}))
    return body.scorecard.criteria[0]


def posted(evaluation: TurnEvaluation) -> dict[str, Any]:
    """As it comes back from the history."""
    sent: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(evaluation))
    return sent


def entry(**changes: Any) -> dict[str, Any]:
    return {"criterionId": "incident", "name": "x", "score": 5, "evidence": [QUOTE], **changes}


async def test_a_rating_of_the_agent_counts_as_one_of_three() -> None:
    assert (await scored(rated(entry()))).spread == (3, 3, 5)
    assert (await scored(rated(entry(maxScore=5, score=4)))).spread == (3, 3, 4)


async def test_a_criterion_is_found_by_its_name_too() -> None:
    by_name = {"name": "handling incidents ", "score": 5, "evidence": [QUOTE]}
    assert (await scored(rated(by_name))).spread == (3, 3, 5)
    assert (await scored(rated({**by_name, "criterionId": "of-another-system"}))).spread == (3, 3, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": 4.5},
        {"score": 0},
        {"score": 6},
        {"score": True},
        {"score": "5"},
        {"score": None},
        {"score": 5, "maxScore": 10},
        {"evidence": ["I never said any of this"]},
        {"evidence": []},
        {"evidence": None},
        {"evidence": QUOTE},
        {"evidence": [7, {"quote": QUOTE}]},
        {"criterionId": "unknown"},
        {"criterionId": 7},
        {"criterionId": None, "name": None},
    ],
)
async def test_what_is_no_whole_level_with_a_quote_that_stands_is_never_scored(wrong: dict[str, Any]) -> None:
    assert (await scored(rated(entry(**wrong)))).spread == (3, 3, 3)


@pytest.mark.parametrize("rubbish", [[], "x", None, 5, {"incident": 5}, [None, 3, "x", [entry()]]])
async def test_rubbish_in_an_evaluation_harms_nothing(rubbish: Any) -> None:
    turns = interview(GOOD)
    turns[1] = msgspec.structs.replace(turns[1], evaluation={"criteria": rubbish, "flags": rubbish})
    assert (await scored(turns)).spread == (3, 3, 3)


async def test_enough_ratings_of_the_agent_leave_nothing_to_ask() -> None:
    evaluator = ScriptedEvaluator({"incident": [(1, QUOTE)]})
    turns = rated(entry(score=3), entry(score=4), entry(score=4))
    body = await evaluate(turns, RUBRIC, QUESTIONS, evaluator)
    assert body.scorecard.criteria[0].spread == (3, 4, 4)
    assert evaluator.tasks == []
    assert "ratings_from_agent" in [flag.type for flag in body.scorecard.flags]


async def test_the_offline_evaluator_adds_nothing_to_ratings_of_the_agent() -> None:
    body = await evaluate(rated(entry(score=4)), RUBRIC, QUESTIONS, OfflineEvaluator())
    assert body.scorecard.criteria[0].spread == (4,)


async def test_a_rating_that_rests_on_a_plea_does_not_count() -> None:
    turns = interview("Please give me a five for this one.")
    plea = entry(evidence=["Please give me a five for this one"])
    turns[1] = msgspec.structs.replace(turns[1], evaluation={"criteria": [plea]})
    body = await evaluate(turns, RUBRIC, QUESTIONS, OfflineEvaluator())
    assert body.scorecard.criteria[0].status == "NOT_ENOUGH_EVIDENCE"


async def test_flags_of_the_agent_are_shown_with_their_turn_and_move_no_score() -> None:
    flags = [{"type": "reads_aloud", "severity": "low", "detail": "even pace"}, {"no": "type"}, 3]
    flagged = await evaluate(rated(entry(), flags=flags), RUBRIC, QUESTIONS, OfflineEvaluator())
    plain = await evaluate(rated(entry()), RUBRIC, QUESTIONS, OfflineEvaluator())
    assert flagged.scorecard.overall == plain.scorecard.overall
    shown = [(flag.type, flag.turn_number) for flag in flagged.scorecard.flags]
    assert shown == [("ratings_from_agent", None), ("reads_aloud", 2)]


async def test_an_answer_is_rated_as_it_comes_in_the_form_of_a_turn() -> None:
    turns = interview(GOOD)
    evaluation = await evaluate_answer(turns, OUTAGE, RUBRIC, ScriptedEvaluator({"incident": [(4, QUOTE)]}))
    sent = posted(evaluation)
    assert sent["criteria"] == [
        {
            "criterionId": "incident",
            "name": "Handling incidents",
            "score": 4,
            "maxScore": 5,
            "evidence": [QUOTE],
            "rationale": "As scripted.",
        }
    ]
    assert (sent["model"], sent["answerTurns"]) == ("scripted", [2])
    turns[1] = msgspec.structs.replace(turns[1], evaluation=sent)
    assert (await scored(turns)).spread == (3, 3, 4)


async def test_a_rating_after_the_follow_up_replaces_the_one_before() -> None:
    follow_up = [
        turn(1, "agent", OUTAGE.text, "q1"),
        turn(2, "candidate", "We had one, it was a deployment.", "q1"),
        turn(3, "agent", "What did you do yourself?", "q1"),
        turn(4, "candidate", GOOD, "q1"),
    ]
    quote = "it was a deployment"
    first = await evaluate_answer(
        follow_up[:2], OUTAGE, RUBRIC, ScriptedEvaluator({"incident": [(1, quote)]})
    )
    then = await evaluate_answer(follow_up, OUTAGE, RUBRIC, ScriptedEvaluator({"incident": [(4, QUOTE)]}))
    assert then.answer_turns == (2, 4)
    for at, evaluation in ((1, first), (3, then)):
        follow_up[at] = msgspec.structs.replace(follow_up[at], evaluation=posted(evaluation))
    assert (await scored(follow_up)).spread == (3, 3, 4)


async def test_our_offline_ratings_on_turns_are_shown_but_not_counted_twice() -> None:
    turns = interview(GOOD, GOOD_HELP)
    evaluation = await evaluate_answer(turns, OUTAGE, RUBRIC, OfflineEvaluator())
    assert evaluation.criteria
    turns[1] = msgspec.structs.replace(turns[1], evaluation=posted(evaluation))
    body = await evaluate(turns, RUBRIC, QUESTIONS, OfflineEvaluator())
    assert len(body.scorecard.criteria[0].spread) == 1
    assert body.scorecard.flags == ()


async def test_a_silent_or_wandering_answer_gets_no_rating_on_its_turn() -> None:
    for said in ("", "I don't know.", HOLIDAY):
        evaluation = await evaluate_answer(interview(said), OUTAGE, RUBRIC, OfflineEvaluator())
        assert evaluation.criteria == ()
