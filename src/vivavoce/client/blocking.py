"""The client that waits for each answer. Made of `asynchronous.py` by `tests/client/generate.py`."""

from collections.abc import Iterator
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
from vivavoce.client.transport import Call, Transport
from vivavoce.client.webhooks import Delivery, Webhook, WebhookWithSecret

T = TypeVar("T")


class Client:
    """An organization's way to the API. Use it as a context manager, or `close` it: it holds connections.

    Each call is tried again, for up to `patience` seconds, when the server is busy or away; it is never done
    twice. Errors are in `errors.py`.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        patience: float = PATIENCE,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`transport` is another way to the server, as httpx knows them."""
        headers = {"Authorization": f"Bearer {key}", "User-Agent": USER_AGENT}
        self._http = httpx.Client(base_url=base_url, headers=headers, transport=transport)
        ask = _Ask(Transport(self._http), patience)
        self.interviews = Interviews(ask)
        self.candidates = Candidates(ask)
        self.jobs = Jobs(ask)
        self.campaigns = Campaigns(ask)
        self.agents = Agents(ask)
        self.interview_configs = InterviewConfigs(ask)
        self.reports = Reports(ask)
        self.webhooks = Webhooks(ask)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Ask:
    def __init__(self, transport: Transport, patience: float) -> None:
        self._transport = transport
        self._patience = patience

    def __call__(self, call: Call[T]) -> T:
        return self._transport.ask(replace(call, patience=self._patience))

    def every(self, call: Call[Page[T]]) -> Iterator[T]:
        """All there are, a page at a time; nothing twice and nothing missed while others are added."""
        following: Call[Page[T]] | None = whole(call)
        while following is not None:
            page = self(following)
            yield from page.data
            following = after(page, following)


class _Resource:
    def __init__(self, ask: _Ask) -> None:
        self._ask = ask


class Interviews(_Resource):
    def list(self, **paging: Unpack[fields.InterviewPaging]) -> Page[Interview]:
        """One page, newest first."""
        return self._ask(read("/interviews", Page[Interview], paging))

    def iterate(self, **filters: Unpack[fields.InterviewFilter]) -> Iterator[Interview]:
        """Every one, newest first."""
        return self._ask.every(read("/interviews", Page[Interview], filters))

    def get(self, interview_id: str) -> Interview:
        return self._ask(read(f"/interviews/{quote(interview_id)}", Interview))

    def create(self, **body: Unpack[fields.NewInterview]) -> Interview:
        return self._ask(post("/interviews", Interview, body))

    def update(self, interview_id: str, **changes: Unpack[fields.InterviewChange]) -> Interview:
        return self._ask(patch(f"/interviews/{quote(interview_id)}", Interview, changes))

    def invite(self, interview_id: str) -> Interview:
        """Send the invitation, or send it again with a new link."""
        return self._ask(post(f"/interviews/{quote(interview_id)}/invitation", Interview))

    def cancel(self, interview_id: str) -> Interview:
        """Twice is once."""
        return self._ask(post(f"/interviews/{quote(interview_id)}/cancellation", Interview))

    def request_report(self, interview_id: str) -> Report:
        """The report of a completed interview: the one there is, or a new one where it is stale or FAILED."""
        return self._ask(post(f"/interviews/{quote(interview_id)}/report", Report))

    def events(self, interview_id: str, **paging: Unpack[fields.Paging]) -> Page[Event]:
        """One page of what happened, the oldest first."""
        return self._ask(read(f"/interviews/{quote(interview_id)}/events", Page[Event], paging))

    def iterate_events(self, interview_id: str) -> Iterator[Event]:
        return self._ask.every(read(f"/interviews/{quote(interview_id)}/events", Page[Event]))


class Candidates(_Resource):
    def list(self, **paging: Unpack[fields.CandidatePaging]) -> Page[Candidate]:
        """One page, newest first."""
        return self._ask(read("/candidates", Page[Candidate], paging))

    def iterate(self, **filters: Unpack[fields.CandidateFilter]) -> Iterator[Candidate]:
        """Every one, newest first."""
        return self._ask.every(read("/candidates", Page[Candidate], filters))

    def get(self, candidate_id: str) -> Candidate:
        return self._ask(read(f"/candidates/{quote(candidate_id)}", Candidate))

    def create(self, **body: Unpack[fields.NewCandidate]) -> Candidate:
        return self._ask(post("/candidates", Candidate, body))

    def update(self, candidate_id: str, **changes: Unpack[fields.CandidateChange]) -> Candidate:
        return self._ask(patch(f"/candidates/{quote(candidate_id)}", Candidate, changes))

    def delete(self, candidate_id: str) -> Erasure:
        """With everything about the person, at once and for good; the receipt."""
        return self._ask(erase(f"/candidates/{quote(candidate_id)}", Erasure))


