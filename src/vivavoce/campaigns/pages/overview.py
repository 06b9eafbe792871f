"""The list of campaigns, one with its pipeline, and the form that makes or changes one."""

from typing import Any, Literal, get_args

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.agents.configs import configs_to_choose
from vivavoce.callers import Member
from vivavoce.campaigns.campaigns import (
    MAX_TARGET,
    Campaign,
    CampaignCreate,
    CampaignPatch,
    CampaignQuery,
    Status,
    access_campaign,
    create_campaign,
    list_campaigns,
    update_campaign,
)
from vivavoce.campaigns.candidates import CampaignCandidateAdd, add_candidate, addresses_to_add
from vivavoce.campaigns.pipeline import read_pipeline
from vivavoce.candidates.candidates import candidate_at
from vivavoce.database.paging import PageNumber
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.http.authentication import member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.interviews.listing import PAGE_SIZE
from vivavoce.jobs.jobs import jobs_to_choose
from vivavoce.web.answer import show
from vivavoce.web.campaign_views import (
    CampaignFormPage,
    CampaignPage,
    CampaignRow,
    CampaignsPage,
    StageSection,
    person_row,
)
from vivavoce.web.fields import TEXT, Fields
from vivavoce.web.recruiter_views import Choice, Form, ListFilter

AnyRequest = Request[Any, Any, Any]
READ, WRITE = {"page": "read"}, {"page": "write"}
UNPROCESSABLE = 422
SHOWN = 20
"""Of each stage's candidates; the others are on the stage's own page."""
NOTICES = {
    "made": "The campaign is made. Add its stages next: the steps that every candidate goes through.",
    "saved": "The changes are saved.",
    "added": "The candidate is in the campaign.",
    "removed": "The candidate is no longer in the campaign.",
    "stage": "The stages are saved.",
}


class CampaignsQuery(msgspec.Struct, frozen=True):
    status: Status | Literal[""] = ""
    page: PageNumber = 1


class CampaignForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    name: str = ""
    job_id: str = ""
    interview_config_id: str = ""
    start_date: str = ""
    end_date: str = ""
    target_count: str = ""
    description: str = ""
    status: str = ""


class AddForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    candidate: str = ""


@get("/", opt=READ)
async def list_(request: AnyRequest) -> Response[str]:
    caller, query = member(request), read_query(request, CampaignsQuery)
    wanted = CampaignQuery(page=query.page, page_size=PAGE_SIZE, status=query.status or None)
    async with services(request).database.transaction() as connection:
        page = await list_campaigns(connection, caller, wanted)
    return show(
        "campaigns/list.html",
        CampaignsPage(
            member=caller,
            rows=tuple(
                CampaignRow(
                    id=campaign.id,
                    name=campaign.name,
                    job=campaign.job.title,
                    status=campaign.status,
                    candidates=campaign.candidate_count,
                    target=campaign.target_count,
                    end_date=campaign.end_date,
                    created_at=campaign.created_at,
                )
                for campaign in page.data
            ),
            filter=ListFilter(path="/campaigns", status=query.status, page=query.page),
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
        ),
    )


@get("/new", opt=WRITE)
async def new(request: AnyRequest) -> Response[str]:
    form = Form({"jobId": request.query_params.get("jobId", ""), "status": "ACTIVE"})
    async with services(request).database.transaction() as connection:
        return show("campaigns/form.html", await _form_page(connection, member(request), form))


@post("/", opt=WRITE, status_code=303)
async def create(request: AnyRequest) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, CampaignForm)))
    job_id = fields.required("jobId", "Choose a job.")
    wanted = CampaignCreate(job_id=job_id, **_wanted(fields))
    try:
        async with parts.database.transaction() as connection:
            if not fields.faults:
                campaign = await create_campaign(connection, caller, wanted, at=parts.clock())
                return Redirect(f"/campaigns/{campaign.id}?done=made", status_code=303)
    except Unprocessable as refused:
        _note(fields, refused)
    async with parts.database.transaction() as connection:
        page = await _form_page(connection, caller, fields.form())
    return show("campaigns/form.html", page, UNPROCESSABLE)


@get("/{campaign_id:str}", opt=READ)
async def retrieve(request: AnyRequest, campaign_id: FromPath[str]) -> Response[str]:
    notice = NOTICES.get(request.query_params.get("done", ""), "")
    return show("campaigns/campaign.html", await _campaign_page(request, campaign_id, Form(), notice))


