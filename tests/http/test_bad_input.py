"""Whatever is sent: a problem document with the right code, never a 500."""

import gzip

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


@pytest.mark.parametrize(
    ("path", "body", "field", "told"),
    [
        ("candidates", {"email": "ada@home"}, "email", "Give an e-mail address, as name@example.org."),
        ("candidates", {"email": "a@b.org", "tags": ["a", "b,c"]}, "tags.1", "Give a tag without commas."),
        ("jobs", {"title": " "}, "title", "Give a text that is not empty."),
        ("jobs", {"title": "x" * 201}, "title", "Give at most 200 characters."),
        ("jobs", {"title": None}, "title", "Give a text, not null."),
        ("jobs", {"title": "x", "salaryMin": -1}, "salaryMin", "Give at least 0."),
        ("jobs", {"title": "x", "salaryMin": "1"}, "salaryMin", "Give a number or null, not a text."),
        ("jobs", {"title": "x", "status": "OPEN"}, "status", "Give one of ACTIVE, DRAFT."),
        (
            "interviews",
            {"candidateId": "c", "jobId": "j", "expiresAt": "2026-03-01T09:00:00"},
            "expiresAt",
            "Give a date and time with its zone, as 2026-03-01T09:00:00Z.",
        ),
    ],
)
async def test_a_field_that_is_wrong_is_told_what_to_give(
    world: World, path: str, body: dict[str, object], field: str, told: str
) -> None:
    problem = (await world.call("POST", f"/api/v1/{path}", json=body)).json()
    assert problem["error"]["fields"] == [{"path": field, "message": told}]
    assert problem["detail"] == f"Fault in `{field}`: {told}"


async def test_json_says_that_it_is_json(world: World) -> None:
    answer = await world.call("POST", "/api/v1/jobs", content=b"a=b", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_in_another_encoding_says_how_to_send_it(world: World) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await world.call("POST", "/api/v1/jobs", content=gzip.compress(b"{}"), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert "Content-Encoding" in answer.json()["detail"]


async def test_what_takes_no_body_refuses_one_as_it_is_described(world: World) -> None:
    path = f"/api/v1/interviews/{(await world.interview())['id']}/cancellation"
    for content, kind, status in ((b"x", "text/plain", 415), (b" " * 1_000_001, "application/json", 413)):
        answer = await world.call("POST", path, content=content, headers={"Content-Type": kind})
        assert answer.status_code == status, answer.text


async def test_a_livekit_server_that_does_not_sign_is_told_so_and_not_sent_to_a_page(world: World) -> None:
    headers = {"Content-Type": "application/webhook+json"}
    answer = await world.call("POST", "/api/livekit/webhook", key=None, content=b"{}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


async def test_a_name_of_nothing_but_spaces_is_none(world: World) -> None:
    answer = await world.call("POST", "/api/v1/jobs", json={"title": " \t"})
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"][0]["path"] == "title"


async def test_a_turn_number_beyond_any_is_not_found(world: World) -> None:
    interview = await world.interview()
    for number in (0, -1, 2**31, 2**63, 10**30):
        answer = await world.call(
            "PATCH", f"/api/interviews/{interview['id']}/turns/{number}", agent=True, json={"content": "x"}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND"), number


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
