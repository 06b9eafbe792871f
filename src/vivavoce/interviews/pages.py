"""The recruiter's pages of interviews: the list, a new one, one with its results, and what can be done with it."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.agents.configs import configs_to_choose
from vivavoce.callers import Member
from vivavoce.candidates.candidates import (
    CandidateCreate,
    ShortText,
    candidates_to_choose,
    create_candidate,
    email_is_taken,
)
from vivavoce.database.paging import PageNumber
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict, PaymentRequired, Unprocessable
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.interviews.changes import InterviewPatch, change_interview
from vivavoce.interviews.creation import (
    DEFAULT_LIFE,
    END_OF_DAY,
    InterviewCreate,
    create_interview,
    first_day,
)
from vivavoce.interviews.finalization import ask_for_report
from vivavoce.interviews.interview import require_interview
from vivavoce.interviews.listing import InterviewSearch, search_interviews
from vivavoce.interviews.matching import Status
from vivavoce.interviews.results import read_interview_page
from vivavoce.interviews.states import cancel, invite
from vivavoce.jobs.jobs import JobChoice, jobs_to_choose
from vivavoce.reports.overrides import LONGEST_REASON, OverrideGiven, ReportPatch, override_levels
from vivavoce.reports.reports import access_report_of
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import (
    Choice,
    Form,
    InterviewFilter,
    InterviewsPage,
    NewInterviewPage,
    ResultsPage,
)
from vivavoce.wiring import Services

AnyRequest = Request[Any, Any, Any]
READ, WRITE = {"page": "read"}, {"page": "write"}
UNPROCESSABLE = 422
LEVELS = ("1", "2", "3", "4", "5")
EMAIL_TAKEN = "Someone with this address is already here: choose them from the candidates."


class InterviewsQuery(msgspec.Struct, frozen=True, rename="camel"):
    status: Status | Literal[""] = ""
    job_id: ShortText = ""
    search: ShortText = ""
    page: PageNumber = 1


class NewQuery(msgspec.Struct, frozen=True, rename="camel"):
    """What a link to the form has chosen already."""

    candidate_id: ShortText = ""
    job_id: ShortText = ""


class DoneQuery(msgspec.Struct, frozen=True):
    done: str = ""


class TimeForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    expires_on: str = ""


class LevelForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    criterion_id: str
    level: str = "none"
    reason: str = ""


class InterviewForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    who: str = ""
    candidate_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    locale: str = ""
    job_id: str = ""
    config_id: str = ""
    expires_on: str = ""
    send_invite: str = ""


@get("/", opt=READ)
async def list_(request: AnyRequest) -> Response[str]:
    parts, caller = services(request), member(request)
    query = read_query(request, InterviewsQuery)
    chosen = InterviewFilter(
        status=query.status, job_id=query.job_id, search=query.search.strip(), page=query.page
    )
    wanted = InterviewSearch(
        status=chosen.status or None,
        job_id=chosen.job_id or None,
        search=chosen.search or None,
        page=chosen.page,
    )
    async with parts.database.transaction() as connection:
        page = await search_interviews(connection, caller, wanted, at=parts.clock())
        jobs = await jobs_to_choose(connection, caller, chosen.job_id, closed=True)
    return show(
        "interviews/list.html",
        InterviewsPage(
            member=caller,
            rows=tuple(page.data),
            filter=chosen,
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
            jobs=_job_choices(jobs),
        ),
    )


@get("/new", opt=WRITE)
async def new(request: AnyRequest) -> Response[str]:
    parts, caller = services(request), member(request)
    query = read_query(request, NewQuery)
    entered = {
        "who": "existing",
        "candidateId": query.candidate_id,
        "locale": "en",
        "jobId": query.job_id,
        "expiresOn": (parts.clock() + DEFAULT_LIFE).date().isoformat(),
        "sendInvite": "yes",
    }
    async with parts.database.transaction() as connection:
        page = await _new_page(connection, caller, Form(entered), parts.clock())
    if not page.candidates:
        form = Form(entered | {"who": "new"})
        page = msgspec.structs.replace(page, form=form)
    return show("interviews/new.html", page)


@post("/", opt=WRITE, status_code=303)
async def create(request: AnyRequest) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, InterviewForm)))
    interview_id = await _create(parts, caller, fields)
    if interview_id is None:
        async with parts.database.transaction() as connection:
            page = await _new_page(connection, caller, fields.form(), parts.clock())
        return show("interviews/new.html", page, UNPROCESSABLE)
    done = "invited" if fields.entered["sendInvite"] == "yes" else "made"
    return Redirect(f"/interviews/{interview_id}?done={done}", status_code=303)


@get("/{interview_id:str}", opt=READ)
async def retrieve(request: AnyRequest, interview_id: FromPath[str]) -> Response[str]:
    parts = services(request)
    notice = _notice(parts, read_query(request, DoneQuery).done)
    async with parts.database.transaction() as connection:
        page = await read_interview_page(
            connection, member(request), parts.settings, interview_id, at=parts.clock(), notice=notice
        )
    return show(
        "interviews/results.html" if isinstance(page, ResultsPage) else "interviews/interview.html", page
    )


@post("/{interview_id:str}/invitation", opt=WRITE, status_code=303)
async def send_invitation(request: AnyRequest, interview_id: FromPath[str]) -> Redirect:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        await invite(connection, caller, parts.settings, interview_id, at=parts.clock())
    return Redirect(f"/interviews/{interview_id}?done=invited", status_code=303)


@post("/{interview_id:str}/time", opt=WRITE, status_code=303)
async def give_time(request: AnyRequest, interview_id: FromPath[str]) -> Redirect:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, TimeForm)))
    last_day = fields.day("expiresOn", earliest=first_day(parts.clock()))
    if fields.faults:
        raise Unprocessable(fields.faults[0].message, fields=tuple(fields.faults))
    patch = InterviewPatch(expires_at=datetime.combine(last_day, END_OF_DAY))
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        await change_interview(connection, caller, interview_id, patch, at=parts.clock())
    return Redirect(f"/interviews/{interview_id}?done=prolonged", status_code=303)


@post("/{interview_id:str}/cancellation", opt=WRITE, status_code=303)
async def call_off(request: AnyRequest, interview_id: FromPath[str]) -> Redirect:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        await cancel(connection, caller, interview_id, at=parts.clock())
    return Redirect(f"/interviews/{interview_id}", status_code=303)


@post("/{interview_id:str}/report", opt=WRITE, status_code=303)
async def make_report(request: AnyRequest, interview_id: FromPath[str]) -> Redirect:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        await ask_for_report(connection, interview_id, at=parts.clock())
    return Redirect(f"/interviews/{interview_id}", status_code=303)


@post("/{interview_id:str}/levels", opt=WRITE, status_code=303)
async def override(request: AnyRequest, interview_id: FromPath[str]) -> Response[Any]:
    """A level of one's own beside the report's, or without one: it is taken back."""
    parts, caller, at = services(request), member(request), services(request).clock()
    fields = Fields(msgspec.to_builtins(await read_form(request, LevelForm)))
    given = _override(fields)
    async with parts.database.transaction() as connection:
        report = await access_report_of(connection, caller, parts.settings, interview_id, at=at)
        if fields.faults:
            page = await read_interview_page(
                connection, caller, parts.settings, interview_id, at=at, form=fields.form()
            )
            return show("interviews/results.html", page, UNPROCESSABLE)
        wanted = ReportPatch(overrides={fields.entered["criterionId"]: given})
        await override_levels(connection, caller, report.id, wanted, at=at)
    done = "taken-back" if given is None else "levelled"
    return Redirect(f"/interviews/{interview_id}?done={done}#levels", status_code=303)


interview_pages = Router(
    "/interviews",
    guards=[guard_page],
    route_handlers=[
        list_,
        new,
        create,
        retrieve,
        send_invitation,
        give_time,
        call_off,
        make_report,
        override,
    ],
)


def _override(fields: Fields) -> OverrideGiven | None:
    """None to take it back; with all that is wrong noted in `fields`."""
    level = fields.choice("level", ("", *LEVELS), "Choose a level from 1 to 5.")
    if not level:
        return None
    reason = fields.required("reason", "Say why, for who reads this later.", most=LONGEST_REASON)
    return None if fields.faults else OverrideGiven(level=int(level), reason=reason)


async def _create(parts: Services, caller: Member, fields: Fields) -> str | None:
    """The interview's id; None with all that is wrong noted in `fields`. Candidate and interview are one commit."""
    at = parts.clock()
    person = _person(fields) if _is_new(fields) else None
    wanted = _wanted(fields, at)
    try:
        async with parts.database.transaction() as connection:
            if person is not None and await email_is_taken(connection, caller, person.email):
                fields.fault("email", EMAIL_TAKEN)
            if fields.faults:
                return None
            if person is not None:
                candidate = await create_candidate(connection, caller, person, at=at)
                wanted = msgspec.structs.replace(wanted, candidate_id=candidate.id)
            return await create_interview(connection, caller, parts.settings, wanted, at=at)
    except Unprocessable as refused:
        for fault in refused.fields:
            fields.fault(fault.path, "It is no longer here. Choose another.")
    except PaymentRequired as refused:
        fields.fault("jobId", refused.message)
    except Conflict as refused:
        if refused.code == "JOB_CLOSED":
            fields.fault("jobId", "This job is closed. Choose another.")
        else:
            fields.fault("email", EMAIL_TAKEN)
    return None


