"""Mail leaves through a real SMTP conversation, once; without a server it stays in the outbox."""

import asyncio
import dataclasses
import email
import email.policy
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from vivavoce.mail.delivery import deliver
from vivavoce.mail.smtp import SmtpMailer
from vivavoce.worker import work
from world import World

PATIENCE = 20.0


class Postbox:
    """Takes mail, or answers as the script says."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answer = "250 OK"
        self.answer_to_recipient = "250 OK"

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, ___: Any) -> str:  # noqa: N802 - the library's name
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        if self.answer.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
        return self.answer


@pytest.fixture
async def postbox() -> AsyncIterator[tuple[Postbox, SmtpMailer]]:
    box = Postbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    async with server:
        yield box, SmtpMailer(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")


async def mail_of(world: World) -> Any:
    return await world.services.database.pool.fetchrow("SELECT * FROM mails ORDER BY id DESC LIMIT 1")


async def test_the_invitation_leaves_as_text_and_html_with_the_link_that_is_not_stored(
    world: World, postbox: tuple[Postbox, SmtpMailer]
) -> None:
    box, mailer = postbox
    interview = await world.interview()
    stored = await mail_of(world)
    assert interview["invitationUrl"] not in stored["text"] + stored["html"]
    with_server = dataclasses.replace(world.services, mailer=mailer)
    await deliver(with_server, stored["id"], final=False)
    await deliver(with_server, stored["id"], final=False)
    assert len(box.received) == 1
    message = box.received[0]
    assert message["To"] == "ada@example.org"
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        text = body.get_content()
        assert interview["invitationUrl"] in text
        assert "Analytical Engines" in text
        assert "AI" in text
    assert (await mail_of(world))["sent_at"] == world.clock()


@pytest.mark.parametrize("to", ["answer", "answer_to_recipient"])
async def test_a_final_no_is_kept_with_the_mail_and_a_passing_one_is_tried_again(
    world: World, postbox: tuple[Postbox, SmtpMailer], to: str
) -> None:
    """Of the whole mail, and of the recipient alone: a server may know nobody yet."""
    box, mailer = postbox
    await world.interview()
    stored = await mail_of(world)
    with_server = dataclasses.replace(world.services, mailer=mailer)
    setattr(box, to, "451 try later")
    with pytest.raises(Exception, match="try later"):
        await deliver(with_server, stored["id"], final=False)
    assert (await mail_of(world))["failure"] is None
    setattr(box, to, "550 no such person")
    await deliver(with_server, stored["id"], final=False)
    assert "no such person" in (await mail_of(world))["failure"]
    assert box.received == []


@pytest.mark.parametrize("meanwhile", ["cancelled", "invited again", "expired"])
async def test_an_invitation_that_nobody_can_follow_any_more_does_not_leave(
    world: World, postbox: tuple[Postbox, SmtpMailer], meanwhile: str
) -> None:
    box, mailer = postbox
    interview = await world.interview()
    stored = await mail_of(world)
    path = f"/api/v1/interviews/{interview['id']}"
    if meanwhile == "cancelled":
        await world.call("POST", f"{path}/cancellation")
    elif meanwhile == "invited again":
        await world.call("POST", f"{path}/invitation")
    else:
        world.clock.forward(days=8)
    await deliver(dataclasses.replace(world.services, mailer=mailer), stored["id"], final=False)
    assert box.received == []
    shown = await world.page("GET", f"/outbox/{stored['id']}")
    assert "Not sent: the interview that it invites to is over, or has a newer link." in shown.text


async def test_without_a_server_mail_waits_in_the_outbox(world: World) -> None:
    await world.interview()
    stored = await mail_of(world)
    await deliver(world.services, stored["id"], final=True)
    assert (stored["sent_at"], (await mail_of(world))["sent_at"]) == (None, None)


async def test_a_server_that_is_away_for_an_hour_loses_no_mail(world: World, dsn: str) -> None:
    await world.interview()
    pool = world.services.database.pool
    await pool.execute("UPDATE procrastinate_jobs SET attempts = 10 WHERE task_name = 'mail.deliver'")
    away = dataclasses.replace(world.services, mailer=SmtpMailer("smtp://127.0.0.1:1"))
    working = asyncio.create_task(work(away, dsn))
    select = "SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = 'mail.deliver' AND attempts = 11"
    async with asyncio.timeout(PATIENCE):
        while True:
            if again_at := await pool.fetchval(select):
                break
            await asyncio.sleep(0.02)
    working.cancel()
    await asyncio.wait([working])
    assert again_at > datetime.now(UTC)
    assert (await mail_of(world))["failure"] is None
