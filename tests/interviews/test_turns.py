"""`POST /api/interviews/:id/turns`: each exchange, stored once, in order."""

from typing import Any

import pytest

from world import World

TURN: dict[str, Any] = {
    "turnNumber": 1,
    "role": "agent",
    "content": "Tell me about your work.",
    "isPendingQuestion": True,
    "questionId": "q1",
}


async def test_the_first_turn_starts_the_interview_and_is_answered_as_it_was_stored(world: World) -> None:
    interview = await world.interview()
    answer = await world.call("POST", f"/api/interviews/{interview['id']}/turns", agent=True, json=TURN)
    assert answer.status_code == 201
    assert answer.json() == {
        "turnNumber": 1,
        "role": "agent",
        "content": "Tell me about your work.",
        "isPendingQuestion": True,
        "questionId": "q1",
        "audioUrl": None,
        "audioStartMs": None,
        "audioEndMs": None,
        "startedAt": None,
        "endedAt": None,
        "evaluation": None,
        "metrics": None,
        "revised": False,
    }
    shown = (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).json()
    assert shown["status"] == "IN_PROGRESS"
    assert shown["startedAt"] == "2026-03-01T09:00:00Z"
    assert shown["configVersion"] == 1


async def test_the_same_turn_twice_is_stored_once_also_after_a_patch(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}/turns"
    await world.call("POST", path, agent=True, json=TURN)
    patched = await world.call("PATCH", f"{path}/1", agent=True, json={"content": "Corrected."})
    assert patched.json()["revised"] is True
    again = await world.call("POST", path, agent=True, json=TURN)
    assert again.status_code == 200
    assert again.json()["content"] == "Corrected."
    history = await world.call("GET", f"/api/interviews/{interview['id']}/history", agent=True)
    assert [turn["turnNumber"] for turn in history.json()["data"]] == [1]


async def test_another_turn_under_a_stored_number_conflicts(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "One")
    answer = await world.call(
        "POST",
        f"/api/interviews/{interview['id']}/turns",
        agent=True,
        json={"turnNumber": 1, "role": "agent", "content": "Two"},
    )
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["error"]["code"] == "TURN_CONFLICT"


async def test_a_number_that_is_not_the_next_is_told_which_is(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "One")
    answer = await world.call(
        "POST",
        f"/api/interviews/{interview['id']}/turns",
        agent=True,
        json={"turnNumber": 3, "role": "agent"},
    )
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "TURN_OUT_OF_SEQUENCE"
    assert answer.json()["error"]["expectedTurnNumber"] == 2


async def test_a_stored_number_comes_before_the_state_and_the_state_before_the_sequence(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}"
    await world.call("POST", f"{path}/turns", agent=True, json=TURN)
    await world.call("POST", f"{path}/finalize", agent=True)
    same = await world.call("POST", f"{path}/turns", agent=True, json=TURN)
    assert same.status_code == 200
    other = await world.call("POST", f"{path}/turns", agent=True, json={**TURN, "content": "Else"})
    assert other.json()["error"]["code"] == "TURN_CONFLICT"
    late = await world.call("POST", f"{path}/turns", agent=True, json={**TURN, "turnNumber": 7})
    assert late.json()["error"]["code"] == "INTERVIEW_ALREADY_COMPLETED"


async def test_an_expired_interview_takes_no_first_turn_and_one_in_progress_goes_on(world: World) -> None:
    expired = await world.interview()
    begun = await world.interview("grace@example.org")
    await world.post_turn(begun["id"], 1, "agent", "Hello")
    world.clock.forward(days=8)
    answer = await world.call("POST", f"/api/interviews/{expired['id']}/turns", agent=True, json=TURN)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "INTERVIEW_EXPIRED"
    await world.post_turn(begun["id"], 2, "candidate", "I am still here.")


