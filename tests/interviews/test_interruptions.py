"""That the line to the candidate was lost in the middle of an interview, and came back: from leases."""

from typing import Any

from vivavoce.interviews.lease import notice_lost_lines
from world import World


async def lease(world: World, interview_id: str, **body: Any) -> Any:
    answer = await world.call("POST", f"/api/interviews/{interview_id}/lease", agent=True, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(world: World, interview_id: str) -> list[str]:
    rows = await world.services.database.pool.fetch(
        "SELECT type FROM events WHERE interview_id = $1 AND type = ANY($2) ORDER BY id",
        interview_id,
        ["interview.opened", "interview.interrupted", "interview.resumed"],
    )
    return [row["type"].removeprefix("interview.") for row in rows]


async def begun(world: World, holder: str = "agent-1") -> tuple[str, int]:
    """An interview in the middle, and the generation of its lease."""
    interview = await world.interview()
    taken = await lease(world, interview["id"], holder=holder)
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    return interview["id"], taken["generation"]


async def test_an_agent_that_gives_back_and_the_next_that_takes(world: World) -> None:
    interview, generation = await begun(world)
    await lease(world, interview, generation=generation, release=True)
    assert await told(world, interview) == ["interrupted"]
    await lease(world, interview, generation=generation, release=True)
    await notice_lost_lines(world.services)
    assert await told(world, interview) == ["interrupted"], "once"
    await lease(world, interview, holder="agent-2")
    assert await told(world, interview) == ["interrupted", "resumed"]


async def test_who_takes_a_lease_that_ran_out_says_both(world: World) -> None:
    interview, _ = await begun(world)
    world.clock.forward(seconds=6)
    await lease(world, interview, holder="agent-2")
    assert await told(world, interview) == ["interrupted", "resumed"]


async def test_an_agent_that_died_and_nobody_came_is_noticed_after_half_a_minute(world: World) -> None:
    interview, _ = await begun(world)
    world.clock.forward(seconds=32)
    assert await notice_lost_lines(world.services) == 0
    world.clock.forward(seconds=1)
    assert await notice_lost_lines(world.services) == 1
    assert await notice_lost_lines(world.services) == 0
    await lease(world, interview, holder="agent-2")
    assert await told(world, interview) == ["interrupted", "resumed"]


async def test_an_agent_that_was_only_cut_off_itself_goes_on(world: World) -> None:
    interview, generation = await begun(world)
    world.clock.forward(seconds=60)
    await notice_lost_lines(world.services)
    for _ in range(2):
        await lease(world, interview, generation=generation)
    assert await told(world, interview) == ["interrupted", "resumed"]


async def test_heartbeats_and_the_same_agent_taking_again_interrupt_nothing(world: World) -> None:
    interview, generation = await begun(world)
    for _ in range(3):
        world.clock.forward(seconds=2)
        await lease(world, interview, generation=generation)
    await lease(world, interview, holder="agent-1")
    assert await told(world, interview) == []


async def test_before_the_first_turn_and_after_the_end_nothing_is_interrupted(world: World) -> None:
    interview = (await world.interview())["id"]
    first = await lease(world, interview, holder="agent-1")
    await lease(world, interview, generation=first["generation"], release=True)
    await lease(world, interview, holder="agent-1")
    world.clock.forward(minutes=5)
    second = await lease(world, interview, holder="agent-2")
    await world.post_turn(interview, 1, "candidate", "Because.")
    await world.call("POST", f"/api/interviews/{interview}/finalize", agent=True)
    await lease(world, interview, generation=second["generation"], release=True)
    world.clock.forward(minutes=5)
    assert await notice_lost_lines(world.services) == 0
    assert await told(world, interview) == []


async def test_the_room_is_opened_by_joining_it_and_once(world: World) -> None:
    interview = await world.interview()
    link = interview["invitationUrl"].removeprefix("http://testserver")
    page = (await world.http.get(link)).text
    await world.http.post(f"{link}/join")
    assert await told(world, interview["id"]) == [], "without consent nobody joins"
    consent = page.partition('name="consent" value="')[2].partition('"')[0]
    await world.http.post(f"{link}/consent", data={"consent": consent, "agreed": "yes"})
    await world.http.get(link)
    assert await told(world, interview["id"]) == []
    for _ in range(2):
        await world.http.post(f"{link}/join")
    assert await told(world, interview["id"]) == ["opened"]
