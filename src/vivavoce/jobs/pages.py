"""The recruiter's pages of jobs."""

from typing import Any, Literal

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.callers import Member
from vivavoce.database.paging import PageNumber
from vivavoce.database.pool import Connection
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.interviews.listing import PAGE_SIZE, InterviewSearch, count_of_jobs, search_interviews
from vivavoce.jobs.jobs import (
    JobCreate,
    JobPatch,
    JobQuery,
    Status,
    access_job,
    change_job,
    create_job,
    list_jobs,
)
from vivavoce.web.answer import show
from vivavoce.web.fields import TEXT, Fields
from vivavoce.web.recruiter_views import Form, JobFormPage, JobPage, JobRow, JobsPage, ListFilter

AnyRequest = Request[Any, Any, Any]
READ, WRITE = {"page": "read"}, {"page": "write"}
UNPROCESSABLE = 422
NOTICES = {"made": "The job is made.", "changed": "The changes are saved."}


class JobsQuery(msgspec.Struct, frozen=True):
    status: Status | Literal[""] = ""
    page: PageNumber = 1


class JobForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    title: str = ""
    department: str = ""
    location: str = ""
    work_mode: str = ""
    description: str = ""
    status: str = ""


@get("/", opt=READ)
async def list_(request: AnyRequest) -> Response[str]:
    caller, query = member(request), read_query(request, JobsQuery)
    async with services(request).database.transaction() as connection:
        return show("jobs/list.html", await _jobs(connection, caller, query))


async def _jobs(connection: Connection, caller: Member, query: JobsQuery) -> JobsPage:
    wanted = JobQuery(page=query.page, page_size=PAGE_SIZE, status=query.status or None)
    page = await list_jobs(connection, caller, wanted)
    counts = await count_of_jobs(connection, [job.id for job in page.data])
    return JobsPage(
        member=caller,
        rows=tuple(
            JobRow(
                id=job.id,
                title=job.title,
                department=job.department or "",
                location=job.location or "",
                status=job.status,
                interviews=counts.get(job.id, 0),
                created_at=job.created_at,
            )
            for job in page.data
        ),
        filter=ListFilter(path="/jobs", status=query.status, page=query.page),
        total=page.pagination.total or 0,
        total_pages=page.pagination.total_pages or 0,
    )


@get("/new", opt=WRITE)
async def new(request: AnyRequest) -> Response[str]:
    form = Form({"workMode": "", "status": "ACTIVE"})
    return show("jobs/form.html", JobFormPage(member=member(request), form=form))


@post("/", opt=WRITE, status_code=303)
async def create(request: AnyRequest) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, JobForm)))
    wanted = JobCreate(**_entered(fields, ("ACTIVE", "DRAFT")))
    if fields.faults:
        return show("jobs/form.html", JobFormPage(member=caller, form=fields.form()), UNPROCESSABLE)
    async with parts.database.transaction() as connection:
        job = await create_job(connection, caller, wanted, at=parts.clock())
    return Redirect(f"/jobs/{job.id}?done=made", status_code=303)


def _entered(fields: Fields, states: tuple[Status, ...]) -> dict[str, Any]:
    mode = fields.choice(
        "workMode", ("", "ONSITE", "HYBRID", "REMOTE"), "Choose where the work is done, or “Not said”."
    )
    return {
        "title": fields.required("title", "Enter the job’s title: candidates read it in their invitation."),
        "department": fields.text("department"),
        "location": fields.text("location"),
        "work_mode": mode or None,
        "description": fields.text("description", most=TEXT),
        "status": fields.choice("status", states, "Choose how things stand with the job."),
    }


@get("/{job_id:str}/edit", opt=WRITE)
async def edit(request: AnyRequest, job_id: FromPath[str]) -> Response[str]:
    async with services(request).database.transaction() as connection:
        job = await access_job(connection, member(request), job_id)
    form = Form(
        {
            "title": job.title,
            "department": job.department or "",
            "location": job.location or "",
            "workMode": job.work_mode or "",
            "description": job.description or "",
            "status": job.status,
        }
    )
    page = JobFormPage(member=member(request), form=form, id=job.id, title=job.title)
    return show("jobs/form.html", page)


@post("/{job_id:str}", opt=WRITE, status_code=303)
async def change(request: AnyRequest, job_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, JobForm)))
    patch = JobPatch(**_entered(fields, ("ACTIVE", "DRAFT", "PAUSED", "CLOSED")))
    async with parts.database.transaction() as connection:
        job = await access_job(connection, caller, job_id)
        if not fields.faults:
            await change_job(connection, caller, job_id, patch, at=parts.clock())
    if fields.faults:
        page = JobFormPage(member=caller, form=fields.form(), id=job.id, title=job.title)
        return show("jobs/form.html", page, UNPROCESSABLE)
    return Redirect(f"/jobs/{job_id}?done=changed", status_code=303)


@get("/{job_id:str}", opt=READ)
async def retrieve(request: AnyRequest, job_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        job = await access_job(connection, caller, job_id)
        search = InterviewSearch(job_id=job_id)
        interviews = await search_interviews(connection, caller, search, at=parts.clock())
    return show(
        "jobs/job.html",
        JobPage(
            member=caller,
            id=job.id,
            title=job.title,
            status=job.status,
            description=job.description or "",
            department=job.department or "",
            location=job.location or "",
            work_mode=job.work_mode or "",
            created_at=job.created_at,
            interviews=tuple(interviews.data),
            notice=NOTICES.get(request.query_params.get("done", ""), ""),
        ),
    )


job_pages = Router("/jobs", guards=[guard_page], route_handlers=[list_, new, create, retrieve, edit, change])
