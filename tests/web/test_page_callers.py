"""Every page route, asked by every kind of caller; the routes come from the app, so none can be forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler

from finished import finished_interview
from vivavoce.app import create_app
from vivavoce.http.authentication import SESSION_COOKIE
from vivavoce.settings import Settings
from world import World

Route = tuple[str, str, str]

ELSEWHERE = (
    "/api/",
    "/i/",
    "/link",
    "/recordings/",
    "/static/",
    "/libraries/",
    "/livekit/",
    "/healthz",
    "/readyz",
)
"""Not the recruiter's pages, and held to their own rules."""
FOR_ANYBODY = {
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/"),
    ("GET", "/errors/{code:str}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/{token:str}"),
    ("POST", "/sign-in/{token:str}"),
    ("POST", "/sign-out"),
}
AGENT = {
    "name": "Robin",
    "voice": "openai/nova",
    "tone": "formal",
    "patience": "quick",
    "suspicionLevel": "1",
    "language": "",
}
CONFIGURATION = {
    "name": "First talk",
    "language": "en",
    "durationMinutes": "20",
    "generateReport": "yes",
    "questions.0.text.en": "Why here?",
    "questions.0.maxFollowUps": "1",
    "questions.0.timeMinutes": "4",
}
FORMS: dict[str, dict[str, str]] = {
    "/candidates": {"email": "new@example.org", "locale": "fr"},
    "/candidates/{candidate_id:str}": {"email": "ada@example.org", "locale": "en"},
    "/jobs": {"title": "Night nurse", "workMode": "", "status": "ACTIVE"},
    "/jobs/{job_id:str}": {"title": "Night nurse", "workMode": "", "status": "PAUSED"},
    "/interviews/{interview_id:str}/time": {"expiresOn": "2026-03-20"},
    "/interviews/{interview_id:str}/levels": {
        "criterionId": "ownership",
        "level": "4",
        "reason": "She led it.",
    },
    "/settings/agents": AGENT,
    "/settings/agents/{agent_id:str}": AGENT,
    "/settings/keys": {"name": "Reporting", "reports:read": "yes"},
    "/settings/members/{member_id:str}": {"role": "READER"},
    "/settings/organization": {"name": "Analytical Engines", "contactEmail": ""},
    "/settings/webhooks": {"url": "https://hooks.example.org/", "told": "all"},
    "/settings/webhooks/{webhook_id:str}": {
        "url": "https://hooks.example.org/2",
        "told": "some",
        "report.ready": "yes",
    },
    "/campaigns/{campaign_id:str}": {"name": "Autumn", "status": "PAUSED"},
    "/campaigns/{campaign_id:str}/candidates": {"candidate": "ada@example.org"},
    "/campaigns/{campaign_id:str}/stages": {
        "name": "Exercise",
        "type": "TEST",
        "position": "2",
        "generateReport": "",
    },
    "/campaigns/{campaign_id:str}/stages/{stage_id:str}": {
        "name": "Talk",
        "type": "AI_INTERVIEW",
        "position": "1",
        "generateReport": "no",
    },
}
SHOWN_ONCE = {
    ("POST", "/settings/keys"),
    ("POST", "/settings/webhooks"),
    ("POST", "/settings/webhooks/{webhook_id:str}/secret"),
}
"""Their answer is the page with a secret that no address leads to."""
WRITERS = ("OWNER", "ADMINISTRATOR", "MEMBER")
ALLOWED = {
    "read": (*WRITERS, "READER"),
    "write": WRITERS,
    "administrator": ("OWNER", "ADMINISTRATOR"),
    "owner": ("OWNER",),
}


def page_routes() -> Iterator[Route]:
    """Method, path template and who is let in."""
    app = create_app(Settings(secret_key="k" * 32, agent_secret="a" * 32), "postgresql:///none")
    for route in app.routes:
        if not route.path.startswith(ELSEWHERE):
            for handler in route.route_handlers:
                if isinstance(handler, HTTPRouteHandler):
                    for method in set(handler.http_methods) - {"OPTIONS", "HEAD"}:
                        yield method, route.path, handler.opt.get("page", "")


