"""Erasing a person: nothing of them is left in the database or the file store, and a receipt says so."""

import asyncio
import dataclasses
import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from finished import report_made
from vivavoce.callers import Agent
from vivavoce.candidates.erasure import LAST_LOOK, erase_files
from vivavoce.database.embedded import binaries
from vivavoce.errors import NotFound
from vivavoce.interviews.tokens import page_token
from vivavoce.recordings.recordings import put_part
from vivavoce.recordings.storage import Storage
from vivavoce.reports.making import make_report
from world import World

PERSON = {
    "firstName": "Zephyrine",
    "lastName": "Quillfeather",
    "phone": "+33 6 99 88 77 66",
    "cvUrl": "https://cv.example.org/zq.pdf",
    "tags": ["ornithology"],
    "source": "Cousin of Barnabas",
    "externalId": "hr-98765",
}
EMAIL = "zq@feathers.example"
SAID = "I owned the migration of the heliotrope archive. We measured, and the error rate fell twice."
SAID_FIRST = "I owned the migration of the pangolin archive."
TRACES = [
    *(value for value in PERSON.values() if isinstance(value, str)),
    "ornithology",
    EMAIL,
    "heliotrope",
    "pangolin",
    "marmalade",
    "Sings in the stairwell",
    "Better than the porcupine",
]


