"""What both clients send again and what not, and what a refusal carries."""

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

from vivavoce.client import (
    AsyncClient,
    Client,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    OutOfCredits,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Unreachable,
    VivavoceError,
)

Answer = httpx.Response | httpx.TransportError
Create = Callable[..., Awaitable[Any]]
JOB = {
    "id": "job_1",
    "title": "Nurse",
    "description": None,
    "department": None,
    "location": None,
    "workMode": None,
    "seniority": None,
    "contractType": None,
    "salaryMin": None,
    "salaryMax": None,
    "dailyRate": None,
    "skills": [],
    "status": "DRAFT",
    "createdAt": "2026-03-01T09:00:00Z",
    "updatedAt": "2026-03-01T09:00:00Z",
}
MADE = httpx.Response(201, json=JOB)
LOST = httpx.ReadError("the line is cut")
REFUSED = httpx.ConnectError("nobody there")


def refusal(status: int, code: str, *, retry_after: str | None = None, **error: Any) -> httpx.Response:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    body = {"status": status, "requestId": "req_1", "error": {"code": code, "message": "No.", **error}}
    return httpx.Response(status, json=body, headers=headers)


class Script:
    """Answers in turn, and remembers what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = iter(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = next(self._answers)
        if isinstance(answer, httpx.TransportError):
            raise answer
        kept = {"Retry-After": answer.headers["Retry-After"]} if "Retry-After" in answer.headers else {}
        return httpx.Response(answer.status_code, content=answer.content, headers=kept)


@pytest.fixture(params=["async", "blocking"])
def talk(request: pytest.FixtureRequest) -> Callable[..., Awaitable[Any]]:
    """Either client on a script, for one call, named like "jobs.create"."""

    async def by_async(
        script: Script, method: str, *arguments: Any, patience: float = 5.0, **fields: Any
    ) -> Any:
        async with AsyncClient(
            "http://test", "vv_key", patience=patience, transport=httpx.MockTransport(script)
        ) as client:
            return await found(client, method)(*arguments, **fields)

    async def by_blocking(
        script: Script, method: str, *arguments: Any, patience: float = 5.0, **fields: Any
    ) -> Any:
        with Client(
            "http://test", "vv_key", patience=patience, transport=httpx.MockTransport(script)
        ) as client:
            return found(client, method)(*arguments, **fields)

    return by_async if request.param == "async" else by_blocking


def found(client: Any, method: str) -> Any:
    resource, _, name = method.partition(".")
    return getattr(getattr(client, resource), name)


@pytest.mark.parametrize(
    "trouble",
    [
        [refusal(429, "RATE_LIMITED")],
        [refusal(503, "UNAVAILABLE"), refusal(500, "INTERNAL_ERROR")],
        [httpx.Response(502, text="<html>bad gateway</html>")],
        [LOST, REFUSED],
        [refusal(409, "IDEMPOTENCY_IN_PROGRESS")],
    ],
    ids=["429", "5xx", "a proxy's", "no answer", "first still running"],
)
async def test_a_write_is_sent_again_with_the_same_key_and_done_once(
    talk: Create, trouble: list[Answer]
) -> None:
    script = Script(*trouble, MADE)
    assert (await talk(script, "jobs.create", title="Nurse")).id == "job_1"
    keys = {request.headers["Idempotency-Key"] for request in script.requests}
    assert len(script.requests) == len(trouble) + 1
    assert len(keys) == 1
    assert {request.content for request in script.requests} == {b'{"title":"Nurse"}'}
    assert script.requests[0].headers["Authorization"] == "Bearer vv_key"


async def test_every_write_has_a_key_of_its_own(talk: Create) -> None:
    script = Script(MADE, MADE)
    await talk(script, "jobs.create", title="Nurse")
    await talk(script, "jobs.update", "job_1", title="Night nurse")
    keys = [request.headers["Idempotency-Key"] for request in script.requests]
    assert len(set(keys)) == 2


async def test_it_waits_as_long_as_it_is_told(talk: Create) -> None:
    began = time.monotonic()
    await talk(Script(refusal(429, "RATE_LIMITED", retry_after="1"), MADE), "jobs.get", "job_1")
    assert time.monotonic() - began >= 1


async def test_it_does_not_wait_longer_than_its_patience(talk: Create) -> None:
    busy = refusal(429, "RATE_LIMITED", retry_after="60")
    with pytest.raises(RateLimited) as limited:
        await talk(Script(busy), "jobs.get", "job_1")
    assert limited.value.code == "RATE_LIMITED"
    with pytest.raises(ServerFailed):
        await talk(Script(refusal(500, "INTERNAL_ERROR")), "jobs.get", "job_1", patience=0)
    with pytest.raises(Unreachable):
        await talk(Script(REFUSED), "jobs.get", "job_1", patience=0)


async def test_a_deletion_whose_answer_was_lost_is_not_sent_again(talk: Create) -> None:
    script = Script(LOST)
    with pytest.raises(Unreachable, match="may have been done"):
        await talk(script, "webhooks.delete", "whk_1")
    unsent = Script(REFUSED, refusal(503, "UNAVAILABLE"), httpx.Response(204))
    assert await talk(unsent, "webhooks.delete", "whk_1") is None
    assert len(unsent.requests) == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, Unauthorized),
        (402, OutOfCredits),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (422, Invalid),
    ],
)
async def test_a_refusal_is_told_by_its_kind_and_carries_what_the_server_said(
    talk: Create, status: int, kind: type[VivavoceError]
) -> None:
    fields = [{"path": "title", "message": "Required."}]
    script = Script(refusal(status, "WHY", fields=fields, expectedTurnNumber=3))
    with pytest.raises(kind) as refused:
        await talk(script, "jobs.create", title="")
    error = refused.value
    assert (error.status, error.code, error.request_id) == (status, "WHY", "req_1")
    assert [(fault.path, fault.message) for fault in error.fields] == [("title", "Required.")]
    assert error.details == {"expectedTurnNumber": 3}
    assert str(error) == f"{status} WHY: No. (req_1)"
    assert len(script.requests) == 1


async def test_an_answer_that_is_something_else_is_said_to_be(talk: Create) -> None:
    for strange in (httpx.Response(200, text="<html>"), httpx.Response(200, json={"id": 1})):
        with pytest.raises(VivavoceError, match="UNREADABLE_ANSWER"):
            await talk(Script(strange), "jobs.get", "job_1")
    with pytest.raises(NotFound, match="HTTP_404"):
        await talk(Script(httpx.Response(404, text="<html>")), "jobs.get", "job_1")
    latin = b'{"id": "caf\xe9", "error": {"message": "caf\xe9"}}'
    with pytest.raises(VivavoceError, match="UNREADABLE_ANSWER"):
        await talk(Script(httpx.Response(200, content=latin)), "jobs.get", "job_1")
    with pytest.raises(NotFound, match="HTTP_404"):
        await talk(Script(httpx.Response(404, content=latin)), "jobs.get", "job_1")


async def test_a_wait_that_no_calendar_has_is_none(talk: Create) -> None:
    busy = refusal(429, "RATE_LIMITED", retry_after=f"Mon, 02 Mar 2026 09:00:00 +{'9' * 20}")
    assert (await talk(Script(busy, MADE), "jobs.get", "job_1")).id == "job_1"


async def test_an_id_stays_one_part_of_the_address(talk: Create) -> None:
    script = Script(MADE)
    await talk(script, "jobs.get", "../reports/x?y")
    assert script.requests[0].url.raw_path == b"/api/v1/jobs/..%2Freports%2Fx%3Fy"


def pages(*sizes: int) -> Iterator[httpx.Response]:
    for number, size in enumerate(sizes, start=1):
        pagination = {
            "page": 1 if number == 1 else None,
            "pageSize": 100,
            "total": None,
            "totalPages": None,
            "nextCursor": f"after {number}" if number < len(sizes) else None,
        }
        yield httpx.Response(200, json={"data": [JOB] * size, "pagination": pagination})


async def test_iterating_follows_the_cursor_to_the_end() -> None:
    script = Script(*pages(2, 1, 0))
    async with AsyncClient("http://test", "vv_key", transport=httpx.MockTransport(script)) as client:
        assert [job.id async for job in client.jobs.iterate(search="nurse")] == ["job_1"] * 3
    again = Script(*pages(2, 1, 0))
    with Client("http://test", "vv_key", transport=httpx.MockTransport(again)) as waiting:
        assert [job.id for job in waiting.jobs.iterate(search="nurse")] == ["job_1"] * 3
    for one in (script, again):
        queries = [dict(request.url.params) for request in one.requests]
        assert queries == [
            {"search": "nurse", "pageSize": "100"},
            {"search": "nurse", "pageSize": "100", "cursor": "after 1"},
            {"search": "nurse", "pageSize": "100", "cursor": "after 2"},
        ]
