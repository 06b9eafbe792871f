"""The web application: the public API, the agents' endpoints, the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from litestar import Litestar, Router
from litestar.exceptions import HTTPException

from vivavoce.agents.routes import agents_router, configs_router
from vivavoce.campaigns.routes import campaigns_router
from vivavoce.candidates.routes import candidates_router
from vivavoce.errors import Refusal
from vivavoce.health import healthz, readyz
from vivavoce.http.authentication import guard_api
from vivavoce.http.idempotency import idempotent
from vivavoce.http.layers import WebApp
from vivavoce.http.problems import (
    answer_database_down,
    answer_failure,
    answer_framework,
    answer_nul_in_path,
    answer_overtaken,
    answer_refusal,
)
from vivavoce.http.routes import openapi_json, reference
from vivavoce.interviews.hooks import livekit_webhook
from vivavoce.interviews.internal import internal_router
from vivavoce.interviews.line import line
from vivavoce.interviews.routes import interviews_router
from vivavoce.jobs.routes import jobs_router
from vivavoce.pages import pages
from vivavoce.recordings.routes import listen
from vivavoce.reports.routes import reports_router
from vivavoce.settings import Settings
from vivavoce.webhooks.routes import webhooks_router
from vivavoce.wiring import opened


def create_app(settings: Settings, dsn: str) -> Litestar:
    """The app on the database at `dsn`, which it opens when it starts and closes when it stops."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opened(settings, dsn) as services:
            app.state.services = services
            yield

    version_1 = Router(
        "/v1",
        route_handlers=[
            interviews_router,
            candidates_router,
            jobs_router,
            campaigns_router,
            reports_router,
            agents_router,
            configs_router,
            webhooks_router,
        ],
    )
    # Campaigns are documented without the version too.
    public = Router(
        "/api", guards=[guard_api], middleware=[idempotent], route_handlers=[version_1, campaigns_router]
    )
    return WebApp(
        route_handlers=[
            healthz,
            readyz,
            public,
            internal_router,
            line,
            livekit_webhook,
            listen,
            openapi_json,
            reference,
            *pages,
        ],
        lifespan=[lifespan],
        exception_handlers={
            Refusal: answer_refusal,
            HTTPException: answer_framework,
            asyncpg.PostgresConnectionError: answer_database_down,
            asyncpg.InterfaceError: answer_database_down,
            asyncpg.CharacterNotInRepertoireError: answer_nul_in_path,
            asyncpg.TransactionRollbackError: answer_overtaken,
            OSError: answer_database_down,
            TimeoutError: answer_database_down,
            Exception: answer_failure,
        },
        request_max_body_size=None,
        openapi_config=None,
        logging_config=None,
    )
