"""Mail leaves through a real SMTP conversation, once; without a server it stays in the outbox."""

import asyncio
import dataclasses
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from vivavoce.mail.delivery import deliver
from vivavoce.mail.smtp import SmtpMailer
from world import World


class Postbox:
    """Takes mail, or answers as the script says."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.answer = "250 OK"

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


async def test_a_final_no_is_kept_with_the_mail_and_a_passing_one_is_tried_again(
    world: World, postbox: tuple[Postbox, SmtpMailer]
) -> None:
    box, mailer = postbox
    await world.interview()
    stored = await mail_of(world)
    with_server = dataclasses.replace(world.services, mailer=mailer)
    box.answer = "451 try later"
    with pytest.raises(Exception, match="try later"):
        await deliver(with_server, stored["id"], final=False)
    assert (await mail_of(world))["failure"] is None
    box.answer = "550 no such person"
    await deliver(with_server, stored["id"], final=False)
    assert "no such person" in (await mail_of(world))["failure"]


async def test_without_a_server_mail_waits_in_the_outbox(world: World) -> None:
    await world.interview()
    stored = await mail_of(world)
    await deliver(world.services, stored["id"], final=True)
    assert (stored["sent_at"], (await mail_of(world))["sent_at"]) == (None, None)
