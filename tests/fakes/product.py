"""A small product on loopback: the internal endpoints of one interview, in memory, that fails on demand.

async with fake_product(plan) as product:
client = Client(product.url, product.secret)
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

from vivavoce.interviewer.plan import Plan

PREFIX = "/api/interviews/{id}"


class FakeProduct:
    secret = "agent-secret"

    def __init__(self, plan: Plan) -> None:
        self.url = ""
        self.plan = plan
        self.status = "INVITED"
        self.turns: list[dict[str, Any]] = []
        self.posted: list[dict[str, Any]] = []
        self.parts: list[bytes] = []
        self.finalized: list[dict[str, Any]] = []
        self.generation = 0
        self.holder: str | None = None
        self.wanted_by: str | None = None
        self.heartbeat_seconds = 0.1
        self.ran_out = False
        """Whether the next to take the lease is told that nobody gave it back."""
        self.failing = 0
        """So many of the next requests get a 503 after they were done: the answer is lost, the deed is not."""
        self.away = False
        """Every request gets a 503, and nothing is done."""
        self.changed = asyncio.Condition()

    async def until(self, condition: Any, seconds: float = 10.0) -> None:
        """Waits until the condition holds of what is stored."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(self))

    def taken_by(self, holder: str) -> None:
        """Another agent has the lease from now on."""
        self.generation += 1
        self.holder, self.wanted_by = holder, None

    @property
    def transcript(self) -> list[tuple[str, str]]:
        return [(turn["role"], turn["content"]) for turn in self.turns]

    # The endpoints

    async def plan_of(self, _request: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self.plan), content_type="application/json")

    async def history(self, _request: web.Request) -> web.Response:
        return web.json_response({"data": self.turns})

    async def lease(self, request: web.Request) -> web.Response:
        wanted, ran_out = await request.json(), False
        if self.status == "COMPLETED" and "generation" not in wanted:
            return _refused("INTERVIEW_ALREADY_COMPLETED")
        if "generation" not in wanted:
            if self.holder not in (None, wanted["holder"]):
                self.wanted_by = wanted["holder"]
                return _refused("LEASE_HELD")
            self.taken_by(wanted["holder"])
            ran_out, self.ran_out = self.ran_out, False
        elif wanted["generation"] != self.generation:
            return _refused("LEASE_LOST")
        elif wanted.get("release"):
            self.holder, self.wanted_by = self.wanted_by, None
        answer = {"generation": self.generation, "heartbeatSeconds": self.heartbeat_seconds}
        return web.json_response({**answer, "wanted": bool(self.wanted_by), "ranOut": ran_out})

    async def post_turn(self, request: web.Request) -> web.Response:
        body = await request.json()
        number = body["turnNumber"]
        if number <= len(self.posted):
            same = self.posted[number - 1] == body
            return web.json_response(self.turns[number - 1]) if same else _refused("TURN_CONFLICT")
        if self.status == "COMPLETED":
            return _refused("INTERVIEW_ALREADY_COMPLETED")
        if number != len(self.posted) + 1:
            return _refused("TURN_OUT_OF_SEQUENCE")
        self.status = "IN_PROGRESS"
        self.posted.append(body)
        self.turns.append({"evaluation": None, **body})
        return web.json_response(self.turns[-1], status=201)

    async def patch_turn(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        self.turns[number - 1].update(await request.json())
        return web.json_response(self.turns[number - 1])

    async def finalize(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.status == "COMPLETED" and body != self.finalized[-1]:
            return _refused("INTERVIEW_ALREADY_COMPLETED")
        self.status = "COMPLETED"
        self.finalized.append(body)
        return web.json_response({"id": self.plan.interview_id, "status": "COMPLETED"})

    async def put_part(self, request: web.Request) -> web.Response:
        part, body = int(request.query["part"]), await request.read()
        if part <= len(self.parts):
            if self.parts[part - 1] != body:
                return _refused("PART_CONFLICT")
        else:
            self.parts.append(body)
        return await self.recording(request)

    async def recording(self, _request: web.Request) -> web.Response:
        reference = f"recording:{self.plan.interview_id}"
        state = {"reference": reference, "parts": len(self.parts), "durationMs": 1000 * len(self.parts)}
        return web.json_response(state)

    @web.middleware
    async def guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("X-Agent-Secret") != self.secret:
            return _refused("UNAUTHORIZED", 401)
        if request.match_info["id"] != self.plan.interview_id:
            return _refused("NOT_FOUND", 404)
        if self.away:
            return _refused("UNAVAILABLE", 503)
        writes = request.method != "GET" and not request.path.endswith("/lease")
        if writes and int(request.headers["X-Agent-Generation"]) != self.generation:
            return _refused("LEASE_LOST")
        answer: web.StreamResponse = await handler(request)
        async with self.changed:
            self.changed.notify_all()
        if self.failing:
            self.failing -= 1
            return _refused("UNAVAILABLE", 503)
        return answer

    def application(self) -> web.Application:
        application = web.Application(middlewares=[self.guard])
        application.add_routes(
            [
                web.get(f"{PREFIX}/plan", self.plan_of),
                web.get(f"{PREFIX}/history", self.history),
                web.post(f"{PREFIX}/lease", self.lease),
                web.post(f"{PREFIX}/turns", self.post_turn),
                web.patch(PREFIX + r"/turns/{number:\d+}", self.patch_turn),
                web.post(f"{PREFIX}/finalize", self.finalize),
                web.put(f"{PREFIX}/recording", self.put_part),
                web.get(f"{PREFIX}/recording", self.recording),
            ]
        )
        return application


@asynccontextmanager
async def fake_product(plan: Plan) -> AsyncIterator[FakeProduct]:
    product = FakeProduct(plan)
    runner = web.AppRunner(product.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    product.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield product
    finally:
        await runner.cleanup()


def _refused(code: str, status: int = 409) -> web.Response:
    body = {"status": status, "error": {"code": code, "message": code}}
    return web.json_response(body, status=status, content_type="application/problem+json")
