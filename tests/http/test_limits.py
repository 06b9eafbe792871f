"""Pages without sign-in: bounded by address and by link, and what a person reads who met the bound."""

import dataclasses
from ipaddress import ip_network
from urllib.parse import urlsplit

import httpx
import pytest

from vivavoce.http.limits import (
    JOINS_OF_A_LINK,
    PAGES_OF_A_LINK,
    PAGES_OF_AN_ADDRESS,
    SIGN_INS_OF_AN_ADDRESS,
)
from world import World


async def used_up(world: World, times: int) -> None:
    """As if everybody who is known so far had asked this often in this minute."""
    await world.services.database.pool.execute("UPDATE request_rates SET in_minute = $1", times)


async def from_behind(world: World, path: str, address: str) -> httpx.Response:
    return await world.http.get(path, headers={"X-Forwarded-For": address})


async def invitation(world: World) -> str:
    return urlsplit((await world.interview())["invitationUrl"]).path


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Wait a minute, then reload"), ("fr-FR", "Patientez une minute")]
)
async def test_a_page_asked_for_too_often_says_in_plain_words_to_wait(
    world: World, language: str, words: str
) -> None:
    path = await invitation(world)
    await world.http.get(path)
    await used_up(world, PAGES_OF_A_LINK)
    busy = await world.http.get(path, headers={"Accept-Language": language})
    assert (busy.status_code, busy.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert words in busy.text
    assert busy.headers["retry-after"] == "60"
    world.clock.forward(minutes=1)
    assert (await world.http.get(path)).status_code == 200


async def test_one_link_used_up_leaves_the_others_alone(world: World) -> None:
    path = await invitation(world)
    await world.http.get(path)
    await used_up(world, PAGES_OF_A_LINK)
    assert (await world.http.get(path)).status_code == 429
    assert (await world.http.get("/i/another")).status_code == 404


async def test_one_address_used_up_is_so_for_all_its_links(world: World) -> None:
    app = world.http._transport.app  # type: ignore[attr-defined] # the app under test
    behind = dataclasses.replace(world.settings, trusted_proxies=(ip_network("127.0.0.1"),))
    app.state.services = dataclasses.replace(app.state.services, settings=behind)
    for address in ("198.51.100.7", "2001:db8::5"):
        await from_behind(world, "/i/one", address)
    await used_up(world, PAGES_OF_AN_ADDRESS)
    for address, status in (
        ("198.51.100.7", 429),
        ("2001:db8::6", 429),
        ("198.51.100.8", 404),
        ("2001:db8:0:1::5", 404),
    ):
        assert (await from_behind(world, f"/i/{address}", address)).status_code == status, address


async def test_the_room_is_told_by_a_problem_that_it_understands(world: World) -> None:
    path = await invitation(world)
    await world.http.post(f"{path}/join", json={})
    await used_up(world, JOINS_OF_A_LINK)
    busy = await world.http.post(f"{path}/join", json={})
    assert (busy.status_code, busy.json()["error"]["code"]) == (429, "RATE_LIMITED")
    assert busy.headers["retry-after"] == "60"
    assert (await world.http.get(path)).status_code == 200


async def test_sign_in_mail_is_bounded_by_address(world: World) -> None:
    for number in range(SIGN_INS_OF_AN_ADDRESS):
        sent = await world.page("POST", "/sign-in", member=None, data={"email": f"x{number}@example.org"})
        assert sent.status_code == 200
    busy = await world.page("POST", "/sign-in", member=None, data={"email": "owner@example.org"})
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "60")
    assert "Wait a minute, then try again." in busy.text
    assert (await world.page("GET", "/sign-in", member=None)).status_code == 200
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM mails") == 0


async def test_no_link_is_kept_where_it_is_counted(world: World) -> None:
    path = await invitation(world)
    await world.http.get(path)
    subjects = [row["subject"] for row in await world.services.database.pool.fetch("TABLE request_rates")]
    assert not any(path.rpartition("/")[2] in subject for subject in subjects)
