"""Messages: written with their event, signed, tried again, logged."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from conftest import Post
from fakes.receiver import Received, Receiver
from vivavoce.webhooks.deliveries import DELAYS, JITTER, forget_old_deliveries
from vivavoce.worker import work
from world import START, World

DOCUMENT = Path(__file__).parents[2] / "docs" / "api" / "webhooks.md"


def signature(secret: str, message: Received) -> str:
    """By the letter of the specification, without the library."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = (
        f"{message.headers['webhook-id']}.{message.headers['webhook-timestamp']}.".encode() + message.body
    )
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


async def test_a_message_is_signed_thin_and_small(world: World, post: Post, receiver: Receiver) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    interview = await world.interview()
    assert await post.deliver() == 1
    message = receiver.received[0]
    assert message.headers["content-type"] == "application/json"
    assert message.headers["webhook-id"].startswith("msg_")
    assert message.headers["webhook-timestamp"] == str(int(START.timestamp()))
    assert message.headers["webhook-signature"] == signature(webhook["secret"], message)
    assert json.loads(message.body) == {
        "type": "interview.created",
        "timestamp": "2026-03-01T09:00:00Z",
        "data": {
            "id": interview["id"],
            "status": "DRAFT",
            "completion": None,
            "candidateId": interview["candidateId"],
            "jobId": interview["jobId"],
            "mode": "live",
        },
    }
    [logged] = await post.log(webhook["id"])
    assert logged["messageId"] == message.headers["webhook-id"]
    assert (logged["status"], logged["nextAttemptAt"]) == ("DELIVERED", None)
    [attempt] = logged["attempts"]
    assert (attempt["at"], attempt["responseStatus"], attempt["failure"]) == (
        "2026-03-01T09:00:00Z",
        200,
        None,
    )


async def test_the_whole_way_of_an_interview_is_told_in_order_and_says_nothing_of_the_person(
    world: World, post: Post, receiver: Receiver
) -> None:
    await post.webhook(receiver.address())
    interview = await world.interview()
    link = interview["invitationUrl"].removeprefix("http://testserver")
    page = (await world.http.get(link)).text
    consent = re.search(r'name="consent" value="([^"]+)"', page)
    assert consent
    await world.http.post(f"{link}/consent", data={"consent": consent[1], "agreed": "yes"})
    for _ in range(2):
        assert (await world.http.post(f"{link}/join")).status_code == 200
    path = f"/api/interviews/{interview['id']}"
    lease = (await world.call("POST", f"{path}/lease", agent=True, json={"holder": "a"})).json()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    await world.post_turn(interview["id"], 2, "candidate", "Because.")
    given_back = {"generation": lease["generation"], "release": True}
    await world.call("POST", f"{path}/lease", agent=True, json=given_back)
    await world.call("POST", f"{path}/lease", agent=True, json={"holder": "b"})
    await world.call("POST", f"{path}/finalize", agent=True)
    await post.deliver()
    told = [json.loads(message.body) for message in receiver.received]
    assert [(one["type"], one["data"]["status"]) for one in told] == [
        ("interview.created", "DRAFT"),
        ("interview.invited", "INVITED"),
        ("interview.consented", "INVITED"),
        ("interview.opened", "INVITED"),
        ("interview.started", "IN_PROGRESS"),
        ("interview.interrupted", "IN_PROGRESS"),
        ("interview.resumed", "IN_PROGRESS"),
        ("interview.completed", "COMPLETED"),
    ]
    assert told[-1]["data"]["completion"] == "FULL"
    sent = " ".join(f"{message.headers} {message.body!r}" for message in receiver.received)
    for personal in ("Ada", "Lovelace", "ada@example.org", "Because", "Why?"):
        assert personal not in sent


