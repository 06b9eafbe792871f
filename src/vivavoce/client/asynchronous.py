"""The asynchronous client. `blocking.py` is made of this file: see `tests/client/generate.py`."""

from collections.abc import AsyncIterator
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx

from vivavoce.client import fields
from vivavoce.client.calls import PATIENCE, USER_AGENT, after, delete, erase, patch, post, quote, read, whole
from vivavoce.client.models import (
    Agent,
    Campaign,
    CampaignCandidate,
    CampaignDetail,
    Candidate,
    Config,
    ConfigVersion,
    Erasure,
    Event,
    Interview,
    Job,
    Page,
    Pipeline,
    Report,
    Stage,
)
from vivavoce.client.transport import AsyncTransport, Call
from vivavoce.client.webhooks import Delivery, Webhook, WebhookWithSecret

T = TypeVar("T")


class AsyncClient:
    """An organization's way to the API. Use it as a context manager, or `aclose` it: it holds connections.

    Each call is tried again, for up to `patience` seconds, when the server is busy or away; it is never done
    twice. Errors are in `errors.py`.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        patience: float = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`transport` is another way to the server, as httpx knows them."""
        headers = {"Authorization": f"Bearer {key}", "User-Agent": USER_AGENT}
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, transport=transport)
        ask = _AsyncAsk(AsyncTransport(self._http), patience)
        self.interviews = AsyncInterviews(ask)
        self.candidates = AsyncCandidates(ask)
        self.jobs = AsyncJobs(ask)
        self.campaigns = AsyncCampaigns(ask)
        self.agents = AsyncAgents(ask)
        self.interview_configs = AsyncInterviewConfigs(ask)
        self.reports = AsyncReports(ask)
        self.webhooks = AsyncWebhooks(ask)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class _AsyncAsk:
    def __init__(self, transport: AsyncTransport, patience: float) -> None:
        self._transport = transport
        self._patience = patience

    async def __call__(self, call: Call[T]) -> T:
        return await self._transport.ask(replace(call, patience=self._patience))

    async def every(self, call: Call[Page[T]]) -> AsyncIterator[T]:
        """All there are, a page at a time; nothing twice and nothing missed while others are added."""
        following: Call[Page[T]] | None = whole(call)
        while following is not None:
            page = await self(following)
            for one in page.data:
                yield one
            following = after(page, following)


class _AsyncResource:
    def __init__(self, ask: _AsyncAsk) -> None:
        self._ask = ask


class AsyncInterviews(_AsyncResource):
    async def list(self, **paging: Unpack[fields.InterviewPaging]) -> Page[Interview]:
        """One page, newest first."""
        return await self._ask(read("/interviews", Page[Interview], paging))

    def iterate(self, **filters: Unpack[fields.InterviewFilter]) -> AsyncIterator[Interview]:
        """Every one, newest first."""
        return self._ask.every(read("/interviews", Page[Interview], filters))

    async def get(self, interview_id: str) -> Interview:
        return await self._ask(read(f"/interviews/{quote(interview_id)}", Interview))

    async def create(self, **body: Unpack[fields.NewInterview]) -> Interview:
        return await self._ask(post("/interviews", Interview, body))

    async def update(self, interview_id: str, **changes: Unpack[fields.InterviewChange]) -> Interview:
        return await self._ask(patch(f"/interviews/{quote(interview_id)}", Interview, changes))

    async def invite(self, interview_id: str) -> Interview:
        """Send the invitation, or send it again with a new link."""
        return await self._ask(post(f"/interviews/{quote(interview_id)}/invitation", Interview))

    async def cancel(self, interview_id: str) -> Interview:
        """Twice is once."""
        return await self._ask(post(f"/interviews/{quote(interview_id)}/cancellation", Interview))

    async def request_report(self, interview_id: str) -> Report:
        """The report of a completed interview: the one there is, or a new one where it is stale or FAILED."""
        return await self._ask(post(f"/interviews/{quote(interview_id)}/report", Report))

    async def events(self, interview_id: str, **paging: Unpack[fields.Paging]) -> Page[Event]:
        """One page of what happened, the oldest first."""
        return await self._ask(read(f"/interviews/{quote(interview_id)}/events", Page[Event], paging))

    def iterate_events(self, interview_id: str) -> AsyncIterator[Event]:
        return self._ask.every(read(f"/interviews/{quote(interview_id)}/events", Page[Event]))


class AsyncCandidates(_AsyncResource):
    async def list(self, **paging: Unpack[fields.CandidatePaging]) -> Page[Candidate]:
        """One page, newest first."""
        return await self._ask(read("/candidates", Page[Candidate], paging))

    def iterate(self, **filters: Unpack[fields.CandidateFilter]) -> AsyncIterator[Candidate]:
        """Every one, newest first."""
        return self._ask.every(read("/candidates", Page[Candidate], filters))

    async def get(self, candidate_id: str) -> Candidate:
        return await self._ask(read(f"/candidates/{quote(candidate_id)}", Candidate))

    async def create(self, **body: Unpack[fields.NewCandidate]) -> Candidate:
        return await self._ask(post("/candidates", Candidate, body))

    async def update(self, candidate_id: str, **changes: Unpack[fields.CandidateChange]) -> Candidate:
        return await self._ask(patch(f"/candidates/{quote(candidate_id)}", Candidate, changes))

    async def delete(self, candidate_id: str) -> Erasure:
        """With everything about the person, at once and for good; the receipt."""
        return await self._ask(erase(f"/candidates/{quote(candidate_id)}", Erasure))


