"""Candidates of the public API: create, retrieve, list with search."""

from world import World


async def test_an_address_is_taken_whatever_its_case(world: World) -> None:
    await world.candidate("ada@example.org")
    answer = await world.call("POST", "/api/v1/candidates", json={"email": "ADA@example.org"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "EMAIL_TAKEN")
    elsewhere = await world.call(
        "POST", "/api/v1/candidates", key=world.stranger_key, json={"email": "ada@example.org"}
    )
    assert elsewhere.status_code == 201
    assert elsewhere.json()["locale"] == "fr"


async def test_search_finds_names_and_addresses_whatever_signs_they_hold(world: World) -> None:
    await world.candidate("ada@example.org")
    await world.candidate("100%_sure@example.org", firstName="Zoë", lastName="O'Brien")
    for search, found in (
        ("lovelace", 1),
        ("ada l", 1),
        ("EXAMPLE.ORG", 2),
        ("100%_s", 1),
        ("%", 1),
        ("o'b", 1),
    ):
        answer = await world.call("GET", "/api/v1/candidates", params={"search": search})
        assert answer.json()["pagination"]["total"] == found, search


async def test_tags_are_all_asked_for_and_a_job_finds_those_interviewed_for_it(world: World) -> None:
    interview = await world.interview()
    await world.candidate("grace@example.org", tags=["navy", "compilers"])
    both = await world.call("GET", "/api/v1/candidates?tags=navy,compilers")
    assert [row["email"] for row in both.json()["data"]] == ["grace@example.org"]
    assert (await world.call("GET", "/api/v1/candidates?tags=navy,cobol")).json()["data"] == []
    of_job = await world.call("GET", f"/api/v1/candidates?jobId={interview['jobId']}")
    assert [row["email"] for row in of_job.json()["data"]] == ["ada@example.org"]