async def test_a_question_is_pending_until_the_candidate_says_something(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?", isPendingQuestion=True)
    await world.post_turn(interview["id"], 2, "candidate", "")
    path = f"/api/interviews/{interview['id']}"
    waiting = (await world.call("GET", f"{path}/history", agent=True)).json()["data"]
    assert [turn["isPendingQuestion"] for turn in waiting] == [True, False]
    await world.call("PATCH", f"{path}/turns/2", agent=True, json={"content": "Because."})
    answered = (await world.call("GET", f"{path}/history", agent=True)).json()["data"]
    assert [turn["isPendingQuestion"] for turn in answered] == [False, False]


async def test_an_agent_whose_lease_was_taken_over_writes_nothing_more(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}"
    first = (await world.call("POST", f"{path}/lease", agent=True, json={"holder": "agent-1"})).json()
    held = await world.call("POST", f"{path}/lease", agent=True, json={"holder": "agent-2"})
    assert held.json()["error"]["code"] == "LEASE_HELD"
    world.clock.forward(seconds=6)
    second = (await world.call("POST", f"{path}/lease", agent=True, json={"holder": "agent-2"})).json()
    assert second["generation"] == first["generation"] + 1
    for method, suffix, body in (
        ("POST", "/turns", TURN),
        ("POST", "/finalize", {}),
    ):
        lost = await world.call(
            method,
            path + suffix,
            agent=True,
            json=body,
            headers={"X-Agent-Generation": str(first["generation"])},
        )
        assert lost.status_code == 409
        assert lost.json()["error"]["code"] == "LEASE_LOST"
    beat = await world.call("POST", f"{path}/lease", agent=True, json={"generation": first["generation"]})
    assert beat.json()["error"]["code"] == "LEASE_LOST"
    kept = await world.call(
        "POST",
        f"{path}/turns",
        agent=True,
        json=TURN,
        headers={"X-Agent-Generation": str(second["generation"])},
    )
    assert kept.status_code == 201


async def test_an_agent_is_told_that_its_interview_was_cancelled(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}"
    lease = (await world.call("POST", f"{path}/lease", agent=True, json={"holder": "agent-1"})).json()
    generation = {"X-Agent-Generation": str(lease["generation"])}
    await world.call("POST", f"{path}/turns", agent=True, json=TURN, headers=generation)
    await world.page("POST", f"/interviews/{interview['id']}/cancellation")
    for suffix, body in (
        ("/turns", {**TURN, "turnNumber": 2}),
        ("/finalize", {}),
        ("/lease", {"generation": lease["generation"]}),
    ):
        told = await world.call("POST", path + suffix, agent=True, json=body, headers=generation)
        assert (told.status_code, told.json()["error"]["code"]) == (409, "INTERVIEW_CANCELLED"), suffix


async def test_a_released_lease_is_free_at_once(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}/lease"
    first = (await world.call("POST", path, agent=True, json={"holder": "agent-1"})).json()
    await world.call("POST", path, agent=True, json={"generation": first["generation"], "release": True})
    taken = await world.call("POST", path, agent=True, json={"holder": "agent-2"})
    assert taken.status_code == 200


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"turnNumber": 0}, "turnNumber"),
        ({"turnNumber": "1"}, "turnNumber"),
        ({"role": "nobody"}, "role"),
        ({"content": None}, "content"),
        ({"content": "a\0b"}, "content"),
        ({"startedAt": "2026-03-01T09:00:00"}, "startedAt"),
        ({"audioStartMs": -1}, "audioStartMs"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_turn_that_cannot_be_read_is_told_where(
    world: World, change: dict[str, Any], path: str
) -> None:
    interview = await world.interview()
    answer = await world.call(
        "POST", f"/api/interviews/{interview['id']}/turns", agent=True, json={**TURN, **change}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    assert [fault["path"] for fault in answer.json()["error"]["fields"]] == [path]


async def test_a_recording_elsewhere_must_be_https(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}/turns"
    refused = await world.call(
        "POST", path, agent=True, json={**TURN, "audioUrl": "http://example.org/a.mp3"}
    )
    assert refused.status_code == 422
    assert refused.json()["error"]["fields"][0]["path"] == "audioUrl"
    taken = await world.call("POST", path, agent=True, json={**TURN, "audioUrl": "https://example.org/a.mp3"})
    assert taken.json()["audioUrl"] == "https://example.org/a.mp3"


async def test_a_patch_keeps_the_earlier_text_and_makes_the_report_stale(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}"
    await world.post_turn(interview["id"], 1, "candidate", "I wrote a compiler.")
    report = (await world.call("POST", f"{path}/finalize", agent=True)).json()["reportId"]
    await world.services.database.pool.execute(
        "UPDATE reports SET status = 'READY', body = $2 WHERE id = $1", report, REPORT
    )
    await world.call("PATCH", f"{path}/turns/1", agent=True, json={"content": "I wrote a parser."})
    kept = await world.services.database.pool.fetch("SELECT content FROM turn_revisions")
    assert [row["content"] for row in kept] == ["I wrote a compiler."]
    assert (await world.call("GET", f"/api/v1/reports/{report}")).json()["stale"] is True


async def test_a_turn_that_is_not_there_cannot_be_patched(world: World) -> None:
    interview = await world.interview()
    answer = await world.call(
        "PATCH", f"/api/interviews/{interview['id']}/turns/9", agent=True, json={"content": "x"}
    )
    assert answer.status_code == 404


REPORT = {
    "summary": "One.",
    "strengths": [],
    "concerns": [],
    "scorecard": {
        "overall": None,
        "recommendation": None,
        "summary": "One.",
        "criteria": [],
        "flags": [],
        "evaluator": {"kind": "offline", "model": None, "promptVersion": "1", "rubricVersion": 1},
        "scale": {"min": 1, "max": 5},
    },
    "questions": [],
    "conduct": {"cutOffs": None, "longestWaitMs": None},
    "evaluator": {"kind": "offline", "model": None, "promptVersion": "1", "rubricVersion": 1},
}


async def test_a_turn_that_grows_while_it_is_said_is_not_revised_but_a_correction_is(world: World) -> None:
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}/turns"
    await world.post_turn(interview["id"], 1, "candidate", "I wrote")
    grown = await world.call("PATCH", f"{path}/1", agent=True, json={"content": "I wrote a compiler."})
    assert grown.json()["revised"] is False
    corrected = await world.call("PATCH", f"{path}/1", agent=True, json={"content": "I wrote a parser."})
    assert corrected.json()["revised"] is True
    kept = await world.services.database.pool.fetch("SELECT content FROM turn_revisions")
    assert [row["content"] for row in kept] == ["I wrote", "I wrote a compiler."]
