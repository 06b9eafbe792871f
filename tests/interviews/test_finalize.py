"""`POST /api/interviews/:id/finalize`: closing and asking for the report is one commit, once."""

from typing import Any

import pytest

from vivavoce.reports.making import make_report
from world import World


async def finalize(world: World, interview_id: str, body: dict[str, Any] | None = None) -> Any:
    options = {} if body is None else {"json": body}
    return await world.call("POST", f"/api/interviews/{interview_id}/finalize", agent=True, **options)


async def test_it_closes_the_interview_and_asks_for_its_report(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    world.clock.forward(minutes=10)
    answer = await finalize(world, interview["id"])
    assert answer.status_code == 200
    closed = answer.json()
    assert closed == {
        "id": interview["id"],
        "status": "COMPLETED",
        "completion": "FULL",
        "endedAt": "2026-03-01T09:10:00Z",
        "durationSeconds": 600,
        "reportId": closed["reportId"],
        "reportStatus": "PENDING",
    }
    assert await world.job_arguments("report.make") == [{"report_id": closed["reportId"]}]


async def test_the_same_body_again_gets_the_same_answer_and_another_one_conflicts(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    first = await finalize(world, interview["id"], {"completion": "PARTIAL"})
    world.clock.forward(minutes=1)
    await make_report(world.services, first.json()["reportId"], final=False)
    again = await finalize(world, interview["id"], {"completion": "PARTIAL"})
    assert (again.status_code, again.json()) == (200, first.json())
    other = await finalize(world, interview["id"], {"completion": "FULL"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "INTERVIEW_ALREADY_COMPLETED")
    assert len(await world.job_arguments("report.make")) == 1


async def test_a_report_that_is_made_later_does_not_change_the_answer(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    first = await finalize(world, interview["id"], {"generateReport": False})
    await world.call("POST", f"/api/v1/interviews/{interview['id']}/report")
    again = await finalize(world, interview["id"], {"generateReport": False})
    assert again.json() == first.json()
    assert (again.json()["reportId"], again.json()["reportStatus"]) == (None, None)


async def test_what_never_began_cannot_be_closed(world: World) -> None:
    interview = await world.interview()
    answer = await finalize(world, interview["id"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "INTERVIEW_NOT_STARTED")


async def test_an_end_outside_the_interview_is_brought_inside(world: World) -> None:
    for given, expected in (
        ("2020-01-01T00:00:00Z", "2026-03-01T09:00:00Z"),
        ("2030-01-01T00:00:00Z", "2026-03-01T09:05:00Z"),
    ):
        world.clock.at = world.clock.at.replace(minute=0)
        interview = await world.interview(f"{given[:4]}@example.org")
        await world.post_turn(interview["id"], 1, "agent", "Why?")
        world.clock.forward(minutes=5)
        assert (await finalize(world, interview["id"], {"endedAt": given})).json()["endedAt"] == expected


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_report_is_made_when_the_body_says_so(world: World, wanted: bool) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    closed = (await finalize(world, interview["id"], {"generateReport": wanted})).json()
    assert (closed["reportId"] is not None) == wanted
    assert closed["reportStatus"] == ("PENDING" if wanted else None)


async def test_a_cancelled_interview_takes_nothing_more(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    await world.services.database.pool.execute("UPDATE interviews SET status = 'CANCELLED'")
    assert (await finalize(world, interview["id"])).json()["error"]["code"] == "INTERVIEW_CANCELLED"
