"""`Idempotency-Key`: what comes again is answered again and done once, on any number of web processes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest

from vivavoce.callers import ApiKey
from vivavoce.database.pool import Connection
from vivavoce.interviews.links import invitation_url
from vivavoce.recordings.links import recording_reference
from vivavoce.replays import CLAIM_SECONDS, Claim, claim, forget_old_answers
from vivavoce.settings import Settings
from world import World, opened_world

PATH = "/api/v1/candidates"
BODY = {"email": "ada@example.org", "firstName": "Ada", "externalId": "hr-7"}


@pytest.fixture
async def second(settings: Settings, dsn: str, world: World) -> AsyncIterator[World]:
    """Another web process on the same database."""
    async with opened_world(settings, dsn) as made:
        made.key = world.key
        yield made


@pytest.fixture
async def blocker(dsn: str, world: World) -> AsyncIterator[Connection]:
    """Somebody else who is just about to take Ada's address: who wants it too has to wait."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("BEGIN")
    await connection.execute(
        "INSERT INTO candidates (id, organization_id, email, created_at, updated_at)"
        " VALUES ('cand_other', $1, $2, now(), now())",
        world.organization_id,
        BODY["email"],
    )
    yield connection
    await connection.close()


async def post(
    world: World, key: str, body: Any = BODY, path: str = PATH, *, method: str = "POST", api_key: str = ""
) -> httpx.Response:
    return await world.call(method, path, json=body, headers={"Idempotency-Key": key}, key=api_key)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110 - the database tells nobody when somebody waits
            await asyncio.sleep(0.01)


def waits_for_a_lock(world: World) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        found: bool = await world.services.database.pool.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock')"
        )
        return found

    return asked


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_the_same_again_gets_the_stored_answer_on_any_process(world: World, second: World) -> None:
    first = await post(world, "k1")
    assert (first.status_code, "idempotent-replayed" in first.headers) == (201, False)
    for there in (world, second):
        again = await post(there, "k1")
        assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
        assert again.content == first.content
        assert again.headers["content-type"] == first.headers["content-type"]
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM candidates") == 1


async def test_a_change_is_answered_as_it_was_then(world: World) -> None:
    made = await world.candidate()
    path = f"{PATH}/{made['id']}"
    first = await post(world, "k1", {"firstName": "Augusta"}, path, method="PATCH")
    await world.call("PATCH", path, json={"firstName": "Ada"})
    again = await post(world, "k1", {"firstName": "Augusta"}, path, method="PATCH")
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    assert (await world.call("GET", path)).json()["firstName"] == "Ada"


async def test_another_body_is_refused_and_changes_nothing(world: World) -> None:
    await post(world, "k1")
    assert code(await post(world, "k1", {"email": "bob@example.org"})) == (422, "IDEMPOTENCY_MISMATCH")
    assert (await world.call("GET", PATH)).json()["pagination"]["total"] == 1


async def test_a_key_belongs_to_its_api_key_its_method_and_its_path(world: World) -> None:
    await post(world, "k1")
    elsewhere = [
        await post(world, "k1", api_key=world.stranger_key),
        await post(world, "k1", {"title": "Night nurse"}, "/api/v1/jobs"),
    ]
    assert [(one.status_code, "idempotent-replayed" in one.headers) for one in elsewhere] == [
        (201, False)
    ] * 2
    other_key = await world.create_key(["candidates:write"])
    assert code(await post(world, "k1", api_key=other_key)) == (409, "EMAIL_TAKEN")


async def test_of_two_at_the_same_moment_one_runs(world: World, second: World, blocker: Connection) -> None:
    first = asyncio.create_task(post(world, "k1"))
    await until(waits_for_a_lock(second))
    refused = await post(second, "k1")
    assert code(refused) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert int(refused.headers["retry-after"]) >= 1
    await blocker.execute("ROLLBACK")
    assert (await first).status_code == 201
    assert (await post(second, "k1")).content == (await first).content


