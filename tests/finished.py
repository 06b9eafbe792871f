"""An interview that is over, with its report."""

import dataclasses
from typing import Any

from fakes.evaluator import ScriptedEvaluator
from vivavoce.evaluation.evaluator import Claim, ModelRefusedError
from vivavoce.reports.making import make_report
from world import World

WORDS = "I owned the migration of the billing service. We measured first, and the error rate fell from 4% to 0.2%."
OWNED = "I owned the migration of the billing service"
MEASURED = "the error rate fell"


async def finished_interview(world: World, *, report: bool = True, **fields: Any) -> dict[str, Any]:
    """Two questions, one answer; made with `fields` of the interview. The report is READY unless not asked for."""
    interview = await world.interview(**fields)
    await say(world, interview["id"])
    closed = await world.call(
        "POST",
        f"/api/interviews/{interview['id']}/finalize",
        agent=True,
        json={"audioUrl": f"recording:{interview['id']}", "generateReport": report},
    )
    if report:
        await report_made(world, closed.json()["reportId"])
    return interview


async def say(world: World, interview_id: str) -> None:
    await world.post_turn(interview_id, 1, "agent", "What did you build?", questionId="q1", audioStartMs=0)
    await world.post_turn(
        interview_id,
        2,
        "candidate",
        WORDS,
        audioStartMs=65_200,
        audioEndMs=81_000,
        audioUrl=f"recording:{interview_id}",
    )
    world.clock.forward(minutes=20)


async def report_made(world: World, report_id: str, *, failure: str = "") -> None:
    """By an evaluator that says what is written here, or one that is down."""
    evaluator = ScriptedEvaluator(
        {"ownership": [(4, OWNED)], "results": [(3, MEASURED), (4, MEASURED)]},
        strengths=[Claim("Gives figures.", (MEASURED,))],
        failure=ModelRefusedError(failure) if failure else None,
    )
    services = dataclasses.replace(world.services, evaluator=lambda: evaluator)
    await make_report(services, report_id, final=True)