@get("/{campaign_id:str}/edit", opt=WRITE)
async def edit(request: AnyRequest, campaign_id: FromPath[str]) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        campaign = await access_campaign(connection, caller, campaign_id)
        page = await _form_page(connection, caller, Form(_entered(campaign)), campaign)
    return show("campaigns/form.html", page)


@post("/{campaign_id:str}", opt=WRITE, status_code=303)
async def save(request: AnyRequest, campaign_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, CampaignForm)))
    async with parts.database.transaction() as connection:
        campaign = await access_campaign(connection, caller, campaign_id)
    wanted = CampaignPatch(**_wanted(fields))
    try:
        async with parts.database.transaction() as connection:
            if not fields.faults:
                await update_campaign(connection, caller, campaign_id, wanted, at=parts.clock())
                return Redirect(f"/campaigns/{campaign_id}?done=saved", status_code=303)
    except Unprocessable as refused:
        _note(fields, refused)
    async with parts.database.transaction() as connection:
        page = await _form_page(connection, caller, fields.form(), campaign)
    return show("campaigns/form.html", page, UNPROCESSABLE)


@post("/{campaign_id:str}/candidates", opt=WRITE, status_code=303)
async def add(request: AnyRequest, campaign_id: FromPath[str]) -> Response[Any]:
    """Who is in it already is led to."""
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, AddForm)))
    email = fields.required("candidate", "Enter the e-mail address of a candidate.")
    async with parts.database.transaction() as connection:
        await access_campaign(connection, caller, campaign_id)
        candidate_id = await candidate_at(connection, caller, email)
    if candidate_id is None:
        if not fields.faults:
            fields.fault("candidate", "No candidate has this address. Add the candidate first.")
        page = await _campaign_page(request, campaign_id, fields.form())
        return show("campaigns/campaign.html", page, UNPROCESSABLE)
    try:
        async with parts.database.transaction() as connection:
            wanted = CampaignCandidateAdd(candidate_id)
            await add_candidate(connection, caller, campaign_id, wanted, at=parts.clock())
    except Conflict:
        return Redirect(f"/campaigns/{campaign_id}/candidates/{candidate_id}", status_code=303)
    return Redirect(f"/campaigns/{campaign_id}?done=added", status_code=303)


async def _campaign_page(request: AnyRequest, campaign_id: str, form: Form, notice: str = "") -> CampaignPage:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        campaign = await access_campaign(connection, caller, campaign_id)
        pipeline = await read_pipeline(connection, caller, campaign_id, at=parts.clock(), shown=SHOWN)
        addresses = await addresses_to_add(connection, caller, campaign_id)
    return CampaignPage(
        member=caller,
        campaign=campaign,
        sections=tuple(
            StageSection(stage, tuple(person_row(person) for person in stage.candidates))
            for stage in pipeline.stages
        ),
        form=form,
        addresses=tuple(addresses),
        notice=notice,
    )


async def _form_page(
    connection: Connection, caller: Member, form: Form, campaign: Campaign | None = None
) -> CampaignFormPage:
    jobs = await jobs_to_choose(connection, caller, form.value("jobId"), closed=False)
    configs = await configs_to_choose(connection, caller)
    return CampaignFormPage(
        member=caller,
        form=form,
        configs=tuple(Choice(config.id, config.name) for config in configs),
        jobs=tuple(Choice(job.id, job.title) for job in jobs),
        campaign=campaign,
    )


def _wanted(fields: Fields) -> dict[str, Any]:
    return {
        "name": fields.required("name", "Enter a name for the campaign."),
        "interview_config_id": fields.text("interviewConfigId"),
        "start_date": fields.day_or_none("startDate"),
        "end_date": fields.day_or_none("endDate"),
        "target_count": fields.number_or_none("targetCount", most=MAX_TARGET),
        "description": fields.text("description", most=TEXT),
        "status": fields.choice("status", get_args(Status), "Choose how the campaign stands."),
    }


def _note(fields: Fields, refused: Unprocessable) -> None:
    for fault in refused.fields:
        gone = fault.path != "endDate"
        fields.fault(fault.path, "It is no longer here. Choose another." if gone else fault.message)


def _entered(campaign: Campaign) -> dict[str, str]:
    return {
        "name": campaign.name,
        "jobId": campaign.job_id,
        "interviewConfigId": campaign.interview_config_id or "",
        "startDate": campaign.start_date.isoformat() if campaign.start_date else "",
        "endDate": campaign.end_date.isoformat() if campaign.end_date else "",
        "targetCount": str(campaign.target_count or ""),
        "description": campaign.description or "",
        "status": campaign.status,
    }


handlers = [list_, new, create, retrieve, edit, save, add]