ROUTES = sorted(page_routes())
GUARDED = [route for route in ROUTES if route[2]]


def named(route: Route) -> str:
    return f"{route[0]} {route[1]}"


@pytest.fixture
async def things(world: World) -> dict[str, str]:
    """One of each, of the organization's own, by the name of its path parameter."""
    over = await finished_interview(world)
    candidate = await world.candidate("grace@example.org", firstName="Grace", lastName="Hopper")
    ready = await world.made("/api/v1/interviews", {"candidateId": candidate["id"], "jobId": over["jobId"]})
    campaign = await world.campaign(over["jobId"])
    of_campaign = f"/api/v1/campaigns/{campaign['id']}/candidates"
    await world.made(of_campaign, {"candidateId": over["candidateId"]})
    webhook = await world.made("/api/v1/webhooks", {"url": "https://hooks.example.org/"})
    test = await world.made(f"/api/v1/webhooks/{webhook['id']}/test", {})
    mail = await world.services.database.pool.fetchval("SELECT id FROM mails ORDER BY created_at LIMIT 1")
    return {
        "interview_id": over["id"],
        "open": ready["id"],
        "candidate_id": over["candidateId"],
        "job_id": over["jobId"],
        "campaign_id": campaign["id"],
        "stage_id": campaign["stages"][0]["id"],
        "mail_id": mail,
        "webhook_id": webhook["id"],
        "delivery_id": test["id"],
        "agent_id": (await world.call("GET", "/api/v1/agents")).json()["data"][0]["id"],
        "config_id": ready["configId"],
        "key_id": await newest(world, "api_keys"),
        "member_id": await fresh_member(world),
    }


async def newest(world: World, table: str) -> str:
    found: str = await world.services.database.pool.fetchval(
        f"SELECT id FROM {table} WHERE organization_id = $1 ORDER BY id DESC LIMIT 1", world.organization_id
    )
    return found


async def fresh_member(world: World) -> str:
    """Somebody new, to be changed and removed."""
    form = {"email": f"{await newest(world, 'members')}@example.org", "role": "MEMBER"}
    assert (await world.page("POST", "/settings/members", data=form)).status_code == 303
    return await newest(world, "members")


async def of_settings(world: World, path: str, things: dict[str, str]) -> dict[str, str]:
    """What a form below Settings says that is another each time; changes what it is about where that is used up."""
    if path == "/settings/members":
        return {"email": f"{await newest(world, 'members')}@example.org", "role": "READER"}
    if path.endswith("/removal"):
        things["member_id"] = await fresh_member(world)
    if path.endswith("/revocation"):
        await world.create_key(["jobs:read"])
        things["key_id"] = await newest(world, "api_keys")
    if path.endswith("/rehearsals"):
        return {"persona": "terse", "mode": "text", "language": "en", "jobId": things["job_id"]}
    if path.startswith("/settings/configurations"):
        version = await world.services.database.pool.fetchval(
            "SELECT version FROM interview_configs WHERE id = $1", things["config_id"]
        )
        return CONFIGURATION | {"agentId": things["agent_id"], "version": str(version)}
    return {}


async def ask(world: World, route: Route, things: dict[str, str], **how: Any) -> Any:
    method, path, _ = route
    form = FORMS.get(path)
    if (method, path) == ("POST", "/interviews"):
        form = {
            "who": "existing",
            "candidateId": things["candidate_id"],
            "jobId": things["job_id"],
            "expiresOn": "2026-03-09",
            "sendInvite": "yes",
        }
    if (method, path) == ("POST", "/campaigns"):
        form = {"name": "Spring", "jobId": things["job_id"], "status": "ACTIVE"}
    if (method, path) == ("POST", "/campaigns/{campaign_id:str}/candidates/{candidate_id:str}"):
        form = {"stageId": things["stage_id"], "note": "Calm"}
    if path.endswith("/deletion"):
        stages = f"/api/v1/campaigns/{things['campaign_id']}/stages"
        fresh = await world.made(stages, {"name": "Spare", "type": "TEST"})
        webhook = await world.made("/api/v1/webhooks", {"url": "https://hooks.example.org/"})
        things = things | {"stage_id": fresh["id"], "webhook_id": webhook["id"]}
    if method == "POST":
        form = await of_settings(world, path, things) or form
    if path.endswith(("/invitation", "/cancellation", "/time")):
        path = path.replace("{interview_id:str}", things["open"])
    if (method, path) == ("POST", "/candidates/{candidate_id:str}/erasure"):
        count = await world.services.database.pool.fetchval("SELECT count(*) FROM candidates")
        things = things | {"candidate_id": (await world.candidate(f"gone.{count}@example.org"))["id"]}
    for name, value in things.items():
        path = path.replace("{" + name + ":str}", value)
    path = path.replace("{code:str}", "NOT_FOUND")
    assert "{" not in path
    return await world.page(method, path, data=form if method == "POST" else None, **how)


