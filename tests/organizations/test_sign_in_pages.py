"""Signing in: a link by mail, spent once, and only by a button."""

import dataclasses
from datetime import timedelta
from email.message import EmailMessage

import pytest

from vivavoce.http.authentication import SESSION_COOKIE
from vivavoce.organizations.sign_in import create_sign_in_link
from world import World


class Postbox:
    async def send(self, message: EmailMessage) -> None:
        """Nothing is delivered here: only whether there is a mailer matters."""


async def link(world: World, role: str = "OWNER") -> str:
    """The path of a fresh link for the member of that role."""
    async with world.services.database.transaction() as connection:
        member = await connection.fetchval("SELECT id FROM members WHERE role = $1 LIMIT 1", role)
        url = await create_sign_in_link(connection, world.settings, member, at=world.clock())
    return url.removeprefix(world.settings.public_url)


async def test_a_link_is_spent_once_and_only_by_its_button(world: World) -> None:
    path = await link(world, "READER")
    for _ in range(2):
        opened = await world.page("GET", path, member=None)
        assert opened.status_code == 200
        assert "reader@example.org" in opened.text
        assert "set-cookie" not in opened.headers
    spent = await world.page("POST", path, member=None)
    assert (spent.status_code, spent.headers["location"]) == (303, "/interviews")
    cookie = spent.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={14 * 24 * 3600}"):
        assert part in cookie
    assert "Secure" not in cookie
    secret = cookie.partition("=")[2].partition(";")[0]
    inside = await world.page(
        "GET", "/interviews", member=None, headers={"Cookie": f"{SESSION_COOKIE}={secret}"}
    )
    assert "reader@example.org" in inside.text
    for method in ("GET", "POST"):
        again = await world.page(method, path, member=None)
        assert again.status_code == 410
        assert "This link no longer works" in again.text
        assert "set-cookie" not in again.headers


async def test_a_link_that_is_too_old_or_invented_signs_nobody_in(world: World) -> None:
    old = await link(world)
    world.clock.forward(hours=1)
    for path, status in ((old, 410), (old[:-1] + "~", 404), ("/sign-in/x", 404), ("/sign-in/é", 404)):
        for method in ("GET", "POST"):
            answer = await world.page(method, path, member=None)
            assert answer.status_code == status, path
            assert "set-cookie" not in answer.headers


async def test_asking_for_a_link_answers_the_same_to_members_and_strangers(world: World) -> None:
    texts = set()
    for email in ("owner@example.org", "nobody@example.org"):
        answer = await world.page("POST", "/sign-in", member=None, data={"email": f" {email} "})
        assert answer.status_code == 200
        texts.add(answer.text.replace(email, "…"))
    assert len(texts) == 1
    written = await world.services.database.pool.fetch("SELECT recipient, kind FROM mails")
    assert [(mail["recipient"], mail["kind"]) for mail in written] == [("owner@example.org", "sign_in")]


@pytest.mark.parametrize(
    ("leaves", "words"), [(True, "Look in your mail"), (False, "No mail leaves from here yet")]
)
async def test_the_page_says_whether_mail_leaves_at_all(world: World, leaves: bool, words: str) -> None:
    if leaves:
        app = world.http._transport.app  # type: ignore[attr-defined] # the app under test
        app.state.services = dataclasses.replace(app.state.services, mailer=Postbox())
    answer = await world.page("POST", "/sign-in", member=None, data={"email": "owner@example.org"})
    assert words in answer.text


@pytest.mark.parametrize("email", ["", "owner", "owner@", "a b@example.org", "x" * 250 + "@example.org"])
async def test_what_is_no_address_is_shown_again_with_what_is_wrong(world: World, email: str) -> None:
    answer = await world.page("POST", "/sign-in", member=None, data={"email": email})
    assert answer.status_code == 422
    assert "Enter an e-mail address, like name@example.org." in answer.text
    assert f'value="{email}"' in answer.text


async def test_over_https_the_cookie_stays_there(world: World) -> None:
    app = world.http._transport.app  # type: ignore[attr-defined] # the app under test
    secure = dataclasses.replace(world.settings, public_url="https://interviews.example")
    app.state.services = dataclasses.replace(app.state.services, settings=secure)
    spent = await world.page("POST", await link(world), member=None)
    assert "Secure" in spent.headers["set-cookie"]


async def test_signing_out_ends_the_session(world: World) -> None:
    left = await world.page("POST", "/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert (await world.page("GET", "/interviews")).headers["location"] == "/sign-in"
    assert (await world.page("POST", "/sign-out", member=None)).status_code == 303


async def test_an_hour_has_a_bound_of_links(world: World) -> None:
    for _ in range(7):
        await world.page("POST", "/sign-in", member=None, data={"email": "owner@example.org"})
    count = "SELECT count(*) FROM mails"
    before = await world.services.database.pool.fetchval(count)
    assert before < 7
    world.clock.at += timedelta(hours=1, seconds=1)
    await world.page("POST", "/sign-in", member=None, data={"email": "owner@example.org"})
    assert await world.services.database.pool.fetchval(count) == before + 1
