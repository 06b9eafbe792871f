"""The report: made by the worker from what was said, read over the API, the same as on the interview."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from fakes.evaluator import ScriptedEvaluator
from vivavoce.evaluation.evaluator import (
    EvaluationError,
    ModelRefusedError,
    ModelUnavailableError,
    Rating,
    Task,
)
from vivavoce.reports.making import make_report
from vivavoce.wiring import Services
from world import World

ANSWER = (
    "The root cause of the mistake was a missing index. I searched for it for two days and analysed what had failed. "
    "Afterwards I changed my process: a checklist and a test, so that it cannot happen again."
)


async def completed(world: World, *answers: str) -> str:
    """An interview that is over; its report's id."""
    interview = await world.interview()
    number = 0
    plan = (await world.call("GET", f"/api/interviews/{interview['id']}/plan", agent=True)).json()
    question = plan["questions"][2]
    for answer in answers:
        number += 2
        await world.post_turn(
            interview["id"],
            number - 1,
            "agent",
            question["text"],
            isPendingQuestion=True,
            questionId=question["id"],
        )
        await world.post_turn(interview["id"], number, "candidate", answer, questionId=question["id"])
    closed = await world.call("POST", f"/api/interviews/{interview['id']}/finalize", agent=True)
    report_id: str = closed.json()["reportId"]
    return report_id


async def read(world: World, report_id: str) -> Any:
    return (await world.call("GET", f"/api/v1/reports/{report_id}")).json()


async def test_the_offline_report_scores_on_quotes_that_stand_and_says_what_it_is(world: World) -> None:
    report_id = await completed(world, ANSWER)
    assert (await read(world, report_id))["status"] == "PENDING"
    await make_report(world.services, report_id, final=False)
    report = await read(world, report_id)
    assert report["status"] == "READY"
    assert report["evaluator"]["kind"] == "offline"
    levels = {one["criterionId"]: one for one in report["scorecard"]["criteria"]}
    assert levels["learning"]["status"] == "SCORED"
    for evidence in levels["learning"]["evidence"]:
        assert ANSWER[evidence["startChar"] : evidence["endChar"]] == evidence["quote"]
    assert levels["collaboration"]["status"] == "NOT_ENOUGH_EVIDENCE"
    interview = (await world.call("GET", f"/api/v1/interviews/{report['interviewId']}")).json()
    assert interview["evaluation"] == report["scorecard"]
    assert interview["reportId"] == report_id
    by_interview = await world.call("GET", f"/api/v1/reports/interviews/{report['interviewId']}")
    assert by_interview.json() == report


async def test_a_silent_interview_gets_no_invented_score(world: World) -> None:
    report_id = await completed(world, "", "")
    await make_report(world.services, report_id, final=False)
    report = await read(world, report_id)
    assert report["scorecard"]["overall"] is None
    assert report["scorecard"]["recommendation"] is None
    assert {one["status"] for one in report["scorecard"]["criteria"]} == {"NOT_ENOUGH_EVIDENCE"}


async def test_made_twice_it_is_made_once(world: World) -> None:
    report_id = await completed(world, ANSWER)
    await make_report(world.services, report_id, final=False)
    first = await read(world, report_id)
    world.clock.forward(minutes=5)
    await make_report(world.services, report_id, final=False)
    assert await read(world, report_id) == first
    events = await world.services.database.pool.fetch("SELECT type FROM events WHERE type LIKE 'report.%'")
    assert [row["type"] for row in events] == ["report.ready"]


def failing(world: World, error: EvaluationError) -> Services:
    """With a model that answers with this error."""
    return dataclasses.replace(world.services, evaluator=lambda: ScriptedEvaluator({}, failure=error))


async def test_a_model_that_is_down_is_asked_again_and_at_last_the_report_says_so(world: World) -> None:
    report_id = await completed(world, ANSWER)
    down = failing(world, ModelUnavailableError("the endpoint does not answer"))
    with pytest.raises(ModelUnavailableError):
        await make_report(down, report_id, final=False)
    assert (await read(world, report_id))["status"] == "PENDING"
    await make_report(down, report_id, final=True)
    failed = await read(world, report_id)
    assert failed["status"] == "FAILED"
    assert "the endpoint does not answer" in failed["failure"]


