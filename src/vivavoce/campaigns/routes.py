"""Campaigns, their stages and their candidates in the public API."""

from typing import Any

from litestar import Request, Response, Router, delete, get, patch, post
from litestar.params import FromPath

from vivavoce.campaigns.campaigns import (
    Campaign,
    CampaignCreate,
    CampaignPatch,
    CampaignQuery,
    access_campaign,
    create_campaign,
    list_campaigns,
    update_campaign,
)
from vivavoce.campaigns.candidates import (
    CampaignCandidateAdd,
    CampaignCandidatePatch,
    CampaignCandidateQuery,
    add_candidate,
    list_campaign_candidates,
    remove_candidate,
    update_campaign_candidate,
)
from vivavoce.campaigns.pipeline import CampaignDetail, Pipeline, read_campaign, read_pipeline
from vivavoce.campaigns.progress import CampaignCandidate
from vivavoce.campaigns.stages import (
    MAX_STAGES,
    Stage,
    StageCreate,
    StagePatch,
    create_stage,
    delete_stage,
    read_stages,
    update_stage,
)
from vivavoce.database.paging import Page, Pagination
from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json, read_query
from vivavoce.http.operations import operation
from vivavoce.http.paging import answer_page
from vivavoce.http.request import services

AnyRequest = Request[Any, Any, Any]

# Campaigns


@get(
    "/",
    opt=operation(
        "campaigns:read", "List campaigns, newest first", query=CampaignQuery, answer=Page[Campaign]
    ),
)
async def list_(request: AnyRequest) -> Response[Page[Campaign]]:
    query = read_query(request, CampaignQuery)
    async with services(request).database.transaction() as connection:
        page = await list_campaigns(connection, api_key(request), query)
    return answer_page(request, page)


@post(
    "/",
    opt=operation(
        "campaigns:write",
        "Create a campaign",
        body=CampaignCreate,
        answer=Campaign,
        status=201,
        errors=("UNPROCESSABLE",),
    ),
)
async def create(request: AnyRequest) -> Campaign:
    parts = services(request)
    wanted = await read_json(request, CampaignCreate)
    async with parts.database.transaction() as connection:
        return await create_campaign(connection, api_key(request), wanted, at=parts.clock())


@get(
    "/{campaign_id:str}",
    opt=operation(
        "campaigns:read",
        "Retrieve a campaign with its stages, its newest candidates and its newest interviews",
        answer=CampaignDetail,
    ),
)
async def retrieve(request: AnyRequest, campaign_id: FromPath[str]) -> CampaignDetail:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await read_campaign(connection, api_key(request), campaign_id, at=parts.clock())


@patch(
    "/{campaign_id:str}",
    opt=operation(
        "campaigns:write",
        "Change a campaign",
        body=CampaignPatch,
        answer=Campaign,
        errors=("UNPROCESSABLE",),
    ),
)
async def update(request: AnyRequest, campaign_id: FromPath[str]) -> Campaign:
    parts = services(request)
    wanted = await read_json(request, CampaignPatch)
    async with parts.database.transaction() as connection:
        return await update_campaign(connection, api_key(request), campaign_id, wanted, at=parts.clock())


@get(
    "/{campaign_id:str}/pipeline",
    opt=operation(
        "campaigns:read",
        "The stages of a campaign, each with its candidates' progress, scores and interviews",
        answer=Pipeline,
    ),
)
async def pipeline(request: AnyRequest, campaign_id: FromPath[str]) -> Pipeline:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await read_pipeline(connection, api_key(request), campaign_id, at=parts.clock())


# Candidates


@get(
    "/{campaign_id:str}/candidates",
    opt=operation(
        "campaigns:read",
        "List the candidates of a campaign, who was added last first",
        query=CampaignCandidateQuery,
        answer=Page[CampaignCandidate],
    ),
)
async def candidates(request: AnyRequest, campaign_id: FromPath[str]) -> Response[Page[CampaignCandidate]]:
    parts, query = services(request), read_query(request, CampaignCandidateQuery)
    async with parts.database.transaction() as connection:
        page = await list_campaign_candidates(
            connection, api_key(request), campaign_id, query, at=parts.clock()
        )
    return answer_page(request, page)


