"""An integrator's server and the messages that are due to it."""

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import pytest

from fakes.receiver import Names, Receiver, open_receiver
from vivavoce.settings import Settings
from vivavoce.webhooks.deliveries import deliver_webhook
from vivavoce.wiring import Services
from world import World


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of an installation whose webhooks may reach this machine."""
    return dataclasses.replace(settings, webhook_networks=(ip_network("127.0.0.0/8"),))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with open_receiver() as made:
        yield made


@dataclass
class Post:
    """Carries what is due, as the worker would, when a test says so."""

    world: World
    services: Services

    async def webhook(self, url: str = "https://hooks.example.org/", **fields: Any) -> dict[str, Any]:
        return await self.world.made("/api/v1/webhooks", {"url": url, **fields})

    async def deliver(self) -> int:
        """How many attempts were due and made."""
        pool, made = self.world.services.database.pool, 0
        while row := await pool.fetchrow(
            "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs"
            " WHERE task_name = 'webhook.deliver' AND coalesce(scheduled_at, $1) <= $1 ORDER BY id LIMIT 1)"
            " RETURNING args, queue_name",
            self.world.clock(),
        ):
            assert row["queue_name"] == "webhooks"
            await deliver_webhook(self.services, **row["args"], final=False)
            made += 1
        return made

    async def log(self, webhook_id: str, **query: str) -> list[dict[str, Any]]:
        """Oldest first."""
        answer = await self.world.call("GET", f"/api/v1/webhooks/{webhook_id}/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found[::-1]

    async def read(self, webhook_id: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.world.call("GET", f"/api/v1/webhooks/{webhook_id}")).json()
        return found


@pytest.fixture
async def names() -> Names:
    return Names({"hooks.example.org": ["127.0.0.1"]})


@pytest.fixture
async def post(world: World, names: Names) -> Post:
    return Post(world, dataclasses.replace(world.services, resolver=names))
