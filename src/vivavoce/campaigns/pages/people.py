"""The page of one candidate in a campaign: their stage, a note, their interviews, and what can be done next."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.callers import Member
from vivavoce.campaigns.campaigns import access_campaign
from vivavoce.campaigns.candidates import (
    MAX_NOTE,
    CampaignCandidatePatch,
    access_campaign_candidate,
    remove_candidate,
    update_campaign_candidate,
)
from vivavoce.campaigns.stages import read_stages
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.http.authentication import member
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.interviews.creation import InterviewCreate, create_interview
from vivavoce.web.answer import show
from vivavoce.web.campaign_views import CampaignCandidatePage, person_row
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Form
from vivavoce.wiring import Services

AnyRequest = Request[Any, Any, Any]
READ, WRITE = {"page": "read"}, {"page": "write"}
UNPROCESSABLE = 422
NOTICES = {"saved": "The changes are saved."}


class PersonForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    stage_id: str = ""
    note: str = ""


@get("/{campaign_id:str}/candidates/{candidate_id:str}", opt=READ)
async def retrieve(
    request: AnyRequest, campaign_id: FromPath[str], candidate_id: FromPath[str]
) -> Response[str]:
    parts = services(request)
    async with parts.database.transaction() as connection:
        page = await _page(connection, parts, member(request), campaign_id, candidate_id)
    notice = NOTICES.get(request.query_params.get("done", ""), "")
    return show("campaigns/candidate.html", msgspec.structs.replace(page, notice=notice))


@post("/{campaign_id:str}/candidates/{candidate_id:str}", opt=WRITE, status_code=303)
async def save(request: AnyRequest, campaign_id: FromPath[str], candidate_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, PersonForm)))
    note = fields.text("note", most=MAX_NOTE)
    async with parts.database.transaction() as connection:
        page = await _page(connection, parts, caller, campaign_id, candidate_id)
        stage_id = _chosen(fields, [stage.id for stage in page.stages])
        if not fields.faults:
            wanted = CampaignCandidatePatch(stage_id=stage_id, note=note)
            await update_campaign_candidate(
                connection, caller, campaign_id, candidate_id, wanted, at=parts.clock()
            )
    if fields.faults:
        page = msgspec.structs.replace(page, form=fields.form())
        return show("campaigns/candidate.html", page, UNPROCESSABLE)
    return Redirect(f"/campaigns/{campaign_id}/candidates/{candidate_id}?done=saved", status_code=303)


@post("/{campaign_id:str}/candidates/{candidate_id:str}/interview", opt=WRITE, status_code=303)
async def invite(request: AnyRequest, campaign_id: FromPath[str], candidate_id: FromPath[str]) -> Redirect:
    """To the interview of their stage; where one is under way or done, to that."""
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        page = await _page(connection, parts, caller, campaign_id, candidate_id)
        if page.stage is None or page.stage.type != "AI_INTERVIEW":
            raise Conflict("There is no interview at this stage.")
        interview = person_row(page.person).interview
        if interview is not None and page.person.progress.state != "TO_DO":
            return Redirect(f"/interviews/{interview.id}", status_code=303)
        wanted = InterviewCreate(
            candidate_id=candidate_id,
            job_id=page.campaign.job_id,
            campaign_id=campaign_id,
            stage_id=page.stage.id,
        )
        made = await create_interview(connection, caller, parts.settings, wanted, at=parts.clock())
    return Redirect(f"/interviews/{made}?done=invited", status_code=303)


@post("/{campaign_id:str}/candidates/{candidate_id:str}/removal", opt=WRITE, status_code=303)
async def take_out(request: AnyRequest, campaign_id: FromPath[str], candidate_id: FromPath[str]) -> Redirect:
    """Twice is once."""
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        try:
            await remove_candidate(connection, caller, campaign_id, candidate_id, at=parts.clock())
        except Unprocessable:
            return Redirect(f"/campaigns/{campaign_id}", status_code=303)
    return Redirect(f"/campaigns/{campaign_id}?done=removed", status_code=303)


async def _page(
    connection: Connection, parts: Services, caller: Member, campaign_id: str, candidate_id: str
) -> CampaignCandidatePage:
    """With what is stored in its form."""
    campaign = await access_campaign(connection, caller, campaign_id)
    person = await access_campaign_candidate(connection, caller, campaign_id, candidate_id, at=parts.clock())
    stages = await read_stages(connection, campaign_id)
    return CampaignCandidatePage(
        member=caller,
        campaign=campaign,
        person=person,
        stage=next((stage for stage in stages if stage.id == person.stage_id), None),
        stages=tuple(stages),
        form=Form({"stageId": person.stage_id or "", "note": person.note or ""}),
    )


def _chosen(fields: Fields, stages: list[str]) -> str | msgspec.UnsetType:
    """Where the campaign has no stages there is none to choose."""
    if not stages:
        return msgspec.UNSET
    return fields.choice("stageId", stages, "Choose a stage.")


handlers = [retrieve, save, invite, take_out]
