"""Delivers a stored mail; without a mail server it stays in the outbox."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiosmtplib

from vivavoce.interviews.links import invitation_url
from vivavoce.mail.outbox import LINK, Mail, read_unsent
from vivavoce.organizations.sign_in import sign_in_url
from vivavoce.settings import Settings

if TYPE_CHECKING:
    from vivavoce.wiring import Services

PERMANENT = 500


async def deliver(services: "Services", mail_id: str, *, final: bool) -> None:
    """Send it unless it was sent; a server's final no is kept with the mail, anything else is tried again."""
    if services.mailer is None:
        return
    mail = await read_unsent(services.database, mail_id)
    if mail is None:
        return
    failure = None
    try:
        await services.mailer.send(_message(services.settings, mail))
    except aiosmtplib.SMTPRecipientsRefused as refused:
        failure = refused.recipients[0].message
    except aiosmtplib.SMTPResponseException as refused:
        if refused.code < PERMANENT and not final:
            raise
        failure = refused.message
    except (aiosmtplib.SMTPException, OSError) as fault:
        if not final:
            raise
        failure = f"The mail server could not be reached ({type(fault).__name__})."
    await services.database.pool.execute(
        "UPDATE mails SET sent_at = CASE WHEN $2::text IS NULL THEN $3::timestamptz END, failure = $2 WHERE id = $1",
        mail_id,
        failure,
        services.clock(),
    )


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
