"""Candidates in the public API."""

from typing import Any

from litestar import Request, Response, Router, delete, get, patch, post
from litestar.params import FromPath

from vivavoce.candidates.candidates import (
    Candidate,
    CandidateCreate,
    CandidatePatch,
    CandidateQuery,
    access_candidate,
    change_candidate,
    create_candidate,
    list_candidates,
)
from vivavoce.candidates.erasure import Erasure, erase_candidate, erase_files_now
from vivavoce.database.paging import Page
from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json, read_query
from vivavoce.http.operations import operation
from vivavoce.http.paging import answer_page
from vivavoce.http.request import services

AnyRequest = Request[Any, Any, Any]


@get(
    "/",
    opt=operation(
        "candidates:read", "List candidates, newest first", query=CandidateQuery, answer=Page[Candidate]
    ),
)
async def list_(request: AnyRequest) -> Response[Page[Candidate]]:
    query = read_query(request, CandidateQuery)
    async with services(request).database.transaction() as connection:
        page = await list_candidates(connection, api_key(request), query)
    return answer_page(request, page)


@post(
    "/",
    opt=operation(
        "candidates:write",
        "Create a candidate",
        body=CandidateCreate,
        answer=Candidate,
        status=201,
        errors=("EMAIL_TAKEN",),
    ),
)
async def create(request: AnyRequest) -> Candidate:
    parts = services(request)
    wanted = await read_json(request, CandidateCreate)
    async with parts.database.transaction() as connection:
        return await create_candidate(connection, api_key(request), wanted, at=parts.clock())


@get(
    "/{candidate_id:str}",
    opt=operation("candidates:read", "Retrieve a candidate", answer=Candidate),
)
async def retrieve(request: AnyRequest, candidate_id: FromPath[str]) -> Candidate:
    async with services(request).database.transaction() as connection:
        return await access_candidate(connection, api_key(request), candidate_id)


@patch(
    "/{candidate_id:str}",
    opt=operation(
        "candidates:write",
        "Change a candidate",
        body=CandidatePatch,
        answer=Candidate,
        errors=("EMAIL_TAKEN",),
    ),
)
async def change(request: AnyRequest, candidate_id: FromPath[str]) -> Candidate:
    parts = services(request)
    changes = await read_json(request, CandidatePatch)
    async with parts.database.transaction() as connection:
        return await change_candidate(connection, api_key(request), candidate_id, changes, at=parts.clock())


@delete(
    "/{candidate_id:str}",
    status_code=200,
    opt=operation(
        "candidates:write",
        "Erase a candidate",
        description="Irreversible, and at once: the person with all interviews, turns and their earlier texts,"
        " recordings, reports, mails, events, deliveries and kept answers. What stays is the receipt, which says"
        " nothing about the person.",
        answer=Erasure,
    ),
)
async def erase(request: AnyRequest, candidate_id: FromPath[str]) -> Erasure:
    parts = services(request)
    async with parts.database.transaction() as connection:
        erasure = await erase_candidate(connection, api_key(request), candidate_id, at=parts.clock())
    return await erase_files_now(parts, erasure)


candidates_router = Router("/candidates", route_handlers=[list_, create, retrieve, change, erase])
