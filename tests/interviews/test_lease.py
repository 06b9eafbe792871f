"""One agent at a time: who keeps the lease, who is told to wait, and how it is handed over."""

import dataclasses
from typing import Any

import httpx

from vivavoce.interviews.lease import HEARTBEAT_SECONDS, LIFE
from world import World


async def ask(world: World, interview_id: str, **body: Any) -> httpx.Response:
    return await world.call("POST", f"/api/interviews/{interview_id}/lease", agent=True, json=body)


async def events(world: World, interview_id: str) -> list[str]:
    rows = await world.services.database.pool.fetch(
        "SELECT type FROM events WHERE interview_id = $1 ORDER BY id", interview_id
    )
    return [row["type"] for row in rows if "interrupted" in row["type"] or "resumed" in row["type"]]


async def begun(world: World) -> tuple[str, int]:
    """In the middle, held by `agent-1`; the generation of its lease."""
    interview_id = (await world.interview())["id"]
    generation = (await ask(world, interview_id, holder="agent-1")).json()["generation"]
    await world.post_turn(interview_id, 1, "agent", "Why?")
    return interview_id, generation


async def test_who_asks_for_a_held_lease_is_told_when_to_ask_again(world: World) -> None:
    interview, _ = await begun(world)
    refused = await ask(world, interview, holder="agent-2")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "LEASE_HELD")
    assert refused.headers["Retry-After"] == "1"


async def test_the_holder_learns_by_its_heartbeat_that_another_waits(world: World) -> None:
    interview, generation = await begun(world)
    assert (await ask(world, interview, generation=generation)).json()["wanted"] is False
    await ask(world, interview, holder="agent-2")
    for _ in range(2):
        assert (await ask(world, interview, generation=generation)).json()["wanted"] is True


async def test_given_back_it_is_the_waiting_agents_and_nothing_was_interrupted(world: World) -> None:
    interview, generation = await begun(world)
    await ask(world, interview, holder="agent-2")
    given = await ask(world, interview, generation=generation, release=True)
    assert given.json()["expiresAt"] is None
    assert (await ask(world, interview, holder="agent-3")).json()["error"]["code"] == "LEASE_HELD"
    taken = (await ask(world, interview, holder="agent-2")).json()
    assert taken["generation"] == generation + 1
    assert taken["ranOut"] is False
    assert (await ask(world, interview, generation=taken["generation"])).json()["wanted"] is False
    assert await events(world, interview) == []


async def test_a_heartbeat_that_comes_after_it_was_given_back_does_not_take_it_again(world: World) -> None:
    interview, generation = await begun(world)
    for _ in range(2):
        assert (await ask(world, interview, generation=generation, release=True)).status_code == 200
    late = await ask(world, interview, generation=generation)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "LEASE_LOST")
    assert (await ask(world, interview, holder="agent-2")).json()["ranOut"] is False
    assert await events(world, interview) == ["interview.interrupted", "interview.resumed"]


async def test_a_waiting_agent_that_never_comes_leaves_it_to_anybody(world: World) -> None:
    interview, generation = await begun(world)
    await ask(world, interview, holder="agent-2")
    await ask(world, interview, generation=generation, release=True)
    world.clock.forward(seconds=LIFE.total_seconds())
    assert (await ask(world, interview, holder="agent-3")).json()["ranOut"] is True
    assert await events(world, interview) == ["interview.interrupted", "interview.resumed"]


async def test_two_heartbeats_may_be_lost_and_nobody_takes_it_away(world: World) -> None:
    interview, generation = await begun(world)
    world.clock.forward(seconds=3 * HEARTBEAT_SECONDS)
    assert (await ask(world, interview, holder="agent-2")).json()["error"]["code"] == "LEASE_HELD"
    assert (await ask(world, interview, generation=generation)).status_code == 200
    assert await events(world, interview) == []


async def test_who_missed_more_keeps_it_as_long_as_nobody_else_came(world: World) -> None:
    interview, generation = await begun(world)
    world.clock.forward(minutes=1)
    assert (await ask(world, interview, generation=generation)).status_code == 200
    assert (await ask(world, interview, holder="agent-2")).json()["error"]["code"] == "LEASE_HELD"


async def test_a_lease_that_could_not_be_kept_because_no_web_process_was_there_gets_time(
    world: World,
) -> None:
    interview, generation = await begun(world)
    world.clock.forward(seconds=20)
    transport = world.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    app: Any = transport.app
    app.state.services = dataclasses.replace(world.services, since=world.clock())
    assert (await ask(world, interview, holder="agent-2")).json()["error"]["code"] == "LEASE_HELD"
    kept = (await ask(world, interview, generation=generation)).json()
    assert kept["wanted"] is True, "who holds it stores its words, and hands over"
    world.clock.forward(seconds=LIFE.total_seconds())
    assert (await ask(world, interview, holder="agent-2")).json()["ranOut"] is True
