"""The candidate's pages behind the link: notice, agreement, joining, and what to say when it cannot go on."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from vivavoce.interviews.tokens import room_token
from vivavoce.web import consent
from world import World


def path_of(interview: dict[str, Any]) -> str:
    return urlsplit(interview["invitationUrl"]).path


async def agree(world: World, interview: dict[str, Any], **fields: str) -> Any:
    form = {"consent": consent.current(interview["language"]).id, "agreed": "yes", **fields}
    return await world.http.post(f"{path_of(interview)}/consent", data=form)


async def test_the_notice_tells_who_asks_and_opening_it_changes_nothing(world: World) -> None:
    interview = await world.interview()
    for _ in range(3):
        page = await world.http.get(path_of(interview))
        assert page.status_code == 200
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["content-security-policy"]
    for told in (
        "Analytical Engines",
        "Backend engineer",
        "Camille",
        "owner@example.org",
        "offline evaluator",
    ):
        assert told in page.text, told
    read = await world.call("GET", f"/api/v1/interviews/{interview['id']}")
    assert read.json()["updatedAt"] == interview["updatedAt"]


async def test_agreement_is_stored_with_the_text_and_the_time_and_only_the_first_counts(world: World) -> None:
    interview = await world.interview()
    assert (await agree(world, interview)).status_code == 303
    world.clock.forward(hours=1)
    await agree(world, interview)
    rows = await world.services.database.pool.fetch("SELECT * FROM consents")
    text = consent.current("en")
    assert [(row["version"], row["sha256"]) for row in rows] == [(text.id, text.sha256)]
    assert rows[0]["agreed_at"].isoformat() == "2026-03-01T09:00:00+00:00"
    room = await world.http.get(path_of(interview))
    assert "data-join=" in room.text


@pytest.mark.parametrize(
    "fields", [{"agreed": ""}, {"consent": "interview-0-en"}, {"consent": "interview-1-fr"}]
)
async def test_without_the_tick_or_for_another_text_nothing_is_agreed(
    world: World, fields: dict[str, str]
) -> None:
    interview = await world.interview()
    answer = await agree(world, interview, **fields)
    assert answer.status_code == 200
    assert await world.services.database.pool.fetchval("SELECT count(*) FROM consents") == 0
    refused = await world.http.post(f"{path_of(interview)}/join", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "CONSENT_REQUIRED")


async def test_joining_gives_a_token_that_reads_this_history_and_no_more(world: World) -> None:
    interview = await world.interview()
    await agree(world, interview)
    joined = (await world.http.post(f"{path_of(interview)}/join", json={})).json()
    assert joined["interviewId"] == interview["id"]
    history = await world.call("GET", joined["history"], key=joined["token"])
    assert history.json() == {"data": []}
    plan = await world.call("GET", f"/api/interviews/{interview['id']}/plan", key=joined["token"])
    assert plan.status_code == 403


async def test_a_newer_link_replaces_the_older_one(world: World) -> None:
    interview = await world.interview()
    await world.services.database.pool.execute("UPDATE interviews SET link_generation = 2")
    old = await world.http.get(path_of(interview))
    assert old.status_code == 404
    newer = (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).json()
    assert (await world.http.get(path_of(newer))).status_code == 200


@pytest.mark.parametrize("livekit", [False, True])
async def test_who_joined_by_the_older_link_reads_nothing_of_who_came_by_the_newer(
    world: World, *, livekit: bool
) -> None:
    interview = await world.interview()
    await agree(world, interview)
    joined = (await world.http.post(f"{path_of(interview)}/join", json={})).json()
    token = room_token(world.settings, interview["id"], 1, world.clock()) if livekit else joined["token"]
    assert (await world.call("GET", joined["history"], key=token)).status_code == 200
    newer = (await world.call("POST", f"/api/v1/interviews/{interview['id']}/invitation")).json()
    assert (await world.call("GET", joined["history"], key=token)).status_code == 401
    anew = (await world.http.post(f"{path_of(newer)}/join", json={})).json()
    assert (await world.call("GET", anew["history"], key=anew["token"])).status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 26 + "-1-" + "a" * 22, "%00", "ü"])
async def test_an_invented_link_gets_a_page_that_says_so(world: World, token: str) -> None:
    for language, word in (("en", "link"), ("fr", "lien")):
        page = await world.http.get(f"/i/{token}", headers={"Accept-Language": language})
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")
        assert word in page.text


@pytest.mark.parametrize(
    ("status", "code", "http_status"),
    [
        ("CANCELLED", "INTERVIEW_CANCELLED", 410),
        ("EXPIRED", "INTERVIEW_EXPIRED", 410),
        ("COMPLETED", "INTERVIEW_ALREADY_COMPLETED", 200),
    ],
)
async def test_an_interview_that_cannot_go_on_says_so_on_a_page_and_to_the_room(
    world: World, status: str, code: str, http_status: int
) -> None:
    interview = await world.interview()
    await agree(world, interview)
    if status == "EXPIRED":
        world.clock.forward(days=8)
    elif status == "COMPLETED":
        await world.post_turn(interview["id"], 1, "candidate", "I wrote a compiler.")
        await world.call("POST", f"/api/interviews/{interview['id']}/finalize", agent=True)
    else:
        await world.services.database.pool.execute("UPDATE interviews SET status = 'CANCELLED'")
    page = await world.http.get(path_of(interview))
    assert page.status_code == http_status
    assert "owner@example.org" in page.text
    refused = await world.http.post(f"{path_of(interview)}/join", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, code)


async def test_another_sites_page_can_neither_agree_nor_join(world: World) -> None:
    interview = await world.interview()
    for suffix in ("/consent", "/join"):
        answer = await world.http.post(
            path_of(interview) + suffix,
            data={"agreed": "yes"},
            headers={"Sec-Fetch-Site": "cross-site", "Accept": "application/json"},
        )
        assert answer.status_code == 403


async def test_a_page_that_comes_back_by_itself_takes_nothing_from_the_one_that_entered_since(
    world: World,
) -> None:
    interview = await world.interview()
    await agree(world, interview)

    async def join(page: str, *, again: bool = False) -> tuple[int, str]:
        joining = {"page": page, "again": again}
        answer = await world.http.post(f"{path_of(interview)}/join", json=joining)
        return answer.status_code, answer.json().get("error", {}).get("code", "")

    assert await join("laptop", again=True) == (200, ""), "nobody has entered"
    assert await join("laptop") == (200, "")
    assert await join("laptop", again=True) == (200, "")
    assert await join("phone") == (200, "")
    assert await join("laptop", again=True) == (409, "OPEN_ELSEWHERE")
    assert await join("phone", again=True) == (200, "")
    assert await join("") == (200, ""), "a microphone check enters nothing"
    assert await join("phone", again=True) == (200, "")
    assert await join("laptop") == (200, ""), "when it is pressed to"
