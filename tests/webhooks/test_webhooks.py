"""Endpoints: made with a secret that is told once, changed, disabled, enabled, deleted."""

import base64
from ipaddress import ip_network
from typing import Any

import pytest
from test_deliveries import signature

from conftest import Post
from fakes.receiver import Receiver
from vivavoce.settings import Settings
from vivavoce.webhooks.webhooks import MAX_ENDPOINTS
from world import World

PATH = "/api/v1/webhooks"


async def refused_url(world: World, url: str) -> Any:
    answer = await world.call("POST", PATH, json={"url": url})
    assert answer.status_code == 422, (url, answer.text)
    [field] = answer.json()["error"]["fields"]
    assert field["path"] == "url"
    return field["message"]


async def test_the_secret_is_told_once_and_stored_nowhere(world: World, post: Post) -> None:
    made = await post.webhook(description="Our ATS")
    assert made["secret"].startswith("whsec_")
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    read = await post.read(made["id"])
    assert "secret" not in read
    assert read == {name: value for name, value in made.items() if name != "secret"}
    [listed] = (await world.call("GET", PATH)).json()["data"]
    assert listed == read
    row = await world.services.database.pool.fetchval("SELECT w::text FROM webhooks w")
    assert made["secret"].removeprefix("whsec_") not in row


async def test_what_it_is_told_of_is_kept_in_order_and_once(world: World, post: Post) -> None:
    made = await post.webhook(events=["report.ready", "interview.created", "report.ready"])
    assert made["events"] == ["interview.created", "report.ready"]
    changed = await world.call("PATCH", f"{PATH}/{made['id']}", json={"events": None, "description": "x"})
    assert (changed.json()["events"], changed.json()["description"]) == (None, "x")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "url"),
        ({"url": "https://a.example", "events": []}, "events"),
        ({"url": "https://a.example", "events": ["turn.recorded"]}, "events.0"),
        ({"url": "https://a.example", "secret": "whsec_mine"}, "secret"),
        ({"url": "https://a.example/" + "x" * 2_000}, "url"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_place(world: World, body: Any, path: str) -> None:
    answer = await world.call("POST", PATH, json=body)
    assert (answer.status_code, answer.json()["error"]["fields"][0]["path"]) == (400, path)


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example.org",
        "https://",
        "https:///path",
        "ftp://hooks.example.org/",
        "javascript:alert(1)",
        "https://user:password@hooks.example.org/",
        "https://hooks.example.org/#there",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org\\@10.0.0.1/",
        "https://hooks.exämple.org/",
        "https://[::1/",
    ],
)
async def test_only_web_addresses_are_taken(world: World, url: str) -> None:
    await refused_url(world, url)


async def test_without_named_networks_it_is_https_to_public_addresses(
    world: World, settings: Settings
) -> None:
    assert settings.webhook_networks == (ip_network("127.0.0.0/8"),)
    for host in ("10.0.0.1", "167772161", "0xa.1", "012.0.0.1", "0", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]"):
        assert "not a public one" in await refused_url(world, f"https://{host}/"), host
    assert (await world.call("POST", PATH, json={"url": "http://127.0.0.1/"})).status_code == 201


async def test_an_organization_has_a_bounded_number(world: World, post: Post) -> None:
    for number in range(MAX_ENDPOINTS):
        await post.webhook(f"https://hooks.example.org/{number}")
    answer = await world.call("POST", PATH, json={"url": "https://hooks.example.org/"})
    assert answer.status_code == 409
    theirs = await world.call("POST", PATH, key=world.stranger_key, json={"url": "https://a.example"})
    assert theirs.status_code == 201


async def test_disabled_by_hand_it_is_told_of_nothing_until_it_is_enabled(world: World, post: Post) -> None:
    made = await post.webhook(events=["interview.created"])
    path = f"{PATH}/{made['id']}"
    await world.interview("a@example.org")
    off = (await world.call("PATCH", path, json={"enabled": False})).json()
    assert (off["enabled"], off["disabledReason"], off["disabledAt"]) == (
        False,
        "BY_HAND",
        "2026-03-01T09:00:00Z",
    )
    assert [one["status"] for one in await post.log(made["id"])] == ["FAILED"]
    await world.interview("b@example.org")
    on = (await world.call("PATCH", path, json={"enabled": True})).json()
    assert (on["enabled"], on["disabledReason"], on["disabledAt"]) == (True, None, None)
    await world.interview("c@example.org")
    assert [one["status"] for one in await post.log(made["id"])] == ["FAILED", "PENDING"]


async def test_a_rotated_secret_signs_beside_the_one_before_for_a_day(
    world: World, post: Post, receiver: Receiver
) -> None:
    made = await post.webhook(receiver.address())
    path = f"{PATH}/{made['id']}"

    async def signatures() -> list[str]:
        await world.call("POST", f"{path}/test")
        await post.deliver()
        return receiver.received[-1].headers["webhook-signature"].split(" ")

    first = made["secret"]
    rotated = (await world.call("POST", f"{path}/secret")).json()
    second = rotated["secret"]
    assert second != first
    assert rotated["earlierSecretUntil"] == "2026-03-02T09:00:00Z"
    both = await signatures()
    assert both == [signature(second, receiver.received[-1]), signature(first, receiver.received[-1])]
    third = (await world.call("POST", f"{path}/secret")).json()["secret"]
    both = await signatures()
    assert both == [signature(third, receiver.received[-1]), signature(second, receiver.received[-1])]
    world.clock.forward(hours=24)
    assert await signatures() == [signature(third, receiver.received[-1])]
    assert (await post.read(made["id"]))["earlierSecretUntil"] is None


async def test_deleted_it_is_gone_with_its_log(world: World, post: Post) -> None:
    made = await post.webhook()
    await world.interview()
    answer = await world.call("DELETE", f"{PATH}/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await world.call("GET", f"{PATH}/{made['id']}")).status_code == 404
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM webhook_deliveries") == 0
    assert await post.deliver() == 2, "their tasks find nothing to do"