async def test_many_at_once_make_one_thing(world: World, second: World) -> None:
    answers = await asyncio.gather(*(post(there, "k1") for _ in range(8) for there in (world, second)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert {code(one)[1] for one in answers if one.status_code == 409} <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert len({one.content for one in answers if one.status_code == 201}) == 1
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM candidates") == 1


async def test_a_process_that_dies_leaves_neither_the_change_nor_the_claim(
    world: World, second: World, blocker: Connection
) -> None:
    dying = asyncio.create_task(post(second, "k1"))
    await until(waits_for_a_lock(world))
    second.services.database.pool.terminate()
    assert (await dying).status_code == 503
    assert code(await post(world, "k1")) == (409, "IDEMPOTENCY_IN_PROGRESS")
    await blocker.execute("ROLLBACK")

    async def runs() -> bool:
        return (await post(world, "k1")).status_code == 201

    await until(runs)
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM candidates") == 1


async def test_who_vanishes_without_a_word_keeps_the_claim_no_longer_than_its_bound(world: World) -> None:
    caller = ApiKey(world.organization_id, "key_none", frozenset())
    claimed = Claim.of(caller, "k1", "POST", PATH, b"{}")
    async with world.services.database.transaction() as connection:
        assert await claim(connection, world.settings, claimed, at=world.clock()) is None
        bound = await connection.fetchval("SELECT current_setting('idle_in_transaction_session_timeout')")
    after = await world.services.database.pool.fetchval(
        "SELECT current_setting('idle_in_transaction_session_timeout')"
    )
    assert (bound, CLAIM_SECONDS, after) == ("1min", 60, "0")


async def test_only_successes_are_kept(world: World) -> None:
    there = await world.candidate()
    for _ in range(2):
        refused = await post(world, "k1")
        assert (code(refused), "idempotent-replayed" in refused.headers) == ((409, "EMAIL_TAKEN"), False)
    await world.services.database.pool.execute("DELETE FROM candidates WHERE id = $1", there["id"])
    assert (await post(world, "k1")).status_code == 201


async def test_a_refusal_in_the_middle_leaves_nothing_half_done(world: World) -> None:
    job, candidate = await world.job(), await world.candidate()
    await world.services.database.pool.execute("UPDATE jobs SET status = 'CLOSED'")
    body = {"candidateId": candidate["id"], "jobId": job["id"]}
    assert code(await post(world, "k1", body, "/api/v1/interviews")) == (409, "JOB_CLOSED")
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM idempotency_records") == 0


async def test_after_a_day_it_is_a_new_request_whether_or_not_the_worker_came_by(world: World) -> None:
    await post(world, "k1", {"title": "Night nurse"}, "/api/v1/jobs")
    world.clock.forward(hours=23, minutes=59)
    await forget_old_answers(world.services)
    again = await post(world, "k1", {"title": "Night nurse"}, "/api/v1/jobs")
    assert "idempotent-replayed" in again.headers
    world.clock.forward(minutes=1)
    anew = await post(world, "k1", {"title": "Day nurse"}, "/api/v1/jobs")
    assert (anew.status_code, "idempotent-replayed" in anew.headers) == (201, False)
    world.clock.forward(hours=24)
    await forget_old_answers(world.services)
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM idempotency_records") == 0


async def test_an_invitations_link_is_not_stored_and_comes_back_as_it_is_now(world: World) -> None:
    candidate, job = await world.candidate(), await world.job()
    body = {"candidateId": candidate["id"], "jobId": job["id"], "metadata": {"note": "for the spring"}}
    first = (await post(world, "k1", body, "/api/v1/interviews")).json()
    token = first["invitationUrl"].rpartition("/")[2]
    assert token not in await kept(world)
    assert (await post(world, "k1", body, "/api/v1/interviews")).json() == first
    await world.services.database.pool.execute("UPDATE interviews SET link_generation = 2")
    newer = invitation_url(world.settings, first["id"], 2)
    assert (await post(world, "k1", body, "/api/v1/interviews")).json() == {**first, "invitationUrl": newer}


async def test_a_secret_is_told_once(world: World) -> None:
    body, path = {"url": "https://example.org/hook"}, "/api/v1/webhooks"
    first = (await post(world, "k1", body, path)).json()
    assert first["secret"] not in await kept(world)
    assert (await post(world, "k1", body, path)).json() == {**first, "secret": None}


async def test_what_an_integrator_notes_comes_back_whatever_it_is_called(world: World) -> None:
    person, job = await world.candidate("noted@example.org"), await world.job()
    body = {"candidateId": person["id"], "jobId": job["id"], "metadata": {"secret": "whsec_of-their-own"}}
    first = await post(world, "noted", body, "/api/v1/interviews")
    again = await post(world, "noted", body, "/api/v1/interviews")
    assert first.status_code == 201
    assert again.json() == first.json()


async def test_a_recordings_link_is_signed_anew_and_only_for_its_own_organization(world: World) -> None:
    interview = await world.interview()
    await world.services.database.pool.execute(
        "UPDATE interviews SET audio_url = $1", recording_reference(interview["id"])
    )
    path = f"/api/v1/interviews/{interview['id']}"
    signed = (await world.call("GET", path)).json()["audioUrl"]
    first = (await post(world, "k1", {"externalId": signed}, path, method="PATCH")).json()
    assert first["audioUrl"] == signed
    assert "signature" not in await kept(world)
    world.clock.forward(hours=1)
    again = (await post(world, "k1", {"externalId": signed}, path, method="PATCH")).json()
    assert again["audioUrl"] == (await world.call("GET", path)).json()["audioUrl"] != signed
    stolen = {"title": "Night nurse", "description": signed}
    await post(world, "k2", stolen, "/api/v1/jobs", api_key=world.stranger_key)
    theirs = await post(world, "k2", stolen, "/api/v1/jobs", api_key=world.stranger_key)
    assert theirs.json()["description"] is None


async def test_a_place_in_a_recording_stays_with_its_link(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?", audioStartMs=500, audioEndMs=4_100)
    await world.services.database.pool.execute(
        "UPDATE interviews SET audio_url = $1", recording_reference(interview["id"])
    )
    path = f"/api/v1/interviews/{interview['id']}"
    first = (await post(world, "k1", {"externalId": "hr-7"}, path, method="PATCH")).json()
    assert first["transcript"][0]["audioUrl"].endswith("#t=0.500,4.100")
    assert (await post(world, "k1", {"externalId": "hr-7"}, path, method="PATCH")).json() == first


async def test_what_only_looks_like_a_link_of_ours_comes_back_as_it_was(world: World) -> None:
    interview = await world.interview()
    token = interview["invitationUrl"].rpartition("/")[2]
    for number, text in enumerate(
        (
            f"http://testserver/recordings/{interview['id']}.mp3",
            f"http://testserver/recordings/{interview['id']}.mp3?expires=1&signature=AAAAAAAAAAAAAAAAAAAAAA",
            f"http://testserver/i/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        )
    ):
        body = {"title": "Night nurse", "description": text}
        first = await post(world, f"k{number}", body, "/api/v1/jobs")
        again = await post(world, f"k{number}", body, "/api/v1/jobs")
        assert (again.headers["idempotent-replayed"], again.json()) == ("true", first.json())


async def test_no_link_is_signed_for_a_key_that_may_not_read_interviews(world: World) -> None:
    interview = await world.interview()
    await world.services.database.pool.execute(
        "UPDATE interviews SET audio_url = $1", recording_reference(interview["id"])
    )
    signed = (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).json()["audioUrl"]
    world.clock.forward(hours=25)
    key = await world.create_key(["jobs:write"])
    body = {"title": "Night nurse", "description": signed}
    await post(world, "k1", body, "/api/v1/jobs", api_key=key)
    again = await post(world, "k1", body, "/api/v1/jobs", api_key=key)
    assert (again.headers["idempotent-replayed"], again.json()["description"]) == ("true", None)


async def test_what_speaks_of_a_person_goes_with_the_person(world: World) -> None:
    made = (await post(world, "k1")).json()
    job = await world.job()
    body = {"candidateId": made["id"], "jobId": job["id"]}
    await post(world, "k2", body, "/api/v1/interviews")
    await post(world, "k3", {"title": "Night nurse"}, "/api/v1/jobs")
    assert "ada@example.org" in await kept(world)
    assert (await world.call("DELETE", f"{PATH}/{made['id']}")).status_code == 200
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM idempotency_records") == 1
    anew = await post(world, "k1")
    assert (anew.status_code, "idempotent-replayed" in anew.headers) == (201, False)
    assert anew.json()["id"] != made["id"]
    assert code(await post(world, "k2", body, "/api/v1/interviews")) == (422, "UNPROCESSABLE")


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "tab\there", "ünïcode"])
async def test_a_key_that_is_none_is_malformed(world: World, key: str) -> None:
    answer = await world.call("POST", PATH, json=BODY, headers={"Idempotency-Key": key.encode()})  # type: ignore[dict-item] # httpx sends bytes as they are
    assert code(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["fields"][0]["path"] == "Idempotency-Key"


async def test_two_keys_in_one_request_are_malformed(world: World) -> None:
    headers = [
        ("Authorization", f"Bearer {world.key}"),
        ("Idempotency-Key", "k1"),
        ("Idempotency-Key", "k2"),
    ]
    answer = await world.http.post(PATH, json=BODY, headers=headers)
    assert code(answer) == (400, "VALIDATION_ERROR")


async def test_the_longest_key_and_every_sign_will_do(world: World) -> None:
    signs = "".join(chr(one) for one in range(0x21, 0x7F))
    for key in (signs, "x" * 255):
        answer = await post(world, key, {"title": "Night nurse"}, "/api/v1/jobs")
        assert answer.status_code == 201


async def test_where_nothing_is_changed_the_key_means_nothing(world: World) -> None:
    for _ in range(2):
        answer = await world.call("GET", PATH, headers={"Idempotency-Key": "two words"})
        assert (answer.status_code, "idempotent-replayed" in answer.headers) == (200, False)
    assert (await post(world, "k1", api_key="vv_invented")).status_code == 401
    assert code(await post(world, "k1", api_key=await world.create_key(["jobs:read"]))) == (403, "FORBIDDEN")
    assert code(await post(world, "k1", {"email": "x" * 1_100_000})) == (413, "PAYLOAD_TOO_LARGE")


async def kept(world: World) -> str:
    rows = await world.services.database.pool.fetch("SELECT t::text AS line FROM idempotency_records t")
    return "\n".join(row["line"] for row in rows)
