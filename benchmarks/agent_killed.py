"""From the SIGKILL of the agent that conducts, in mid-sentence, to the interviewer's first sound by another one.

    .venv/bin/python benchmarks/agent_killed.py [KILLS]

The whole product, the built-in link, and a page without a browser that speaks its protocol and comes back as the room's
does. Each time another interview is in the middle of its first question. Then what the second agent costs in memory.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from memory import proportional_mb
from support import PROJECT

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/browser")]

from caller import Caller  # noqa: E402 - found by the lines above
from integrator import Integrator  # noqa: E402 - the same
from product import Product  # noqa: E402 - the same

from fakes.page import FakePage  # noqa: E402 - the same

KILLS = 20
FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0
"""As the page's, in `web/static/room/link.js`."""
SPOKEN_MS = 700
PATIENCE = 60.0
SETTLED_SECONDS = 5.0


async def spoken_to_again(caller: Caller, product: Product) -> float:
    """Seconds from the kill to the first sound; the question on the table is the same."""
    page = await caller.call("text")
    await page.until(lambda: _question(page) and page.of_type("state")[-1]["state"] == "listening")
    await page.leave()
    page = await caller.call()
    await page.until(lambda: page.segments and page.segments[0].length_ms >= SPOKEN_MS, seconds=PATIENCE)
    question = _question(page)

    killed = asyncio.get_running_loop().time()
    product.kill_one("agent")
    await page.until(lambda: page.close_code is not None)
    await page.leave()
    again = await _come_back(caller)
    assert _question(again) == question
    heard = again.segments[0].first_at - killed
    await again.leave()
    return heard


async def _come_back(caller: Caller) -> FakePage:
    """Once it hears something."""
    wait = FIRST_WAIT
    while True:
        await asyncio.sleep(wait * random.uniform(0.75, 1.25))
        wait = min(2 * wait, LONGEST_WAIT)
        try:
            page = await caller.call()
        except httpx.HTTPError:
            continue
        await page.until(
            lambda page=page: page.close_code is not None or (page.segments and page.segments[0].pcm),
            seconds=PATIENCE,
        )
        if page.close_code is None:
            return page
        await page.leave()


def _question(page: FakePage) -> object:
    states = page.of_type("state")
    return states[-1]["question"] if states else None


def _until_warm(product: Product, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while product.log.count("agent_warm") < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"the agents do not get ready:\n{product.log[-2000:]}")
        time.sleep(0.1)


async def measure(product: Product, kills: int) -> list[float]:
    found: list[float] = []
    with Integrator(product) as integrator:
        links = [integrator.interview()["invitationUrl"] for _ in range(kills)]
    for number, link in enumerate(links):
        await asyncio.to_thread(_until_warm, product, 2 + number)
        caller = Caller(link)
        await caller.agree()
        found.append(await spoken_to_again(caller, product))
        print(f"killed, speaking again after {found[-1]:.2f} s", flush=True)
    return found


def at_rest(agents: int, kills: int) -> tuple[dict[str, float], list[float]]:
    """Memory by process with so many agents ready to speak; and what the kills showed."""
    with tempfile.TemporaryDirectory(prefix="vivavoce-") as folder:
        product = Product(Path(folder), VIVAVOCE_AGENTS=str(agents), VIVAVOCE_RATE_PER_SECOND="0")
        product.start()
        try:
            _until_warm(product, agents)
            time.sleep(SETTLED_SECONDS)
            memory = proportional_mb(product)
            return memory, asyncio.run(measure(product, kills)) if kills else []
        finally:
            product.stop()


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    alone, _ = at_rest(1, 0)
    two, found = at_rest(2, kills)
    found.sort()
    print(
        f"{len(found)} kills, from SIGKILL to the first sound: p50 {statistics.median(found):.2f} s,"
        f" p95 {found[int(len(found) * 0.95)]:.2f} s, longest {found[-1]:.2f} s   (bar: p95 5 s)"
    )
    both, one = sum(two.values()), sum(alone.values())
    print(
        f"memory at rest, ready to speak: {both:.0f} MB with two agents, {one:.0f} MB with one:"
        f" the standby costs {both - one:.0f} MB   (bar: 450 MB in all)"
    )


if __name__ == "__main__":
    main()
