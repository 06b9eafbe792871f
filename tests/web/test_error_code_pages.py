"""A problem's `type` leads to a page that explains it."""

from world import World


async def test_a_problems_type_leads_to_its_meaning(world: World) -> None:
    problem = (await world.call("GET", "/api/v1/jobs/job_x")).json()
    answer = await world.page("GET", problem["type"].removeprefix(world.settings.public_url), member=None)
    assert answer.status_code == 200
    assert "There is nothing at this address" in answer.text
    taken = await world.page("GET", "/errors/EMAIL_TAKEN", member=None)
    assert "<code>GET /api/v1/candidates?search=</code>" in taken.text
    assert (await world.page("GET", "/errors/INVENTED", member=None)).status_code == 404