def test_a_page_without_a_guard_is_meant_for_anybody() -> None:
    assert {(method, path) for method, path, opt in ROUTES if not opt} == FOR_ANYBODY
    assert all(opt != "read" for method, _, opt in GUARDED if method != "GET")


@pytest.mark.parametrize("route", GUARDED, ids=named)
async def test_each_role_gets_what_it_may_and_is_told_otherwise(
    world: World, things: dict[str, str], route: Route
) -> None:
    for role in ("READER", "MEMBER", "ADMINISTRATOR", "OWNER"):
        if route[1] == "/candidates":
            FORMS["/candidates"]["email"] = f"new.{role.lower()}@example.org"
        answer = await ask(world, route, things, member=role)
        if role not in ALLOWED[route[2]]:
            assert answer.status_code == 403
            assert "You may not do this here" in answer.text
            assert "Sign out" in answer.text
        elif route[1].endswith("/cancellation"):
            assert answer.status_code == 303, "twice is once"
        else:
            done = 201 if route[:2] in SHOWN_ONCE else 303
            assert answer.status_code == (200 if route[0] == "GET" else done), answer.text
        if route[0] == "GET":
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "same-origin"


async def test_who_is_not_signed_in_is_led_to_sign_in(world: World, things: dict[str, str]) -> None:
    for route in GUARDED:
        for how in ({}, {"headers": {"Cookie": f"{SESSION_COOKIE}=invented"}}):
            answer = await ask(world, route, things, member=None, **how)
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), route


async def test_a_session_ends(world: World) -> None:
    assert (await world.page("GET", "/interviews")).status_code == 200
    world.clock.forward(days=14)
    assert (await world.page("GET", "/interviews")).headers["location"] == "/sign-in"


NAMES_OURS = {("POST", "/interviews"), ("POST", "/campaigns"), ("POST", "/settings/configurations")}
"""Forms in which something of ours is chosen."""


async def test_a_stranger_finds_nothing_of_ours(world: World, things: dict[str, str]) -> None:
    for route in GUARDED:
        answer = await ask(world, route, things, member="STRANGER")
        if "{" in route[1]:
            assert answer.status_code == 404, route
            assert "There is nothing here" in answer.text
        elif (route[0], route[1]) in NAMES_OURS:
            assert answer.status_code == 422
        else:
            assert answer.status_code in (200, 201, 303), route
        for secret in ("Ada", "ada@example.org", "Backend engineer"):
            assert secret not in answer.text, route


async def test_a_form_that_another_sites_page_sends_is_refused(world: World, things: dict[str, str]) -> None:
    for route in ROUTES:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://elsewhere.example"},
        ):
            if route[0] == "POST":
                answer = await ask(world, route, things | {"token": "x"}, headers=headers)
                assert answer.status_code == 403, route


async def test_a_link_from_elsewhere_opens_a_page(world: World, things: dict[str, str]) -> None:
    for route in GUARDED:
        if route[0] == "GET":
            answer = await ask(world, route, things, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 200, route


async def test_other_methods_are_refused_and_none_fails(world: World, things: dict[str, str]) -> None:
    for route in ROUTES:
        assert (await ask(world, ("DELETE", *route[1:]), things | {"token": "x"})).status_code == 405, route
        asked = await ask(world, ("OPTIONS", *route[1:]), things | {"token": "x"}, member=None)
        assert asked.status_code == 204, route
