"""What each page of the recruiter shows: one context a page, named after its template.

`member` is who looks. Buttons that a reader may not press are not shown; the server refuses them anyway.
"""

from datetime import date, datetime
from typing import Literal
from urllib.parse import urlencode

import msgspec

from vivavoce.callers import Member
from vivavoce.candidates.receipts import Receipt
from vivavoce.errors import Fault
from vivavoce.evaluation.report import CandidateQuestion
from vivavoce.evaluation.rubric import Rubric
from vivavoce.interviews.happenings import Happened
from vivavoce.interviews.interview import Interview
from vivavoce.interviews.listing import InterviewRow
from vivavoce.interviews.matching import Status
from vivavoce.reports.reports import Report
from vivavoce.web.transcript_views import Passage, Places

JobStatus = Literal["DRAFT", "ACTIVE", "PAUSED", "CLOSED"]
MailStatus = Literal["WAITING", "SENT", "FAILED", "KEPT"]

# Forms


class Form(msgspec.Struct, frozen=True):
    """What was typed, as it was typed, and all that is wrong with it; a fault's path is a field's name."""

    entered: dict[str, str] = {}
    faults: tuple[Fault, ...] = ()

    def value(self, name: str) -> str:
        return self.entered.get(name, "")

    def fault(self, name: str) -> str:
        return next((fault.message for fault in self.faults if fault.path == name), "")


class Choice(msgspec.Struct, frozen=True):
    value: str
    label: str


# Sign in


class SignInPage(msgspec.Struct, frozen=True, kw_only=True):
    """sign_in.html"""

    form: Form = Form()
    member: None = None


class SignInSentPage(msgspec.Struct, frozen=True, kw_only=True):
    """sign_in_sent.html: says the same whether the address is known or not."""

    email: str
    minutes: int
    mail_leaves: bool
    """False while no SMTP server is set: then a link can only be printed by who runs this."""
    member: None = None


class SignInLinkPage(msgspec.Struct, frozen=True, kw_only=True):
    """sign_in_link.html: behind the link in the mail; opening it spends nothing."""

    token: str
    organization: str
    email: str
    member: None = None


class SignInSpentPage(msgspec.Struct, frozen=True, kw_only=True):
    """sign_in_spent.html: the link was used, is too old, or never was."""

    member: None = None


# Interviews


class InterviewFilter(msgspec.Struct, frozen=True, kw_only=True):
    status: Status | Literal[""] = ""
    job_id: str = ""
    search: str = ""
    page: int = 1

    def address(self, **changes: str | int) -> str:
        """The list with something changed; whatever is changed, reading starts on its first page."""
        return _address(
            "/interviews",
            {
                "status": changes.get("status", self.status),
                "jobId": changes.get("job_id", self.job_id),
                "search": changes.get("search", self.search),
                "page": changes.get("page", 1),
            },
        )

    @property
    def narrows(self) -> bool:
        return bool(self.status or self.job_id or self.search)


class InterviewsPage(msgspec.Struct, frozen=True, kw_only=True):
    """interviews/list.html"""

    member: Member
    rows: tuple[InterviewRow, ...]
    filter: InterviewFilter
    total: int
    total_pages: int
    jobs: tuple[Choice, ...]


class NewInterviewPage(msgspec.Struct, frozen=True, kw_only=True):
    """interviews/new.html, posts to /interviews.

    `who` (existing, new), `candidateId` or `firstName`, `lastName`, `email`, `locale`; `jobId`,
    `configId` (empty: the default), `expiresOn` (a date), `sendInvite` (yes, no).
    """

    member: Member
    form: Form
    candidates: tuple[Choice, ...]
    candidates_left_out: bool
    """True when there are more than the list can hold; the others are reached from their own pages."""
    jobs: tuple[Choice, ...]
    configs: tuple[Choice, ...]
    today: date


class InterviewPage(msgspec.Struct, frozen=True, kw_only=True):
    """interviews/interview.html, before the end; posts to …/invitation and …/cancellation, without fields.

    And to …/time: `expiresOn`, the last day on which it may begin, from `today` on; `last_day` is proposed.
    """

    member: Member
    interview: Interview
    configuration: str
    invitation_url: str | None
    """None for who may only read, and where the link no longer works."""
    events: tuple[Happened, ...]
    today: date
    last_day: date
    passages: tuple[Passage, ...] = ()
    places: Places = Places((), ())
    notice: str = ""
    """What was just done: "The invitation is on its way." """


class Recording(msgspec.Struct, frozen=True):
    """`ours` is played here; another's is only linked to, never fetched."""

    url: str
    ours: bool = True