async def test_a_report_is_told_of_with_its_state(
    world: World, post: Post, receiver: Receiver, dsn: str
) -> None:
    await post.webhook(receiver.address(), events=["report.ready"])
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "candidate", "I wrote a compiler.")
    closed = await world.call("POST", f"/api/interviews/{interview['id']}/finalize", agent=True)
    working = asyncio.create_task(work(world.services, dsn))
    try:
        async with asyncio.timeout(20):
            await receiver.arrived.wait()
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
    told = json.loads(receiver.received[0].body)
    assert told["type"] == "report.ready"
    assert told["data"]["id"] == closed.json()["reportId"]
    assert (told["data"]["status"], told["data"]["interviewId"]) == ("READY", interview["id"])


async def test_only_what_was_asked_for_is_sent_and_only_to_the_own_organization(
    world: World, post: Post
) -> None:
    some = await post.webhook(events=["interview.cancelled", "interview.invited"])
    every = await post.webhook()
    answer = await world.call(
        "POST", "/api/v1/webhooks", key=world.stranger_key, json={"url": "https://a.example"}
    )
    await world.interview()
    assert [one["type"] for one in await post.log(some["id"])] == ["interview.invited"]
    log = await post.log(every["id"])
    assert [one["type"] for one in log] == ["interview.created", "interview.invited"]
    assert log[1]["messageId"] == (await post.log(some["id"]))[0]["messageId"]
    strangers = await world.services.database.pool.fetchval(
        "SELECT count(*) FROM webhook_deliveries WHERE webhook_id = $1", answer.json()["id"]
    )
    assert strangers == 0


async def test_single_turns_are_told_to_nobody(world: World, post: Post) -> None:
    interview = await world.interview(sendInvite=False)
    webhook = await post.webhook()
    for number in (1, 2, 3):
        await world.post_turn(interview["id"], number, "agent", "Hm.")
    assert [one["type"] for one in await post.log(webhook["id"])] == ["interview.started"]


async def test_a_rollback_takes_the_message_with_it(world: World, post: Post) -> None:
    webhook = await post.webhook()
    body = {"candidateId": "cand_none", "jobId": "job_none"}
    assert (await world.call("POST", "/api/v1/interviews", json=body)).status_code == 422
    assert await post.log(webhook["id"]) == []
    assert await post.deliver() == 0


