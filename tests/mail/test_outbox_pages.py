"""The outbox: the organization's mail with its real links, for owners; sign-in mail never."""

import re

from world import World


async def written(world: World) -> str:
    await world.interview()
    found: str = await world.services.database.pool.fetchval("SELECT id FROM mails WHERE kind = 'invitation'")
    return found


async def test_an_owner_follows_the_link_as_the_candidate_would(world: World) -> None:
    mail = await written(world)
    listed = await world.page("GET", "/outbox")
    assert f'href="/outbox/{mail}"' in listed.text
    assert "Kept here" in listed.text
    assert "No mail server is set" in listed.text
    shown = await world.page("GET", f"/outbox/{mail}")
    assert "ada@example.org" in shown.text
    link = re.search(r'href="(http://testserver/i/[^"]+)"', shown.text)
    assert link is not None
    assert "link.invalid" not in shown.text
    opened = await world.page("GET", link[1].removeprefix("http://testserver"), member=None)
    assert opened.status_code == 200


async def test_the_mail_stands_alone_in_its_frame_and_can_do_nothing(world: World) -> None:
    mail = await written(world)
    html = await world.page("GET", f"/outbox/{mail}/html")
    assert '<head><base target="_blank">' in html.text
    assert "http://testserver/i/" in html.text
    policy = html.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy


async def test_sign_in_mail_is_never_shown(world: World) -> None:
    await world.page("POST", "/sign-in", member=None, data={"email": "member@example.org"})
    mail = await world.services.database.pool.fetchval("SELECT id FROM mails WHERE kind = 'sign_in'")
    assert mail is not None
    assert "No mail yet" in (await world.page("GET", "/outbox")).text
    for path in (f"/outbox/{mail}", f"/outbox/{mail}/html"):
        assert (await world.page("GET", path)).status_code == 404


async def test_what_was_sent_or_refused_says_so(world: World) -> None:
    mail = await written(world)
    for change, words in (
        ("sent_at = now()", "Sent"),
        ("sent_at = NULL, failure = 'No such user'", "Could not be sent"),
    ):
        await world.services.database.pool.execute(f"UPDATE mails SET {change}")
        assert words in (await world.page("GET", "/outbox")).text
    assert "No such user" in (await world.page("GET", f"/outbox/{mail}")).text
