"""What an integrator does with an interview that is there: invite, cancel, change, ask for a report."""

from typing import Any

import httpx
import pytest

from finished import WORDS, finished_interview, report_made, say
from vivavoce.interviews.expiry import let_time_pass
from world import World


async def ask(world: World, interview_id: str, verb: str, **how: Any) -> httpx.Response:
    return await world.call("POST", f"/api/v1/interviews/{interview_id}/{verb}", **how)


async def change(world: World, interview_id: str, **fields: Any) -> httpx.Response:
    return await world.call("PATCH", f"/api/v1/interviews/{interview_id}", json=fields)


async def read(world: World, interview_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await world.call("GET", f"/api/v1/interviews/{interview_id}")).json()
    return found


async def kinds(world: World, interview_id: str) -> list[str]:
    answer = await world.call("GET", f"/api/v1/interviews/{interview_id}/events?pageSize=100")
    return [event["type"] for event in answer.json()["data"]]


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def ended(world: World, how: str) -> str:
    """An interview in this state, or with an invitation that ran out and nobody noticed yet."""
    if how == "COMPLETED":
        return str((await finished_interview(world))["id"])
    interview_id: str = (await world.interview())["id"]
    if how == "CANCELLED":
        await ask(world, interview_id, "cancellation")
    elif how == "IN_PROGRESS":
        await world.post_turn(interview_id, 1, "agent", "Why?")
    elif how == "EXPIRED":
        world.clock.forward(days=7)
    return interview_id


async def test_a_draft_is_invited_and_answers_as_the_interview(world: World) -> None:
    made = await world.interview(sendInvite=False)
    world.clock.forward(minutes=1)
    answer = await ask(world, made["id"], "invitation")
    assert answer.status_code == 200
    assert answer.json() == await read(world, made["id"])
    assert (answer.json()["status"], answer.json()["invitedAt"]) == ("INVITED", "2026-03-01T09:01:00Z")
    assert answer.json()["invitationUrl"] == made["invitationUrl"], "the first mail takes no link away"
    assert len(await world.job_arguments("mail.deliver")) == 1


async def test_an_invitation_sent_again_revokes_the_older_link(world: World) -> None:
    made = await world.interview()
    again = (await ask(world, made["id"], "invitation")).json()
    assert (await world.http.get(made["invitationUrl"])).status_code == 404
    assert (await world.http.get(again["invitationUrl"])).status_code == 200
    assert len(await world.job_arguments("mail.deliver")) == 2


async def test_who_has_begun_keeps_their_link(world: World) -> None:
    made = await world.interview()
    await world.post_turn(made["id"], 1, "agent", "Why?")
    assert refused(await ask(world, made["id"], "invitation")) == (409, "INTERVIEW_ALREADY_STARTED")
    assert (await world.http.get(made["invitationUrl"])).status_code == 200
    assert (await read(world, made["id"]))["invitationUrl"] == made["invitationUrl"]


async def test_cancelling_twice_is_once(world: World) -> None:
    made = await world.interview()
    first = await ask(world, made["id"], "cancellation")
    assert (first.status_code, first.json()["status"]) == (200, "CANCELLED")
    world.clock.forward(minutes=1)
    second = await ask(world, made["id"], "cancellation")
    assert (second.status_code, second.json()) == (200, first.json())
    assert (await kinds(world, made["id"])).count("interview.cancelled") == 1
    assert (await world.http.get(made["invitationUrl"])).status_code == 410


async def test_cancelling_stops_who_is_talking_and_keeps_what_was_said(world: World) -> None:
    made = await world.interview()
    await say(world, made["id"])
    assert (await ask(world, made["id"], "cancellation")).json()["transcript"][1]["content"] == WORDS
    turn = {"turnNumber": 3, "role": "agent", "content": "And?"}
    answer = await world.call("POST", f"/api/interviews/{made['id']}/turns", agent=True, json=turn)
    assert refused(answer) == (409, "INTERVIEW_CANCELLED")


@pytest.mark.parametrize(
    ("how", "verb", "code"),
    [
        ("COMPLETED", "invitation", "INTERVIEW_ALREADY_COMPLETED"),
        ("COMPLETED", "cancellation", "INTERVIEW_ALREADY_COMPLETED"),
        ("CANCELLED", "invitation", "INTERVIEW_CANCELLED"),
        ("CANCELLED", "report", "INTERVIEW_NOT_COMPLETED"),
        ("EXPIRED", "invitation", "INTERVIEW_EXPIRED"),
        ("EXPIRED", "cancellation", "INTERVIEW_EXPIRED"),
        ("EXPIRED", "report", "INTERVIEW_NOT_COMPLETED"),
        ("INVITED", "report", "INTERVIEW_NOT_COMPLETED"),
        ("IN_PROGRESS", "report", "INTERVIEW_NOT_COMPLETED"),
    ],
)
async def test_what_the_state_forbids_is_refused_and_changes_nothing(
    world: World, how: str, verb: str, code: str
) -> None:
    interview_id = await ended(world, how)
    before, told = await read(world, interview_id), await kinds(world, interview_id)
    assert refused(await ask(world, interview_id, verb)) == (409, code)
    assert await read(world, interview_id) == before
    assert await kinds(world, interview_id) == told


