"""An interview as the agent holds it, with a simulated page and product, at its first question."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from fakes.page import FakePage, Heard
from fakes.plans import small_plan
from fakes.product import FakeProduct, fake_product
from vivavoce.evaluation.evaluator import Evaluator, ModelUnavailableError
from vivavoce.interviewer.advice import RulesAdvisor
from vivavoce.interviewer.client import Client
from vivavoce.interviewer.conductor import Conductors
from vivavoce.interviewer.links.websocket import LinkServer
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.stage import Parts
from vivavoce.interviewer.voice import LiveVoices

SECONDS = 40.0
FAST = 30.0
"""How much faster than its length the page plays what nothing is measured at."""
QUESTION = (
    "Tell me about a project that you are proud of. Say what it was for, what you did yourself, "
    "and what came of it in the end."
)


@dataclass
class Interview:
    page: FakePage
    product: FakeProduct
    _seen: int = 0

    async def until_listening(self) -> None:
        def listening() -> bool:
            shown = self.page.of_type("state")
            return bool(shown) and shown[-1]["state"] == "listening" and bool(self.page.segments)

        await self.page.until(listening, seconds=SECONDS)
        self._seen = len(self.page.segments)
        self.page.playback_speed = 1.0

    async def next_segment(self) -> Heard:
        """The next that is heard."""
        await self.page.until(
            lambda: len(self.page.segments) > self._seen and self.page.segments[self._seen].pcm,
            seconds=SECONDS,
        )
        self._seen += 1
        return self.page.segments[self._seen - 1]

    async def answers(self) -> list[str]:
        await asyncio.sleep(0.5)
        return [turn["content"] for turn in self.product.turns if turn["role"] == "candidate"]


@asynccontextmanager
async def held_interview(
    number: int, speech: Speech, room: Callable[[int], bytes]
) -> AsyncIterator[Interview]:
    plan = small_plan(follow_ups=0)
    first, second = plan.questions
    plan = msgspec.structs.replace(plan, questions=(msgspec.structs.replace(first, text=QUESTION), second))
    async with fake_product(plan) as product:
        product.heartbeat_seconds = 1.0
        for turn, text, question in ((1, "Hello.", None), (2, QUESTION, "q1")):
            asked = {"turnNumber": turn, "role": "agent", "content": text, "questionId": question}
            product.posted.append(asked)
            product.turns.append({"evaluation": None, **asked})
        client = Client(product.url, product.secret)
        conductors = Conductors(
            Parts(
                client=client,
                voices=LiveVoices(speech),
                advisor=RulesAdvisor(),
                evaluator=_none,
                holder=f"agent-{number}",
                clock=lambda: datetime.now(UTC),
            )
        )
        server = LinkServer(product.secret, conductors.join, dict)
        port = await server.listen(("127.0.0.1", 0))
        try:
            async with FakePage(playback_speed=FAST, room=room) as page:
                await page.connect(f"http://127.0.0.1:{port}/interviews/int_1", product.secret)
                yield Interview(page, product)
        finally:
            await conductors.close()
            await server.close()
            await client.close()


def _none() -> Evaluator:
    raise ModelUnavailableError("nothing is judged here")
