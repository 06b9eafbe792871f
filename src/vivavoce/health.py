"""Alive, and ready: what a supervisor, a load balancer and a person who looks for a fault ask."""

import asyncio
from typing import Any

import aiohttp
import asyncpg
import msgspec
from litestar import Request, Response, get

from vivavoce.http.request import services
from vivavoce.settings import Settings
from vivavoce.tasks import STALLED_AFTER_SECONDS
from vivavoce.web.libraries import HOW_TO_FETCH, LIVEKIT_CLIENT

PROBE_SECONDS = 2.0


class Part(msgspec.Struct, frozen=True):
    ok: bool
    detail: str


class Health(msgspec.Struct, frozen=True):
    status: str


class Readiness(msgspec.Struct, frozen=True, omit_defaults=True):
    """`ready` does not hang on LiveKit: all else goes on, and candidates' pages wait for it."""

    ready: bool
    database: Part
    worker: Part
    link: Part
    livekit: Part | None = None


@get("/healthz")
async def healthz() -> Health:
    return Health("alive")


@get("/readyz")
async def readyz(request: Request[Any, Any, Any]) -> Response[Readiness]:
    """200 when everything that an interview needs answers, else 503 with what does not."""
    parts = services(request)
    (database, worker), link, livekit = await asyncio.gather(
        _database_and_worker(parts.database.pool),
        answers(f"http://{parts.settings.link}/healthz", "The agent's link"),
        livekit_answers(parts.settings),
    )
    ready = database.ok and worker.ok and link.ok
    return Response(Readiness(ready, database, worker, link, livekit), status_code=200 if ready else 503)


async def livekit_answers(settings: Settings) -> Part | None:
    """Whether the LiveKit server does, and pages can speak to it; None where none is set."""
    if settings.livekit_url is None:
        return None
    if not LIVEKIT_CLIENT.exists():
        return Part(ok=False, detail=f"Pages have no livekit-client: {HOW_TO_FETCH}.")
    return await answers(settings.livekit_url.replace("ws", "http", 1), "The LiveKit server")


async def answers(address: str, what: str) -> Part:
    """Whether anything at this HTTP address answers, with whatever status."""
    try:
        timeout = aiohttp.ClientTimeout(total=PROBE_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(address) as answer:
            return Part(ok=answer.status < 500, detail=f"{what} answers.")  # noqa: PLR2004 - a server's own fault
    except (aiohttp.ClientError, TimeoutError) as error:
        return Part(ok=False, detail=f"{what} does not answer ({type(error).__name__}).")


async def _database_and_worker(pool: Any) -> tuple[Part, Part]:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            alive = await pool.fetchval(
                "SELECT EXISTS (SELECT FROM procrastinate_workers"
                " WHERE last_heartbeat > now() - make_interval(secs => $1))",
                STALLED_AFTER_SECONDS,
            )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        lost = Part(ok=False, detail=f"The database does not answer ({type(error).__name__}).")
        return lost, Part(ok=False, detail="Unknown while the database does not answer.")
    return Part(ok=True, detail="The database answers."), Part(
        ok=alive, detail="A worker is at work." if alive else "No worker has shown itself lately."
    )
