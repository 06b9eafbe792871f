"""The pages of agents: everybody may read who conducts, administrators change it."""

from typing import Any, get_args

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.agents.agents import (
    Agent,
    AgentCreate,
    AgentQuery,
    AgentUpdate,
    Tone,
    access_agent,
    create_agent,
    list_agents,
    update_agent,
)
from vivavoce.callers import Member
from vivavoce.database.paging import PageNumber
from vivavoce.database.pool import Connection
from vivavoce.errors import Unprocessable
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.interviewer.plan import Patience
from vivavoce.interviewer.voices import VOICES
from vivavoce.jobs.jobs import access_job, jobs_to_choose
from vivavoce.web.agent_views import AgentFormPage, AgentPage, AgentsPage
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Choice, Form, ListFilter

AnyRequest = Request[Any, Any, Any]
READ, ADMINISTRATOR = {"page": "read"}, {"page": "administrator"}
PAGE_SIZE, MAX_NAME, MAX_INSTRUCTIONS, UNPROCESSABLE = 50, 100, 4_000, 422
NOTICES = {"made": "The agent is made.", "changed": "The agent is changed."}
PROVIDERS = {"local": "this installation", "openai": "OpenAI", "elevenlabs": "ElevenLabs"}
LEVELS = ("0", "1", "2", "3")
VOICE_CHOICES = tuple(
    Choice(f"{provider}/{voice}", f"{voice}, of {PROVIDERS[provider]}")
    for provider, voices in VOICES.items()
    for voice in voices
)


class AgentsQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1


class AgentForm(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    name: str = ""
    voice: str = ""
    tone: str = ""
    language: str = ""
    patience: str = ""
    suspicion_level: str = ""
    job_id: str = ""
    instructions: str = ""


@get("/", opt=READ)
async def list_(request: AnyRequest) -> Response[str]:
    caller, query = member(request), read_query(request, AgentsQuery)
    async with services(request).database.transaction() as connection:
        page = await list_agents(connection, caller, AgentQuery(page=query.page, page_size=PAGE_SIZE))
    return show(
        "agents/list.html",
        AgentsPage(
            member=caller,
            rows=tuple(page.data),
            filter=ListFilter(path="/settings/agents", page=query.page),
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
        ),
    )


@get("/new", opt=ADMINISTRATOR)
async def new(request: AnyRequest) -> Response[str]:
    usual = {"tone": "professional", "patience": "patient", "suspicionLevel": "1"}
    form = Form({"voice": VOICE_CHOICES[0].value, **usual})
    async with services(request).database.transaction() as connection:
        return await _form_page(connection, member(request), form, None)


@post("/", opt=ADMINISTRATOR, status_code=303)
async def create(request: AnyRequest) -> Response[Any]:
    return await _save(request, None)


@get("/{agent_id:str}", opt=READ)
async def retrieve(request: AnyRequest, agent_id: FromPath[str]) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        agent = await access_agent(connection, caller, agent_id)
        job = await access_job(connection, caller, agent.job_id) if agent.job_id else None
    return show(
        "agents/agent.html",
        AgentPage(
            member=caller,
            agent=agent,
            voice=f"{agent.voice}, of {PROVIDERS[agent.provider]}",
            job=Choice(job.id, job.title) if job else None,
            notice=NOTICES.get(request.query_params.get("done", ""), ""),
        ),
    )


@get("/{agent_id:str}/edit", opt=ADMINISTRATOR)
async def edit(request: AnyRequest, agent_id: FromPath[str]) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        agent = await access_agent(connection, caller, agent_id)
        entered = {
            "name": agent.name,
            "voice": f"{agent.provider}/{agent.voice}",
            "tone": agent.tone,
            "language": agent.language or "",
            "patience": agent.patience,
            "suspicionLevel": str(agent.suspicion_level),
            "jobId": agent.job_id or "",
            "instructions": agent.instructions,
        }
        return await _form_page(connection, caller, Form(entered), agent)


@post("/{agent_id:str}", opt=ADMINISTRATOR, status_code=303)
async def change(request: AnyRequest, agent_id: FromPath[str]) -> Response[Any]:
    return await _save(request, agent_id)


async def _save(request: AnyRequest, agent_id: str | None) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, AgentForm)))
    wanted = _wanted(fields)
    async with parts.database.transaction() as connection:
        agent = await access_agent(connection, caller, agent_id) if agent_id else None
        if not fields.faults:
            try:
                if agent is None:
                    saved = await create_agent(connection, caller, wanted, at=parts.clock())
                else:
                    changes = AgentUpdate(**msgspec.structs.asdict(wanted))
                    saved = await update_agent(connection, caller, agent.id, changes, at=parts.clock())
            except Unprocessable as refusal:
                fields.faults += refusal.fields
        if fields.faults:
            return await _form_page(connection, caller, fields.form(), agent, UNPROCESSABLE)
    done = "changed" if agent_id else "made"
    return Redirect(f"/settings/agents/{saved.id}?done={done}", status_code=303)


def _wanted(fields: Fields) -> AgentCreate:
    voices = [choice.value for choice in VOICE_CHOICES]
    voice = fields.choice("voice", voices, "Choose a voice.")
    provider: Any = voice.partition("/")[0]
    tone: Any = fields.choice("tone", get_args(Tone), "Choose a tone.")
    language: Any = fields.choice("language", ("", "en", "fr"), "Choose the voice’s language.")
    patience: Any = fields.choice("patience", get_args(Patience), "Choose how long the agent waits.")
    level = fields.choice("suspicionLevel", LEVELS, "Choose how watchful the agent is.")
    return AgentCreate(
        name=fields.required("name", "Enter the name that candidates hear.", most=MAX_NAME),
        provider=provider,
        voice=voice.partition("/")[2],
        tone=tone,
        language=language or None,
        patience=patience,
        suspicion_level=int(level) if level in LEVELS else 0,
        job_id=fields.text("jobId"),
        instructions=fields.text("instructions", most=MAX_INSTRUCTIONS) or "",
    )


async def _form_page(
    connection: Connection, caller: Member, form: Form, agent: Agent | None, status_code: int = 200
) -> Response[str]:
    jobs = await jobs_to_choose(connection, caller, form.value("jobId"), closed=True)
    page = AgentFormPage(
        member=caller,
        form=form,
        agent=agent,
        voices=VOICE_CHOICES,
        jobs=tuple(Choice(job.id, job.title) for job in jobs),
    )
    return show("agents/form.html", page, status_code)


agent_pages = Router(
    "/settings/agents", guards=[guard_page], route_handlers=[list_, new, create, retrieve, edit, change]
)
