"""Jobs in the public API."""

from typing import Any

from litestar import Request, Response, Router, get, patch, post
from litestar.params import FromPath

from vivavoce.database.paging import Page
from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json, read_query
from vivavoce.http.operations import operation
from vivavoce.http.paging import answer_page
from vivavoce.http.request import services
from vivavoce.jobs.jobs import (
    Job,
    JobCreate,
    JobPatch,
    JobQuery,
    access_job,
    change_job,
    create_job,
    list_jobs,
)

AnyRequest = Request[Any, Any, Any]


@get(
    "/",
    opt=operation("jobs:read", "List jobs, newest first", query=JobQuery, answer=Page[Job]),
)
async def list_(request: AnyRequest) -> Response[Page[Job]]:
    query = read_query(request, JobQuery)
    async with services(request).database.transaction() as connection:
        page = await list_jobs(connection, api_key(request), query)
    return answer_page(request, page)


@post(
    "/",
    opt=operation(
        "jobs:write",
        "Create a job",
        body=JobCreate,
        answer=Job,
        status=201,
        errors=("UNPROCESSABLE",),
    ),
)
async def create(request: AnyRequest) -> Job:
    parts = services(request)
    wanted = await read_json(request, JobCreate)
    async with parts.database.transaction() as connection:
        return await create_job(connection, api_key(request), wanted, at=parts.clock())


@get(
    "/{job_id:str}",
    opt=operation("jobs:read", "Retrieve a job", answer=Job),
)
async def retrieve(request: AnyRequest, job_id: FromPath[str]) -> Job:
    async with services(request).database.transaction() as connection:
        return await access_job(connection, api_key(request), job_id)


@patch(
    "/{job_id:str}",
    opt=operation(
        "jobs:write",
        "Change a job",
        description="Closing a job leaves its interviews as they are: whoever was invited can still come. New ones are"
        " refused.",
        body=JobPatch,
        answer=Job,
        errors=("UNPROCESSABLE",),
    ),
)
async def change(request: AnyRequest, job_id: FromPath[str]) -> Job:
    parts = services(request)
    changes = await read_json(request, JobPatch)
    async with parts.database.transaction() as connection:
        return await change_job(connection, api_key(request), job_id, changes, at=parts.clock())


jobs_router = Router("/jobs", route_handlers=[list_, create, retrieve, change])
