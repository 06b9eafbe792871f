"""A recording: put in parts, joined when it is read, by a signed link that lasts a day."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from world import World

FIRST, SECOND = bytes(range(256)) * 40, b"\xff\xfb" * 4_000


async def put(world: World, interview_id: str, part: int, content: bytes, **headers: str) -> Any:
    return await world.call(
        "PUT",
        f"/api/interviews/{interview_id}/recording?part={part}",
        agent=True,
        content=content,
        headers=headers,
    )


async def recorded(world: World) -> str:
    """A finished interview with a recording of two parts; the address to listen at."""
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?")
    await put(world, interview["id"], 1, FIRST)
    state = (await put(world, interview["id"], 2, SECOND)).json()
    assert state == {
        "reference": f"recording:{interview['id']}",
        "parts": 2,
        "durationMs": len(FIRST) * 8 // 64 + len(SECOND) * 8 // 64,
    }
    await world.call(
        "POST",
        f"/api/interviews/{interview['id']}/finalize",
        agent=True,
        json={"audioUrl": state["reference"]},
    )
    read = (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).json()
    parts = urlsplit(read["audioUrl"])
    return f"{parts.path}?{parts.query}"


async def test_the_same_part_again_is_stored_once_and_another_conflicts(world: World) -> None:
    interview = await world.interview()
    assert (await put(world, interview["id"], 1, FIRST)).status_code == 200
    assert (await put(world, interview["id"], 1, FIRST)).json()["parts"] == 1
    other = await put(world, interview["id"], 1, SECOND)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "PART_CONFLICT")


async def test_an_agent_that_lost_its_lease_records_nothing_more(world: World) -> None:
    interview = await world.interview()
    lease = {"holder": "agent-1"}
    await world.call("POST", f"/api/interviews/{interview['id']}/lease", agent=True, json=lease)
    world.clock.forward(seconds=10)
    await world.call(
        "POST", f"/api/interviews/{interview['id']}/lease", agent=True, json={"holder": "agent-2"}
    )
    lost = await put(world, interview["id"], 1, FIRST, **{"X-Agent-Generation": "1"})
    assert lost.json()["error"]["code"] == "LEASE_LOST"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        (f"bytes={len(FIRST) - 10}-{len(FIRST) + 9}", len(FIRST) - 10, len(FIRST) + 10),
        ("bytes=18000-", 18_000, len(FIRST) + len(SECOND)),
        ("bytes=0-1", 0, 2),  # what Safari asks first, to see whether it may seek
        ("bytes=-100", len(FIRST) + len(SECOND) - 100, len(FIRST) + len(SECOND)),
        ("bytes=5-999999", 5, len(FIRST) + len(SECOND)),
        (f"bytes=5-{'9' * 5_000}", 5, len(FIRST) + len(SECOND)),
        (f"bytes=-{'9' * 5_000}", 0, len(FIRST) + len(SECOND)),
    ],
)
async def test_any_range_is_read_across_the_parts(world: World, asked: str, start: int, end: int) -> None:
    answer = await world.http.get(await recorded(world), headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == (FIRST + SECOND)[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(FIRST) + len(SECOND)}"
    assert answer.headers["content-length"] == str(end - start)
    assert (answer.headers["accept-ranges"], answer.headers["content-type"]) == ("bytes", "audio/mpeg")


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=a-b", "bytes=0-1,5-6", "seconds=1-2"])
async def test_what_is_no_single_range_gets_the_whole(world: World, asked: str) -> None:
    answer = await world.http.get(await recorded(world), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, FIRST + SECOND)
    assert "content-range" not in answer.headers


async def test_the_whole_is_read_without_a_range_and_nothing_beyond_the_end(world: World) -> None:
    address = await recorded(world)
    whole = await world.http.get(address)
    assert (whole.status_code, whole.content) == (200, FIRST + SECOND)
    assert whole.headers["content-type"] == "audio/mpeg"
    for outside in ("bytes=999999-", "bytes=-0", "bytes=9-4", f"bytes={'9' * 5_000}-"):
        assert (await world.http.get(address, headers={"Range": outside})).status_code == 416


async def test_a_turn_with_a_place_links_into_the_recording(world: World) -> None:
    interview = await world.interview()
    await world.post_turn(interview["id"], 1, "agent", "Why?", audioStartMs=500, audioEndMs=4_100)
    await world.post_turn(interview["id"], 2, "candidate", "Typed.")
    await put(world, interview["id"], 1, FIRST)
    before = (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).json()
    assert [turn["audioUrl"] for turn in before["transcript"]] == [None, None]
    await world.call(
        "POST",
        f"/api/interviews/{interview['id']}/finalize",
        agent=True,
        json={"audioUrl": f"recording:{interview['id']}"},
    )
    after = (await world.call("GET", f"/api/v1/interviews/{interview['id']}")).json()
    spoken, typed = (turn["audioUrl"] for turn in after["transcript"])
    assert spoken == f"{after['audioUrl']}#t=0.500,4.100"
    assert typed is None


async def test_a_link_that_was_changed_or_is_too_old_leads_nowhere(world: World) -> None:
    address = await recorded(world)
    other = await world.interview("grace@example.org")
    interview_id = address.partition("?")[0].rpartition("/")[2].removesuffix(".mp3")
    for forged in (
        address[:-1] + ("A" if address[-1] != "A" else "B"),
        address.replace(interview_id, other["id"]),
    ):
        assert (await world.http.get(forged)).status_code == 404
    world.clock.forward(hours=24)
    assert (await world.http.get(address)).status_code == 404


async def test_parts_are_bounded_and_never_empty(world: World) -> None:
    interview = await world.interview()
    assert (await put(world, interview["id"], 1, b"")).status_code == 400
    assert (await put(world, interview["id"], 0, FIRST)).status_code == 400
    assert (await put(world, interview["id"], 1, bytes(16_000_001))).status_code == 413
