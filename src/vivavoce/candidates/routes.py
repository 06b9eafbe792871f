"""Candidates in the public API."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath

from vivavoce.candidates.candidates import (
    Candidate,
    CandidateCreate,
    CandidateQuery,
    access_candidate,
    create_candidate,
    list_candidates,
)
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


candidates_router = Router("/candidates", route_handlers=[list_, create, retrieve])
