"""LiveKit's webhooks: signed, taken once, and good for letting a dead agent's lease lapse."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from world import World

HELD = {"holder": "agent-a"}


async def told(world: World, event: Any, **forged: Any) -> httpx.Response:
    """What the product answers to a webhook; `forged` is what is wrong with it."""
    body = json.dumps(event).encode()
    digest = base64.b64encode(hashlib.sha256(forged.get("hashed", body)).digest()).decode()
    claims = {
        "iss": forged.get("issuer", world.settings.livekit_api_key),
        "exp": world.clock() + timedelta(minutes=forged.get("minutes", 5)),
        "sha256": digest,
    }
    token = jwt.encode(claims, forged.get("secret", world.settings.livekit_api_secret), algorithm="HS256")
    headers = {"Authorization": token, "Content-Type": "application/webhook+json"}
    return await world.http.post("/api/livekit/webhook", content=body, headers=headers)


def left(interview_id: str, identity: str = "agent-a.AJ_1", event_id: str = "EV_1") -> dict[str, Any]:
    return {
        "event": "participant_left",
        "id": event_id,
        "createdAt": "1764300000",
        "room": {"name": interview_id, "sid": "RM_1"},
        "participant": {"identity": identity, "kind": "AGENT"},
    }


async def taken(world: World, interview_id: str, holder: str) -> int:
    """The status of another agent's try for the lease."""
    path = f"/api/interviews/{interview_id}/lease"
    answer = await world.call("POST", path, agent=True, json={"holder": holder})
    return answer.status_code


async def test_an_agent_that_left_holds_the_interview_no_longer(world: World) -> None:
    interview = await world.interview()
    assert await taken(world, interview["id"], "agent-a") == 200
    assert await taken(world, interview["id"], "agent-b") == 409
    assert (await told(world, left(interview["id"]))).status_code == 204
    assert await taken(world, interview["id"], "agent-b") == 200


async def test_an_agent_that_left_by_itself_gave_back_what_it_held(world: World) -> None:
    interview = await world.interview()
    assert await taken(world, interview["id"], "agent-a") == 200
    event = left(interview["id"])
    event["participant"]["disconnectReason"] = "CLIENT_INITIATED"
    assert (await told(world, event)).status_code == 204
    assert await taken(world, interview["id"], "agent-b") == 409


@pytest.mark.parametrize("identity", ["candidate", "agent-c.AJ_1", ""])
async def test_whoever_else_leaves_changes_nothing(world: World, identity: str) -> None:
    interview = await world.interview()
    assert await taken(world, interview["id"], "agent-a") == 200
    assert (await told(world, left(interview["id"], identity))).status_code == 204
    assert await taken(world, interview["id"], "agent-b") == 409


async def test_the_same_webhook_again_does_nothing(world: World) -> None:
    interview = await world.interview()
    await told(world, left(interview["id"]))
    assert await taken(world, interview["id"], "agent-a") == 200
    assert (await told(world, left(interview["id"]))).status_code == 204
    assert await taken(world, interview["id"], "agent-b") == 409


async def test_a_room_that_ended_has_no_agent(world: World) -> None:
    interview = await world.interview()
    assert await taken(world, interview["id"], "agent-a") == 200
    await told(world, {"event": "room_finished", "id": "EV_2", "room": {"name": interview["id"]}})
    assert await taken(world, interview["id"], "agent-b") == 200


@pytest.mark.parametrize(
    "forged",
    [{"secret": "x" * 40}, {"issuer": "somebody"}, {"minutes": -5}, {"hashed": b"another body"}],
    ids=["signed by another", "of another issuer", "too old", "of another body"],
)
async def test_what_livekit_did_not_sign_is_refused(world: World, forged: dict[str, Any]) -> None:
    interview = await world.interview()
    assert await taken(world, interview["id"], "agent-a") == 200
    assert (await told(world, left(interview["id"]), **forged)).status_code == 401
    assert await taken(world, interview["id"], "agent-b") == 409


async def test_without_a_signature_and_with_nonsense(world: World) -> None:
    assert (await world.http.post("/api/livekit/webhook", content=b"{}")).status_code == 401
    assert (await told(world, {"event": "room_started"})).status_code == 400
    assert (await told(world, ["room_started"])).status_code == 400
