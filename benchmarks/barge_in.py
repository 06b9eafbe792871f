"""The candidate speaks while the interviewer does: goes on with an answer, or coughs, nods and types.

    .venv/bin/python benchmarks/barge_in.py

Everything from the page's line to the stored turns is real (link, voice, hearing, conversation, client); the page and
the product are simulated, the candidate is flite, coughs and keys are made by `sounds.py`, in a room with some noise.
Beside it a plain LiveKit Agents session with its defaults, the same voice and the same recogniser.

*Going on*: a second part of an answer begins while the next question has just begun. Silence is when the page falls
silent, counted from the first sound of that part. *Stopped*: the interviewer broke off. A held interviewer is
silent too, but goes on where it was when the noise is over; how often and how long that was is told apart.
"""

import asyncio
import itertools
import logging
import re
import statistics
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import structlog
from support import PROJECT

sys.path.insert(0, str(PROJECT / "tests"))

from interviews_held import SECONDS, Interview, held_interview
from plain import plain_going_on, plain_noises
from sounds import RATE, at_level, room, to_pcm

from candidates import NOTHING_SET, Part, TrueWords, noises, parts_of_answers
from vivavoce.interviewer.speech.choice import Speech

GOING_ON, RECOGNISED, NOISES = 40, 16, 104
"""How often the candidate goes on, of them with pocketsphinx; noises."""
AT_ONCE, AT_ONCE_RECOGNISED = 13, 4
"""Interviews; two decoders are all that two cores have."""
ROOMS = (-65.0, -55.0, -48.0)
"""Decibels below full scale, of the noise in the room."""
BARS = "silent at p95 ≤ 0.50 s; one turn always; no word lost; ≤ 5 % of noises stop it"

Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass
class WentOn:
    silent_after: float
    one_turn: bool
    said: tuple[str, ...]
    stored: tuple[str, ...]

    @property
    def kept(self) -> int:
        return (Counter(self.said) & Counter(re.findall(r"[\w']+", " ".join(self.stored)))).total()


@dataclass
class Noise:
    kind: str
    stopped: bool
    held: float


def background(number: int) -> Callable[[int], bytes]:
    """A room that hums."""
    hum = to_pcm(at_level(room(np.random.default_rng(number), 20.0), ROOMS[number % len(ROOMS)]))
    stream = itertools.cycle(range(0, len(hum) - RATE, 640))

    def heard(size: int) -> bytes:
        at = next(stream)
        return hum[at : at + size]

    return heard


async def went_on(number: int, parts: tuple[Part, Part], speech: Speech) -> WentOn:
    async with held_interview(number, speech, background(number)) as interview:
        await interview.until_listening()
        first, second = parts
        await interview.page.speak(first.pcm)
        asked = await interview.next_segment()
        await asyncio.sleep(0.1 + (number % 11) / 10)
        began = asyncio.get_running_loop().time() + second.onset
        await interview.page.speak(second.pcm)
        await interview.next_segment()
        silent = asked.quiet_at - began if asked.quiet_at and asked.quiet_at > began else 99.0
        turns = await interview.answers()
        stored = " ".join(turns).lower().split()
        return WentOn(silent, len(turns) == 1, (*first.words, *second.words), tuple(stored))


async def through_noises(
    number: int, given: Sequence[tuple[str, bytes, float]], speech: Speech
) -> list[Noise]:
    found = []
    async with held_interview(number, speech, background(number)) as interview:
        await interview.until_listening()
        for kind, pcm, delay in given:
            found.append(await _noise(interview, kind, pcm, delay))
    return found


async def _noise(interview: Interview, kind: str, pcm: bytes, delay: float) -> Noise:
    await interview.page.send({"type": "control", "action": "repeat"})
    segment = await interview.next_segment()
    await asyncio.sleep(delay)
    await interview.page.speak(pcm)
    await interview.page.until(lambda: segment.played_ms is not None, seconds=SECONDS)
    await interview.until_listening()
    return Noise(kind, segment.cleared, segment.held_seconds)


async def several(
    given: Sequence[Given], do: Callable[[int, Given], Awaitable[Found]], *, at_once: int = AT_ONCE
) -> list[Found]:
    places = asyncio.Semaphore(at_once)

    async def one(number: int, what: Given) -> Found:
        async with places:
            return await do(number, what)

    return await asyncio.gather(*(one(number, what) for number, what in enumerate(given)))


def percentiles(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {statistics.median(ordered):.2f} s, p95 {ordered[int(len(ordered) * 0.95)]:.2f} s"


def tell_went_on(name: str, found: Sequence[WentOn]) -> None:
    words = sum(len(one.said) for one in found)
    lost = words - sum(one.kept for one in found)
    print(
        f"  {name}: {len(found)} times, silent after {percentiles([one.silent_after for one in found])};"
        f" one turn {sum(one.one_turn for one in found) / len(found):.1%};"
        f" words lost {lost} of {words}"
    )


def tell_noises(name: str, found: Sequence[Noise]) -> None:
    print(f"  {name}: {sum(one.stopped for one in found) / len(found):.1%} of {len(found)} noises stopped it")
    for kind in sorted({one.kind for one in found}):
        here = [one for one in found if one.kind == kind]
        held = [one.held for one in here if one.held and not one.stopped]
        told = f"; held and let go on {len(held)}, for {statistics.median(held):.2f} s" if held else ""
        print(f"    {kind:14} stopped {sum(one.stopped for one in here)} of {len(here)}{told}")


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    spoken = parts_of_answers(GOING_ON)
    local = Speech(NOTHING_SET)
    quiet = noises(NOISES)
    rows = [quiet[start::AT_ONCE] for start in range(AT_ONCE)]
    print("vivavoce")
    true = await several(spoken[RECOGNISED:], lambda n, parts: went_on(n, parts, TrueWords(parts)))
    tell_went_on("going on, true words", true)
    heard = await several(
        spoken[:RECOGNISED], lambda n, parts: went_on(n, parts, local), at_once=AT_ONCE_RECOGNISED
    )
    tell_went_on("going on, pocketsphinx", heard)
    print(f"  going on, all: silent after {percentiles([one.silent_after for one in (*true, *heard)])}")
    found = await several(rows, lambda n, row: through_noises(n, row, local))
    tell_noises("noises", list(itertools.chain.from_iterable(found)))
    print("a plain LiveKit session")
    silences = await several(spoken, lambda n, parts: plain_going_on(n, parts[1], background(n), local))
    print(f"  going on: {len(silences)} times, silent after {percentiles(silences)}")
    plain = await several(rows, lambda n, row: plain_noises(row, background(n), local))
    tell_noises("noises", [Noise(*one) for one in itertools.chain.from_iterable(plain)])
    print(f"bars: {BARS}")
    await local.close()


if __name__ == "__main__":
    asyncio.run(main())
