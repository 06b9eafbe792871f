"""Interviews in the public API."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from vivavoce.database.paging import Page
from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json, read_query
from vivavoce.http.operations import operation
from vivavoce.http.paging import answer_page
from vivavoce.http.request import services
from vivavoce.interviews.creation import InterviewCreate, create_interview
from vivavoce.interviews.interview import Interview, InterviewQuery, access_interview, list_interviews

AnyRequest = Request[Any, Any, Any]


@get(
    "/",
    opt=operation(
        "interviews:read", "List interviews, newest first", query=InterviewQuery, answer=Page[Interview]
    ),
)
async def list_(request: AnyRequest) -> Response[Page[Interview]]:
    parts = services(request)
    query = read_query(request, InterviewQuery)
    async with parts.database.transaction() as connection:
        page = await list_interviews(connection, api_key(request), parts.settings, query, at=parts.clock())
    return answer_page(request, page)


@post(
    "/",
    opt=operation(
        "interviews:write",
        "Create an interview",
        body=InterviewCreate,
        answer=Interview,
        status=201,
        errors=("UNPROCESSABLE", "CANDIDATE_NOT_IN_CAMPAIGN", "JOB_CLOSED"),
    ),
)
async def create(request: AnyRequest) -> Interview:
    parts = services(request)
    wanted = await read_json(request, InterviewCreate)
    caller, at = api_key(request), parts.clock()
    async with parts.database.transaction() as connection:
        interview_id = await create_interview(connection, caller, parts.settings, wanted, at=at)
        return await access_interview(connection, caller, parts.settings, interview_id, at=at)


@get(
    "/{interview_id:str}",
    opt=operation("interviews:read", "Retrieve an interview", answer=Interview),
)
async def retrieve(request: AnyRequest, interview_id: FromPath[str]) -> Interview:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await access_interview(
            connection, api_key(request), parts.settings, interview_id, at=parts.clock()
        )


interviews_router = Router("/interviews", route_handlers=[list_, create, retrieve])
