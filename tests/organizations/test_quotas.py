"""A monthly quota: what is made and invited is refused when it is used up, who was invited never is."""

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from vivavoce.callers import Operator
from vivavoce.organizations.quotas import set_quota
from world import World


@pytest.fixture
async def limit(world: World) -> Any:
    async def to(quota: int | None) -> int:
        async with world.services.database.transaction() as connection:
            return await set_quota(connection, Operator(world.organization_id), quota, at=world.clock())

    return to


class Asking:
    """A candidate and a job, and as many interviews as a test likes."""

    def __init__(self, world: World, body: dict[str, Any]) -> None:
        self.world = world
        self.body = body

    async def ask(self, **fields: Any) -> httpx.Response:
        return await self.world.call("POST", "/api/v1/interviews", json={**self.body, **fields})

    async def made(self, **fields: Any) -> str:
        answer = await self.ask(**fields)
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["id"]
        return found

    async def invite(self, interview_id: str) -> httpx.Response:
        return await self.world.call("POST", f"/api/v1/interviews/{interview_id}/invitation")

    async def begin(self, interview_id: str) -> None:
        await self.world.post_turn(interview_id, 1, "agent", "Why?")


@pytest.fixture
async def asking(world: World) -> Asking:
    candidate, job = await world.candidate(), await world.job()
    return Asking(world, {"candidateId": candidate["id"], "jobId": job["id"]})


def refused(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (402, "INSUFFICIENT_CREDITS"), answer.text


async def test_an_interview_counts_when_it_begins_and_then_new_ones_are_refused(
    asking: Asking, limit: Any
) -> None:
    await limit(2)
    first, second = await asking.made(), await asking.made()
    draft = await asking.made(sendInvite=False)
    await asking.begin(first)
    await asking.made()
    await asking.begin(second)
    for fields in ({}, {"sendInvite": False}):
        answer = await asking.ask(**fields)
        refused(answer)
        assert answer.json()["error"]["quota"] == 2
    refused(await asking.invite(draft))
    assert await limit(None) == 2
    await asking.made()
    assert (await asking.invite(draft)).status_code == 200


async def test_who_was_invited_is_never_turned_away(world: World, asking: Asking, limit: Any) -> None:
    await limit(1)
    first, second, late = [await asking.made() for _ in range(3)]
    await asking.begin(first)
    assert (await asking.invite(second)).status_code == 200, "sent again, to somebody who was invited"
    await asking.begin(second)
    world.clock.forward(days=8)
    patch = {"expiresAt": "2026-03-20T00:00:00Z"}
    assert (await world.call("PATCH", f"/api/v1/interviews/{late}", json=patch)).status_code == 200
    await asking.begin(late)
    assert await limit(1) == 3


async def test_the_count_begins_anew_with_the_month_in_utc(world: World, asking: Asking, limit: Any) -> None:
    await limit(1)
    world.clock.at = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
    await asking.begin(await asking.made())
    refused(await asking.ask())
    world.clock.forward(seconds=1)
    await asking.begin(await asking.made())
    refused(await asking.ask())


async def test_nobody_begins_where_the_quota_is_nothing(asking: Asking, limit: Any) -> None:
    await limit(0)
    refused(await asking.ask())


async def test_test_mode_neither_counts_nor_is_refused(asking: Asking, limit: Any) -> None:
    await limit(1)
    test = await asking.made(mode="test", sendInvite=False)
    await asking.begin(test)
    await asking.begin(await asking.made())
    refused(await asking.ask())
    assert (await asking.invite(await asking.made(mode="test", sendInvite=False))).status_code == 200


async def test_erasing_a_candidate_gives_nothing_back_this_month(
    world: World, asking: Asking, limit: Any
) -> None:
    await limit(1)
    await asking.begin(await asking.made())
    await world.call("DELETE", f"/api/v1/candidates/{asking.body['candidateId']}")
    assert await limit(1) == 1
    other = await world.candidate("grace@example.org")
    refused(await asking.ask(candidateId=other["id"]))
    world.clock.at = datetime(2026, 4, 1, tzinfo=UTC)
    await asking.made(candidateId=other["id"])


async def test_a_refusal_leaves_nothing_behind(world: World, asking: Asking, limit: Any) -> None:
    await limit(0)
    await asking.ask()
    row = await world.services.database.pool.fetchrow(
        "SELECT (SELECT count(*) FROM interviews) + (SELECT count(*) FROM mails) AS made"
    )
    assert row is not None
    assert row["made"] == 0


async def test_what_is_wrong_with_a_request_is_told_first(asking: Asking, limit: Any) -> None:
    await limit(0)
    assert (await asking.ask(jobId="job_x")).status_code == 422


async def test_another_organization_has_its_own(world: World, asking: Asking, limit: Any) -> None:
    await limit(0)
    ours = {"key": world.stranger_key}
    candidate = await world.call("POST", "/api/v1/candidates", json={"email": "ada@example.org"}, **ours)
    job = await world.call("POST", "/api/v1/jobs", json={"title": "Cook"}, **ours)
    body = {"candidateId": candidate.json()["id"], "jobId": job.json()["id"]}
    assert (await world.call("POST", "/api/v1/interviews", json=body, **ours)).status_code == 201


async def test_the_form_says_so_and_keeps_what_was_typed(world: World, asking: Asking, limit: Any) -> None:
    await limit(0)
    form = {
        "who": "new",
        "firstName": "Grace",
        "email": "grace@example.org",
        "locale": "en",
        "jobId": asking.body["jobId"],
        "expiresOn": "2026-03-08",
        "sendInvite": "yes",
    }
    answer = await world.page("POST", "/interviews", data=form)
    assert answer.status_code == 422
    assert "The quota of this month (0 interviews) is used up." in answer.text
    assert 'value="Grace"' in answer.text
    draft = await asking.made(mode="test", sendInvite=False)
    assert (await world.page("POST", f"/interviews/{draft}/invitation")).status_code == 303


async def test_an_invitation_from_the_page_is_refused_in_words(
    world: World, asking: Asking, limit: Any
) -> None:
    draft = await asking.made(sendInvite=False)
    await limit(0)
    answer = await world.page("POST", f"/interviews/{draft}/invitation")
    assert answer.status_code == 402
    assert "is used up" in answer.text


@pytest.mark.parametrize("given", ["12", "none"])
async def test_the_command_sets_it(world: World, dsn: str, given: str) -> None:
    done = run(world, dsn, "--organization", "Analytical Engines", given)
    assert (done.returncode, done.stdout) == (
        0,
        f"Quota: {given}. Interviews that began this month: 0.\n",
    ), done.stderr
    kept = await world.services.database.pool.fetchval(
        "SELECT monthly_quota FROM organizations WHERE id = $1", world.organization_id
    )
    assert str(kept).lower() == given


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["many"], "no quota"), (["1.5"], "no quota"), (["--organization", "Nobody", "1"], "no organization")],
)
async def test_the_command_says_what_is_wrong(
    world: World, dsn: str, arguments: list[str], said: str
) -> None:
    done = run(world, dsn, *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def run(world: World, dsn: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vivavoce.cli", "organizations", "quota", *arguments],
        env={"VIVAVOCE_DATA": str(world.settings.data), "DATABASE_URL": dsn},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
