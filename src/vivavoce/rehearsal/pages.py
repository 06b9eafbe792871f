"""The recruiter's page that sends a simulated candidate through a configuration."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.agents.configs import Config, access_config
from vivavoce.callers import Member
from vivavoce.database.pool import Connection
from vivavoce.errors import Conflict, Unprocessable
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.jobs.jobs import jobs_to_choose
from vivavoce.rehearsal.arguments import PERSONAS
from vivavoce.rehearsal.personas import persona
from vivavoce.rehearsal.rehearsals import RehearsalCreate, earlier_rehearsals, make_rehearsal
from vivavoce.web.agent_views import RehearsalFormPage
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Choice, Form

AnyRequest = Request[Any, Any, Any]
READ, WRITE = {"page": "read"}, {"page": "write"}
UNPROCESSABLE = 422
FIRST_CHOICES = {"persona": PERSONAS[0], "mode": "voice", "language": "en"}


class RehearsalForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    persona: str = ""
    mode: str = ""
    language: str = ""
    job_id: str = ""


@get("/new", opt=READ)
async def new(request: AnyRequest, config_id: FromPath[str]) -> Response[str]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        config = await access_config(connection, caller, config_id)
        return await _form_page(connection, caller, config, Form(FIRST_CHOICES), parts.clock())


@post("/", opt=WRITE, status_code=303)
async def create(request: AnyRequest, config_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, RehearsalForm)))
    async with parts.database.transaction() as connection:
        config = await access_config(connection, caller, config_id)
        wanted = RehearsalCreate(
            config_id=config_id,
            job_id=fields.required("jobId", "Choose a job."),
            persona=fields.choice("persona", PERSONAS, "Choose a candidate."),
            language=config.language or fields.choice("language", ("en", "fr"), "Choose a language."),  # type: ignore[arg-type] # one of these
            mode=fields.choice("mode", ("voice", "text"), "Choose whether the candidate speaks."),  # type: ignore[arg-type] # the same
        )
        if not fields.faults:
            try:
                made = await make_rehearsal(connection, caller, parts.settings, wanted, at=parts.clock())
                return Redirect(f"/interviews/{made}", status_code=303)
            except (Unprocessable, Conflict) as refused:
                fields.fault("jobId", refused.message)
    async with parts.database.transaction() as connection:
        return await _form_page(connection, caller, config, fields.form(), parts.clock())


async def _form_page(
    connection: Connection, caller: Member, config: Config, form: Form, at: datetime
) -> Response[str]:
    jobs = await jobs_to_choose(connection, caller, form.value("jobId"), closed=False)
    cast = (persona(key, "en") for key in PERSONAS)
    page = RehearsalFormPage(
        member=caller,
        form=form,
        config=config,
        personas=tuple((one.key, one.title, one.about) for one in cast),
        jobs=tuple(Choice(job.id, job.title) for job in jobs),
        earlier=tuple(await earlier_rehearsals(connection, caller, config.id, at=at)),
    )
    return show("configs/rehearsal.html", page, UNPROCESSABLE if form.faults else 200)


rehearsal_pages = Router(
    "/settings/configurations/{config_id:str}/rehearsals",
    guards=[guard_page],
    route_handlers=[new, create],
)
