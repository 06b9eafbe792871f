"""What each candidate's page is given to show: one context a page, `template` names its file."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from vivavoce.interviewer.plan import Language
from vivavoce.web.consent import ConsentText


class Contact(msgspec.Struct, frozen=True):
    """The person to write to: for an interview with a human, or when something is wrong."""

    name: str
    email: str


class Machine(msgspec.Struct, frozen=True):
    """A model at work: its name, and the host that it runs on (None: the company's own server)."""

    name: str
    host: str | None = None
    demonstration: bool = False
    """A recogniser that is good enough to show the product, and no more."""


class Machines(msgspec.Struct, frozen=True, kw_only=True):
    """All that listens, speaks or judges. Of several, each is asked when those before it fail.

    No interviewer: questions as written, follow-ups by rules. No recogniser: speech is not understood in
    this language. No evaluator: the offline one.
    """

    voices: tuple[Machine, ...]
    interviewer: Machine | None
    recognisers: tuple[Machine, ...]
    evaluator: Machine | None


class NoticePage(msgspec.Struct, frozen=True, kw_only=True):
    """Before anything starts. Its form posts `consent` (the text's id) and `agreed=yes` to `agree_url`.

    `not_agreed`: it was posted without the tick.
    """

    template: ClassVar[str] = "candidate/notice.html"
    language: Language
    organization: str
    job_title: str
    first_name: str
    interviewer: str
    minutes: int
    expires_at: datetime
    hours_to_return: int
    machines: Machines
    contact: Contact
    consent: ConsentText
    agree_url: str
    not_agreed: bool = False


class RoomPage(msgspec.Struct, frozen=True, kw_only=True):
    """Microphone check, choice of voice or typing, and the interview itself.

    `leave_url` shows the receipt, or why the interview cannot go on. `begun`: it has turns already.
    `elsewhere`: another window or device is in it now, and the candidate is asked before taking it over.
    """

    template: ClassVar[str] = "candidate/room.html"
    language: Language
    organization: str
    job_title: str
    interviewer: str
    recogniser: Literal["configured", "demonstration", "none"]
    join_url: str
    leave_url: str
    contact: Contact
    begun: bool = False
    elsewhere: bool = False


class ReceiptPage(msgspec.Struct, frozen=True, kw_only=True):
    """Completed. `answers` counts the candidate's turns; `reference` is the interview's id."""

    template: ClassVar[str] = "candidate/receipt.html"
    language: Language
    organization: str
    job_title: str
    completion: Literal["FULL", "PARTIAL"]
    answers: int
    seconds: int
    ended_at: datetime
    agreed_at: datetime | None
    consent_id: str | None
    has_recording: bool
    report_expected: bool
    reference: str
    contact: Contact


class ExpiredPage(msgspec.Struct, frozen=True, kw_only=True):
    template: ClassVar[str] = "candidate/expired.html"
    language: Language
    organization: str
    job_title: str
    expires_at: datetime
    contact: Contact


class CancelledPage(msgspec.Struct, frozen=True, kw_only=True):
    template: ClassVar[str] = "candidate/cancelled.html"
    language: Language
    organization: str
    job_title: str
    contact: Contact


class UnknownPage(msgspec.Struct, frozen=True, kw_only=True):
    """An invented, cut or replaced link. Nothing is known, so the language is the browser's."""

    template: ClassVar[str] = "candidate/unknown.html"
    language: Language
    organization: None = None


class BusyPage(msgspec.Struct, frozen=True, kw_only=True):
    """Asked for too often. The link is not looked at, so the language is the browser's."""

    template: ClassVar[str] = "candidate/busy.html"
    language: Language
    organization: None = None


CandidatePage = NoticePage | RoomPage | ReceiptPage | ExpiredPage | CancelledPage | UnknownPage | BusyPage
