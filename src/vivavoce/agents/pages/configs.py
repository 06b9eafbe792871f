"""The pages of interview configurations: everybody may read what is asked, administrators change it."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.agents.agents import access_agent, agents_to_choose
from vivavoce.agents.configs import (
    Config,
    ConfigBody,
    ConfigCreate,
    ConfigQuery,
    ConfigUpdate,
    VersionQuery,
    access_config,
    create_config,
    list_configs,
    list_versions,
    update_config,
)
from vivavoce.agents.pages.draft import MAX_CRITERIA, MAX_FACTS, MAX_QUESTIONS, Block, Draft
from vivavoce.callers import Member
from vivavoce.database.paging import PageNumber
from vivavoce.database.pool import Connection
from vivavoce.errors import Fault, Unprocessable
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.body import read_query
from vivavoce.http.forms import read_fields
from vivavoce.http.request import services
from vivavoce.web.agent_views import (
    ConfigFormPage,
    ConfigPage,
    ConfigsPage,
    CriterionBlock,
    QuestionBlock,
)
from vivavoce.web.answer import show
from vivavoce.web.recruiter_views import Choice, Form, ListFilter

AnyRequest = Request[Any, Any, Any]
READ, ADMINISTRATOR = {"page": "read"}, {"page": "administrator"}
PAGE_SIZE, UNPROCESSABLE = 50, 422
SHOWN_VERSIONS = 100
NOTICES = {
    "made": "The configuration is made.",
    "changed": "The configuration is changed. Interviews that have begun keep the version they began with.",
}


class ConfigsQuery(msgspec.Struct, frozen=True):
    page: PageNumber = 1


class OneQuery(VersionQuery, frozen=True, rename="camel", forbid_unknown_fields=False):
    done: str = ""


@get("/", opt=READ)
async def list_(request: AnyRequest) -> Response[str]:
    caller, query = member(request), read_query(request, ConfigsQuery)
    async with services(request).database.transaction() as connection:
        page = await list_configs(connection, caller, ConfigQuery(page=query.page, page_size=PAGE_SIZE))
    return show(
        "configs/list.html",
        ConfigsPage(
            member=caller,
            rows=tuple(page.data),
            filter=ListFilter(path="/settings/configurations", page=query.page),
            total=page.pagination.total or 0,
            total_pages=page.pagination.total_pages or 0,
        ),
    )


@get("/new", opt=ADMINISTRATOR)
async def new(request: AnyRequest) -> Response[str]:
    async with services(request).database.transaction() as connection:
        return await _form_page(connection, member(request), Draft.empty(), None)


@post("/", opt=ADMINISTRATOR, status_code=303)
async def create(request: AnyRequest) -> Response[Any]:
    return await _save(request, None)


@get("/{config_id:str}", opt=READ)
async def retrieve(request: AnyRequest, config_id: FromPath[str]) -> Response[str]:
    caller, query = member(request), read_query(request, OneQuery)
    async with services(request).database.transaction() as connection:
        config = await access_config(connection, caller, config_id, version=query.version)
        agent = await access_agent(connection, caller, config.agent_id)
        wanted = ConfigQuery(page_size=SHOWN_VERSIONS)
        versions = await list_versions(connection, caller, config_id, wanted)
    return show(
        "configs/config.html",
        ConfigPage(
            member=caller,
            config=config,
            agent=agent,
            newest=versions.data[0].version,
            versions=tuple(versions.data),
            notice=NOTICES.get(query.done, ""),
        ),
    )


@get("/{config_id:str}/edit", opt=ADMINISTRATOR)
async def edit(request: AnyRequest, config_id: FromPath[str]) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        config = await access_config(connection, caller, config_id)
        return await _form_page(connection, caller, Draft.of(config), config)


@post("/{config_id:str}", opt=ADMINISTRATOR, status_code=303)
async def change(request: AnyRequest, config_id: FromPath[str]) -> Response[Any]:
    return await _save(request, config_id)


async def _save(request: AnyRequest, config_id: str | None) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = await read_fields(request)
    wanted = fields.pop("do", "")
    draft = Draft.entered(fields)
    async with parts.database.transaction() as connection:
        config = await access_config(connection, caller, config_id) if config_id else None
        if wanted:
            draft.do(wanted)
            return await _form_page(connection, caller, draft, config)
        body, form = draft.read()
        if config and draft.head.get("version") != str(config.version):
            stale = Fault(
                "name", f"Somebody saved version {config.version} meanwhile. Look at it, then change it."
            )
            form = msgspec.structs.replace(form, faults=(stale, *form.faults))
        if form.faults:
            return await _form_page(connection, caller, draft, config, form)
        try:
            saved = await _stored(connection, caller, config, body, draft.head, at=parts.clock())
        except Unprocessable as refusal:
            form = msgspec.structs.replace(form, faults=refusal.fields)
            return await _form_page(connection, caller, draft, config, form)
    done = "changed" if config else "made"
    return Redirect(f"/settings/configurations/{saved}?done={done}", status_code=303)


async def _stored(
    connection: Connection,
    caller: Member,
    config: Config | None,
    body: ConfigBody,
    head: Block,
    *,
    at: datetime,
) -> str:
    """Its id."""
    parts = msgspec.structs.asdict(body) | {"agent_id": head.get("agentId", "")}
    if config is None:
        return await create_config(connection, caller, ConfigCreate(**parts), at=at)
    await update_config(connection, caller, config.id, ConfigUpdate(**parts), at=at)
    return config.id


async def _form_page(
    connection: Connection, caller: Member, draft: Draft, config: Config | None, form: Form | None = None
) -> Response[str]:
    """The form as it stands, or with what is wrong with it."""
    agents = await agents_to_choose(connection, caller, draft.head.get("agentId", ""))
    labels = [_label(block, number) for number, block in enumerate(draft.criteria)]
    page = ConfigFormPage(
        member=caller,
        form=form or Form(draft.fields()),
        config=config,
        agents=tuple(Choice(agent.id, agent.name) for agent in agents),
        questions=tuple(
            QuestionBlock(
                path=f"questions.{number}",
                criteria=tuple(
                    (f"questions.{number}.criteria.{criterion.get('id', '')}", label)
                    for criterion, label in zip(draft.criteria, labels, strict=True)
                ),
            )
            for number in range(len(draft.questions))
        ),
        criteria=tuple(
            CriterionBlock(path=f"criteria.{number}", label=label) for number, label in enumerate(labels)
        ),
        facts=tuple(f"facts.{number}" for number in range(len(draft.facts))),
        may_add_question=len(draft.questions) < MAX_QUESTIONS,
        may_add_criterion=len(draft.criteria) < MAX_CRITERIA,
        may_add_fact=len(draft.facts) < MAX_FACTS,
    )
    return show("configs/form.html", page, UNPROCESSABLE if form else 200)


def _label(criterion: Block, number: int) -> str:
    return criterion.get("name.en") or criterion.get("name.fr") or f"Criterion {number + 1}"


config_pages = Router(
    "/settings/configurations",
    guards=[guard_page],
    route_handlers=[list_, new, create, retrieve, edit, change],
)
