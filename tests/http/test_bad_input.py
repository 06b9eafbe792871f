"""Whatever is sent: a problem document with the right code, never a 500."""

import pytest

from world import World


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "VALIDATION_ERROR"),
        (b"{", 400, "VALIDATION_ERROR"),
        (b"[]", 400, "VALIDATION_ERROR"),
        (b"null", 400, "VALIDATION_ERROR"),
        (b'{"title": "\xff"}', 400, "VALIDATION_ERROR"),
        (b'{"title": "\\u0000"}', 400, "VALIDATION_ERROR"),
        (b'{"title": "\\ud800"}', 400, "VALIDATION_ERROR"),
        (b'{"title": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400, "VALIDATION_ERROR"),
        (b'{"colour": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 400, "VALIDATION_ERROR"),
        (b'{"title": "' + b"x" * 1_100_000 + b'"}', 413, "PAYLOAD_TOO_LARGE"),
        (b'{"title": ' + b"9" * 5_000 + b"}", 400, "VALIDATION_ERROR"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    world: World, body: bytes, status: int, code: str
) -> None:
    answer = await world.call(
        "POST", "/api/v1/jobs", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert (problem["status"], problem["error"]["code"]) == (status, code)
    assert problem["requestId"] == answer.headers["x-request-id"]


async def test_json_says_that_it_is_json(world: World) -> None:
    answer = await world.call("POST", "/api/v1/jobs", content=b"a=b", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/api/v1/jobs", 405),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/jobs/job_%00", 404),
        ("GET", "/api/v1/jobs/%ff", 404),
        ("GET", "/api/v1/jobs/" + "x" * 5_000, 404),
        ("GET", "/api/v1/jobs?search=%ff", 400),
        ("GET", "/api/v1/jobs?search=%00", 400),
        ("PATCH", "/api/interviews/int_x/turns/99999999999999999999", 404),
        ("PATCH", "/api/interviews/int_x/turns/x", 404),
    ],
)
async def test_an_address_that_leads_nowhere_says_so(
    world: World, method: str, path: str, status: int
) -> None:
    answer = await world.call(
        method, path, agent="interviews/int" in path, json={} if method == "PATCH" else None
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_address_tells_its_methods_to_anybody(world: World) -> None:
    for path in ("/api/v1/jobs", "/api/v1/interviews/int_x", "/api/interviews/int_x/turns"):
        answer = await world.call("OPTIONS", path, key=None)
        assert answer.status_code == 204, path
        assert "OPTIONS" in answer.headers["allow"]
    both = await world.call("OPTIONS", "/api/v1/jobs", key=None)
    assert both.headers["allow"] == "GET, OPTIONS, POST"
