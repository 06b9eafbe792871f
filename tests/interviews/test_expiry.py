"""What time alone does to interviews."""

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
