"""The mails, as what they say: one context a mail. `compose` turns one into a letter in its language."""

from datetime import datetime
from typing import ClassVar

import msgspec

from vivavoce.interviewer.plan import Language
from vivavoce.web.render import render


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """To the candidate. `contact_*` is the person who can arrange an interview with a human."""

    template: ClassVar[str] = "mail/invitation"
    language: Language
    organization: str
    job_title: str
    first_name: str
    interviewer: str
    minutes: int
    expires_at: datetime
    link: str
    contact_name: str
    contact_email: str


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """To a member. The link opens a page whose button signs in, once, within `minutes`."""

    template: ClassVar[str] = "mail/sign_in"
    language: Language
    organization: str
    email: str
    link: str
    minutes: int


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """To a new member: the first sign-in link, good for longer than those that are asked for."""

    template: ClassVar[str] = "mail/welcome"
    language: Language
    organization: str
    email: str
    link: str
    days: int


class WebhookDisabled(msgspec.Struct, frozen=True, kw_only=True):
    """To an administrator. `host` is where the webhook's messages went, `gone` that it asked for no more (410)."""

    template: ClassVar[str] = "mail/webhook_disabled"
    language: Language
    organization: str
    host: str
    gone: bool
    link: str


class Letter(msgspec.Struct, frozen=True):
    subject: str
    text: str
    html: str


def compose(mail: Invitation | SignIn | Welcome | WebhookDisabled) -> Letter:
    stem = f"{mail.template}.{mail.language}"
    subject = render(f"{stem}.subject.txt", mail)
    return Letter(" ".join(subject.split()), render(f"{stem}.txt", mail), render(f"{stem}.html", mail))