class Jobs(_Resource):
    def list(self, **paging: Unpack[fields.JobPaging]) -> Page[Job]:
        """One page, newest first."""
        return self._ask(read("/jobs", Page[Job], paging))

    def iterate(self, **filters: Unpack[fields.JobFilter]) -> Iterator[Job]:
        """Every one, newest first."""
        return self._ask.every(read("/jobs", Page[Job], filters))

    def get(self, job_id: str) -> Job:
        return self._ask(read(f"/jobs/{quote(job_id)}", Job))

    def create(self, **body: Unpack[fields.NewJob]) -> Job:
        return self._ask(post("/jobs", Job, body))

    def update(self, job_id: str, **changes: Unpack[fields.JobChange]) -> Job:
        return self._ask(patch(f"/jobs/{quote(job_id)}", Job, changes))


class Campaigns(_Resource):
    """Hiring processes, with their stages and candidates."""

    def list(self, **paging: Unpack[fields.CampaignPaging]) -> Page[Campaign]:
        """One page, newest first."""
        return self._ask(read("/campaigns", Page[Campaign], paging))

    def iterate(self, **filters: Unpack[fields.CampaignFilter]) -> Iterator[Campaign]:
        """Every one, newest first."""
        return self._ask.every(read("/campaigns", Page[Campaign], filters))

    def get(self, campaign_id: str) -> CampaignDetail:
        return self._ask(read(f"/campaigns/{quote(campaign_id)}", CampaignDetail))

    def create(self, **body: Unpack[fields.NewCampaign]) -> Campaign:
        return self._ask(post("/campaigns", Campaign, body))

    def update(self, campaign_id: str, **changes: Unpack[fields.CampaignChange]) -> Campaign:
        return self._ask(patch(f"/campaigns/{quote(campaign_id)}", Campaign, changes))

    def pipeline(self, campaign_id: str) -> Pipeline:
        return self._ask(read(f"/campaigns/{quote(campaign_id)}/pipeline", Pipeline))

    def candidates(
        self, campaign_id: str, **paging: Unpack[fields.CampaignCandidatePaging]
    ) -> Page[CampaignCandidate]:
        """One page of who is in it; who was added last, first."""
        return self._ask(read(_members(campaign_id), Page[CampaignCandidate], paging))

    def iterate_candidates(
        self, campaign_id: str, **filters: Unpack[fields.CampaignCandidateFilter]
    ) -> Iterator[CampaignCandidate]:
        return self._ask.every(read(_members(campaign_id), Page[CampaignCandidate], filters))

    def add_candidate(
        self, campaign_id: str, **body: Unpack[fields.NewCampaignCandidate]
    ) -> CampaignCandidate:
        return self._ask(post(_members(campaign_id), CampaignCandidate, body))

    def update_candidate(
        self, campaign_id: str, candidate_id: str, **changes: Unpack[fields.CampaignCandidateChange]
    ) -> CampaignCandidate:
        """Move to another stage, note something, or both."""
        path = f"{_members(campaign_id)}/{quote(candidate_id)}"
        return self._ask(patch(path, CampaignCandidate, changes))

    def remove_candidate(self, campaign_id: str, candidate_id: str) -> None:
        """Out of the campaign; the person and their interviews stay."""
        self._ask(delete(f"{_members(campaign_id)}/{quote(candidate_id)}"))

    def stages(self, campaign_id: str) -> Page[Stage]:
        """All of them, in their order."""
        return self._ask(read(_stages(campaign_id), Page[Stage]))

    def add_stage(self, campaign_id: str, **body: Unpack[fields.NewStage]) -> Stage:
        return self._ask(post(_stages(campaign_id), Stage, body))

    def update_stage(self, campaign_id: str, stage_id: str, **changes: Unpack[fields.StageChange]) -> Stage:
        return self._ask(patch(f"{_stages(campaign_id)}/{quote(stage_id)}", Stage, changes))

    def delete_stage(self, campaign_id: str, stage_id: str) -> None:
        self._ask(delete(f"{_stages(campaign_id)}/{quote(stage_id)}"))


class Agents(_Resource):
    """Who conducts interviews."""

    def list(self, **paging: Unpack[fields.AgentPaging]) -> Page[Agent]:
        """One page, newest first."""
        return self._ask(read("/agents", Page[Agent], paging))

    def iterate(self, **filters: Unpack[fields.AgentFilter]) -> Iterator[Agent]:
        """Every one, newest first."""
        return self._ask.every(read("/agents", Page[Agent], filters))

    def get(self, agent_id: str) -> Agent:
        return self._ask(read(f"/agents/{quote(agent_id)}", Agent))

    def create(self, **body: Unpack[fields.NewAgent]) -> Agent:
        return self._ask(post("/agents", Agent, body))

    def update(self, agent_id: str, **changes: Unpack[fields.AgentChange]) -> Agent:
        return self._ask(patch(f"/agents/{quote(agent_id)}", Agent, changes))