async def test_a_failed_message_is_tried_by_the_schedule_and_then_given_up(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    receiver.answers = [(500, {})] * 20
    await world.interview()
    assert await post.deliver() == 1
    for number, delay in enumerate(DELAYS[1:], start=2):
        [logged] = await post.log(webhook["id"])
        wait = datetime.fromisoformat(logged["nextAttemptAt"]) - world.clock()
        assert delay <= wait <= delay * (1 + JITTER)
        world.clock.at += wait - timedelta(milliseconds=1)
        assert await post.deliver() == 0
        world.clock.forward(milliseconds=2)
        assert await post.deliver() == 1
        assert len(receiver.received) == number
    [logged] = await post.log(webhook["id"], status="FAILED")
    assert (len(logged["attempts"]), logged["nextAttemptAt"]) == (10, None)
    assert logged["attempts"][-1]["failure"] == "The answer was 500."
    assert await post.deliver() == 0
    assert len({message.headers["webhook-id"] for message in receiver.received}) == 1
    assert len({message.headers["webhook-timestamp"] for message in receiver.received}) == 10
    assert sum(DELAYS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5), (
        "as the specification has it"
    )


async def test_an_attempt_that_is_made_twice_is_logged_once(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    await world.interview()
    pool = world.services.database.pool
    await pool.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " SELECT queue_name, task_name, args FROM procrastinate_jobs WHERE task_name = 'webhook.deliver'"
    )
    assert await post.deliver() == 2
    [logged] = await post.log(webhook["id"])
    assert (len(receiver.received), len(logged["attempts"])) == (1, 1)


@pytest.mark.parametrize("asked", ["7200", "Sun, 01 Mar 2026 11:00:00 GMT"])
async def test_the_receiver_may_ask_for_more_time(
    world: World, post: Post, receiver: Receiver, asked: str
) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    receiver.answers = [(503, {"Retry-After": asked})]
    await world.interview()
    await post.deliver()
    [logged] = await post.log(webhook["id"])
    assert logged["nextAttemptAt"] == "2026-03-01T11:00:00Z"


@pytest.mark.parametrize(
    "asked",
    [
        "99999999999",
        "-5",
        "soon",
        "999999999",
        f"Mon, 02 Mar 2026 09:00:00 +{'9' * 20}",
        f"Mon, {'9' * 20} Mar 2026 9:00",
    ],
)
async def test_what_it_asks_for_has_a_bound(world: World, post: Post, receiver: Receiver, asked: str) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    receiver.answers = [(429, {"Retry-After": asked})]
    await world.interview()
    await post.deliver()
    [logged] = await post.log(webhook["id"])
    wait = datetime.fromisoformat(logged["nextAttemptAt"]) - world.clock()
    assert timedelta(seconds=5) <= wait <= timedelta(hours=24)


async def test_gone_disables_the_endpoint_and_what_was_still_to_come(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook(receiver.address())
    receiver.answers = [(410, {})]
    await world.interview()
    assert await post.deliver() == 2
    assert len(receiver.received) == 1
    read = await post.read(webhook["id"])
    assert (read["enabled"], read["disabledReason"]) == (False, "GONE")
    assert [one["status"] for one in await post.log(webhook["id"])] == ["FAILED", "FAILED"]
    await world.interview("grace@example.org")
    assert len(await post.log(webhook["id"])) == 2, "a disabled one is told of nothing"


async def test_who_keeps_webhooks_is_told_of_one_that_is_disabled(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook(f"{receiver.address()}?token=s3cret", events=["interview.created"])
    receiver.answers = [(410, {})]
    await world.interview()
    await post.deliver()
    pool = world.services.database.pool
    told = await pool.fetch(
        "SELECT id, recipient, subject, text, html FROM mails WHERE kind = 'webhook_disabled'"
    )
    keepers = await pool.fetch(
        "SELECT email FROM members WHERE organization_id = $1 AND role IN ('OWNER', 'ADMINISTRATOR')",
        world.organization_id,
    )
    assert {one["recipient"] for one in told} == {one["email"] for one in keepers}
    assert not [one for one in told if "s3cret" in one["text"] + one["html"] + one["subject"]]
    page = await world.page("GET", f"/outbox/{told[0]['id']}")
    assert f"/settings/webhooks/{webhook['id']}" in page.text
    await world.call("DELETE", f"/api/v1/webhooks/{webhook['id']}")
    assert await pool.fetchval("SELECT count(*) FROM mails WHERE kind = 'webhook_disabled'") == 0


async def test_days_of_only_failures_disable_it_and_one_success_forgives_all(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])

    async def attempt(status: int, email: str) -> dict[str, Any]:
        receiver.answers = [(status, {})]
        await world.interview(email)
        await world.services.database.pool.execute(
            "DELETE FROM procrastinate_jobs WHERE scheduled_at IS NOT NULL"
        )
        await post.deliver()
        return await post.read(webhook["id"])

    assert (await attempt(500, "a@example.org"))["failingSince"] == "2026-03-01T09:00:00Z"
    world.clock.forward(days=4, hours=23)
    assert (await attempt(200, "b@example.org"))["failingSince"] is None
    assert (await attempt(500, "c@example.org"))["enabled"]
    world.clock.forward(days=4, hours=23)
    assert (await attempt(500, "d@example.org"))["enabled"]
    world.clock.forward(hours=1)
    last = await attempt(500, "e@example.org")
    assert (last["enabled"], last["disabledReason"]) == (False, "FAILING")
    assert await world.services.database.pool.fetchval(
        "SELECT bool_and(text LIKE '%failed for five days%') FROM mails WHERE kind = 'webhook_disabled'"
    )


async def test_a_message_is_replayed_with_the_same_id(world: World, post: Post, receiver: Receiver) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    await world.interview()
    await post.deliver()
    [first] = await post.log(webhook["id"])
    path = f"/api/v1/webhooks/{webhook['id']}/deliveries/{first['id']}/replay"
    answer = await world.call("POST", path)
    assert (answer.status_code, answer.json()["status"], answer.json()["replayed"]) == (201, "PENDING", True)
    await post.deliver()
    one, two = receiver.received
    assert (one.headers["webhook-id"], one.body) == (two.headers["webhook-id"], two.body)
    assert [entry["status"] for entry in await post.log(webhook["id"])] == ["DELIVERED", "DELIVERED"]
    other = await post.webhook()
    assert (await world.call("POST", path.replace(webhook["id"], other["id"]))).status_code == 404


async def test_a_test_message_goes_to_the_endpoint_it_was_asked_for(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook(receiver.address(), events=["report.ready"])
    other = await post.webhook()
    answer = await world.call("POST", f"/api/v1/webhooks/{webhook['id']}/test")
    assert answer.status_code == 201
    await post.deliver()
    told = json.loads(receiver.received[0].body)
    assert (told["type"], told["data"]) == ("webhook.test", {"id": webhook["id"]})
    assert [one["type"] for one in await post.log(webhook["id"], type="webhook.test")] == ["webhook.test"]
    assert await post.log(other["id"]) == []


async def test_a_disabled_endpoint_takes_no_test_and_no_replay(world: World, post: Post) -> None:
    webhook = await post.webhook(events=["interview.created"])
    await world.interview()
    [logged] = await post.log(webhook["id"])
    path = f"/api/v1/webhooks/{webhook['id']}"
    await world.call("PATCH", path, json={"enabled": False})
    for address in (f"{path}/test", f"{path}/deliveries/{logged['id']}/replay"):
        answer = await world.call("POST", address)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "WEBHOOK_DISABLED")


async def test_a_new_address_takes_what_is_still_to_come(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook("https://hooks.example.org/", events=["interview.created"])
    await world.interview()
    await world.call("PATCH", f"/api/v1/webhooks/{webhook['id']}", json={"url": receiver.address()})
    await post.deliver()
    assert len(receiver.received) == 1


async def test_what_speaks_of_a_person_goes_with_them_and_that_they_went_is_told(
    world: World, post: Post, receiver: Receiver
) -> None:
    webhook = await post.webhook(receiver.address())
    await world.call("POST", f"/api/v1/webhooks/{webhook['id']}/test")
    interview = await world.interview()
    erased = await world.call("DELETE", f"/api/v1/candidates/{interview['candidateId']}")
    assert erased.status_code == 200
    log = await post.log(webhook["id"])
    assert [one["type"] for one in log] == ["webhook.test", "candidate.erased"]
    assert log[1]["data"] == {"id": interview["candidateId"]}
    await post.deliver()
    assert len(receiver.received) == 2


async def test_the_log_is_kept_for_thirty_days(world: World, post: Post, receiver: Receiver) -> None:
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    await world.interview()
    await post.deliver()
    world.clock.forward(days=30)
    await forget_old_deliveries(world.services)
    assert len(await post.log(webhook["id"])) == 1
    world.clock.forward(seconds=1)
    await forget_old_deliveries(world.services)
    assert await post.log(webhook["id"]) == []


@pytest.mark.parametrize("name", ["receive", "receive_by_hand"])
async def test_what_the_guide_shows_verifies_and_refuses(
    world: World, post: Post, receiver: Receiver, name: str
) -> None:
    world.clock.at = datetime.now(UTC)
    shown: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL):
        exec(code, shown)
    webhook = await post.webhook(receiver.address(), events=["interview.created"])
    await world.interview()
    await post.deliver()
    [message] = receiver.received
    verified = shown[name](webhook["secret"], message.headers, message.body)
    assert verified["type"] == "interview.created"
    assert verified == Verifier(webhook["secret"]).verify(message.body, message.headers)
    other = (await post.webhook())["secret"]
    assert shown[name](other, message.headers, message.body) is None
    assert shown[name](webhook["secret"], message.headers, message.body + b" ") is None
    for stale in (-400, 400):
        at = str(int(message.headers["webhook-timestamp"]) + stale)
        message.headers["webhook-signature"] = signature(
            webhook["secret"], Received("", message.headers | {"webhook-timestamp": at}, message.body)
        )
        assert (
            shown[name](webhook["secret"], message.headers | {"webhook-timestamp": at}, message.body) is None
        )