class AsyncJobs(_AsyncResource):
    async def list(self, **paging: Unpack[fields.JobPaging]) -> Page[Job]:
        """One page, newest first."""
        return await self._ask(read("/jobs", Page[Job], paging))

    def iterate(self, **filters: Unpack[fields.JobFilter]) -> AsyncIterator[Job]:
        """Every one, newest first."""
        return self._ask.every(read("/jobs", Page[Job], filters))

    async def get(self, job_id: str) -> Job:
        return await self._ask(read(f"/jobs/{quote(job_id)}", Job))

    async def create(self, **body: Unpack[fields.NewJob]) -> Job:
        return await self._ask(post("/jobs", Job, body))

    async def update(self, job_id: str, **changes: Unpack[fields.JobChange]) -> Job:
        return await self._ask(patch(f"/jobs/{quote(job_id)}", Job, changes))


class AsyncCampaigns(_AsyncResource):
    """Hiring processes, with their stages and candidates."""

    async def list(self, **paging: Unpack[fields.CampaignPaging]) -> Page[Campaign]:
        """One page, newest first."""
        return await self._ask(read("/campaigns", Page[Campaign], paging))

    def iterate(self, **filters: Unpack[fields.CampaignFilter]) -> AsyncIterator[Campaign]:
        """Every one, newest first."""
        return self._ask.every(read("/campaigns", Page[Campaign], filters))

    async def get(self, campaign_id: str) -> CampaignDetail:
        return await self._ask(read(f"/campaigns/{quote(campaign_id)}", CampaignDetail))

    async def create(self, **body: Unpack[fields.NewCampaign]) -> Campaign:
        return await self._ask(post("/campaigns", Campaign, body))

    async def update(self, campaign_id: str, **changes: Unpack[fields.CampaignChange]) -> Campaign:
        return await self._ask(patch(f"/campaigns/{quote(campaign_id)}", Campaign, changes))

    async def pipeline(self, campaign_id: str) -> Pipeline:
        return await self._ask(read(f"/campaigns/{quote(campaign_id)}/pipeline", Pipeline))

    async def candidates(
        self, campaign_id: str, **paging: Unpack[fields.CampaignCandidatePaging]
    ) -> Page[CampaignCandidate]:
        """One page of who is in it; who was added last, first."""
        return await self._ask(read(_members(campaign_id), Page[CampaignCandidate], paging))

    def iterate_candidates(
        self, campaign_id: str, **filters: Unpack[fields.CampaignCandidateFilter]
    ) -> AsyncIterator[CampaignCandidate]:
        return self._ask.every(read(_members(campaign_id), Page[CampaignCandidate], filters))

    async def add_candidate(
        self, campaign_id: str, **body: Unpack[fields.NewCampaignCandidate]
    ) -> CampaignCandidate:
        return await self._ask(post(_members(campaign_id), CampaignCandidate, body))

    async def update_candidate(
        self, campaign_id: str, candidate_id: str, **changes: Unpack[fields.CampaignCandidateChange]
    ) -> CampaignCandidate:
        """Move to another stage, note something, or both."""
        path = f"{_members(campaign_id)}/{quote(candidate_id)}"
        return await self._ask(patch(path, CampaignCandidate, changes))

    async def remove_candidate(self, campaign_id: str, candidate_id: str) -> None:
        """Out of the campaign; the person and their interviews stay."""
        await self._ask(delete(f"{_members(campaign_id)}/{quote(candidate_id)}"))

    async def stages(self, campaign_id: str) -> Page[Stage]:
        """All of them, in their order."""
        return await self._ask(read(_stages(campaign_id), Page[Stage]))

    async def add_stage(self, campaign_id: str, **body: Unpack[fields.NewStage]) -> Stage:
        return await self._ask(post(_stages(campaign_id), Stage, body))

    async def update_stage(
        self, campaign_id: str, stage_id: str, **changes: Unpack[fields.StageChange]
    ) -> Stage:
        return await self._ask(patch(f"{_stages(campaign_id)}/{quote(stage_id)}", Stage, changes))

    async def delete_stage(self, campaign_id: str, stage_id: str) -> None:
        await self._ask(delete(f"{_stages(campaign_id)}/{quote(stage_id)}"))