class InterviewConfigs(_Resource):
    """What is asked, and what answers are judged by. A change makes a new version."""

    def list(self, **paging: Unpack[fields.Paging]) -> Page[Config]:
        """One page, newest first."""
        return self._ask(read("/interview-configs", Page[Config], paging))

    def iterate(self) -> Iterator[Config]:
        """Every one, newest first."""
        return self._ask.every(read("/interview-configs", Page[Config]))

    def get(self, config_id: str, **filters: Unpack[fields.ConfigVersionFilter]) -> Config:
        """Its newest version, or another."""
        return self._ask(read(f"/interview-configs/{quote(config_id)}", Config, filters))

    def create(self, **body: Unpack[fields.NewConfig]) -> Config:
        return self._ask(post("/interview-configs", Config, body))

    def update(self, config_id: str, **changes: Unpack[fields.ConfigChange]) -> Config:
        return self._ask(patch(f"/interview-configs/{quote(config_id)}", Config, changes))

    def versions(self, config_id: str, **paging: Unpack[fields.Paging]) -> Page[ConfigVersion]:
        """One page, newest first."""
        path = f"/interview-configs/{quote(config_id)}/versions"
        return self._ask(read(path, Page[ConfigVersion], paging))


class Reports(_Resource):
    def get(self, report_id: str) -> Report:
        return self._ask(read(f"/reports/{quote(report_id)}", Report))

    def of_interview(self, interview_id: str) -> Report:
        return self._ask(read(f"/reports/interviews/{quote(interview_id)}", Report))

    def update(self, report_id: str, **changes: Unpack[fields.ReportChange]) -> Report:
        """Put levels of people beside its own."""
        return self._ask(patch(f"/reports/{quote(report_id)}", Report, changes))


class Webhooks(_Resource):
    """Endpoints that are told of events."""

    def list(self, **paging: Unpack[fields.Paging]) -> Page[Webhook]:
        """One page, newest first."""
        return self._ask(read("/webhooks", Page[Webhook], paging))

    def iterate(self) -> Iterator[Webhook]:
        """Every one, newest first."""
        return self._ask.every(read("/webhooks", Page[Webhook]))

    def get(self, webhook_id: str) -> Webhook:
        return self._ask(read(f"/webhooks/{quote(webhook_id)}", Webhook))

    def create(self, **body: Unpack[fields.NewWebhook]) -> WebhookWithSecret:
        return self._ask(post("/webhooks", WebhookWithSecret, body))

    def update(self, webhook_id: str, **changes: Unpack[fields.WebhookChange]) -> Webhook:
        return self._ask(patch(f"/webhooks/{quote(webhook_id)}", Webhook, changes))

    def delete(self, webhook_id: str) -> None:
        """With its log."""
        self._ask(delete(f"/webhooks/{quote(webhook_id)}"))

    def rotate_secret(self, webhook_id: str) -> WebhookWithSecret:
        """The new secret; the one before signs too until `earlier_secret_until`."""
        return self._ask(post(f"/webhooks/{quote(webhook_id)}/secret", WebhookWithSecret))

    def test(self, webhook_id: str) -> Delivery:
        """Have a message sent to it now."""
        return self._ask(post(f"/webhooks/{quote(webhook_id)}/test", Delivery))

    def deliveries(self, webhook_id: str, **paging: Unpack[fields.DeliveryPaging]) -> Page[Delivery]:
        """One page of its log, newest first."""
        return self._ask(read(_deliveries(webhook_id), Page[Delivery], paging))

    def iterate_deliveries(
        self, webhook_id: str, **filters: Unpack[fields.DeliveryFilter]
    ) -> Iterator[Delivery]:
        return self._ask.every(read(_deliveries(webhook_id), Page[Delivery], filters))

    def replay(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Send a message of the log again."""
        path = f"{_deliveries(webhook_id)}/{quote(delivery_id)}/replay"
        return self._ask(post(path, Delivery))


def _members(campaign_id: str) -> str:
    return f"/campaigns/{quote(campaign_id)}/candidates"


def _stages(campaign_id: str) -> str:
    return f"/campaigns/{quote(campaign_id)}/stages"


def _deliveries(webhook_id: str) -> str:
    return f"/webhooks/{quote(webhook_id)}/deliveries"
