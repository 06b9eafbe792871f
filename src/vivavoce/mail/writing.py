"""Writes the mails that leave: from what is stored, with a mark where the link goes."""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from vivavoce.database.pool import Connection
from vivavoce.mail.outbox import LINK, write_mail
from vivavoce.mail.views import Invitation, SignIn, WebhookDisabled, Welcome, compose
from vivavoce.organizations.contact import contact_of
from vivavoce.settings import Settings


async def write_invitation(
    connection: Connection, settings: Settings, interview_id: str, link_generation: int, *, at: datetime
) -> None:
    row = await connection.fetchrow(
        "SELECT x.organization_id, x.language, x.expires_at, o.name AS organization, j.title, c.first_name, c.email,"
        " a.name AS agent, (v.body->>'durationMinutes')::integer AS minutes FROM interviews x"
        " JOIN organizations o ON o.id = x.organization_id JOIN jobs j ON j.id = x.job_id"
        " JOIN candidates c ON c.id = x.candidate_id JOIN interview_configs g ON g.id = x.config_id"
        " JOIN interview_config_versions v ON v.config_id = g.id AND v.version = coalesce(x.config_version, g.version)"
        " JOIN agents a ON a.id = v.agent_id WHERE x.id = $1",
        interview_id,
    )
    assert row is not None
    contact = await contact_of(connection, row["organization_id"], parseaddr(settings.mail_from)[1])
    letter = compose(
        Invitation(
            language=row["language"],
            organization=row["organization"],
            job_title=row["title"],
            first_name=row["first_name"] or "",
            interviewer=row["agent"],
            minutes=row["minutes"],
            expires_at=row["expires_at"],
            link=LINK,
            contact_name=contact.name,
            contact_email=contact.email,
        )
    )
    await write_mail(
        connection,
        row["organization_id"],
        "invitation",
        row["email"],
        letter,
        at=at,
        interview_id=interview_id,
        link_generation=link_generation,
    )


async def write_sign_in(
    connection: Connection,
    *,
    organization_id: str,
    organization: str,
    recipient: str,
    link_id: str,
    minutes: int,
    at: datetime,
) -> None:
    letter = compose(
        SignIn(language="en", organization=organization, email=recipient, link=LINK, minutes=minutes)
    )
    await write_mail(
        connection, organization_id, "sign_in", recipient, letter, at=at, sign_in_link_id=link_id
    )


async def write_welcome(
    connection: Connection,
    *,
    organization_id: str,
    organization: str,
    recipient: str,
    link_id: str,
    days: int,
    at: datetime,
) -> None:
    letter = compose(Welcome(language="en", organization=organization, email=recipient, link=LINK, days=days))
    await write_mail(
        connection, organization_id, "sign_in", recipient, letter, at=at, sign_in_link_id=link_id
    )


async def write_webhook_disabled(
    connection: Connection, webhook_id: str, *, gone: bool, at: datetime
) -> None:
    """To everybody who keeps webhooks."""
    rows = await connection.fetch(
        "SELECT w.organization_id, w.url, o.name AS organization, m.email FROM webhooks w"
        " JOIN organizations o ON o.id = w.organization_id JOIN members m ON m.organization_id = w.organization_id"
        " WHERE w.id = $1 AND m.role IN ('OWNER', 'ADMINISTRATOR') ORDER BY m.id",
        webhook_id,
    )
    for row in rows:
        host = urlsplit(row["url"]).netloc
        letter = compose(
            WebhookDisabled(language="en", organization=row["organization"], host=host, gone=gone, link=LINK)
        )
        await write_mail(
            connection,
            row["organization_id"],
            "webhook_disabled",
            row["email"],
            letter,
            at=at,
            webhook_id=webhook_id,
        )