@post(
    "/{campaign_id:str}/candidates",
    opt=operation(
        "campaigns:write",
        "Add a candidate to a campaign",
        body=CampaignCandidateAdd,
        answer=CampaignCandidate,
        status=201,
        errors=("UNPROCESSABLE", "ALREADY_IN_CAMPAIGN"),
    ),
)
async def add(request: AnyRequest, campaign_id: FromPath[str]) -> CampaignCandidate:
    parts = services(request)
    wanted = await read_json(request, CampaignCandidateAdd)
    async with parts.database.transaction() as connection:
        return await add_candidate(connection, api_key(request), campaign_id, wanted, at=parts.clock())


@patch(
    "/{campaign_id:str}/candidates/{candidate_id:str}",
    opt=operation(
        "campaigns:write",
        "Move a candidate to another stage, or change the note",
        body=CampaignCandidatePatch,
        answer=CampaignCandidate,
        errors=("UNPROCESSABLE", "CANDIDATE_NOT_IN_CAMPAIGN"),
    ),
)
async def move(
    request: AnyRequest, campaign_id: FromPath[str], candidate_id: FromPath[str]
) -> CampaignCandidate:
    parts = services(request)
    wanted = await read_json(request, CampaignCandidatePatch)
    async with parts.database.transaction() as connection:
        return await update_campaign_candidate(
            connection, api_key(request), campaign_id, candidate_id, wanted, at=parts.clock()
        )


@delete(
    "/{campaign_id:str}/candidates/{candidate_id:str}",
    opt=operation(
        "campaigns:write",
        "Take a candidate out of a campaign",
        description="The candidate and the interviews stay.",
        answer=None,
        status=204,
        errors=("CANDIDATE_NOT_IN_CAMPAIGN",),
    ),
)
async def remove(request: AnyRequest, campaign_id: FromPath[str], candidate_id: FromPath[str]) -> None:
    parts = services(request)
    async with parts.database.transaction() as connection:
        await remove_candidate(connection, api_key(request), campaign_id, candidate_id, at=parts.clock())


# Stages


@get(
    "/{campaign_id:str}/stages",
    opt=operation(
        "stages:read", "List the stages of a campaign: all of them, in their order", answer=Page[Stage]
    ),
)
async def stages(request: AnyRequest, campaign_id: FromPath[str]) -> Page[Stage]:
    async with services(request).database.transaction() as connection:
        await access_campaign(connection, api_key(request), campaign_id)
        found = await read_stages(connection, campaign_id)
    return Page(found, Pagination(1, MAX_STAGES, len(found), 1 if found else 0, None))


@post(
    "/{campaign_id:str}/stages",
    opt=operation(
        "stages:write",
        "Add a stage to a campaign",
        body=StageCreate,
        answer=Stage,
        status=201,
        errors=("UNPROCESSABLE",),
    ),
)
async def add_stage(request: AnyRequest, campaign_id: FromPath[str]) -> Stage:
    parts = services(request)
    wanted = await read_json(request, StageCreate)
    async with parts.database.transaction() as connection:
        return await create_stage(connection, api_key(request), campaign_id, wanted, at=parts.clock())


@patch(
    "/{campaign_id:str}/stages/{stage_id:str}",
    opt=operation(
        "stages:write",
        "Change a stage, or move it among the others",
        body=StagePatch,
        answer=Stage,
        errors=("UNPROCESSABLE", "STAGE_IN_USE"),
    ),
)
async def change_stage(request: AnyRequest, campaign_id: FromPath[str], stage_id: FromPath[str]) -> Stage:
    parts = services(request)
    wanted = await read_json(request, StagePatch)
    async with parts.database.transaction() as connection:
        return await update_stage(
            connection, api_key(request), campaign_id, stage_id, wanted, at=parts.clock()
        )


@delete(
    "/{campaign_id:str}/stages/{stage_id:str}",
    opt=operation(
        "stages:write",
        "Delete a stage that has no interviews",
        description="Candidates at it go to the stage before, or where it was the first, to the one after.",
        answer=None,
        status=204,
        errors=("STAGE_IN_USE",),
    ),
)
async def remove_stage(request: AnyRequest, campaign_id: FromPath[str], stage_id: FromPath[str]) -> None:
    parts = services(request)
    async with parts.database.transaction() as connection:
        await delete_stage(connection, api_key(request), campaign_id, stage_id, at=parts.clock())


campaigns_router = Router(
    "/campaigns",
    route_handlers=[
        list_,
        create,
        retrieve,
        update,
        pipeline,
        candidates,
        add,
        move,
        remove,
        stages,
        add_stage,
        change_stage,
        remove_stage,
    ],
)
