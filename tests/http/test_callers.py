"""Every API route, asked by every kind of caller; the routes come from the app, so none can be forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from finished import report_made
from vivavoce.app import create_app
from vivavoce.callers import SCOPES
from vivavoce.interviews.tokens import page_token
from vivavoce.settings import Settings
from world import World

BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/v1/candidates"): {"email": "new@example.org"},
    ("PATCH", "/api/v1/candidates/{candidate_id:str}"): {"tags": ["navy"]},
    ("POST", "/api/v1/jobs"): {"title": "Night nurse"},
    ("PATCH", "/api/v1/jobs/{job_id:str}"): {"status": "CLOSED"},
    ("PATCH", "/api/v1/interviews/{interview_id:str}"): {"externalId": "ats-1"},
    ("PATCH", "/api/v1/campaigns/{campaign_id:str}"): {"status": "ACTIVE"},
    ("PATCH", "/api/v1/campaigns/{campaign_id:str}/candidates/{candidate_id:str}"): {"note": "Calm."},
    ("POST", "/api/v1/campaigns/{campaign_id:str}/stages"): {"name": "Test", "type": "TEST"},
    ("PATCH", "/api/v1/campaigns/{campaign_id:str}/stages/{stage_id:str}"): {"name": "First"},
    ("POST", "/api/v1/agents"): {"name": "Camille"},
    ("PATCH", "/api/v1/agents/{agent_id:str}"): {"tone": "formal"},
    ("POST", "/api/v1/interview-configs"): {
        "name": "First talk",
        "language": "en",
        "questions": [{"id": "q1", "text": {"en": "Why here?"}}],
        "criteria": [],
    },
    ("PATCH", "/api/v1/interview-configs/{config_id:str}"): {"durationMinutes": 30},
    ("PATCH", "/api/v1/reports/{report_id:str}"): {"overrides": {"ownership": None}},
    ("POST", "/api/v1/webhooks"): {"url": "https://hooks.example.org/"},
    ("PATCH", "/api/v1/webhooks/{webhook_id:str}"): {"events": ["report.ready"]},
    ("POST", "/api/interviews/{interview_id:str}/turns"): {"turnNumber": 1, "role": "agent"},
    ("PATCH", "/api/interviews/{interview_id:str}/turns/{turn_number:int}"): {"content": "Better."},
    ("POST", "/api/interviews/{interview_id:str}/lease"): {"holder": "agent-test"},
}


def routes(prefix: str) -> Iterator[tuple[str, str, str]]:
    """Method, path template and what it takes, of every route below the prefix."""
    app: Litestar = create_app(Settings(secret_key="k" * 32, agent_secret="a" * 32), "postgresql:///none")
    for route in app.routes:
        if route.path.startswith(prefix):
            for handler in route.route_handlers:
                if isinstance(handler, HTTPRouteHandler):
                    for method in sorted(set(handler.http_methods) - {"OPTIONS", "HEAD"}):
                        yield method, route.path, handler.opt.get("scope") or handler.opt.get("agent", "")


PUBLIC = sorted([*routes("/api/v1/"), *routes("/api/campaigns")])
INTERNAL = sorted(routes("/api/interviews/"))


def named(route: tuple[str, str, str]) -> str:
    return f"{route[0]} {route[1]}"


@pytest.fixture
async def things(world: World) -> dict[str, str]:
    return await made_things(world)


async def made_things(world: World) -> dict[str, str]:
    """One of each, of the organization's own, by the name of its path parameter."""
    interview = await world.interview(sendInvite=False)
    await world.post_turn(interview["id"], 1, "agent", "Why?", isPendingQuestion=True)
    closed = await world.call("POST", f"/api/interviews/{interview['id']}/finalize", agent=True)
    await report_made(world, closed.json()["reportId"])
    campaign = await world.campaign(interview["jobId"])
    of_campaign = f"/api/v1/campaigns/{campaign['id']}/candidates"
    await world.made(of_campaign, {"candidateId": interview["candidateId"]})
    outsider = await world.candidate("outside@example.org")
    waiting = {"candidateId": outsider["id"], "jobId": interview["jobId"]}
    webhook = await world.made("/api/v1/webhooks", {"url": "https://hooks.example.org/"})
    test = await world.made(f"/api/v1/webhooks/{webhook['id']}/test", {})
    return {
        "interview_id": interview["id"],
        "open": (await world.made("/api/v1/interviews", waiting))["id"],
        "candidate_id": interview["candidateId"],
        "job_id": interview["jobId"],
        "campaign_id": campaign["id"],
        "stage_id": campaign["stages"][0]["id"],
        "outsider": outsider["id"],
        "agent_id": (await world.call("GET", "/api/v1/agents")).json()["data"][0]["id"],
        "config_id": interview["configId"],
        "report_id": closed.json()["reportId"],
        "turn_number": "1",
        "webhook_id": webhook["id"],
        "delivery_id": test["id"],
    }


def filled(path: str, things: dict[str, str]) -> str:
    for name, value in things.items():
        path = path.replace("{" + name + ":str}", value).replace("{" + name + ":int}", value)
    assert "{" not in path
    return path


