"""`vivavoce rehearse`: simulated candidates take an interview, through the product's own front doors."""

import asyncio
import statistics
import textwrap
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from vivavoce.callers import Operator
from vivavoce.client import AsyncClient, Unreachable, VivavoceError
from vivavoce.client.models import Config, Interview
from vivavoce.interviewer.ports import Mode
from vivavoce.organizations.keys import create_key, revoke_key
from vivavoce.organizations.organizations import find_organization
from vivavoce.rehearsal.page import CandidatePage, PageFailed
from vivavoce.rehearsal.performance import Happening, Performance
from vivavoce.rehearsal.personas import SimulatedCandidate, persona
from vivavoce.rehearsal.rehearsals import cast
from vivavoce.rehearsal.speech import CandidateVoice
from vivavoce.settings import InstallationError
from vivavoce.wiring import Services

SCOPES = frozenset({"agents:read", "campaigns:read", "interviews:read", "interviews:write", "jobs:read"})
KEY_LIFE = timedelta(days=1)
"""The key is revoked when the command ends; this is for one that was killed."""
REPORT_SECONDS = 180.0
POLL_SECONDS = 2.0
WIDTH = 100
HEADS: dict[Happening, str] = {
    "interviewer": "Interviewer",
    "said": "Candidate",
    "typed": "Candidate",
    "heard": "    stored",
    "pressed": "   presses",
    "pause": "    silent",
    "notice": "   (shown)",
}

ENDS = {"FULL": "Complete", "PARTIAL": "Ended early", None: "Interrupted"}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    interview: Interview
    completion: str | None
    waits: list[float]
    fault: str = ""


async def rehearse(services: Services, wanted: Namespace, say: Say) -> bool:
    """What `arguments.py` asks for; whether every candidate came to the end. Raises InstallationError."""
    try:
        async with _client(services, wanted) as (operator, client):
            config, job_id = await _config(client, wanted), await _job(client, wanted)
            language = config.language or wanted.language
            async with services.database.transaction() as connection:
                candidate_id = await cast(connection, operator, wanted.persona, language, at=services.clock())
            say(f"{persona(wanted.persona, language).first_name} ({wanted.persona}) takes “{config.name}”.\n")
            interviews = [
                await client.interviews.create(
                    candidate_id=candidate_id,
                    job_id=job_id,
                    config_id=config.id,
                    mode="test",
                    send_invite=False,
                )
                for _ in range(wanted.candidates)
            ]
            plays = _Cast(services, client, wanted, CandidateVoice(language), say)
            results = await asyncio.gather(*(plays.play(*each) for each in enumerate(interviews)))
    except Unreachable as fault:
        address = services.settings.api_url
        raise InstallationError(f"{address} does not answer ({fault}): does `vivavoce serve` run?") from fault
    except VivavoceError as fault:
        wrong = "; ".join(f"{one.path}: {one.message}" for one in fault.fields)
        raise InstallationError(wrong or str(fault)) from fault
    _sum_up(services, wanted, results, say)
    return all(result.completion for result in results)


@asynccontextmanager
async def _client(services: Services, wanted: Namespace) -> AsyncIterator[tuple[Operator, AsyncClient]]:
    """With a key that lives as long as this."""
    async with services.database.transaction() as connection:
        organization = await find_organization(connection, wanted.organization)
        if organization is None:
            raise InstallationError("there is no organization yet: `vivavoce members invite` makes one")
        operator, at = Operator(organization), services.clock()
        key = await create_key(
            connection, operator, "vivavoce rehearse", SCOPES, at=at, expires_at=at + KEY_LIFE
        )
    try:
        async with AsyncClient(services.settings.api_url, key.secret) as client:
            yield operator, client
    finally:
        async with services.database.transaction() as connection:
            await revoke_key(connection, operator, key.id, at=services.clock())


async def _config(client: AsyncClient, wanted: Namespace) -> Config:
    named = wanted.configuration
    if named is None and wanted.stage is not None:
        named = (await _stage_of(client, wanted.stage))[1]
    async for config in client.interview_configs.iterate():
        if named in (config.id, config.name) or (named is None and config.is_default):
            return config
    raise InstallationError(f"--configuration: there is none with the id or the name {named!r}")


async def _job(client: AsyncClient, wanted: Namespace) -> str:
    """The one that is named, or the stage's, or the newest that is open."""
    if wanted.job is not None:
        return str(wanted.job)
    if wanted.stage is not None:
        return (await _stage_of(client, wanted.stage))[0]
    for status in ("ACTIVE", "DRAFT", "PAUSED"):
        page = await client.jobs.list(status=status, page_size=1)
        if page.data:
            return page.data[0].id
    raise InstallationError(
        "there is no job yet: an interview is for one. Make one on the pages, or by the API"
    )


async def _stage_of(client: AsyncClient, stage_id: str) -> tuple[str, str | None]:
    """The stage's job, and its configuration where it or its campaign chooses one."""
    async for campaign in client.campaigns.iterate():
        for stage in (await client.campaigns.get(campaign.id)).stages:
            if stage.id == stage_id:
                return campaign.job_id, stage.config_id or campaign.interview_config_id
    raise InstallationError(f"--stage: there is none with the id {stage_id!r}")


@dataclass(frozen=True)
class _Cast:
    services: Services
    client: AsyncClient
    wanted: Namespace
    voice: CandidateVoice
    say: Say

    async def play(self, number: int, interview: Interview) -> Result:
        """One candidate, told of line by line where it is the only one."""
        assert interview.invitation_url
        path = urlsplit(interview.invitation_url).path
        mode: Mode = "text" if self.wanted.text else "voice"
        async with CandidatePage(self.services.settings.api_url, path, mode) as page:
            candidate = SimulatedCandidate(self.wanted.persona, interview.language, self.wanted.seed + number)
            performance = Performance(page, candidate, self.voice, self._tell)
            try:
                completion = await performance.play()
            except PageFailed as fault:
                return Result(interview, None, performance.waits, str(fault))
        return Result(await _with_report(self.client, interview.id), completion, performance.waits)

    def _tell(self, kind: Happening, text: str) -> None:
        if self.wanted.candidates == 1:
            head = f"{HEADS[kind]:>11}  "
            self.say(textwrap.fill(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)))


async def _with_report(client: AsyncClient, interview_id: str) -> Interview:
    """Once its report is there, or after a while without."""
    deadline = asyncio.get_running_loop().time() + REPORT_SECONDS
    while True:
        interview = await client.interviews.get(interview_id)
        awaited = interview.report_id is not None and interview.evaluation is None
        if not awaited or asyncio.get_running_loop().time() > deadline:
            return interview
        await asyncio.sleep(POLL_SECONDS)


def _sum_up(services: Services, wanted: Namespace, results: list[Result], say: Say) -> None:
    waits = sorted(wait for result in results for wait in result.waits)
    if waits and not wanted.text:
        say(
            f"\nUntil the interviewer replied: {statistics.median(waits):.1f} s at the median,"
            f" {waits[-1]:.1f} s at most."
        )
    if len(results) > 1:
        full = sum(result.completion == "FULL" for result in results)
        say(f"{len(results)} candidates, {full} of them to the last question.")
    for result in results:
        how = (
            ENDS[result.completion]
            if result.interview.evaluation
            else f"{ENDS[result.completion]}, no report"
        )
        say(f"{how}: {services.settings.public_url}/interviews/{result.interview.id}")
        if result.fault:
            say(f"  {result.fault}")
