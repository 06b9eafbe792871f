"""Interviews in the public API."""

from typing import Any

from litestar import Request, Response, Router, get, patch, post
from litestar.params import FromPath

from vivavoce.database.paging import Page
from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json, read_no_body, read_query
from vivavoce.http.operations import operation
from vivavoce.http.paging import answer_page
from vivavoce.http.request import services
from vivavoce.interviews.changes import InterviewPatch, change_interview
from vivavoce.interviews.creation import InterviewCreate, create_interview
from vivavoce.interviews.event_log import Event, EventQuery, list_events
from vivavoce.interviews.finalization import ask_for_report
from vivavoce.interviews.interview import (
    Interview,
    InterviewQuery,
    access_interview,
    list_interviews,
    require_interview,
)
from vivavoce.interviews.states import cancel, invite
from vivavoce.reports.reports import Report, access_report

AnyRequest = Request[Any, Any, Any]
CLOSED = ("INTERVIEW_ALREADY_COMPLETED", "INTERVIEW_CANCELLED")


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
        errors=("UNPROCESSABLE", "CANDIDATE_NOT_IN_CAMPAIGN", "JOB_CLOSED", "INSUFFICIENT_CREDITS"),
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


@patch(
    "/{interview_id:str}",
    opt=operation(
        "interviews:write",
        "Change an interview",
        description="`expiresAt` until the candidate begins, or when the interview is `EXPIRED`: it is then again what"
        " it was, `DRAFT`, `INVITED` or `IN_PROGRESS`, and its link works again. `externalId` and `metadata` at any"
        " time; `metadata` is replaced as a whole.",
        body=InterviewPatch,
        answer=Interview,
        errors=("UNPROCESSABLE", "INTERVIEW_ALREADY_STARTED", *CLOSED),
    ),
)
async def change(request: AnyRequest, interview_id: FromPath[str]) -> Interview:
    parts = services(request)
    changes = await read_json(request, InterviewPatch)
    caller, at = api_key(request), parts.clock()
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        await change_interview(connection, caller, interview_id, changes, at=at)
        return await access_interview(connection, caller, parts.settings, interview_id, at=at)


@post(
    "/{interview_id:str}/invitation",
    status_code=200,
    opt=operation(
        "interviews:write",
        "Send the invitation, or send it again",
        description="Sent again, it has a new link, and the one before stops working. Refused once the candidate has"
        " begun, since that would take their link away: it goes on working, as `invitationUrl`.",
        answer=Interview,
        errors=("INSUFFICIENT_CREDITS", "INTERVIEW_ALREADY_STARTED", "INTERVIEW_EXPIRED", *CLOSED),
    ),
)
async def send_invitation(request: AnyRequest, interview_id: FromPath[str]) -> Interview:
    parts = services(request)
    await read_no_body(request)
    caller, at = api_key(request), parts.clock()
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        await invite(connection, caller, parts.settings, interview_id, at=at)
        return await access_interview(connection, caller, parts.settings, interview_id, at=at)


@post(
    "/{interview_id:str}/cancellation",
    status_code=200,
    opt=operation(
        "interviews:write",
        "Cancel an interview",
        description="The link stops working at once, and a candidate in the room is told. What was said so far is kept."
        " Twice is once.",
        answer=Interview,
        errors=("INTERVIEW_ALREADY_COMPLETED", "INTERVIEW_EXPIRED"),
    ),
)
async def call_off(request: AnyRequest, interview_id: FromPath[str]) -> Interview:
    parts = services(request)
    await read_no_body(request)
    caller, at = api_key(request), parts.clock()
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        await cancel(connection, caller, interview_id, at=at)
        return await access_interview(connection, caller, parts.settings, interview_id, at=at)


@post(
    "/{interview_id:str}/report",
    status_code=202,
    opt=operation(
        "interviews:write",
        "Ask for the report of a completed interview",
        description="The report that there is, or is under way; made anew when it is stale or `FAILED`.",
        answer=Report,
        status=202,
        errors=("INTERVIEW_NOT_COMPLETED",),
    ),
)
async def make_report(request: AnyRequest, interview_id: FromPath[str]) -> Report:
    parts = services(request)
    await read_no_body(request)
    caller, at = api_key(request), parts.clock()
    async with parts.database.transaction() as connection:
        await require_interview(connection, caller, interview_id)
        report_id = await ask_for_report(connection, interview_id, at=at)
        return await access_report(connection, caller, parts.settings, report_id, at=at)


@get(
    "/{interview_id:str}/events",
    opt=operation(
        "interviews:read",
        "List what happened to an interview, in order",
        query=EventQuery,
        answer=Page[Event],
    ),
)
async def happened(request: AnyRequest, interview_id: FromPath[str]) -> Response[Page[Event]]:
    query = read_query(request, EventQuery)
    async with services(request).database.transaction() as connection:
        page = await list_events(connection, api_key(request), interview_id, query)
    return answer_page(request, page)


interviews_router = Router(
    "/interviews",
    route_handlers=[list_, create, retrieve, change, send_invitation, call_off, make_report, happened],
)
