"""The asynchronous client on the app itself: each resource, there and back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from vivavoce.client import (
    AsyncClient,
    ConfigCriterion,
    ConfigQuestion,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
)
from vivavoce.interviews.scripted import play_script
from vivavoce.reports.making import make_report
from world import World


def client_of(world: World, key: str = "") -> AsyncClient:
    return AsyncClient("http://testserver", key or world.key, transport=world.http._transport)


@pytest.fixture
async def client(world: World) -> AsyncIterator[AsyncClient]:
    async with client_of(world) as client:
        yield client


async def test_candidates_and_jobs_are_made_changed_and_found(world: World, client: AsyncClient) -> None:
    ada = await client.candidates.create(email="ada@example.org", first_name="Ada", tags=["c", "rust"])
    assert (ada.locale, ada.tags) == ("fr", ["c", "rust"])
    changed = await client.candidates.update(ada.id, last_name="Lovelace", first_name=None)
    assert (changed.first_name, changed.last_name) == (None, "Lovelace")
    assert await client.candidates.get(ada.id) == changed
    assert [one.id async for one in client.candidates.iterate(search="lovelace", tags="c,rust")] == [ada.id]
    job = await client.jobs.create(title="Engineer", work_mode="REMOTE", salary_min=40)
    assert (await client.jobs.update(job.id, status="ACTIVE")).status == "ACTIVE"
    page = await client.jobs.list(status="ACTIVE", work_mode="REMOTE", page_size=1)
    assert ([one.id for one in page.data], page.pagination.total) == ([job.id], 1)
    receipt = await client.candidates.delete(ada.id)
    assert (receipt.candidate_id, receipt.counts.interviews) == (ada.id, 0)


async def test_an_interview_is_made_invited_changed_and_cancelled(world: World, client: AsyncClient) -> None:
    candidate = await client.candidates.create(email="ada@example.org")
    job = await client.jobs.create(title="Engineer")
    made = await client.interviews.create(
        candidate_id=candidate.id,
        job_id=job.id,
        send_invite=False,
        expires_at=world.clock() + timedelta(days=1),
        metadata={"ats_row": "7"},
    )
    assert (made.status, made.metadata) == ("DRAFT", {"ats_row": "7"})
    assert made.invitation_url
    assert (await client.interviews.invite(made.id)).status == "INVITED"
    assert (await client.interviews.update(made.id, external_id="x-1")).external_id == "x-1"
    after = made.created_at - timedelta(hours=1)
    assert [one.id async for one in client.interviews.iterate(created_after=after)] == [made.id]
    assert (await client.interviews.cancel(made.id)).status == "CANCELLED"
    with pytest.raises(Conflict) as refused:
        await client.interviews.request_report(made.id)
    assert refused.value.code == "INTERVIEW_NOT_COMPLETED"
    events = [event.type async for event in client.interviews.iterate_events(made.id)]
    assert events[:2] == ["interview.created", "interview.invited"]
    assert (await client.interviews.events(made.id, page_size=1)).data[0].type == "interview.created"


async def test_a_finished_interview_and_its_report_are_read_whole(world: World, client: AsyncClient) -> None:
    candidate = await client.candidates.create(email="ada@example.org", locale="en")
    job = await client.jobs.create(title="Engineer")
    made = await client.interviews.create(candidate_id=candidate.id, job_id=job.id, mode="test")
    await play_script(world.services, made.id, final=True)
    report = await client.interviews.request_report(made.id)
    assert report.status == "PENDING"
    await make_report(world.services, report.id, final=True)
    interview = await client.interviews.get(made.id)
    assert interview.transcript
    assert interview.transcript[0].role == "agent"
    assert interview.evaluation
    scored = [one for one in interview.evaluation.criteria if one.evidence]
    quote = scored[0].evidence[0]
    content = interview.transcript[quote.turn_number - 1].content
    assert content[quote.start_char : quote.end_char] == quote.quote
    report = await client.reports.get(report.id)
    assert report.scorecard == interview.evaluation
    assert await client.reports.of_interview(made.id) == report


async def test_campaigns_lead_candidates_through_stages(client: AsyncClient) -> None:
    job = await client.jobs.create(title="Engineer")
    campaign = await client.campaigns.create(name="Winter", job_id=job.id)
    first = await client.campaigns.add_stage(campaign.id, name="Interview", type="AI_INTERVIEW")
    second = await client.campaigns.add_stage(campaign.id, name="Meeting", type="HUMAN_REVIEW")
    candidate = await client.candidates.create(email="ada@example.org")
    added = await client.campaigns.add_candidate(campaign.id, candidate_id=candidate.id)
    assert added.stage_id == first.id
    moved = await client.campaigns.update_candidate(
        campaign.id, candidate.id, stage_id=second.id, note="Good."
    )
    assert (moved.stage_id, moved.note) == (second.id, "Good.")
    members = [one async for one in client.campaigns.iterate_candidates(campaign.id, stage_id=second.id)]
    assert [one.candidate_id for one in members] == [candidate.id]
    pipeline = await client.campaigns.pipeline(campaign.id)
    assert [stage.candidate_count for stage in pipeline.stages] == [0, 1]
    detail = await client.campaigns.get(campaign.id)
    assert [stage.id for stage in detail.stages] == [first.id, second.id]
    await client.campaigns.remove_candidate(campaign.id, candidate.id)
    await client.campaigns.delete_stage(campaign.id, second.id)
    assert [stage.name for stage in (await client.campaigns.stages(campaign.id)).data] == ["Interview"]
    assert (await client.campaigns.update(campaign.id, status="ACTIVE")).status == "ACTIVE"


async def test_a_configuration_gets_a_new_version_and_keeps_the_old(client: AsyncClient) -> None:
    agent = await client.agents.create(name="Marie", tone="friendly", suspicion_level=0)
    question = ConfigQuestion(id="q1", text={"en": "Why?"}, criteria=["motive"])
    motive = ConfigCriterion(
        id="motive",
        name={"en": "Motive"},
        levels={"1": {"en": "None."}},
        reference_points={"en": ["I care."]},
    )
    config = await client.interview_configs.create(
        name="Short", agent_id=agent.id, language="en", questions=[question], criteria=[motive]
    )
    assert (config.questions, config.criteria) == ([question], [motive])
    newer = await client.interview_configs.update(config.id, duration_minutes=5)
    assert (newer.version, newer.duration_minutes) == (2, 5)
    assert (await client.interview_configs.get(config.id, version=1)).duration_minutes == 20
    versions = await client.interview_configs.versions(config.id)
    assert [one.version for one in versions.data] == [2, 1]
    assert config.id in [one.id async for one in client.interview_configs.iterate()]


async def test_webhooks_are_made_with_a_secret_that_is_told_once(client: AsyncClient) -> None:
    made = await client.webhooks.create(url="https://hooks.example.org/in", events=["report.ready"])
    assert made.secret
    assert made.secret.startswith("whsec_")
    assert (await client.webhooks.get(made.id)).events == ["report.ready"]
    assert (await client.webhooks.rotate_secret(made.id)).secret != made.secret
    sent = await client.webhooks.test(made.id)
    assert [one.id async for one in client.webhooks.iterate_deliveries(made.id)] == [sent.id]
    assert (await client.webhooks.update(made.id, enabled=False)).disabled_reason == "BY_HAND"
    await client.webhooks.delete(made.id)
    with pytest.raises(NotFound):
        await client.webhooks.get(made.id)


async def test_iterating_gives_each_once_while_others_are_added(client: AsyncClient) -> None:
    made = [(await client.jobs.create(title=f"Job {number}")).id for number in range(103)]
    seen = []
    async for job in client.jobs.iterate():
        seen.append(job.id)
        if len(seen) == 50:
            await client.jobs.create(title="Late")
    assert seen == made[::-1]


async def test_refusals_say_why(world: World, client: AsyncClient) -> None:
    with pytest.raises(Invalid) as invalid:
        await client.interviews.create(candidate_id="cand_x", job_id="job_x")
    assert [fault.path for fault in invalid.value.fields] == ["candidateId"]
    assert invalid.value.request_id
    async with client_of(world, "vv_wrong") as stranger:
        with pytest.raises(Unauthorized):
            await stranger.jobs.list()
    async with client_of(world, await world.create_key(["jobs:read"])) as reader:
        with pytest.raises(Forbidden) as forbidden:
            await reader.jobs.create(title="No")
    assert forbidden.value.details["scope"] == "jobs:write"
