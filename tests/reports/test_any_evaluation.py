"""Whatever an agent sends as a turn's evaluation and metrics, by chance: the report comes, and all that shows it."""

import random
from typing import Any

import msgspec
import pytest

from finished import report_made
from vivavoce.interviewer.client import StoredTurn
from vivavoce.interviewer.conversation.conversation import Conversation
from vivavoce.interviewer.plan import Plan
from world import World

SEEDS = range(20260501, 20260513)
OUTER = ("criteria", "flags", "model", "promptVersion", "answerTurns", "aside", "candidateQuestions")
INNER = ("criterionId", "name", "score", "maxScore", "rationale", "evidence", "type", "severity", "detail")
INNER += ("text", "answer", "source", "factId", "turnNumber")
VALUES = (None, True, False, 0, 1, 2, 5, -1, 4.5, 1e300, 2**62, "", "x", "ownership", "Ownership", "fact")
SAID = "I owned the migration of the archive, and the error rate fell twice."
DEEPEST = 4


def anything(chance: random.Random, depth: int = 1) -> Any:
    kind = chance.random()
    if depth < DEEPEST and kind < 0.25:
        return {chance.choice(INNER): anything(chance, depth + 1) for _ in range(chance.randint(0, 5))}
    if depth < DEEPEST and kind < 0.5:
        return [anything(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    return chance.choice((*VALUES, SAID))


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_evaluation_keeps_a_report_from_being_made_and_shown(world: World, seed: int) -> None:
    chance = random.Random(seed)
    interview = await world.interview()
    for number in range(1, 9):
        role, content = ("agent", "Why?") if number % 2 else ("candidate", SAID)
        await world.post_turn(
            interview["id"],
            number,
            role,
            content,
            evaluation={name: anything(chance) for name in OUTER if chance.random() < 0.7},
            metrics={name: anything(chance) for name in ("cutOffs", "waitsMs")},
        )
    inside = f"/api/interviews/{interview['id']}"
    closed = (await world.call("POST", f"{inside}/finalize", agent=True)).json()
    await report_made(world, closed["reportId"])
    report = await world.call("GET", f"/api/v1/reports/{closed['reportId']}")
    assert report.json()["status"] == "READY", f"with the seed {seed}"
    assert (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).status_code == 200
    assert (await world.page("GET", f"/interviews/{interview['id']}")).status_code == 200
    history = (await world.call("GET", f"{inside}/history", agent=True)).json()["data"]
    plan = msgspec.convert((await world.call("GET", f"{inside}/plan", agent=True)).json(), Plan)
    assert Conversation.from_history(plan, msgspec.convert(history, tuple[StoredTurn, ...]))