class ResultsPage(msgspec.Struct, frozen=True, kw_only=True):
    """interviews/results.html, after the end; posts to …/report, without fields, to make it (again).

    And to …/levels: `criterionId`, `level` (1 to 5; empty takes it back), `reason`.
    """

    member: Member
    interview: Interview
    configuration: str
    report: Report | None
    """None where none was asked for; it has something to show when it is READY."""
    rubric: Rubric
    passages: tuple[Passage, ...]
    places: Places
    candidate_questions: tuple[CandidateQuestion, ...]
    recording: Recording | None
    events: tuple[Happened, ...]
    authors: dict[str, str] = {}
    """Who put a level beside the report's, by the id that the override names."""
    form: Form = Form()
    """Of the criterion that `criterionId` names, where a level was sent that cannot be taken."""
    notice: str = ""


# Candidates


class CandidateRow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    email: str
    interviews: int
    created_at: datetime


class ListFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Of the lists that have a search or a state, and pages: /candidates, /jobs, /outbox."""

    path: str
    search: str = ""
    status: str = ""
    page: int = 1

    def address(self, **changes: str | int) -> str:
        return _address(
            self.path,
            {
                "search": changes.get("search", self.search),
                "status": changes.get("status", self.status),
                "page": changes.get("page", 1),
            },
        )


class CandidatesPage(msgspec.Struct, frozen=True, kw_only=True):
    """candidates/list.html"""

    member: Member
    rows: tuple[CandidateRow, ...]
    filter: ListFilter
    total: int
    total_pages: int
    notice: str = ""


class CandidateFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """candidates/form.html, to /candidates or, for one who is there, to /candidates/ID.

    `firstName`, `lastName`, `email`, `phone`, `locale`.
    """

    member: Member
    form: Form
    id: str = ""
    """Empty for a new one."""
    name: str = ""


class CandidatePage(msgspec.Struct, frozen=True, kw_only=True):
    """candidates/candidate.html"""

    member: Member
    id: str
    name: str
    email: str
    phone: str
    locale: str
    source: str
    tags: tuple[str, ...]
    created_at: datetime
    interviews: tuple[InterviewRow, ...]
    notice: str = ""


class ErasurePage(msgspec.Struct, frozen=True, kw_only=True):
    """candidates/erasure.html, asks before it erases; posts to itself, without fields."""

    member: Member
    id: str
    name: str
    email: str
    interviews: int
    going_on: bool
    """The candidate is in the middle of one."""


class ReceiptsPage(msgspec.Struct, frozen=True, kw_only=True):
    """candidates/receipts.html: what stays of those who were erased."""

    member: Member
    rows: tuple[Receipt, ...]
    filter: ListFilter
    total: int
    total_pages: int
    notice: str = ""


# Jobs


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    department: str
    location: str
    status: JobStatus
    interviews: int
    created_at: datetime


class JobsPage(msgspec.Struct, frozen=True, kw_only=True):
    """jobs/list.html"""

    member: Member
    rows: tuple[JobRow, ...]
    filter: ListFilter
    total: int
    total_pages: int


class JobFormPage(msgspec.Struct, frozen=True, kw_only=True):
    """jobs/form.html, to /jobs or, for one that is there, to /jobs/ID.

    `title`, `department`, `location`, `workMode`, `description`, `status`.
    """

    member: Member
    form: Form
    id: str = ""
    """Empty for a new one."""
    title: str = ""


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """jobs/job.html"""

    member: Member
    id: str
    title: str
    status: JobStatus
    description: str
    department: str
    location: str
    work_mode: str
    created_at: datetime
    interviews: tuple[InterviewRow, ...]
    notice: str = ""


# Outbox


class MailRow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    to: str
    subject: str
    status: MailStatus
    created_at: datetime


class OutboxPage(msgspec.Struct, frozen=True, kw_only=True):
    """outbox/list.html"""

    member: Member
    rows: tuple[MailRow, ...]
    filter: ListFilter
    total: int
    total_pages: int
    mail_leaves: bool
    """False while no SMTP server is set and mail stays here."""


class MailPage(msgspec.Struct, frozen=True, kw_only=True):
    """outbox/mail.html; the HTML is served alone, sandboxed, at /outbox/ID/html."""

    member: Member
    id: str
    to: str
    sender: str
    subject: str
    status: MailStatus
    failure: str
    created_at: datetime
    plain: str


# Errors


class ErrorPage(msgspec.Struct, frozen=True, kw_only=True):
    """errors/error.html: `message` is the refusal's own, empty where the status says enough."""

    status: int
    message: str
    request_id: str
    member: Member | None = None


class ErrorCodePage(msgspec.Struct, frozen=True, kw_only=True):
    """errors/code.html, what a problem's `type` links to: /errors/INTERVIEW_EXPIRED."""

    code: str
    status: int
    title: str
    meaning: str
    member: Member | None = None


def _address(path: str, query: dict[str, str | int]) -> str:
    kept = {name: value for name, value in query.items() if value and (name, value) != ("page", 1)}
    return f"{path}?{urlencode(kept)}" if kept else path
