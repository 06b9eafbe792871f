"""Agents and interview configurations in the public API."""

from typing import Any

from litestar import Request, Response, Router, get, patch, post
from litestar.params import FromPath

from vivavoce.agents.agents import (
    Agent,
    AgentCreate,
    AgentQuery,
    AgentUpdate,
    access_agent,
    create_agent,
    list_agents,
    update_agent,
)
from vivavoce.agents.configs import (
    Config,
    ConfigCreate,
    ConfigQuery,
    ConfigUpdate,
    ConfigVersion,
    VersionQuery,
    access_config,
    create_config,
    list_configs,
    list_versions,
    update_config,
)
from vivavoce.database.paging import Page
from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json, read_query
from vivavoce.http.operations import operation
from vivavoce.http.paging import answer_page
from vivavoce.http.request import services

AnyRequest = Request[Any, Any, Any]


@get("/", opt=operation("agents:read", "List agents, newest first", query=AgentQuery, answer=Page[Agent]))
async def list_(request: AnyRequest) -> Response[Page[Agent]]:
    query = read_query(request, AgentQuery)
    async with services(request).database.transaction() as connection:
        page = await list_agents(connection, api_key(request), query)
    return answer_page(request, page)


@post(
    "/",
    opt=operation(
        "agents:write",
        "Create an agent",
        body=AgentCreate,
        answer=Agent,
        status=201,
        errors=("UNPROCESSABLE",),
    ),
)
async def create(request: AnyRequest) -> Agent:
    parts = services(request)
    wanted = await read_json(request, AgentCreate)
    async with parts.database.transaction() as connection:
        return await create_agent(connection, api_key(request), wanted, at=parts.clock())


@get("/{agent_id:str}", opt=operation("agents:read", "Retrieve an agent", answer=Agent))
async def retrieve(request: AnyRequest, agent_id: FromPath[str]) -> Agent:
    async with services(request).database.transaction() as connection:
        return await access_agent(connection, api_key(request), agent_id)


@patch(
    "/{agent_id:str}",
    opt=operation(
        "agents:write", "Change an agent", body=AgentUpdate, answer=Agent, errors=("UNPROCESSABLE",)
    ),
)
async def update(request: AnyRequest, agent_id: FromPath[str]) -> Agent:
    parts = services(request)
    wanted = await read_json(request, AgentUpdate)
    async with parts.database.transaction() as connection:
        return await update_agent(connection, api_key(request), agent_id, wanted, at=parts.clock())


@get(
    "/",
    opt=operation(
        "agents:read",
        "List interview configurations, newest first",
        query=ConfigQuery,
        answer=Page[Config],
        description="Each by its newest version, without its questions and criteria.",
    ),
)
async def list_configs_(request: AnyRequest) -> Response[Page[Config]]:
    query = read_query(request, ConfigQuery)
    async with services(request).database.transaction() as connection:
        page = await list_configs(connection, api_key(request), query)
    return answer_page(request, page)


@post(
    "/",
    opt=operation(
        "agents:write",
        "Create an interview configuration",
        body=ConfigCreate,
        answer=Config,
        status=201,
        errors=("UNPROCESSABLE",),
    ),
)
async def create_config_(request: AnyRequest) -> Config:
    parts, caller = services(request), api_key(request)
    wanted = await read_json(request, ConfigCreate)
    async with parts.database.transaction() as connection:
        config_id = await create_config(connection, caller, wanted, at=parts.clock())
        return await access_config(connection, caller, config_id)


@get(
    "/{config_id:str}",
    opt=operation(
        "agents:read",
        "Retrieve an interview configuration",
        query=VersionQuery,
        answer=Config,
        description="Its newest version, or an earlier one.",
    ),
)
async def retrieve_config(request: AnyRequest, config_id: FromPath[str]) -> Config:
    query = read_query(request, VersionQuery)
    async with services(request).database.transaction() as connection:
        return await access_config(connection, api_key(request), config_id, version=query.version)


@patch(
    "/{config_id:str}",
    opt=operation(
        "agents:write",
        "Change an interview configuration",
        body=ConfigUpdate,
        answer=Config,
        description=(
            "Makes a new version. Interviews that have begun keep theirs; those that have not follow the newest."
        ),
        errors=("UNPROCESSABLE",),
    ),
)
async def update_config_(request: AnyRequest, config_id: FromPath[str]) -> Config:
    parts, caller = services(request), api_key(request)
    wanted = await read_json(request, ConfigUpdate)
    async with parts.database.transaction() as connection:
        await update_config(connection, caller, config_id, wanted, at=parts.clock())
        return await access_config(connection, caller, config_id)


@get(
    "/{config_id:str}/versions",
    opt=operation(
        "agents:read",
        "List an interview configuration's versions, newest first",
        query=ConfigQuery,
        answer=Page[ConfigVersion],
    ),
)
async def versions(request: AnyRequest, config_id: FromPath[str]) -> Response[Page[ConfigVersion]]:
    query = read_query(request, ConfigQuery)
    async with services(request).database.transaction() as connection:
        page = await list_versions(connection, api_key(request), config_id, query)
    return answer_page(request, page)


agents_router = Router("/agents", route_handlers=[list_, create, retrieve, update])
configs_router = Router(
    "/interview-configs",
    route_handlers=[list_configs_, create_config_, retrieve_config, update_config_, versions],
)
