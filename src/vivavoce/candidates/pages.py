"""The recruiter's pages of candidates."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.callers import Member
from vivavoce.candidates.candidates import (
    Candidate,
    CandidateCreate,
    CandidatePatch,
    CandidateQuery,
    ShortText,
    access_candidate,
    change_candidate,
    create_candidate,
    list_candidates,
)
from vivavoce.candidates.erasure import erase_candidate, erase_files_now
from vivavoce.candidates.receipts import list_receipts
from vivavoce.database.paging import PageNumber
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.interviews.listing import PAGE_SIZE, InterviewSearch, count_of_candidates, search_interviews
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import (
    CandidateFormPage,
    CandidatePage,
    CandidateRow,
    CandidatesPage,
    ErasurePage,
    Form,
    ListFilter,
    ReceiptsPage,
)

AnyRequest = Request[Any, Any, Any]
READ, WRITE, ADMINISTRATOR = {"page": "read"}, {"page": "write"}, {"page": "administrator"}
UNPROCESSABLE = 422
TAKEN = "A candidate with this address is already here."
NOTICES = {
    "added": "The candidate is added.",
    "changed": "The changes are saved.",
    "erased": "The candidate is erased, with everything about them. This receipt stays.",
}


class CandidatesQuery(msgspec.Struct, frozen=True):
    search: ShortText = ""
    page: PageNumber = 1
    done: str = ""


class CandidateForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = ""


@get("/", opt=READ)
async def list_(request: AnyRequest) -> Response[str]:
    caller, query = member(request), read_query(request, CandidatesQuery)
    async with services(request).database.transaction() as connection:
        return show("candidates/list.html", await _candidates(connection, caller, query))


async def _candidates(connection: Connection, caller: Member, query: CandidatesQuery) -> CandidatesPage:
    search = query.search.strip()
    wanted = CandidateQuery(page=query.page, page_size=PAGE_SIZE, search=search or None)
    page = await list_candidates(connection, caller, wanted)
    counts = await count_of_candidates(connection, [candidate.id for candidate in page.data])
    return CandidatesPage(
        member=caller,
        rows=tuple(
            CandidateRow(
                id=candidate.id,
                name=candidate.full_name,
                email=candidate.email,
                interviews=counts.get(candidate.id, 0),
                created_at=candidate.created_at,
            )
            for candidate in page.data
        ),
        filter=ListFilter(path="/candidates", search=search, page=query.page),
        total=page.pagination.total or 0,
        total_pages=page.pagination.total_pages or 0,
        notice=NOTICES.get(query.done, ""),
    )


@get("/new", opt=WRITE)
async def new(request: AnyRequest) -> Response[str]:
    page = CandidateFormPage(member=member(request), form=Form({"locale": "en"}))
    return show("candidates/form.html", page)


@post("/", opt=WRITE, status_code=303)
async def create(request: AnyRequest) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, CandidateForm)))
    wanted = CandidateCreate(
        first_name=fields.text("firstName"),
        last_name=fields.text("lastName"),
        email=fields.email("email"),
        phone=fields.text("phone"),
        locale=_locale(fields),
    )
    if not fields.faults:
        try:
            async with parts.database.transaction() as connection:
                candidate = await create_candidate(connection, caller, wanted, at=parts.clock())
        except Conflict:
            fields.fault("email", TAKEN)
    if fields.faults:
        page = CandidateFormPage(member=caller, form=fields.form())
        return show("candidates/form.html", page, UNPROCESSABLE)
    return Redirect(f"/candidates/{candidate.id}?done=added", status_code=303)


def _locale(fields: Fields) -> str:
    return fields.choice("locale", ("en", "fr"), "Choose the language that the candidate is written to in.")


@get("/{candidate_id:str}/edit", opt=WRITE)
async def edit(request: AnyRequest, candidate_id: FromPath[str]) -> Response[str]:
    async with services(request).database.transaction() as connection:
        candidate = await access_candidate(connection, member(request), candidate_id)
    form = Form(
        {
            "firstName": candidate.first_name or "",
            "lastName": candidate.last_name or "",
            "email": candidate.email,
            "phone": candidate.phone or "",
            "locale": _written_in(candidate),
        }
    )
    page = CandidateFormPage(member=member(request), form=form, id=candidate.id, name=candidate.full_name)
    return show("candidates/form.html", page)


@post("/{candidate_id:str}", opt=WRITE, status_code=303)
async def change(request: AnyRequest, candidate_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, CandidateForm)))
    async with parts.database.transaction() as connection:
        candidate = await access_candidate(connection, caller, candidate_id)
    locale = _locale(fields)
    patch = CandidatePatch(
        first_name=fields.text("firstName"),
        last_name=fields.text("lastName"),
        email=fields.email("email"),
        phone=fields.text("phone"),
        locale=msgspec.UNSET if locale == _written_in(candidate) else locale,
    )
    if not fields.faults:
        try:
            async with parts.database.transaction() as connection:
                await change_candidate(connection, caller, candidate_id, patch, at=parts.clock())
        except Conflict:
            fields.fault("email", TAKEN)
    if fields.faults:
        page = CandidateFormPage(member=caller, form=fields.form(), id=candidate.id, name=candidate.full_name)
        return show("candidates/form.html", page, UNPROCESSABLE)
    return Redirect(f"/candidates/{candidate_id}?done=changed", status_code=303)


def _written_in(candidate: Candidate) -> str:
    """The API takes locales of any language and country; mail and pages are in one of two."""
    return "fr" if candidate.locale.startswith("fr") else "en"


@get("/{candidate_id:str}", opt=READ)
async def retrieve(request: AnyRequest, candidate_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        candidate = await access_candidate(connection, caller, candidate_id)
        search = InterviewSearch(candidate_id=candidate_id)
        interviews = await search_interviews(connection, caller, search, at=parts.clock())
    return show(
        "candidates/candidate.html",
        CandidatePage(
            member=caller,
            id=candidate.id,
            name=candidate.full_name,
            email=candidate.email,
            phone=candidate.phone or "",
            locale=candidate.locale,
            source=candidate.source or "",
            tags=tuple(candidate.tags),
            created_at=candidate.created_at,
            interviews=tuple(interviews.data),
            notice=NOTICES.get(request.query_params.get("done", ""), ""),
        ),
    )


@get("/{candidate_id:str}/erasure", opt=ADMINISTRATOR)
async def ask_to_erase(request: AnyRequest, candidate_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        candidate = await access_candidate(connection, caller, candidate_id)
        search = InterviewSearch(candidate_id=candidate_id)
        interviews = await search_interviews(connection, caller, search, at=parts.clock())
    return show(
        "candidates/erasure.html",
        ErasurePage(
            member=caller,
            id=candidate.id,
            name=candidate.full_name,
            email=candidate.email,
            interviews=interviews.pagination.total or 0,
            going_on=any(interview.status == "IN_PROGRESS" for interview in interviews.data),
        ),
    )


@post("/{candidate_id:str}/erasure", opt=ADMINISTRATOR, status_code=303)
async def erase(request: AnyRequest, candidate_id: FromPath[str]) -> Redirect:
    parts = services(request)
    async with parts.database.transaction() as connection:
        erasure = await erase_candidate(connection, member(request), candidate_id, at=parts.clock())
    await erase_files_now(parts, erasure)
    return Redirect("/candidates/erased?done=erased", status_code=303)


class ReceiptsQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1
    done: str = ""


@get("/erased", opt=ADMINISTRATOR)
async def receipts(request: AnyRequest) -> Response[str]:
    caller, query = member(request), read_query(request, ReceiptsQuery)
    async with services(request).database.transaction() as connection:
        page = await list_receipts(connection, caller, page=query.page, page_size=PAGE_SIZE)
    return show(
        "candidates/receipts.html",
        ReceiptsPage(
            member=caller,
            rows=tuple(page.data),
            filter=ListFilter(path="/candidates/erased", page=query.page),
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
            notice=NOTICES.get(query.done, ""),
        ),
    )


candidate_pages = Router(
    "/candidates",
    guards=[guard_page],
    route_handlers=[list_, new, create, receipts, retrieve, edit, change, ask_to_erase, erase],
)
