"""Conducts an interview in test mode: the real conversation with a scripted candidate, stored as an agent's is.

Times are those at which it happens, all within about a second. There is no audio and no model. A worker that
dies on the way is followed by another, which finds in the turns how far it came.
"""

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import structlog

from vivavoce import callers
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict, NotFound
from vivavoce.evaluation.evaluation import evaluate_answer
from vivavoce.evaluation.offline import OfflineEvaluator
from vivavoce.evaluation.report import TurnNotes
from vivavoce.evaluation.transcript import TranscriptTurn
from vivavoce.interviewer.conversation.moves import Evaluate, NoteTurn, StoreTurn
from vivavoce.interviewer.conversation.moves import Finalize as Close
from vivavoce.interviewer.plan import Plan
from vivavoce.interviewer.scripted import Step, built_in_script, converse
from vivavoce.interviews.consents import agree
from vivavoce.interviews.finalization import Finalize, finalize
from vivavoce.interviews.lease import lease_held, take
from vivavoce.interviews.planning import read_plan
from vivavoce.interviews.states import note_opened
from vivavoce.interviews.turns import Turn, TurnPatch, TurnPost, patch_turn, post_turn, read_turns
from vivavoce.web import consent

if TYPE_CHECKING:
    from vivavoce.wiring import Services

HOLDER = "script"
"""One name for all workers: who comes later takes over at once, and who was thought dead is refused."""

log = structlog.get_logger()


class Play(NamedTuple):
    plan: Plan
    steps: tuple[Step, ...]
    agent: callers.Agent
    stored: list[Turn]


async def play_script(services: "Services", interview_id: str, *, final: bool) -> None:  # noqa: ARG001 - as every task
    """From the invitation to the report's task. An interview that takes nothing more is left as it is."""
    try:
        async with services.database.transaction() as connection:
            play = await _begin(connection, services, interview_id)
        for step in play.steps:
            await _take(services, play, step)
    except (Conflict, NotFound) as refusal:
        log.info("script_stopped", interview_id=interview_id, code=refusal.code)


async def _begin(connection: Connection, services: "Services", interview_id: str) -> Play:
    """The candidate agrees and enters the room; the agent takes the interview in hand."""
    at = services.clock()
    taken = await take(connection, interview_id, HOLDER, at=at, since=services.since)
    if taken is None:
        raise lease_held()
    plan = await read_plan(connection, interview_id, at=at)
    assert plan.mode == "test", "nobody but a test's candidate is played"
    await agree(connection, interview_id, consent.current(plan.language), plan.language, at=at)
    await note_opened(connection, interview_id, at=at)
    script = await connection.fetchval(
        "SELECT answers FROM test_scripts WHERE interview_id = $1", interview_id
    )
    return Play(
        plan,
        converse(plan, built_in_script(plan) if script is None else script),
        callers.Agent(interview_id, taken.generation),
        await read_turns(connection, interview_id),
    )


async def _take(services: "Services", play: Play, step: Step) -> None:
    interview_id, agent, at = play.plan.interview_id, play.agent, services.clock()
    match step:
        case StoreTurn() if step.number > len(play.stored):
            posted = TurnPost(
                turn_number=step.number,
                role=step.role,
                content=step.content,
                is_pending_question=step.pending,
                question_id=step.question_id,
                started_at=at,
                ended_at=at,
                evaluation={"aside": True} if step.aside else None,
            )
            turn, _ = await post_turn(services.database, agent, interview_id, posted, at=at)
            play.stored.append(turn)
        case NoteTurn() if play.stored[step.number - 1].evaluation is None:
            patch = TurnPatch(evaluation=msgspec.to_builtins(step.notes))
            async with services.database.transaction() as connection:
                play.stored[step.number - 1] = await patch_turn(
                    connection, agent, interview_id, step.number, patch, at=at
                )
        case Evaluate() if "criteria" not in (play.stored[step.number - 1].evaluation or {}):
            patch = TurnPatch(evaluation=await _evaluated(play, step))
            async with services.database.transaction() as connection:
                await patch_turn(connection, agent, interview_id, step.number, patch, at=at)
        case Close():
            async with services.database.transaction() as connection:
                await finalize(connection, agent, interview_id, Finalize(completion=step.completion), at=at)


async def _evaluated(play: Play, step: Evaluate) -> dict[str, object]:
    turns = [
        TranscriptTurn(
            turn.turn_number, turn.role, turn.content, turn.question_id, evaluation=turn.evaluation
        )
        for turn in play.stored
    ]
    evaluation = await evaluate_answer(
        turns,
        step.question,
        play.plan.rubric,
        OfflineEvaluator(),
        names=[play.plan.candidate_first_name],
        vigilant=play.plan.persona.suspicion_level > 0,
    )
    notes = msgspec.convert(play.stored[step.number - 1].evaluation or {}, TurnNotes)
    return msgspec.to_builtins(evaluation.noted(notes))  # type: ignore[no-any-return] # a struct's is a dict
