"""An integrator's program beside the browser: makes interviews over HTTP, and reads what came of them."""

import asyncio
import secrets
from types import TracebackType
from typing import Any, Self

import httpx
from product import PATIENCE, Product

SCOPES = "interviews:read,interviews:write,candidates:write,jobs:read,reports:read"


class Integrator:
    def __init__(self, product: Product) -> None:
        key = product.run("keys", "create", "--scopes", SCOPES).strip()
        self.http = httpx.Client(base_url=product.url, headers={"Authorization": f"Bearer {key}"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def interview(self, *, locale: str = "en", **options: Any) -> dict[str, Any]:
        """For someone new, with the usual configuration; no mail is sent, its link works."""
        candidate = self._post(
            "/api/v1/candidates",
            {"email": f"ada{secrets.token_hex(4)}@example.org", "firstName": "Ada", "locale": locale},
        )
        job = self._get("/api/v1/jobs")["data"][0]
        wanted = {"candidateId": candidate["id"], "jobId": job["id"], "sendInvite": False}
        return self._post("/api/v1/interviews", wanted | options)

    def read(self, interview: dict[str, Any]) -> dict[str, Any]:
        return self._get(f"/api/v1/interviews/{interview['id']}")

    def said(self, interview: dict[str, Any]) -> list[str]:
        """What the candidate said, as stored."""
        transcript = self.read(interview)["transcript"]
        return [turn["content"] for turn in transcript if turn["role"] == "candidate"]

    def happened(self, interview: dict[str, Any]) -> list[str]:
        """The kinds of its events, in order."""
        return [one["type"] for one in self._get(f"/api/v1/interviews/{interview['id']}/events")["data"]]

    async def until_happened(self, interview: dict[str, Any], event: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if event in self.happened(interview):
                    return
                await asyncio.sleep(0.1)

    async def report(self, interview: dict[str, Any]) -> dict[str, Any]:
        """Once it is made, or given up."""
        async with asyncio.timeout(PATIENCE):
            while True:
                report = self._get(f"/api/v1/reports/interviews/{interview['id']}")
                if report["status"] != "PENDING":
                    return report
                await asyncio.sleep(0.1)

    def _get(self, path: str) -> dict[str, Any]:
        answer = self.http.get(path)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.post(path, json=body)
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return made