class AsyncAgents(_AsyncResource):
    """Who conducts interviews."""

    async def list(self, **paging: Unpack[fields.AgentPaging]) -> Page[Agent]:
        """One page, newest first."""
        return await self._ask(read("/agents", Page[Agent], paging))

    def iterate(self, **filters: Unpack[fields.AgentFilter]) -> AsyncIterator[Agent]:
        """Every one, newest first."""
        return self._ask.every(read("/agents", Page[Agent], filters))

    async def get(self, agent_id: str) -> Agent:
        return await self._ask(read(f"/agents/{quote(agent_id)}", Agent))

    async def create(self, **body: Unpack[fields.NewAgent]) -> Agent:
        return await self._ask(post("/agents", Agent, body))

    async def update(self, agent_id: str, **changes: Unpack[fields.AgentChange]) -> Agent:
        return await self._ask(patch(f"/agents/{quote(agent_id)}", Agent, changes))


class AsyncInterviewConfigs(_AsyncResource):
    """What is asked, and what answers are judged by. A change makes a new version."""

    async def list(self, **paging: Unpack[fields.Paging]) -> Page[Config]:
        """One page, newest first."""
        return await self._ask(read("/interview-configs", Page[Config], paging))

    def iterate(self) -> AsyncIterator[Config]:
        """Every one, newest first."""
        return self._ask.every(read("/interview-configs", Page[Config]))

    async def get(self, config_id: str, **filters: Unpack[fields.ConfigVersionFilter]) -> Config:
        """Its newest version, or another."""
        return await self._ask(read(f"/interview-configs/{quote(config_id)}", Config, filters))

    async def create(self, **body: Unpack[fields.NewConfig]) -> Config:
        return await self._ask(post("/interview-configs", Config, body))

    async def update(self, config_id: str, **changes: Unpack[fields.ConfigChange]) -> Config:
        return await self._ask(patch(f"/interview-configs/{quote(config_id)}", Config, changes))

    async def versions(self, config_id: str, **paging: Unpack[fields.Paging]) -> Page[ConfigVersion]:
        """One page, newest first."""
        path = f"/interview-configs/{quote(config_id)}/versions"
        return await self._ask(read(path, Page[ConfigVersion], paging))


class AsyncReports(_AsyncResource):
    async def get(self, report_id: str) -> Report:
        return await self._ask(read(f"/reports/{quote(report_id)}", Report))

    async def of_interview(self, interview_id: str) -> Report:
        return await self._ask(read(f"/reports/interviews/{quote(interview_id)}", Report))

    async def update(self, report_id: str, **changes: Unpack[fields.ReportChange]) -> Report:
        """Put levels of people beside its own."""
        return await self._ask(patch(f"/reports/{quote(report_id)}", Report, changes))


class AsyncWebhooks(_AsyncResource):
    """Endpoints that are told of events."""

    async def list(self, **paging: Unpack[fields.Paging]) -> Page[Webhook]:
        """One page, newest first."""
        return await self._ask(read("/webhooks", Page[Webhook], paging))

    def iterate(self) -> AsyncIterator[Webhook]:
        """Every one, newest first."""
        return self._ask.every(read("/webhooks", Page[Webhook]))

    async def get(self, webhook_id: str) -> Webhook:
        return await self._ask(read(f"/webhooks/{quote(webhook_id)}", Webhook))

    async def create(self, **body: Unpack[fields.NewWebhook]) -> WebhookWithSecret:
        return await self._ask(post("/webhooks", WebhookWithSecret, body))

    async def update(self, webhook_id: str, **changes: Unpack[fields.WebhookChange]) -> Webhook:
        return await self._ask(patch(f"/webhooks/{quote(webhook_id)}", Webhook, changes))

    async def delete(self, webhook_id: str) -> None:
        """With its log."""
        await self._ask(delete(f"/webhooks/{quote(webhook_id)}"))

    async def rotate_secret(self, webhook_id: str) -> WebhookWithSecret:
        """The new secret; the one before signs too until `earlier_secret_until`."""
        return await self._ask(post(f"/webhooks/{quote(webhook_id)}/secret", WebhookWithSecret))

    async def test(self, webhook_id: str) -> Delivery:
        """Have a message sent to it now."""
        return await self._ask(post(f"/webhooks/{quote(webhook_id)}/test", Delivery))

    async def deliveries(self, webhook_id: str, **paging: Unpack[fields.DeliveryPaging]) -> Page[Delivery]:
        """One page of its log, newest first."""
        return await self._ask(read(_deliveries(webhook_id), Page[Delivery], paging))

    def iterate_deliveries(
        self, webhook_id: str, **filters: Unpack[fields.DeliveryFilter]
    ) -> AsyncIterator[Delivery]:
        return self._ask.every(read(_deliveries(webhook_id), Page[Delivery], filters))

    async def replay(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Send a message of the log again."""
        path = f"{_deliveries(webhook_id)}/{quote(delivery_id)}/replay"
        return await self._ask(post(path, Delivery))


def _members(campaign_id: str) -> str:
    return f"/campaigns/{quote(campaign_id)}/candidates"


def _stages(campaign_id: str) -> str:
    return f"/campaigns/{quote(campaign_id)}/stages"


def _deliveries(webhook_id: str) -> str:
    return f"/webhooks/{quote(webhook_id)}/deliveries"