def _is_new(fields: Fields) -> bool:
    return fields.choice("who", ("existing", "new"), "Choose whether the candidate is new.") == "new"


def _person(fields: Fields) -> CandidateCreate:
    return CandidateCreate(
        first_name=fields.text("firstName"),
        last_name=fields.text("lastName"),
        email=fields.email("email"),
        locale=fields.choice(
            "locale", ("en", "fr"), "Choose the language that the candidate is written to in."
        ),
    )


def _wanted(fields: Fields, at: datetime) -> InterviewCreate:
    candidate_id = ""
    if fields.entered["who"] == "existing":
        candidate_id = fields.required("candidateId", "Choose a candidate.")
    job_id = fields.required("jobId", "Choose a job.")
    config_id = fields.text("configId")
    last_day = fields.day("expiresOn", earliest=first_day(at))
    invites = fields.choice("sendInvite", ("yes", "no"), "Choose whether to send the invitation.")
    return InterviewCreate(
        candidate_id=candidate_id,
        job_id=job_id,
        config_id=config_id,
        expires_at=datetime.combine(last_day, END_OF_DAY),
        send_invite=invites == "yes",
    )


async def _new_page(connection: Connection, caller: Member, form: Form, at: datetime) -> NewInterviewPage:
    candidates, left_out = await candidates_to_choose(connection, caller, form.value("candidateId"))
    jobs = await jobs_to_choose(connection, caller, form.value("jobId"), closed=False)
    configs = await configs_to_choose(connection, caller)
    return NewInterviewPage(
        member=caller,
        form=form,
        candidates=tuple(
            Choice(one.id, one.email if one.full_name == one.email else f"{one.full_name}, {one.email}")
            for one in candidates
        ),
        candidates_left_out=left_out,
        jobs=_job_choices(jobs),
        configs=tuple(Choice(config.id, config.name) for config in configs),
        today=first_day(at),
    )


def _job_choices(jobs: list[JobChoice]) -> tuple[Choice, ...]:
    return tuple(
        Choice(job.id, f"{job.title}, {job.location}" if job.location else job.title) for job in jobs
    )


def _notice(parts: Services, done: str) -> str:
    """What was just done, in words."""
    sent = (
        "The invitation is on its way."
        if parts.mailer
        else "The invitation is written. No mail server is set, so it stays in the outbox."
    )
    words = {
        "invited": sent,
        "prolonged": "The link works until the end of that day. No mail tells the candidate.",
        "levelled": "Your level stands beside the report’s.",
        "taken-back": "No level of a person stands beside the report’s there any more.",
        "made": "The interview is made. Pass the link on yourself, or send the invitation from here.",
    }
    return words.get(done, "")
