"""The page of one stage with everybody at it, and the form that makes, changes or moves a stage."""

from typing import Any, get_args

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.agents.configs import configs_to_choose
from vivavoce.callers import Member
from vivavoce.campaigns.campaigns import access_campaign
from vivavoce.campaigns.candidates import CampaignCandidateQuery, list_campaign_candidates
from vivavoce.campaigns.stages import (
    Stage,
    StageCreate,
    StagePatch,
    StageType,
    access_stage,
    create_stage,
    delete_stage,
    is_used,
    read_stages,
    update_stage,
)
from vivavoce.database.paging import PageNumber
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.http.authentication import member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.interviews.listing import PAGE_SIZE
from vivavoce.web.answer import show
from vivavoce.web.campaign_views import StageFormPage, StagePage, person_row
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Choice, Form, ListFilter

AnyRequest = Request[Any, Any, Any]
READ, WRITE = {"page": "read"}, {"page": "write"}
UNPROCESSABLE = 422
REPORTS = {"": None, "yes": True, "no": False}


class StageQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1


class StageForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    name: str = ""
    type: str = ""
    position: str = ""
    config_id: str = ""
    generate_report: str = ""


@get("/{campaign_id:str}/stages/new", opt=WRITE)
async def new(request: AnyRequest, campaign_id: FromPath[str]) -> Response[str]:
    form = Form({"type": "AI_INTERVIEW", "generateReport": ""})
    async with services(request).database.transaction() as connection:
        page = await _form_page(connection, member(request), campaign_id, form)
    last = page.positions[-1].value
    form = Form(form.entered | {"position": last})
    return show("campaigns/stage_form.html", msgspec.structs.replace(page, form=form))


@post("/{campaign_id:str}/stages", opt=WRITE, status_code=303)
async def create(request: AnyRequest, campaign_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, StageForm)))
    try:
        async with parts.database.transaction() as connection:
            page = await _form_page(connection, caller, campaign_id, fields.form())
            wanted = _wanted(fields, page)
            if not fields.faults:
                await create_stage(connection, caller, campaign_id, StageCreate(**wanted), at=parts.clock())
    except Unprocessable as refused:
        _note(fields, refused)
    return _answer(page, fields)


@get("/{campaign_id:str}/stages/{stage_id:str}", opt=READ)
async def retrieve(request: AnyRequest, campaign_id: FromPath[str], stage_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    number = read_query(request, StageQuery).page
    wanted = CampaignCandidateQuery(page=number, page_size=PAGE_SIZE, stage_id=stage_id)
    async with parts.database.transaction() as connection:
        campaign = await access_campaign(connection, caller, campaign_id)
        stage = await access_stage(connection, caller, campaign_id, stage_id)
        page = await list_campaign_candidates(connection, caller, campaign_id, wanted, at=parts.clock())
        configs = await configs_to_choose(connection, caller)
    chosen = stage.config_id or campaign.interview_config_id
    return show(
        "campaigns/stage.html",
        StagePage(
            member=caller,
            campaign=campaign,
            stage=stage,
            configuration=next((config.name for config in configs if config.id == chosen), ""),
            rows=tuple(person_row(person) for person in page.data),
            filter=ListFilter(path=f"/campaigns/{campaign_id}/stages/{stage_id}", page=number),
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
        ),
    )


@get("/{campaign_id:str}/stages/{stage_id:str}/edit", opt=WRITE)
async def edit(request: AnyRequest, campaign_id: FromPath[str], stage_id: FromPath[str]) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        stage = await access_stage(connection, caller, campaign_id, stage_id)
        page = await _form_page(connection, caller, campaign_id, Form(_entered(stage)), stage)
    return show("campaigns/stage_form.html", page)


@post("/{campaign_id:str}/stages/{stage_id:str}", opt=WRITE, status_code=303)
async def save(request: AnyRequest, campaign_id: FromPath[str], stage_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, StageForm)))
    try:
        async with parts.database.transaction() as connection:
            stage = await access_stage(connection, caller, campaign_id, stage_id)
            page = await _form_page(connection, caller, campaign_id, fields.form(), stage)
            wanted = _wanted(fields, page)
            if not fields.faults:
                patch = StagePatch(**wanted)
                await update_stage(connection, caller, campaign_id, stage_id, patch, at=parts.clock())
    except Unprocessable as refused:
        _note(fields, refused)
    except Conflict as refused:
        fields.fault("type", refused.message)
    return _answer(page, fields)


@post("/{campaign_id:str}/stages/{stage_id:str}/deletion", opt=WRITE, status_code=303)
async def remove(request: AnyRequest, campaign_id: FromPath[str], stage_id: FromPath[str]) -> Redirect:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        await delete_stage(connection, caller, campaign_id, stage_id, at=parts.clock())
    return Redirect(f"/campaigns/{campaign_id}?done=stage", status_code=303)


async def _form_page(
    connection: Connection, caller: Member, campaign_id: str, form: Form, stage: Stage | None = None
) -> StageFormPage:
    campaign = await access_campaign(connection, caller, campaign_id)
    configs = await configs_to_choose(connection, caller)
    stages = await read_stages(connection, campaign_id)
    others = [one.name for one in stages if stage is None or one.id != stage.id]
    return StageFormPage(
        member=caller,
        campaign=campaign,
        form=form,
        positions=(
            Choice("1", "First"),
            *(Choice(str(place), f"After “{name}”") for place, name in enumerate(others, 2)),
        ),
        configs=tuple(Choice(config.id, config.name) for config in configs),
        stage=stage,
        used=stage is not None and await is_used(connection, stage.id),
    )


def _wanted(fields: Fields, page: StageFormPage) -> dict[str, Any]:
    kind = fields.choice("type", get_args(StageType), "Choose what happens at this stage.")
    places = [choice.value for choice in page.positions]
    position = fields.choice("position", places, "Choose where the stage stands.")
    report = fields.choice("generateReport", REPORTS, "Choose whether there is a report.")
    interview = kind == "AI_INTERVIEW"
    return {
        "name": fields.required("name", "Enter a name for the stage."),
        "type": kind,
        "position": int(position) if position in places else 1,
        "config_id": fields.text("configId") if interview else None,
        "generate_report": REPORTS.get(report) if interview else None,
    }


def _answer(page: StageFormPage, fields: Fields) -> Response[Any]:
    if fields.faults:
        page = msgspec.structs.replace(page, form=fields.form())
        return show("campaigns/stage_form.html", page, UNPROCESSABLE)
    return Redirect(f"/campaigns/{page.campaign.id}?done=stage", status_code=303)


def _note(fields: Fields, refused: Unprocessable) -> None:
    for fault in refused.fields:
        fields.fault(fault.path, "It is no longer here. Choose another.")
    if not refused.fields:
        fields.fault("name", refused.message)


def _entered(stage: Stage) -> dict[str, str]:
    report = next(word for word, value in REPORTS.items() if value == stage.generate_report)
    return {
        "name": stage.name,
        "type": stage.type,
        "position": str(stage.position),
        "configId": stage.config_id or "",
        "generateReport": report,
    }


handlers = [new, create, retrieve, edit, save, remove]
