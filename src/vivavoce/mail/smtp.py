"""The way out for mail: an SMTP server, where one is set."""

from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from vivavoce.settings import Settings

SMTP_SECONDS = 30.0


class Mailer(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Raises aiosmtplib.SMTPException or OSError; one with a code from 500 up is final."""


class SmtpMailer:
    """`url` is smtp://user:password@host:port (STARTTLS where offered) or smtps://… (TLS from the start)."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)

    async def send(self, message: EmailMessage) -> None:
        parts = self.parts
        await aiosmtplib.send(
            message,
            hostname=parts.hostname,
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=SMTP_SECONDS,
        )


def mailer_from(settings: Settings) -> Mailer | None:
    return SmtpMailer(settings.smtp_url) if settings.smtp_url else None
