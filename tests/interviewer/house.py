"""Agents in one process on a small fake product: real time, the real client, scripted pages and voices."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fakes.evaluator import ScriptedEvaluator
from fakes.plans import small_plan
from fakes.product import FakeProduct, fake_product
from fakes.room import ScriptedPage, ScriptedVoices
from vivavoce.evaluation.evaluator import Evaluator
from vivavoce.interviewer.advice import Advisor, RulesAdvisor
from vivavoce.interviewer.client import Client
from vivavoce.interviewer.conductor import Conductors
from vivavoce.interviewer.plan import Plan
from vivavoce.interviewer.ports import HelloMode
from vivavoce.interviewer.stage import Parts


@dataclass
class House:
    """A product and agents on it, with pages that join them."""

    product: FakeProduct
    voices: ScriptedVoices = field(default_factory=ScriptedVoices)
    advisor: Advisor = field(default_factory=RulesAdvisor)
    evaluator: Evaluator = field(
        default_factory=lambda: ScriptedEvaluator({"c1": [(4, "I led the payments migration")]})
    )
    linger_seconds: float = 30.0
    agents: list[Conductors] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    joins: list[asyncio.Task[None]] = field(default_factory=list)

    def agent(self) -> Conductors:
        """Another agent process."""
        client = Client(self.product.url, self.product.secret)
        parts = Parts(
            client=client,
            voices=self.voices,
            advisor=self.advisor,
            evaluator=lambda: self.evaluator,
            holder=f"agent-{len(self.agents)}",
            clock=lambda: datetime.now(UTC),
            linger_seconds=self.linger_seconds,
        )
        self.clients.append(client)
        self.agents.append(Conductors(parts))
        return self.agents[-1]

    def join(
        self,
        agent: Conductors,
        mode: HelloMode = "text",
        interview_id: str = "int_1",
        *,
        last_words: str = "",
        paused: bool = False,
    ) -> ScriptedPage:
        page = ScriptedPage(mode, last_words, paused=paused)
        self.joins.append(asyncio.create_task(agent.join(interview_id, page)))
        return page

    async def asked(self, page: ScriptedPage, text: str) -> None:
        """The question is on the table, and stored."""
        await page.until_asked(text)
        await self.product.until(lambda product: ("agent", text) in product.transcript)

    async def leave(self) -> None:
        for agent in self.agents:
            await agent.close()
        async with asyncio.timeout(10):
            await asyncio.gather(*self.joins)
        for client in self.clients:
            await client.close()


@asynccontextmanager
async def house(plan: Plan | None = None, **others: object) -> AsyncIterator[House]:
    async with fake_product(plan or small_plan(follow_ups=0)) as product:
        one = House(product, **others)  # type: ignore[arg-type] - the fields' own types
        try:
            yield one
        finally:
            await one.leave()
