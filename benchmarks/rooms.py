"""LiveKit rooms with a real server: how soon one is in the interview, and back in it when the agent was killed.

    .ci/install-livekit client server
    .venv/bin/python benchmarks/rooms.py [times]

Bar: killed in mid-sentence → speaking again, p95 ≤ 5 s. The memory is the agents', by the kernel's proportional
set size, of both that `serve` runs: at rest, with the first rooms, and for each further one in which a candidate types.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from memory import proportional_mb
from playwright.async_api import Browser
from support import PROJECT

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/browser")]

from chromium import browser_with  # noqa: E402 - found by the line above
from integrator import Integrator  # noqa: E402 - the same
from people import Candidate  # noqa: E402 - the same
from room_product import RoomProduct  # noqa: E402 - the same

FIRST_ROOMS = 4
"""So that each agent has had one, with which LiveKit's library is loaded."""
ROOMS = 8


async def arrived(browser: Browser, link: str, *, voice: bool) -> tuple[Candidate, float]:
    """In the interview; seconds from the press until the interviewer was there."""
    context = await browser.new_context()
    await context.add_init_script(path=PROJECT / "tests/browser/microphone.js")
    candidate = Candidate(await context.new_page())
    await candidate.agree(link)
    if voice:
        await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready to begin")
        begun = time.monotonic()
        await candidate.page.locator("#begin").click()
        await candidate.heard_after(0)
    else:
        begun = time.monotonic()
        await candidate.type_answers()
        await candidate.replied()
    return candidate, time.monotonic() - begun


async def typed(browser: Browser, integrator: Integrator) -> tuple[Candidate, float]:
    return await arrived(browser, integrator.interview()["invitationUrl"], voice=False)


async def killed(browser: Browser, product: RoomProduct, integrator: Integrator) -> float:
    """Seconds of silence."""
    candidate, _ = await arrived(browser, integrator.interview()["invitationUrl"], voice=True)
    at = float(await candidate.page.evaluate("performance.now()"))
    product.kill_one("agent")
    again = await candidate.heard_after(at + 700)
    await candidate.page.context.close()
    return (again - at) / 1000


async def main(folder: Path, times: int) -> None:
    product = RoomProduct(folder)
    product.start()
    try:
        with Integrator(product) as integrator:
            async with browser_with() as browser:
                product.wait_for("agent_warm", times=2)
                rest = proportional_mb(product)["agent"]
                typing = [await typed(browser, integrator) for _ in range(FIRST_ROOMS)]
                begun = proportional_mb(product)["agent"]
                typing += [await typed(browser, integrator) for _ in range(ROOMS)]
                full = proportional_mb(product)["agent"]
                joins = [seconds for _, seconds in typing]
                for candidate, _ in typing:
                    await candidate.page.context.close()
                silences = sorted([await killed(browser, product, integrator) for _ in range(times)])
    finally:
        product.stop()
    print(
        f"pressed → first question, typed: median {statistics.median(joins):.2f} s, longest {max(joins):.2f} s"
    )
    print(
        f"agents at rest {rest:.0f} MB, with {FIRST_ROOMS} rooms {begun:.0f} MB;"
        f" each further room {(full - begun) / ROOMS:.1f} MB (bar 5 MB; {ROOMS} rooms)"
    )
    listed = " ".join(f"{one:.1f}" for one in silences)
    p95 = silences[min(len(silences) - 1, round(len(silences) * 0.95))]
    print(
        f"killed → speaking again: median {statistics.median(silences):.1f} s, p95 {p95:.1f} s (bar 5 s): {listed}"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vivavoce-") as made:
        Path(made).chmod(0o711)  # PostgreSQL's own user passes through
        asyncio.run(main(Path(made), int(sys.argv[1]) if len(sys.argv) > 1 else 10))