class Corrected(ScriptedEvaluator):
    """While it rates, the transcript is corrected."""

    def __init__(self, world: World, interview_id: str) -> None:
        super().__init__({})
        self._world, self._interview_id = world, interview_id

    async def rate(self, tasks: Sequence[Task]) -> Sequence[Rating]:
        await correct(self._world, self._interview_id, "I said something else.")
        return await super().rate(tasks)


async def correct(world: World, interview_id: str, content: str) -> None:
    path = f"/api/interviews/{interview_id}/turns/2"
    answer = await world.call("PATCH", path, agent=True, json={"content": content})
    assert answer.status_code == 200, answer.text


async def test_a_correction_while_the_report_is_made_leaves_it_stale_and_one_before_does_not(
    world: World,
) -> None:
    report_id = await completed(world, ANSWER)
    interview_id = (await read(world, report_id))["interviewId"]
    await correct(world, interview_id, ANSWER.replace("index", "key"))
    meanwhile = dataclasses.replace(world.services, evaluator=lambda: Corrected(world, interview_id))
    await make_report(meanwhile, report_id, final=False)
    report = await read(world, report_id)
    assert (report["status"], report["stale"]) == ("READY", True)
    anew = await world.call("POST", f"/api/v1/interviews/{interview_id}/report")
    assert anew.json()["status"] == "PENDING"
    await make_report(world.services, report_id, final=False)
    report = await read(world, report_id)
    assert (report["status"], report["stale"]) == ("READY", False)


async def test_a_model_that_refuses_for_good_is_not_asked_again(world: World) -> None:
    report_id = await completed(world, ANSWER)
    refusing = failing(world, ModelRefusedError("the key is wrong"))
    await make_report(refusing, report_id, final=False)
    assert (await read(world, report_id))["status"] == "FAILED"


async def test_what_the_candidate_asked_and_how_long_they_waited_are_in_the_report(world: World) -> None:
    interview = await world.interview()
    path = interview["id"]
    asked = {"text": "Is there a canteen?", "answer": "", "source": "none", "factId": None}
    await world.post_turn(path, 1, "agent", "What did you build?", questionId="q1", isPendingQuestion=True)
    await world.post_turn(path, 2, "candidate", "Is there a canteen?", questionId="q1")
    notes = {"aside": True, "candidateQuestions": [asked]}
    await world.call("PATCH", f"/api/interviews/{path}/turns/2", agent=True, json={"evaluation": notes})
    await world.post_turn(
        path, 3, "agent", "I have noted it.", evaluation={"aside": True}, metrics={"waitsMs": [1800, 900]}
    )
    await world.post_turn(path, 4, "candidate", ANSWER, questionId="q1", metrics={"cutOffs": 1})
    closed = await world.call("POST", f"/api/interviews/{path}/finalize", agent=True)
    report_id = closed.json()["reportId"]
    await make_report(world.services, report_id, final=False)
    report = await read(world, report_id)
    assert report["candidateQuestions"] == [asked | {"turnNumber": 2}]
    assert report["conduct"] == {"cutOffs": 1, "longestWaitMs": 1800, "waits": 2, "medianWaitMs": 1350}


@pytest.mark.parametrize(
    "metrics",
    [
        {"waitsMs": "long"},
        {"waitsMs": [-1, "x", None, 10**12, True]},
        {"cutOffs": "many"},
        {"cutOffs": -4},
        {"cutOffs": [1], "waitsMs": {}},
    ],
)
async def test_metrics_of_any_shape_do_no_harm(world: World, metrics: dict[str, Any]) -> None:
    report_id = await completed(world, ANSWER)
    interview_id = (await read(world, report_id))["interviewId"]
    patch = {"metrics": metrics}
    patched = await world.call("PATCH", f"/api/interviews/{interview_id}/turns/1", agent=True, json=patch)
    assert patched.status_code == 200
    await make_report(world.services, report_id, final=False)
    assert (await read(world, report_id))["conduct"] == dict.fromkeys(
        ("cutOffs", "longestWaitMs", "waits", "medianWaitMs")
    )
