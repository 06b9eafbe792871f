"""What time alone does to interviews."""

import pytest

from vivavoce.interviews.expiry import let_time_pass
from world import World


async def status_of(world: World, interview_id: str) -> tuple[str, str | None]:
    read = (await world.call("GET", f"/api/v1/interviews/{interview_id}")).json()
    return read["status"], read["completion"]


async def test_an_abandoned_interview_is_closed_as_partial_with_its_report(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    world.clock.forward(minutes=2)
    await world.post_turn(interview["id"], 2, "candidate", "Because I wrote a compiler.")
    world.clock.forward(hours=72)
    assert await let_time_pass(world.services) == 0
    world.clock.forward(seconds=1)
    assert await let_time_pass(world.services) == 1
    assert await status_of(world, interview["id"]) == ("COMPLETED", "PARTIAL")
    read = (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).json()
    assert read["durationSeconds"] == 120
    assert len(await world.job_arguments("report.make")) == 1
    assert await let_time_pass(world.services) == 0


async def test_one_in_which_the_candidate_never_said_a_word_expires_without_a_report(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    await world.post_turn(interview["id"], 2, "candidate", "")
    world.clock.forward(hours=73)
    await let_time_pass(world.services)
    assert await status_of(world, interview["id"]) == ("EXPIRED", None)
    assert await world.job_arguments("report.make") == []


async def test_an_invitation_that_ran_out_is_told_of_once(world: World) -> None:
    interview = await world.interview()
    world.clock.forward(days=7)
    assert await let_time_pass(world.services) == 1
    assert await let_time_pass(world.services) == 0
    told = await world.services.database.pool.fetch(
        "SELECT type FROM events WHERE interview_id = $1 ORDER BY id", interview["id"]
    )
    assert [row["type"] for row in told] == ["interview.created", "interview.invited", "interview.expired"]


async def all_but_closed(world: World, completion: str) -> str:
    """Everything was said, and the agent died in its goodbye."""
    interview = await world.interview()
    path = f"/api/interviews/{interview['id']}"
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    await world.post_turn(interview["id"], 2, "candidate", "Because I wrote a compiler.")
    held = await world.call("POST", f"{path}/lease", agent=True, json={"holder": "one"})
    assert held.status_code == 200
    metrics = {"completion": completion}
    await world.call("PATCH", f"{path}/turns/2", agent=True, json={"metrics": metrics})
    return str(interview["id"])


@pytest.mark.parametrize("completion", ["FULL", "PARTIAL"])
async def test_one_that_was_left_in_the_goodbye_is_closed_as_it_was_about_to_be(
    world: World, completion: str
) -> None:
    interview_id = await all_but_closed(world, completion)
    world.clock.forward(minutes=2)
    assert await let_time_pass(world.services) == 0
    world.clock.forward(seconds=3)
    assert await let_time_pass(world.services) == 1
    assert await status_of(world, interview_id) == ("COMPLETED", completion)
    assert len(await world.job_arguments("report.make")) == 1
    assert await let_time_pass(world.services) == 0


async def test_who_comes_back_in_the_goodbye_or_has_more_to_say_is_waited_for(world: World) -> None:
    interview_id = await all_but_closed(world, "FULL")
    world.clock.forward(minutes=10)
    await world.call("POST", f"/api/interviews/{interview_id}/lease", agent=True, json={"holder": "two"})
    assert await let_time_pass(world.services) == 0
    await world.post_turn(interview_id, 3, "candidate", "One more thing.")
    world.clock.forward(minutes=10)
    assert await let_time_pass(world.services) == 0
    assert await status_of(world, interview_id) == ("IN_PROGRESS", None)