async def ask(world: World, route: tuple[str, str, str], things: dict[str, str], **how: Any) -> Any:
    method, path, _ = route
    named_so = path.replace("/api/campaigns", "/api/v1/campaigns")
    body = BODIES.get((method, named_so))
    if (method, path) == ("POST", "/api/v1/interviews"):
        body = {"candidateId": things["candidate_id"], "jobId": things["job_id"]}
    if (method, named_so) == ("POST", "/api/v1/campaigns"):
        body = {"name": "Spring", "jobId": things["job_id"]}
    if (method, named_so) == ("POST", "/api/v1/campaigns/{campaign_id:str}/candidates"):
        body = {"candidateId": things["outsider"]}
    if path.endswith(("/invitation", "/cancellation")):
        path = path.replace("{interview_id:str}", things["open"])
    if method == "PUT":
        return await world.call(method, filled(path, things) + "?part=1", content=b"\xff\xfb", **how)
    return await world.call(method, filled(path, things), json=body, **how)


@pytest.mark.parametrize("route", PUBLIC, ids=named)
async def test_the_right_key_is_let_in_and_others_are_told_why_not(
    world: World, things: dict[str, str], route: tuple[str, str, str]
) -> None:
    method, path, scope = route
    others = await world.create_key(SCOPES - {scope})
    revoked = await world.create_key(SCOPES)
    await world.services.database.pool.execute(
        "UPDATE api_keys SET revoked_at = $1 WHERE secret_hash = sha256($2)", world.clock(), revoked.encode()
    )
    for how, status in (
        ({"key": None}, 401),
        ({"key": "vv_invented"}, 401),
        ({"key": revoked}, 401),
        ({"key": None, "agent": True}, 401),
        ({"key": others}, 403),
    ):
        answer = await ask(world, route, things, **how)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert scope in (await ask(world, route, things, key=others)).json()["error"]["message"]
    right = await ask(world, route, things, key=await world.create_key([scope]))
    assert right.status_code in (200, 201, 202, 204), right.text
    if "{" in path:
        assert (await ask(world, route, things, key=world.stranger_key)).status_code == 404
    elif method == "GET":
        theirs = (await ask(world, route, things, key=world.stranger_key)).json()["data"]
        ours = {row["id"] for row in right.json()["data"]}
        assert not ours & {row["id"] for row in theirs}


def test_campaigns_are_served_without_the_version_too() -> None:
    versioned = [
        (method, path.replace("/v1", ""), scope) for method, path, scope in routes("/api/v1/campaigns")
    ]
    assert sorted(versioned) == sorted(routes("/api/campaigns"))


@pytest.mark.parametrize("route", INTERNAL, ids=named)
async def test_agents_come_in_by_secret_or_by_their_rooms_token_and_candidates_read_only(
    world: World, things: dict[str, str], route: tuple[str, str, str]
) -> None:
    reads_history = route[2] == "history"
    own, other = things["interview_id"], "int_" + "0" * 26
    for token, status in (
        (None, 401),
        (world.key, 401),
        ("not.a.token", 401),
        (livekit(world, {"agent": True, "room": own}, secret="x" * 40), 401),
        (livekit(world, {"agent": True, "room": own}, issuer="someone"), 401),
        (livekit(world, {"agent": True, "room": own}, minutes=-2), 401),
        (livekit(world, {"agent": True}), 403),
        (livekit(world, {"agent": True, "room": other}), 403),
        (livekit(world, {"roomJoin": True, "room": own}), 200 if reads_history else 403),
        (page_token(world.settings, own, 1, world.clock()), 200 if reads_history else 403),
        (page_token(world.settings, other, 1, world.clock()), 403),
    ):
        answer = await ask(world, route, things, key=token)
        assert answer.status_code == status, (token, answer.text)
    wrong = await ask(world, route, things, key=None, headers={"X-Agent-Secret": "b" * 32})
    assert wrong.status_code == 401
    for how in ({"agent": True}, {"key": livekit(world, {"agent": True, "room": own})}):
        assert (await ask(world, route, things, **how)).status_code in (200, 201, 409)
    barely = livekit(world, {"agent": True, "room": own}, minutes=-0.5)
    assert (await ask(world, route, things, key=barely)).status_code in (200, 201, 409)


async def test_a_candidate_sees_the_history_without_what_an_agent_makes_of_it(
    world: World, things: dict[str, str]
) -> None:
    path = f"/api/interviews/{things['interview_id']}"
    made = {"evaluation": {"criteria": []}, "metrics": {"cutOffs": 1}}
    await world.call("PATCH", f"{path}/turns/1", agent=True, json=made)
    token = page_token(world.settings, things["interview_id"], 1, world.clock())
    seen = (await world.call("GET", f"{path}/history", key=token)).json()["data"]
    assert [seen[0][name] for name in made] == [None, None]
    agents = (await world.call("GET", f"{path}/history", agent=True)).json()["data"]
    assert {name: agents[0][name] for name in made} == made


def livekit(
    world: World, video: dict[str, Any], *, secret: str = "", issuer: str = "lk-key", minutes: float = 5
) -> str:
    expires = world.clock() + timedelta(minutes=minutes)
    claims = {"iss": issuer, "exp": expires, "video": video}
    return jwt.encode(claims, secret or world.settings.livekit_api_secret or "", algorithm="HS256")
