"""The examples of the API's description: a story told to the running app, and what it answered.

`PYTHONPATH=tests:tests/http .venv/bin/python tests/http/examples.py` writes them anew. An operation that the story
leaves out is asked as `test_callers.py` asks it.
"""

import asyncio
import base64
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
from litestar import Litestar
from test_callers import ask, made_things

from vivavoce.app import create_app
from vivavoce.database.embedded import FolderLock, Server
from vivavoce.database.migrate import migrate
from vivavoce.http.openapi import REFERENCE, Endpoint, endpoints
from vivavoce.reports.making import make_report
from vivavoce.settings import Settings
from world import World, opened_world

FILE = REFERENCE / "examples.json"
PUBLIC_URL = "https://interviews.example.org"

_ID = re.compile(r"\b([a-z]{2,6})_([0-9A-HJKMNP-TV-Z]{26})\b")
_SECRETS = re.compile(r"(/i/|signature=|whsec_)([\w.+/=-]+)")
_NAME = re.compile(r"\{(\w+)\}")

ANSWER = (
    "The root cause of the mistake was a missing index. I searched for it for two days and analysed what had failed. "
    "Afterwards I changed my process: a checklist and a test, so that it cannot happen again."
)


def known_endpoints() -> list[Endpoint]:
    app: Litestar = create_app(Settings(secret_key="k" * 32, agent_secret="a" * 32), "postgresql:///none")
    return list(endpoints(app.routes))


def exemplary_endpoints() -> list[Endpoint]:
    """Without those that are served a second time, with no version in their address."""
    return [one for one in known_endpoints() if one.versioned == one.path]


class Recorder:
    """Keeps the first success of every operation."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self._known = [(one, re.compile(_NAME.sub(r"(?P<\1>[^/]+)", one.path))) for one in known_endpoints()]

    async def hear(self, answer: httpx.Response) -> None:
        await answer.aread()
        one = self._endpoint(answer.request)
        if one is None or not answer.is_success:
            return
        example: dict[str, Any] = {"path": answer.request.url.raw_path.decode(), "status": answer.status_code}
        if answer.request.headers.get("content-type") == "application/json" and answer.request.content:
            example["body"] = json.loads(answer.request.content)
        if answer.content:
            example["answer"] = answer.json()
        self.found.setdefault(f"{one.method} {one.path}", example)

    def missing(self) -> Iterator[Endpoint]:
        return (one for one, _ in self._known if f"{one.method} {one.path}" not in self.found)

    def _endpoint(self, request: httpx.Request) -> Endpoint | None:
        """The more literal path first, as the app does."""
        matching = [
            one
            for one, pattern in self._known
            if one.method == request.method and pattern.fullmatch(request.url.path)
        ]
        return min(matching, key=lambda one: one.path.count("{"), default=None)


async def recorded(settings: Settings, dsn: str) -> dict[str, dict[str, Any]]:
    """Every operation's example, the same at each telling."""
    settings = replace(settings, public_url=PUBLIC_URL, rate_per_second=0, rate_per_minute=0)
    recorder = Recorder()
    async with opened_world(settings, dsn) as world:
        world.http.event_hooks["response"].append(recorder.hear)
        await _tell(world)
    async with opened_world(settings, dsn) as world:
        things = await made_things(world)
        world.http.event_hooks["response"].append(recorder.hear)
        for one in sorted(recorder.missing(), key=_what_is_left_after):
            kind = one.operation.scope or one.operation.agent or ""
            await ask(world, (one.method, one.route, kind), things, agent=bool(one.operation.agent))
    order = [f"{one.method} {one.path}" for one in exemplary_endpoints()]
    lasting = _Lasting()
    return {name: lasting(recorder.found[name]) for name in order if name in recorder.found}


def _what_is_left_after(one: Endpoint) -> tuple[bool, bool, int]:
    """Asked in this order, nothing is missing: what ends or is deleted goes last, the smallest first."""
    return one.method == "DELETE", one.path.endswith("/cancellation"), -len(one.path)


