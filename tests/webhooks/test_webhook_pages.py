"""The administrator's pages of webhooks."""

import re

from conftest import Post
from fakes.receiver import Receiver
from vivavoce.web.webhook_views import WORDS
from vivavoce.webhooks.kinds import KINDS
from world import World

PATH = "/settings/webhooks"
FORM = {"url": "https://hooks.example.org/vivavoce", "description": "Our ATS", "told": "all"}


def test_every_kind_has_its_words() -> None:
    assert tuple(WORDS) == KINDS


async def test_a_webhook_is_made_and_its_secret_shown_this_once(world: World, post: Post) -> None:
    assert "No webhooks yet" in (await world.page("GET", PATH)).text
    made = await world.page("POST", PATH, member="ADMINISTRATOR", data=FORM)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    secret = re.search(r'value="(whsec_[^"]+)"', made.text)
    assert secret
    listed = (await world.page("GET", PATH)).text
    assert FORM["url"] in listed
    assert "Everything" in listed
    [webhook] = (await world.call("GET", "/api/v1/webhooks")).json()["data"]
    assert (webhook["url"], webhook["description"], webhook["events"]) == (FORM["url"], "Our ATS", None)
    page = (await world.page("GET", f"{PATH}/{webhook['id']}")).text
    assert secret[1] not in page + listed


async def test_faults_are_shown_all_at_once_with_what_was_entered(world: World) -> None:
    form = {"url": "https://10.0.0.1/<b>", "description": "x" * 201, "told": "some"}
    answer = await world.page("POST", PATH, data=form)
    assert answer.status_code == 422
    for words in ("no web address", "at most 200 characters", "Tick at least one thing"):
        assert words in answer.text
    assert "&lt;b&gt;" in answer.text
    assert (await world.call("GET", "/api/v1/webhooks")).json()["data"] == []


async def test_what_it_is_told_of_is_changed_on_its_page(world: World, post: Post) -> None:
    made = await post.webhook(events=["report.ready", "candidate.erased"])
    form = (await world.page("GET", f"{PATH}/{made['id']}/change")).text
    assert re.findall(r'name="([a-z.]+)" value="yes" checked', form) == ["report.ready", "candidate.erased"]
    changed = {"url": "https://hooks.example.org/2", "told": "some", "interview.completed": "yes"}
    answer = await world.page("POST", f"{PATH}/{made['id']}", data=changed)
    assert answer.headers["location"] == f"{PATH}/{made['id']}?done=changed"
    read = await post.read(made["id"])
    assert (read["url"], read["events"], read["description"]) == (
        changed["url"],
        ["interview.completed"],
        None,
    )
    wrong = await world.page("POST", f"{PATH}/{made['id']}", data={"told": "all"})
    assert (wrong.status_code, "Enter the address" in wrong.text) == (422, True)


async def test_the_log_shows_how_each_message_went_and_sends_it_again(
    world: World, post: Post, receiver: Receiver
) -> None:
    made = await post.webhook(receiver.address(), events=["interview.created"])
    receiver.answers = [(500, {}), (200, {}), (200, {})]
    await world.interview()
    await post.deliver()
    page = (await world.page("GET", f"{PATH}/{made['id']}")).text
    for words in ("An interview was made", "Under way", "The answer was 500.", "Again at", "Failing"):
        assert words in page
    for _ in range(2):
        world.clock.forward(seconds=6)
        await post.deliver()
    page = (await world.page("GET", f"{PATH}/{made['id']}")).text
    assert "Delivered" in page
    again = re.search(r'action="([^"]+/replay)"', page)
    assert again
    answer = await world.page("POST", again[1])
    assert "on its way once more" in (await world.page("GET", answer.headers["location"])).text
    await post.deliver()
    page = (await world.page("GET", f"{PATH}/{made['id']}")).text
    assert (page.count("Delivered"), "sent again" in page) == (2, True)
    for personal in ("Ada", "Lovelace", "ada@example.org"):
        assert personal not in page


async def test_test_disable_enable_rotate_and_delete(world: World, post: Post, receiver: Receiver) -> None:
    made = await post.webhook(receiver.address())
    path = f"{PATH}/{made['id']}"
    await world.page("POST", f"{path}/test")
    await post.deliver()
    assert "Test message" in (await world.page("GET", path)).text
    await world.page("POST", f"{path}/disabling")
    page = (await world.page("GET", path)).text
    assert ("Disabled" in page, f"{path}/test" in page, "/replay" in page) == (True, False, False)
    assert (await world.page("POST", f"{path}/test")).status_code == 409
    await world.page("POST", f"{path}/enabling")
    assert (await post.read(made["id"]))["enabled"]
    rotated = await world.page("POST", f"{path}/secret")
    assert rotated.status_code == 201
    assert "whsec_" in rotated.text
    assert made["secret"] not in rotated.text
    assert "2\N{NO-BREAK SPACE}March 2026" in rotated.text
    answer = await world.page("POST", f"{path}/deletion")
    assert "The webhook is deleted" in (await world.page("GET", answer.headers["location"])).text
    assert (await world.page("GET", path)).status_code == 404


async def test_why_it_was_disabled_is_said(world: World, post: Post, receiver: Receiver) -> None:
    made = await post.webhook(receiver.address(), events=["interview.created"])
    receiver.answers = [(410, {})]
    await world.interview()
    await post.deliver()
    assert "nothing there any more (410)" in (await world.page("GET", f"{PATH}/{made['id']}")).text
