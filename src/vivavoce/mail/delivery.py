"""Delivers a stored mail; without a mail server it stays in the outbox."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiosmtplib

from vivavoce.interviews.links import invitation_url
from vivavoce.mail.outbox import LINK, Mail, is_of_use, read_unsent
from vivavoce.mail.smtp import Mailer
from vivavoce.organizations.sign_in import sign_in_url
from vivavoce.settings import Settings

if TYPE_CHECKING:
    from vivavoce.wiring import Services

PERMANENT = 500
OUTDATED = "Not sent: the interview that it invites to is over, or has a newer link."


async def deliver(services: "Services", mail_id: str, *, final: bool) -> None:
    """Send it unless it was sent; a server's final no is kept with the mail, anything else is tried again.

    An invitation stays once nobody can follow it any more: cancelled, expired, or replaced by a newer one.
    """
    if services.mailer is None:
        return
    mail = await read_unsent(services.database, mail_id)
    if mail is None:
        return
    failure: str | None = OUTDATED
    if await is_of_use(services.database, mail, at=services.clock()):
        failure = await _send(services.mailer, _message(services.settings, mail), final=final)
    await services.database.pool.execute(
        "UPDATE mails SET sent_at = CASE WHEN $2::text IS NULL THEN $3::timestamptz END, failure = $2 WHERE id = $1",
        mail_id,
        failure,
        services.clock(),
    )


async def _send(mailer: Mailer, message: EmailMessage, *, final: bool) -> str | None:
    """Why it was not sent. Raises what may pass, but for the `final` try."""
    try:
        await mailer.send(message)
    except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as fault:
        refused = fault.recipients[0] if isinstance(fault, aiosmtplib.SMTPRecipientsRefused) else fault
        if refused.code < PERMANENT and not final:
            raise refused from None
        return refused.message
    except (aiosmtplib.SMTPException, OSError) as fault:
        if not final:
            raise
        return f"The mail server could not be reached ({type(fault).__name__})."
    return None


def link_of(settings: Settings, mail: Mail) -> str:
    """The link that the mail's mark stands for."""
    if mail.sign_in_link_id is not None:
        return sign_in_url(settings, mail.sign_in_link_id)
    if mail.webhook_id is not None:
        return f"{settings.public_url}/settings/webhooks/{mail.webhook_id}"
    assert mail.interview_id is not None
    assert mail.link_generation is not None
    return invitation_url(settings, mail.interview_id, mail.link_generation)


def _message(settings: Settings, mail: Mail) -> EmailMessage:
    link = link_of(settings, mail)
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = formatdate(mail.created_at.timestamp())
    message["Message-ID"] = make_msgid(mail.id, urlsplit(settings.public_url).hostname)
    message.set_content(mail.text.replace(LINK, link))
    message.add_alternative(mail.html.replace(LINK, link), subtype="html")
    return message