async def _tell(world: World) -> None:
    """From the first job to the report."""
    job = await world.made(
        "/api/v1/jobs",
        {
            "title": "Backend engineer",
            "department": "Engineering",
            "location": "Lyon",
            "workMode": "HYBRID",
            "contractType": "CDI",
            "salaryMin": 48,
            "salaryMax": 58,
            "skills": ["Python", "PostgreSQL"],
            "status": "ACTIVE",
        },
    )
    ada = await world.made(
        "/api/v1/candidates",
        {
            "email": "ada@example.org",
            "firstName": "Ada",
            "lastName": "Lovelace",
            "locale": "en",
            "tags": ["referral"],
            "externalId": "ats-4711",
        },
    )
    made = await world.made(
        "/api/v1/interviews",
        {
            "candidateId": ada["id"],
            "jobId": job["id"],
            "externalId": "application-12",
            "metadata": {"source": "careers page"},
        },
    )
    await _hold(world, made["id"])
    for path in ("interviews", "candidates", "jobs"):
        await world.call("GET", f"/api/v1/{path}?pageSize=20")
    for path in (f"interviews/{made['id']}", f"candidates/{ada['id']}", f"jobs/{job['id']}"):
        await world.call("GET", f"/api/v1/{path}")


async def _hold(world: World, interview_id: str) -> None:
    """The interview as an agent holds it: a question, an answer, the end, the report."""
    base = f"/api/interviews/{interview_id}"
    world.clock.forward(hours=26)
    lease = await world.call("POST", f"{base}/lease", agent=True, json={"holder": "agent-1"})
    headers = {"X-Agent-Generation": str(lease.json()["generation"])}
    plan = (await world.call("GET", f"{base}/plan", agent=True)).json()
    question = plan["questions"][2]
    turns = [
        {"role": "agent", "content": question["text"], "isPendingQuestion": True},
        {"role": "candidate", "content": "The root cause of the mistake was a missing index."},
    ]
    for number, turn in enumerate(turns, 1):
        body = {"turnNumber": number, "questionId": question["id"], "startedAt": _moment(world), **turn}
        await world.call("POST", f"{base}/turns", agent=True, json=body, headers=headers)
        world.clock.forward(seconds=40)
    patch = {"content": ANSWER, "audioStartMs": 6_200, "audioEndMs": 38_400, "endedAt": _moment(world)}
    await world.call("PATCH", f"{base}/turns/2", agent=True, json=patch, headers=headers)
    part = await world.call(
        "PUT", f"{base}/recording?part=1", agent=True, content=b"\xff\xfb" * 153_600, headers=headers
    )
    await world.call("GET", f"{base}/recording", agent=True)
    await world.call("GET", f"{base}/history", agent=True)
    end = {"audioUrl": part.json()["reference"], "completion": "FULL"}
    closed = await world.call("POST", f"{base}/finalize", agent=True, json=end, headers=headers)
    report_id = closed.json()["reportId"]
    await make_report(world.services, report_id, final=True)
    await world.call("GET", f"/api/v1/reports/{report_id}")
    await world.call("GET", f"/api/v1/reports/interviews/{interview_id}")
    reason = "She found the cause by herself, and says what she changed."
    own = {"overrides": {"learning": {"level": 4, "reason": reason}}}
    await world.call("PATCH", f"/api/v1/reports/{report_id}", json=own)


def _moment(world: World) -> str:
    return world.clock().isoformat().replace("+00:00", "Z")


class _Lasting:
    """Ids and secrets that are the same at each telling, in place of those that chance gave."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def __call__(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [self(part, key) for part in value]
        if not isinstance(value, str):
            return value
        if key == "nextCursor" and not _ID.fullmatch(value) and not value.startswith("evt_"):
            return base64.urlsafe_b64encode(self(base64.urlsafe_b64decode(value).decode()).encode()).decode()
        value = _SECRETS.sub(lambda found: found[1] + "x" * min(len(found[2]), 32), value)
        return _ID.sub(self._lasting_id, value)

    def _lasting_id(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"{found[1]}_01KJMM8N00{len(self._ids) + 1:016}")


async def _write(data: Path) -> None:
    with FolderLock(data, "examples"), Server(data) as server:
        await migrate(server.address)
        settings = Settings(data=data, secret_key="k" * 32, agent_secret="a" * 32)
        found = await recorded(settings, server.address)
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_write(Path(folder)))
