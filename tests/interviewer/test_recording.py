"""The recording: one time line for both sides, stored in parts that are one file."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from fakes.recorded import loudness, onset
from vivavoce.interviewer.client import LeaseLost, Unreachable
from vivavoce.interviewer.ports import StoredRecording
from vivavoce.interviewer.recording import BIT_RATE, MAX_WAITING_PARTS, PART_BYTES, Recording
from vivavoce.interviewer.speech.shapes import HEARD_RATE

SECOND = 2 * HEARD_RATE


class Store:
    """Keeps parts as the product does; may be away, or taken over."""

    def __init__(self, parts: list[bytes] | None = None) -> None:
        self.parts = parts or []
        self.away = False
        self.taken_over = False
        self.attempts = 0
        self._changed = asyncio.Event()

    async def recording(self) -> StoredRecording:
        return self._state()

    async def put_part(self, part: int, body: bytes) -> StoredRecording:
        self.attempts += 1
        self._changed.set()
        if self.away:
            raise Unreachable("away")
        if self.taken_over:
            raise LeaseLost(409, "LEASE_LOST")
        assert part == len(self.parts) + 1
        self.parts.append(body)
        return self._state()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    @property
    def file(self) -> bytes:
        return b"".join(self.parts)

    def _state(self) -> StoredRecording:
        return StoredRecording(len(self.parts), len(self.file) * 8 * 1000 // BIT_RATE, "recording:int_1")


def beep(seconds: float, hertz: float = 440.0) -> bytes:
    time = np.arange(round(seconds * HEARD_RATE)) / HEARD_RATE
    return (8000 * np.sin(2 * np.pi * hertz * time)).astype(np.int16).tobytes()


async def test_both_sides_are_where_they_were_heard() -> None:
    store = Store()
    recording = await Recording.open(store)
    recording.candidate(bytes(2 * SECOND))
    assert recording.place == 2000
    recording.agent(beep(1.0))
    recording.candidate(bytes(2 * SECOND))
    recording.candidate(beep(1.0, 880))
    recording.candidate(bytes(4 * SECOND))
    assert recording.place == 9000
    await recording.finish()

    left, right = loudness(store.file)
    assert onset(right) == pytest.approx(2.0, abs=0.03)
    assert onset(left) == pytest.approx(4.0, abs=0.03)
    assert right[310:].max() < 0.02
    assert len(left) / 100 == pytest.approx(9.0, abs=0.1)


async def test_what_the_page_stopped_playing_is_not_on_the_recording() -> None:
    store = Store()
    recording = await Recording.open(store)
    recording.agent(beep(3.0))
    recording.candidate(bytes(SECOND))
    recording.agent_silent()
    recording.candidate(bytes(2 * SECOND))
    await recording.finish()
    _, right = loudness(store.file)
    assert right[:95].max() > 0.2
    assert right[110:].max() < 0.02


async def test_without_the_candidates_sound_no_time_passes() -> None:
    store = Store()
    recording = await Recording.open(store)
    recording.agent(beep(1.0))
    assert recording.place == 0
    await recording.finish()
    assert store.parts == []


async def test_parts_are_stored_while_the_interview_goes_on_and_time_is_bytes() -> None:
    store = Store()
    recording = await Recording.open(store)
    for _ in range(40):
        recording.candidate(bytes(SECOND // 2))
        await asyncio.sleep(0)
    await store.until(lambda: len(store.parts) == 4)
    assert all(len(part) * 8 / BIT_RATE <= 4.6 for part in store.parts)
    await recording.finish()
    assert len(store.file) * 8 / BIT_RATE == pytest.approx(20.0, abs=0.1)


async def test_after_a_crash_the_time_line_goes_on_after_what_is_stored() -> None:
    store = Store()
    first = await Recording.open(store)
    first.candidate(beep(PART_BYTES / SECOND))
    await store.until(lambda: len(store.parts) == 1)
    stored = await store.recording()

    second = await Recording.open(store)
    assert second.place == stored.duration_ms > 4000
    second.candidate(bytes(SECOND) + beep(1.0))
    await second.finish()
    left, _ = loudness(store.file)
    again = stored.duration_ms / 1000
    assert left[round(again * 100) + 8 : round(again * 100) + 90].max() < 0.02
    assert left[round(again * 100) + 105 : round(again * 100) + 190].min() > 0.1


async def test_a_store_that_was_away_gets_all_parts_in_order() -> None:
    store = Store()
    store.away = True
    recording = await Recording.open(store)
    recording.candidate(bytes(2 * PART_BYTES))
    await store.until(lambda: store.attempts > 0)
    store.away = False
    recording.candidate(bytes(PART_BYTES))
    await recording.finish()
    assert len(store.file) * 8 / BIT_RATE == pytest.approx(3 * PART_BYTES / SECOND, abs=0.1)


async def test_a_store_that_refuses_ends_the_recording_and_nothing_else() -> None:
    store = Store()
    store.taken_over = True
    recording = await Recording.open(store)
    recording.candidate(bytes(PART_BYTES))
    await store.until(lambda: store.attempts > 0)
    await recording.finish()
    assert recording.place is None
    recording.candidate(bytes(SECOND))
    recording.agent(beep(1.0))
    assert store.parts == []


async def test_what_waits_for_the_store_is_bounded() -> None:
    store = Store()
    store.away = True
    recording = await Recording.open(store)
    given = 0
    while recording.place is not None and given < 2 * MAX_WAITING_PARTS:
        recording.candidate(bytes(PART_BYTES))
        given += 1
        await asyncio.sleep(0.002)
    assert given <= MAX_WAITING_PARTS + 10
    store.away = False
    await recording.finish()