@pytest.mark.parametrize("verb", ["invitation", "cancellation", "report"])
async def test_a_verb_takes_no_body_but_an_empty_object(world: World, verb: str) -> None:
    interview_id = await ended(world, "COMPLETED" if verb == "report" else "INVITED")
    answer = await ask(world, interview_id, verb, json={"colour": "red"})
    assert refused(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["fields"][0]["path"] == "colour"
    assert (await ask(world, interview_id, verb, json={})).status_code in (200, 202)


async def test_a_new_time_is_given_before_the_candidate_begins(world: World) -> None:
    made = await world.interview()
    world.clock.forward(minutes=1)
    answer = await change(world, made["id"], expiresAt="2026-04-01T02:00:00+02:00")
    assert answer.status_code == 200
    assert answer.json() == {**made, "expiresAt": "2026-04-01T00:00:00Z", "updatedAt": "2026-03-01T09:01:00Z"}
    world.clock.forward(days=20)
    assert (await world.http.get(made["invitationUrl"])).status_code == 200


@pytest.mark.parametrize("noticed", [True, False])
@pytest.mark.parametrize("was", ["DRAFT", "INVITED", "IN_PROGRESS"])
async def test_what_has_expired_goes_back_to_what_it_was(world: World, was: str, *, noticed: bool) -> None:
    made = await world.interview(sendInvite=was == "INVITED")
    if was == "IN_PROGRESS":
        await world.post_turn(made["id"], 1, "agent", "Why?")
    world.clock.forward(days=8)
    if noticed or was == "IN_PROGRESS":
        await let_time_pass(world.services)
    assert (await read(world, made["id"]))["status"] == "EXPIRED"
    answer = await change(world, made["id"], expiresAt="2026-03-20T00:00:00Z")
    assert (answer.status_code, answer.json()["status"]) == (200, was)
    assert (await world.http.get(made["invitationUrl"])).status_code == 200
    assert (await kinds(world, made["id"]))[-2:] == ["interview.expired", "interview.reopened"]
    world.clock.forward(days=2)
    await let_time_pass(world.services)
    assert (await read(world, made["id"]))["status"] == was
    world.clock.at = world.clock.at.replace(day=20, hour=0)
    await let_time_pass(world.services)
    assert (await read(world, made["id"]))["status"] == "EXPIRED"


async def test_who_comes_back_to_a_reopened_interview_has_the_usual_time(world: World) -> None:
    made = await world.interview()
    await world.post_turn(made["id"], 1, "agent", "Why?")
    world.clock.forward(days=4)
    await let_time_pass(world.services)
    await change(world, made["id"], expiresAt="2026-03-06T00:00:00Z")
    await world.post_turn(made["id"], 2, "agent", "Are you there?")
    world.clock.forward(hours=72)
    await let_time_pass(world.services)
    assert (await read(world, made["id"]))["status"] == "IN_PROGRESS"
    world.clock.forward(seconds=1)
    await let_time_pass(world.services)
    assert (await read(world, made["id"]))["status"] == "EXPIRED"


@pytest.mark.parametrize(
    ("how", "fields", "status", "code"),
    [
        ("IN_PROGRESS", {"expiresAt": "2027-01-01T00:00:00Z"}, 409, "INTERVIEW_ALREADY_STARTED"),
        ("COMPLETED", {"expiresAt": "2027-01-01T00:00:00Z"}, 409, "INTERVIEW_ALREADY_COMPLETED"),
        ("CANCELLED", {"expiresAt": "2027-01-01T00:00:00Z"}, 409, "INTERVIEW_CANCELLED"),
        ("INVITED", {"expiresAt": "2026-03-01T09:00:00Z"}, 422, "UNPROCESSABLE"),
        ("INVITED", {"expiresAt": "2027-01-01T00:00:00"}, 400, "VALIDATION_ERROR"),
        ("INVITED", {"expiresAt": None}, 400, "VALIDATION_ERROR"),
        ("INVITED", {"metadata": None}, 400, "VALIDATION_ERROR"),
        ("INVITED", {"metadata": {"a": 1}}, 400, "VALIDATION_ERROR"),
        ("INVITED", {"externalId": "x" * 201}, 400, "VALIDATION_ERROR"),
        ("INVITED", {"status": "COMPLETED"}, 400, "VALIDATION_ERROR"),
    ],
)
async def test_a_change_that_cannot_be_made_changes_nothing(
    world: World, how: str, fields: dict[str, Any], status: int, code: str
) -> None:
    interview_id = await ended(world, how)
    before = await read(world, interview_id)
    answer = await change(world, interview_id, **{"externalId": "other", **fields})
    assert refused(answer) == (status, code)
    assert await read(world, interview_id) == before


@pytest.mark.parametrize("how", ["INVITED", "IN_PROGRESS", "COMPLETED", "CANCELLED", "EXPIRED"])
async def test_an_integrators_own_notes_change_at_any_time(world: World, how: str) -> None:
    interview_id = await ended(world, how)
    before = await read(world, interview_id)
    world.clock.forward(minutes=1)
    changed = (await change(world, interview_id, externalId="ats-9", metadata={"team": "red"})).json()
    assert (changed["externalId"], changed["metadata"]) == ("ats-9", {"team": "red"})
    assert (changed["status"], changed["updatedAt"] > before["updatedAt"]) == (before["status"], True)
    cleared = (await change(world, interview_id, externalId=None)).json()
    assert (cleared["externalId"], cleared["metadata"]) == (None, {"team": "red"})
    told = await kinds(world, interview_id)
    assert (await change(world, interview_id)).json() == cleared
    assert (await change(world, interview_id, externalId=None)).json() == cleared
    assert await kinds(world, interview_id) == told, "what changes nothing did not happen"


async def test_a_report_is_made_later_and_the_existing_one_is_answered(world: World) -> None:
    interview = await finished_interview(world, report=False)
    asked = await ask(world, interview["id"], "report")
    assert (asked.status_code, asked.json()["status"]) == (202, "PENDING")
    assert asked.json()["interviewId"] == interview["id"]
    assert (await ask(world, interview["id"], "report")).json() == asked.json()
    assert len(await world.job_arguments("report.make")) == 1, "one under way is not asked for twice"
    await report_made(world, asked.json()["id"])
    ready = await ask(world, interview["id"], "report")
    assert (ready.status_code, ready.json()["status"]) == (202, "READY")
    assert len(await world.job_arguments("report.make")) == 1


async def test_a_report_that_is_stale_or_failed_is_made_anew(world: World) -> None:
    interview = await finished_interview(world)
    path = f"/api/interviews/{interview['id']}/turns/2"
    await world.call("PATCH", path, agent=True, json={"content": f"Well. {WORDS}"})
    anew = (await ask(world, interview["id"], "report")).json()
    assert (anew["status"], len(await world.job_arguments("report.make"))) == ("PENDING", 2)
    await report_made(world, anew["id"], failure="the model did not answer")
    again = (await ask(world, interview["id"], "report")).json()
    assert (again["id"], again["status"], again["failure"]) == (anew["id"], "PENDING", None)
    assert len(await world.job_arguments("report.make")) == 3


async def test_what_happened_is_told_in_order_a_page_at_a_time(world: World) -> None:
    interview = await finished_interview(world)
    path = f"/api/v1/interviews/{interview['id']}/events"
    whole = (await world.call("GET", path)).json()
    assert [event["type"] for event in whole["data"]] == [
        "interview.created",
        "interview.invited",
        "interview.started",
        "turn.recorded",
        "turn.recorded",
        "interview.completed",
        "report.ready",
    ]
    first = whole["data"][0]
    assert first["actor"].startswith("key_")
    assert (first["interviewId"], first["data"]) == (interview["id"], {})
    assert whole["data"][4]["data"] == {"turnNumber": 2, "role": "candidate"}
    assert sorted(event["id"] for event in whole["data"]) == [event["id"] for event in whole["data"]]
    second = (await world.call("GET", f"{path}?pageSize=3&page=2")).json()
    assert second["data"] == whole["data"][3:6]
    assert (second["pagination"]["total"], second["pagination"]["totalPages"]) == (7, 3)
    seen, answer = [], await world.call("GET", f"{path}?pageSize=2")
    seen += answer.json()["data"]
    while "link" in answer.headers:
        await change(world, interview["id"], externalId=f"ats-{len(seen)}")
        answer = await world.call("GET", answer.headers["link"].partition(">")[0].removeprefix("<"))
        assert answer.json()["pagination"]["total"] is None
        seen += answer.json()["data"]
    assert seen[:7] == whole["data"]
    assert len({event["id"] for event in seen}) == len(seen)


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=evt_9999999999999999999", "page=0", "pageSize=101", "type=x"]
)
async def test_events_are_not_asked_for_in_ways_that_make_no_sense(world: World, query: str) -> None:
    interview = await world.interview()
    answer = await world.call("GET", f"/api/v1/interviews/{interview['id']}/events?{query}")
    assert refused(answer) == (400, "VALIDATION_ERROR")
