"""The people in the tests: an organization with its owner and team-mate, a stranger's, agents, candidates."""

import dataclasses
import functools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
from litestar import Litestar

from described import Description
from vivavoce.app import create_app
from vivavoce.callers import SCOPES, Operator
from vivavoce.http.authentication import SESSION_COOKIE
from vivavoce.organizations.keys import create_key
from vivavoce.organizations.members import invite_member
from vivavoce.organizations.organizations import create_organization
from vivavoce.organizations.sign_in import create_sign_in_link, spend_sign_in_link
from vivavoce.settings import Settings
from vivavoce.wiring import Services, opened

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LONG_BEFORE = START - timedelta(days=1)


@dataclass
class Clock:
    """Time that passes only when a test says so."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class World:
    settings: Settings
    services: Services
    clock: Clock
    http: httpx.AsyncClient
    organization_id: str = ""
    stranger_id: str = ""
    key: str = ""
    stranger_key: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, *, key: str | None = "", agent: bool = False, **options: Any
    ) -> httpx.Response:
        """As the organization's integrator; with another `key`, or None for nobody; or as its agent."""
        headers = dict(options.pop("headers", {}))
        if agent:
            headers["X-Agent-Secret"] = self.settings.agent_secret
        elif key is not None and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {key or self.key}"
        return await self.http.request(method, path, headers=headers, **options)

    async def page(
        self, method: str, path: str, *, member: str | None = "OWNER", **options: Any
    ) -> httpx.Response:
        """As a signed-in member of that role, `STRANGER` for another organization's, or None for nobody."""
        headers = dict(options.pop("headers", {}))
        if member is not None:
            headers["Cookie"] = f"{SESSION_COOKIE}={self.cookies[member]}"
        return await self.http.request(method, path, headers=headers, **options)

    async def create_key(self, scopes: Iterable[str], organization_id: str = "") -> str:
        async with self.services.database.transaction() as connection:
            made = await create_key(
                connection,
                Operator(organization_id or self.organization_id),
                "test",
                frozenset(scopes),
                at=self.clock(),
            )
        return made.secret

    async def candidate(self, email: str = "ada@example.org", **fields: Any) -> dict[str, Any]:
        body = {"email": email, "firstName": "Ada", "lastName": "Lovelace", "locale": "en", **fields}
        return await self.made("/api/v1/candidates", body)

    async def job(self, **fields: Any) -> dict[str, Any]:
        return await self.made("/api/v1/jobs", {"title": "Backend engineer", "status": "ACTIVE", **fields})

    async def campaign(self, job_id: str, **fields: Any) -> dict[str, Any]:
        """With two stages: an interview, then people's own judgement."""
        made = await self.made("/api/v1/campaigns", {"name": "Spring", "jobId": job_id, **fields})
        for name, kind in (("First interview", "AI_INTERVIEW"), ("Meeting the team", "HUMAN_REVIEW")):
            await self.made(f"/api/v1/campaigns/{made['id']}/stages", {"name": name, "type": kind})
        found: dict[str, Any] = (await self.call("GET", f"/api/v1/campaigns/{made['id']}")).json()
        return found

    async def interview(self, email: str = "ada@example.org", **fields: Any) -> dict[str, Any]:
        candidate = await self.candidate(email)
        job = await self.job()
        body = {"candidateId": candidate["id"], "jobId": job["id"], **fields}
        return await self.made("/api/v1/interviews", body)

    async def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.call("POST", path, json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def post_turn(self, interview_id: str, number: int, role: str, content: str, **fields: Any) -> Any:
        answer = await self.call(
            "POST",
            f"/api/interviews/{interview_id}/turns",
            agent=True,
            json={"turnNumber": number, "role": role, "content": content, **fields},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def job_arguments(self, task: str) -> list[dict[str, Any]]:
        """What a task was deferred with, in order."""
        rows = await self.services.database.pool.fetch(
            "SELECT args FROM procrastinate_jobs WHERE task_name = $1 ORDER BY id", task
        )
        return [row["args"] for row in rows]


@dataclass(frozen=True)
class People:
    """Who is in a database already."""

    organization_id: str
    stranger_id: str
    key: str
    stranger_key: str
    cookies: dict[str, str]

    @classmethod
    def of(cls, world: World) -> "People":
        return cls(
            world.organization_id, world.stranger_id, world.key, world.stranger_key, dict(world.cookies)
        )

    def enter(self, world: World) -> None:
        world.organization_id, world.stranger_id = self.organization_id, self.stranger_id
        world.key, world.stranger_key = self.key, self.stranger_key
        world.cookies = dict(self.cookies)


@asynccontextmanager
async def opened_world(settings: Settings, dsn: str, people: "People | None" = None) -> AsyncIterator[World]:
    """With people of its own, unless they are there already."""
    app = create_app(settings, dsn) if people is None else _app()
    clock = Clock()
    async with opened(settings, dsn) as parts:
        services = app.state.services = dataclasses.replace(parts, clock=clock, since=LONG_BEFORE)
        transport = httpx.ASGITransport(app=app)
        hooks = {"response": [Description(app.routes).require_kept]}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver", event_hooks=hooks
        ) as http:
            world = World(settings, services, clock, http)
            if people is None:
                await _populate(world)
            else:
                people.enter(world)
            yield world


@functools.cache
def _app() -> Litestar:
    """One for all tests that have one world: it takes longer to make than most of them; the parts are the world's."""
    return create_app(Settings(secret_key="", agent_secret=""), "")


async def _populate(world: World) -> None:
    at = world.clock()
    async with world.services.database.transaction() as connection:
        world.organization_id = await create_organization(connection, "Analytical Engines", at=at)
        world.stranger_id = await create_organization(connection, "Elsewhere", at=at)
        for role in ("OWNER", "ADMINISTRATOR", "MEMBER", "READER", "STRANGER"):
            organization = world.stranger_id if role == "STRANGER" else world.organization_id
            member = await invite_member(
                connection,
                Operator(organization),
                f"{role.lower()}@example.org",
                msgspec.convert("OWNER" if role == "STRANGER" else role, Any),
                at=at,
            )
            link = await create_sign_in_link(connection, world.settings, member, at=at)
            secret = await spend_sign_in_link(connection, world.settings, link.rpartition("/")[2], at=at)
            assert secret is not None
            world.cookies[role] = secret
    world.key = await world.create_key(SCOPES)
    world.stranger_key = await world.create_key(SCOPES, world.stranger_id)
