"""Whatever is done in whatever order, an interview goes by its diagram: chance against a small model.

The name of each test holds its seed; to see one again, put it into `SEEDS`.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from vivavoce.interviews.expiry import let_time_pass
from world import World

SEEDS = (1, 2, random.randrange(10**9))
INTERVIEWS = 4
STEPS = 20
VERBS = {
    "invite": 3,
    "cancel": 1,
    "prolong": 3,
    "turn": 6,
    "finalize": 2,
    "report": 2,
    "round": 3,
    "wait": 5,
}
"""By how often. More cancelling, and there would be little else."""
PATHS = {"invite": "invitation", "cancel": "cancellation", "report": "report"}
FINAL = {
    "COMPLETED": "INTERVIEW_ALREADY_COMPLETED",
    "CANCELLED": "INTERVIEW_CANCELLED",
    "EXPIRED": "INTERVIEW_EXPIRED",
}
Answer = tuple[int, str | None]
"""A status and, for a refusal, its code."""


@dataclass
class Model:
    """The contract in few lines: `stored` is the state but for what time alone did since."""

    stored: str
    expires_at: datetime
    invited: bool
    turns: int = 0
    spoke: bool = False
    last_turn_at: datetime | None = None
    reopened: bool = False
    told: list[str] = field(default_factory=list)

    def status(self, at: datetime) -> str:
        return "EXPIRED" if self.stored in ("DRAFT", "INVITED") and self.expires_at <= at else self.stored

    def invite(self, at: datetime) -> Answer:
        status = self.status(at)
        if status in FINAL:
            return 409, FINAL[status]
        if status == "IN_PROGRESS":
            return 409, "INTERVIEW_ALREADY_STARTED"
        self.stored, self.invited = "INVITED", True
        self.told.append("interview.invited")
        return 200, None

    def cancel(self, at: datetime) -> Answer:
        status = self.status(at)
        if status == "CANCELLED":
            return 200, None
        if status in FINAL:
            return 409, FINAL[status]
        self.stored = "CANCELLED"
        self.told.append("interview.cancelled")
        return 200, None

    def prolong(self, at: datetime, until: datetime) -> Answer:
        status = self.status(at)
        if until <= at:
            return 422, "UNPROCESSABLE"
        if status == "IN_PROGRESS":
            return 409, "INTERVIEW_ALREADY_STARTED"
        if status in ("COMPLETED", "CANCELLED"):
            return 409, FINAL[status]
        if status == "EXPIRED":
            if self.stored != "EXPIRED":
                self.told.append("interview.expired")
            self.stored = "IN_PROGRESS" if self.turns else "INVITED" if self.invited else "DRAFT"
            self.reopened = bool(self.turns)
            self.told.append("interview.reopened")
        else:
            self.told.append("interview.updated")
        self.expires_at = until
        return 200, None

    def turn(self, at: datetime, *, says: bool) -> Answer:
        status = self.status(at)
        if status in FINAL:
            return 409, FINAL[status]
        self.told += ["turn.recorded"] if self.turns else ["interview.started", "turn.recorded"]
        self.stored, self.turns, self.last_turn_at = "IN_PROGRESS", self.turns + 1, at
        self.spoke = self.spoke or says
        return 201, None

    def finalize(self, at: datetime) -> Answer:
        status = self.status(at)
        if status in FINAL:
            return 409, FINAL[status]
        if status != "IN_PROGRESS":
            return 409, "INTERVIEW_NOT_STARTED"
        self.stored = "COMPLETED"
        self.told.append("interview.completed")
        return 200, None

    def report(self, at: datetime) -> Answer:
        return (202, None) if self.stored == "COMPLETED" else (409, "INTERVIEW_NOT_COMPLETED")

    def round(self, at: datetime) -> None:
        """What the worker does."""
        if self.stored != "EXPIRED" and self.status(at) == "EXPIRED":
            self.expire()
        elif (
            self.stored == "IN_PROGRESS"
            and self.last_turn_at
            and self.last_turn_at < at - timedelta(hours=72)
        ):
            if self.spoke:
                self.stored = "COMPLETED"
                self.told.append("interview.completed")
            elif not (self.reopened and self.expires_at > at):
                self.expire()

    def expire(self) -> None:
        self.stored = "EXPIRED"
        self.told.append("interview.expired")


@dataclass
class Subject:
    """The interview itself, over HTTP."""

    world: World
    model: Model
    path: str
    internal: str

    async def step(self, chance: random.Random) -> None:
        at = self.world.clock()
        verb = chance.choices(list(VERBS), weights=list(VERBS.values()))[0]
        match verb:
            case "wait":
                self.world.clock.forward(minutes=chance.choice((1, 90, 60 * 30, 60 * 24 * 3, 60 * 24 * 9)))
            case "round":
                self.model.round(at)
                await let_time_pass(self.world.services)
            case "prolong":
                await self.prolong(at, at + timedelta(hours=chance.choice((-1, 0, 1, 50, 200))))
            case "turn":
                role, content = chance.choice(
                    (("agent", "Why?"), ("candidate", ""), ("candidate", "Because."))
                )
                body = {"turnNumber": self.model.turns + 1, "role": role, "content": content}
                expected = self.model.turn(at, says=content == "Because.")
                assert outcome(await self.post(f"{self.internal}/turns", body)) == expected
            case "finalize":
                # Another body each time: the same again would be answered as the first time.
                body = {"audioUrl": f"https://example.org/{chance.random()}.mp3"}
                expected = self.model.finalize(at)
                assert outcome(await self.post(f"{self.internal}/finalize", body)) == expected
            case _:
                expected = getattr(self.model, verb)(at)
                assert outcome(await self.world.call("POST", f"{self.path}/{PATHS[verb]}")) == expected

    async def prolong(self, at: datetime, until: datetime) -> None:
        same = until == self.model.expires_at and self.model.status(at) in ("DRAFT", "INVITED")
        expected = self.model.prolong(at, until)
        if same:
            self.model.told.pop()  # what changes nothing did not happen
        answer = await self.world.call("PATCH", self.path, json={"expiresAt": until.isoformat()})
        assert outcome(answer) == expected

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.world.call("POST", path, agent=True, json=body)

    async def check(self) -> None:
        read = (await self.world.call("GET", self.path)).json()
        assert read["status"] == self.model.status(self.world.clock())
        listed = await self.world.call("GET", f"/api/v1/interviews?status={read['status']}")
        assert read["id"] in [row["id"] for row in listed.json()["data"]]


def outcome(answer: httpx.Response) -> Answer:
    return answer.status_code, answer.json()["error"]["code"] if answer.is_client_error else None


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"seed {seed}")
async def test_any_order_of_verbs_and_time_goes_by_the_diagram(world: World, seed: int) -> None:
    chance = random.Random(seed)
    candidate, job = await world.candidate(), await world.job()
    for _ in range(INTERVIEWS):
        invites = chance.random() < 0.5
        made = await world.made(
            "/api/v1/interviews", {"candidateId": candidate["id"], "jobId": job["id"], "sendInvite": invites}
        )
        subject = Subject(
            world,
            Model(
                stored=made["status"],
                expires_at=datetime.fromisoformat(made["expiresAt"]),
                invited=invites,
                told=["interview.created", "interview.invited"] if invites else ["interview.created"],
            ),
            f"/api/v1/interviews/{made['id']}",
            f"/api/interviews/{made['id']}",
        )
        for _ in range(STEPS):
            await subject.step(chance)
            await subject.check()
        events = await world.call("GET", f"{subject.path}/events?pageSize=100")
        assert [event["type"] for event in events.json()["data"]] == subject.model.told
