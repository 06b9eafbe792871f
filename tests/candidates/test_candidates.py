"""Candidates of the public API: create, retrieve, change, list with search."""

from typing import Any

import pytest

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


@pytest.mark.parametrize(
    "address",
    [
        "ada@example..org",
        "ada@example.org.",
        "ada@.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        "ada[1@example.org",
        "ada]@example.org",
        "ada\\@example.org",
        "=?utf-8?q?bob?=@example.org",
        "ada@example",
        "ada",
    ],
)
async def test_what_no_mail_server_would_take_is_no_address(world: World, address: str) -> None:
    answer = await world.call("POST", "/api/v1/candidates", json={"email": address})
    assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (400, "email")


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
    tried = {"candidateId": both.json()["data"][0]["id"], "jobId": interview["jobId"], "mode": "test"}
    await world.made("/api/v1/interviews", tried)
    of_job = await world.call("GET", f"/api/v1/candidates?jobId={interview['jobId']}")
    assert [row["email"] for row in of_job.json()["data"]] == ["ada@example.org"]


async def test_a_change_leaves_what_it_does_not_name_and_null_takes_away(world: World) -> None:
    made = await world.candidate(phone="0123", tags=["navy"], externalId="hr-1")
    path = f"/api/v1/candidates/{made['id']}"
    world.clock.forward(minutes=1)
    patch = {"lastName": "King", "phone": None, "tags": [], "email": "ADA@example.org", "locale": "fr"}
    changed = await world.call("PATCH", path, json=patch)
    assert changed.status_code == 200
    assert changed.json() == {**made, **patch, "updatedAt": "2026-03-01T09:01:00Z"}
    world.clock.forward(minutes=1)
    assert (await world.call("PATCH", path, json={})).json() == changed.json()
    assert (await world.call("GET", path)).json() == changed.json()


async def test_a_change_to_an_address_that_is_taken_is_refused_whole(world: World) -> None:
    await world.candidate("grace@example.org")
    made = await world.candidate()
    path = f"/api/v1/candidates/{made['id']}"
    answer = await world.call("PATCH", path, json={"phone": "1", "email": "Grace@example.org"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "EMAIL_TAKEN")
    assert (await world.call("GET", path)).json() == made


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({"email": None}, "email"),
        ({"email": "ada"}, "email"),
        ({"locale": None}, "locale"),
        ({"tags": None}, "tags"),
        ({"tags": ["a,b"]}, "tags.0"),
        ({"firstName": "x" * 201}, "firstName"),
        ({"cvUrl": "ftp://example.org"}, "cvUrl"),
        ({"id": "cand_x"}, "id"),
    ],
)
async def test_a_change_that_makes_no_sense_names_its_field(
    world: World, patch: dict[str, Any], field: str
) -> None:
    made = await world.candidate()
    answer = await world.call("PATCH", f"/api/v1/candidates/{made['id']}", json={"phone": "1", **patch})
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"][0]["path"].removesuffix(".0") == field.removesuffix(".0")