@pytest.fixture
def dump(dsn: str) -> Any:
    """Everything that the database holds, as text."""

    def taken() -> str:
        command = [binaries() / "pg_dump", f"--dbname={dsn}"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return taken


def files(world: World) -> dict[str, bytes]:
    folder = Path(world.settings.data)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def left(text: str) -> list[str]:
    return [trace for trace in TRACES if trace.lower() in text.lower()]


async def once(world: World, path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
    """As an integrator who keeps requests from being done twice, so that the answer is kept."""
    headers = {"Idempotency-Key": f"{method} {path}".replace(" ", "-")}
    answer = await world.call(method, path, json=body, headers=headers)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def record(world: World, interview_id: str, part: int, content: bytes) -> Any:
    path = f"/api/interviews/{interview_id}/recording?part={part}"
    return await world.call("PUT", path, agent=True, content=content)


async def whole_life(world: World) -> str:
    """A candidate with all that can be known of one; the id."""
    await world.made("/api/v1/webhooks", {"url": "https://hooks.example.org/"})
    candidate = await once(world, "/api/v1/candidates", {"email": EMAIL, "locale": "en", **PERSON})
    await once(world, f"/api/v1/candidates/{candidate['id']}", {"phone": PERSON["phone"]}, "PATCH")
    job = await world.job()
    campaign = await world.campaign(job["id"])
    place = f"/api/v1/campaigns/{campaign['id']}/candidates"
    await once(world, place, {"candidateId": candidate["id"], "note": "Sings in the stairwell"})
    body = {
        "candidateId": candidate["id"],
        "jobId": job["id"],
        "campaignId": campaign["id"],
        "metadata": {"breakfast": "marmalade"},
    }
    interview = await once(world, "/api/v1/interviews", body)
    await once(world, f"/api/v1/interviews/{interview['id']}/invitation", {})
    await conduct(world, interview["id"])
    await once(world, f"/api/v1/interviews/{interview['id']}", {"externalId": "hr-98765"}, "PATCH")
    report = await once(world, f"/api/v1/interviews/{interview['id']}/report", {})
    await report_made(world, report["id"])
    own = {"ownership": {"level": 4, "reason": "Better than the porcupine"}}
    await once(world, f"/api/v1/reports/{report['id']}", {"overrides": own}, "PATCH")
    script = {**body, "mode": "test", "script": ["A heliotrope pangolin with marmalade."]}
    await world.made("/api/v1/interviews", script)
    found: str = candidate["id"]
    return found


async def conduct(world: World, interview_id: str) -> None:
    await world.post_turn(interview_id, 1, "agent", "Zephyrine, what did you build?", questionId="q1")
    await world.post_turn(interview_id, 2, "candidate", SAID_FIRST, questionId="q1")
    for part in (1, 2):
        assert (await record(world, interview_id, part, b"heliotrope" * part)).status_code == 200
    closed = await world.call(
        "POST",
        f"/api/interviews/{interview_id}/finalize",
        agent=True,
        json={"audioUrl": f"recording:{interview_id}"},
    )
    turn = f"/api/interviews/{interview_id}/turns/2"
    await world.call("PATCH", turn, agent=True, json={"content": SAID})
    await report_made(world, closed.json()["reportId"])


async def test_nothing_of_the_person_is_left_and_others_are_as_they_were(world: World, dump: Any) -> None:
    other = await world.interview("ada@example.org")
    await world.post_turn(other["id"], 1, "candidate", "I wrote a compiler.")
    await record(world, other["id"], 1, b"compiler")
    before = (await world.call("GET", f"/api/v1/interviews/{other['id']}")).json()
    candidate_id = await whole_life(world)
    assert left(dump()) == TRACES, "all of it was there"
    assert sum(b"heliotrope" in content for content in files(world).values()) == 2

    world.clock.forward(minutes=1)
    answer = await world.call("DELETE", f"/api/v1/candidates/{candidate_id}")
    assert answer.status_code == 200, answer.text
    receipt = answer.json()
    assert left(dump()) == []
    assert left(answer.text) == []
    kept = files(world)
    assert [name.split("/")[2] for name in kept if "recordings/" in name] == [other["id"]]
    assert not [name for name, content in kept.items() if left(content.decode("latin-1"))]
    assert receipt["candidateId"] == candidate_id
    assert datetime.fromisoformat(receipt["erasedAt"]) == world.clock()
    assert receipt["filesErasedAt"] == receipt["erasedAt"]
    counts = receipt["counts"]
    assert (counts["interviews"], counts["turns"], counts["recordings"]) == (2, 2, 1)
    assert (counts["reports"], counts["mails"]) == (1, 2)
    assert counts["events"] > 5
    assert counts["webhookDeliveries"] > 5
    assert counts["answers"] == 8
    assert (await world.call("GET", f"/api/v1/interviews/{other['id']}")).json() == before


async def test_a_table_that_names_a_person_or_an_interview_loses_its_rows_with_them(world: World) -> None:
    kept = await world.services.database.pool.fetch(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c WHERE c.table_schema = 'public'"
        " AND c.column_name IN ('candidate_id', 'interview_id') AND NOT EXISTS (SELECT FROM pg_constraint f"
        " JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey) WHERE f.contype = 'f'"
        " AND f.confdeltype = 'c' AND f.conrelid = c.table_name::regclass AND a.attname = c.column_name)"
    )
    assert [tuple(row) for row in kept] == [("erasures", "candidate_id")]


async def test_the_receipt_is_kept_and_others_are_told(world: World) -> None:
    candidate_id = await whole_life(world)
    pool = world.services.database.pool
    receipt = (await world.call("DELETE", f"/api/v1/candidates/{candidate_id}")).json()
    kept = await pool.fetchrow("SELECT * FROM erasures")
    assert kept is not None
    assert (kept["id"], kept["candidate_id"]) == (receipt["id"], candidate_id)
    assert kept["counts"] == receipt["counts"]
    assert kept["erased_by"].startswith("key_")
    told = await pool.fetch("SELECT data FROM events WHERE type = 'candidate.erased'")
    assert [row["data"] for row in told] == [{"candidateId": candidate_id, "erasureId": receipt["id"]}]
    messages = await pool.fetch("SELECT type, data FROM webhook_deliveries WHERE data::text LIKE '%cand_%'")
    assert [(row["type"], row["data"]) for row in messages] == [("candidate.erased", {"id": candidate_id})]


async def test_what_was_still_to_be_done_for_the_person_is_not(world: World) -> None:
    candidate_id = await whole_life(world)
    other = await world.interview("ada@example.org")
    pool = world.services.database.pool
    running = await pool.fetchrow(
        "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs"
        " WHERE task_name = 'report.make') RETURNING id, args"
    )
    assert running is not None
    await world.call("DELETE", f"/api/v1/candidates/{candidate_id}")
    rows = await pool.fetch(
        "SELECT task_name, args FROM procrastinate_jobs WHERE status <> 'doing' AND task_name NOT LIKE 'webhook.%'"
    )
    assert {row["task_name"] for row in rows} == {"mail.deliver", "candidate.erase_files"}
    [mail] = [row["args"]["mail_id"] for row in rows if row["task_name"] == "mail.deliver"]
    assert other["id"] == await pool.fetchval("SELECT interview_id FROM mails WHERE id = $1", mail)
    await make_report(world.services, **running["args"], final=True)  # finds nothing, and does no harm
    assert await pool.fetchval("SELECT count(*) FROM reports") == 0


async def test_the_second_time_there_is_nobody(world: World) -> None:
    candidate = await world.candidate()
    path = f"/api/v1/candidates/{candidate['id']}"
    assert (await world.call("DELETE", path, key=world.stranger_key)).status_code == 404
    receipt = await world.call("DELETE", path)
    assert receipt.status_code == 200
    assert set(receipt.json()["counts"].values()) == {0}
    for method in ("DELETE", "GET"):
        assert (await world.call(method, path)).status_code == 404
    assert await world.job_arguments("candidate.erase_files") == []
    assert (await world.candidate())["id"] != candidate["id"], "the address is free again"


async def test_someone_in_the_middle_of_an_interview_is_let_go(world: World) -> None:
    interview = await world.interview(EMAIL)
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    token = page_token(world.settings, interview["id"], 1, world.clock())
    await world.call("DELETE", f"/api/v1/candidates/{interview['candidateId']}")
    turn = {"turnNumber": 2, "role": "candidate", "content": SAID}
    for method, path, body in (
        ("POST", "turns", turn),
        ("GET", "plan", None),
        ("POST", "lease", {"holder": "a"}),
    ):
        answer = await world.call(method, f"/api/interviews/{interview['id']}/{path}", agent=True, json=body)
        assert answer.status_code == 404, path
    assert (await record(world, interview["id"], 1, b"heliotrope")).status_code == 404
    assert (
        await world.call("GET", f"/api/interviews/{interview['id']}/history", key=token)
    ).status_code == 404
    assert (await world.http.get(interview["invitationUrl"])).status_code == 404
    assert files(world) == {}


async def test_files_go_as_soon_as_the_store_answers_again(world: World) -> None:
    interview = await world.interview(EMAIL)
    await record(world, interview["id"], 1, b"heliotrope")
    folder = Path(world.settings.data) / "files" / "recordings"
    aside = folder.rename(folder.with_name("aside"))
    folder.touch()  # a store that fails: where the folder was, there is none
    receipt = (await world.call("DELETE", f"/api/v1/candidates/{interview['candidateId']}")).json()
    assert receipt["filesErasedAt"] is None
    jobs = await world.job_arguments("candidate.erase_files")
    assert jobs == [{"erasure_id": receipt["id"]}] * 2, "at once, and a last look"
    with pytest.raises(OSError, match=interview["id"]):
        await erase_files(world.services, receipt["id"], final=False)
    await erase_files(world.services, receipt["id"], final=True)
    assert len(await world.job_arguments("candidate.erase_files")) == 3, "the last try asks for the next"
    folder.unlink()
    aside.rename(folder)
    world.clock.forward(minutes=5)
    await erase_files(world.services, receipt["id"], final=False)
    assert files(world) == {}
    select = "SELECT files_erased_at, files_of FROM erasures"
    row = await world.services.database.pool.fetchrow(select)
    assert row is not None
    assert (row["files_erased_at"], row["files_of"]) == (world.clock(), [interview["id"]])
    world.clock.at += LAST_LOOK
    await erase_files(world.services, receipt["id"], final=False)
    row = await world.services.database.pool.fetchrow(select)
    assert row is not None
    assert (row["files_erased_at"] < world.clock(), row["files_of"]) == (True, [])


async def test_a_part_that_was_being_stored_meanwhile_goes_too(world: World) -> None:
    interview = await world.interview(EMAIL)

    class Slow(Storage):
        """Takes so long that somebody erases the person meanwhile."""

        async def put(self, path: str, content: bytes) -> None:
            await world.call("DELETE", f"/api/v1/candidates/{interview['candidateId']}")
            await super().put(path, content)

    services = dataclasses.replace(world.services, storage=Slow(world.services.storage.store))
    with pytest.raises(NotFound):
        await put_part(services, Agent(), interview["id"], 1, b"heliotrope")
    assert files(world) == {}


async def test_who_works_on_the_person_at_that_moment_gets_an_answer_and_leaves_nothing(world: World) -> None:
    interview = await world.interview(EMAIL)
    candidate_id, path = interview["candidateId"], f"/api/v1/interviews/{interview['id']}"
    campaign = await world.campaign(interview["jobId"])
    body = {"candidateId": candidate_id, "jobId": interview["jobId"]}
    place = f"/api/v1/campaigns/{campaign['id']}/candidates"
    turn = {"turnNumber": 1, "role": "candidate", "content": SAID}
    asked = [
        *(world.call("POST", "/api/v1/interviews", json=body) for _ in range(4)),
        world.call("POST", f"{path}/invitation"),
        world.call("DELETE", f"/api/v1/candidates/{candidate_id}"),
        world.call("POST", f"/api/interviews/{interview['id']}/turns", agent=True, json=turn),
        world.call("POST", place, json={"candidateId": candidate_id}),
        world.call("PATCH", path, json={"externalId": "hr-98765"}),
        *(world.call("POST", "/api/v1/interviews", json=body) for _ in range(4)),
    ]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} <= {200, 201, 404, 409, 422}
    assert answers[5].status_code == 200
    for table in ("interviews", "turns", "mails", "campaign_candidates", "candidates"):
        found = await world.services.database.pool.fetchval(f"SELECT count(*) FROM {table}")
        assert found == 0, table


async def test_a_page_asks_before_it_erases(world: World) -> None:
    interview = await world.interview(EMAIL)
    page = f"/candidates/{interview['candidateId']}"
    shown = (await world.page("GET", page, member="ADMINISTRATOR")).text
    assert f'href="{page}/erasure"' in shown
    assert "/erasure" not in (await world.page("GET", page, member="MEMBER")).text
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    asked = (await world.page("GET", f"{page}/erasure", member="ADMINISTRATOR")).text
    for words in (
        "Erase Ada Lovelace?",
        EMAIL,
        "1 interview with everything in it",
        "in the middle of an interview",
    ):
        assert words in re.sub(r"\s+", " ", asked), words
    done = await world.page("POST", f"{page}/erasure", member="ADMINISTRATOR")
    assert (done.status_code, done.headers["location"]) == (303, "/candidates/erased?done=erased")
    kept = (await world.page("GET", done.headers["location"], member="OWNER")).text
    for words in ("The candidate is erased", interview["candidateId"], "administrator@example.org", "era_"):
        assert words in kept, words
    assert re.search(r"1\xa0interview, 0\xa0recordings, 0\xa0reports, 1\xa0mail", kept)
    assert "Nobody was erased yet" in (await world.page("GET", "/candidates/erased", member="STRANGER")).text
    assert (await world.page("GET", page)).status_code == 404
    erased_by = await world.services.database.pool.fetchval("SELECT erased_by FROM erasures")
    assert erased_by.startswith("mem_")
