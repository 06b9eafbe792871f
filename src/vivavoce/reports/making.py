"""Makes a report: reads what was said, has it rated outside any transaction, stores it."""

from typing import TYPE_CHECKING

import msgspec

from vivavoce.database.pool import Connection
from vivavoce.evaluation.evaluation import evaluate
from vivavoce.evaluation.evaluator import EvaluationError
from vivavoce.evaluation.offline import OfflineEvaluator
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.plan import Plan
from vivavoce.interviews.planning import read_plan
from vivavoce.interviews.turns import read_turns
from vivavoce.reports.reports import store_failed, store_ready

if TYPE_CHECKING:
    from vivavoce.wiring import Services

FAILURE = "The evaluation could not be made: {reason}. The answers are stored. Ask for the report again."


class Material(msgspec.Struct, frozen=True):
    """What a report is made from. `names` are hidden from who rates."""

    plan: Plan
    turns: list[TranscriptTurn]
    names: tuple[str, ...]
    scripted: bool
    """Played by the worker, which asks no model; a rehearsal is rated as an interview."""


async def make_report(services: "Services", report_id: str, *, final: bool) -> None:
    """Done twice, it changes nothing. A fault that may pass is raised, to be tried again, but for the `final` try."""
    async with services.database.transaction() as connection:
        material = await _material(connection, services, report_id)
    if material is None:
        return
    try:
        body = await evaluate(
            material.turns,
            material.plan.rubric,
            material.plan.questions,
            OfflineEvaluator() if material.scripted else services.evaluator(),
            names=material.names,
            vigilant=material.plan.persona.suspicion_level > 0,
        )
    except EvaluationError as error:
        if error.retryable and not final:
            raise
        async with services.database.transaction() as connection:
            await store_failed(connection, report_id, FAILURE.format(reason=error), at=services.clock())
        return
    async with services.database.transaction() as connection:
        await store_ready(connection, report_id, msgspec.to_builtins(body), at=services.clock())


async def _material(connection: Connection, services: "Services", report_id: str) -> Material | None:
    """As it stands now: what is corrected from here on makes the report stale."""
    row = await connection.fetchrow(
        "SELECT r.interview_id, c.first_name, c.last_name, c.simulated FROM reports r"
        " JOIN interviews x ON x.id = r.interview_id JOIN candidates c ON c.id = x.candidate_id"
        " WHERE r.id = $1 AND r.status = 'PENDING' FOR UPDATE OF x",
        report_id,
    )
    if row is None:
        return None
    await connection.execute("UPDATE reports SET stale = false WHERE id = $1", report_id)
    turns = await read_turns(connection, row["interview_id"])
    plan = await read_plan(connection, row["interview_id"], at=services.clock())
    return Material(
        plan=plan,
        turns=[
            TranscriptTurn(
                turn_number=turn.turn_number,
                role=turn.role,
                content=turn.content,
                question_id=turn.question_id,
                audio_start_ms=turn.audio_start_ms,
                audio_end_ms=turn.audio_end_ms,
                evaluation=turn.evaluation,
                metrics=turn.metrics,
            )
            for turn in turns
        ],
        names=tuple(name for name in (row["first_name"], row["last_name"]) if name),
        scripted=plan.mode == "test" and not row["simulated"],
    )
