"""Memory of the whole tree of processes, as the proportional set size that the kernel reckons.

    .venv/bin/python benchmarks/memory.py

At rest after a start with the demonstration; then while one candidate speaks, with the speech models loaded.
"""

import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path

import psutil
from support import PROJECT

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/browser")]

from chromium import browser_with  # noqa: E402 - found by the line above
from people import Candidate  # noqa: E402 - the same
from product import Product  # noqa: E402 - the same

REST_SECONDS = 15.0


def proportional_mb(product: Product) -> dict[str, float]:
    """MB by process, named after what it was started for."""
    assert product.process is not None
    root = psutil.Process(product.process.pid)
    found: dict[str, float] = {}
    for process in [root, *root.children(recursive=True)]:
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
        kilobytes = int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index] # always there
        name = _name(process.cmdline())
        found[name] = found.get(name, 0.0) + kilobytes / 1024
    return found


def _name(command: list[str]) -> str:
    words = " ".join(command)
    if "postgres" in command[0]:
        return "postgresql"
    named = re.search(r"vivavoce(?:\.cli)? (\w+)", words)
    return named[1] if named else "speech"


def show(title: str, found: dict[str, float], bar: str = "") -> None:
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(found.items(), key=lambda one: -one[1]))
    print(f"{title}: {sum(found.values()):.0f} MB ({parts}){bar}")


async def speak(product: Product) -> None:
    async with browser_with() as browser:
        context = await browser.new_context()
        await context.add_init_script(path=PROJECT / "tests/browser/microphone.js")
        candidate = Candidate(await context.new_page())
        await candidate.agree(product.link("Candidate"))
        await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready")
        await candidate.page.locator("#begin").click()
        await candidate.replied()
        await candidate.say("I listened to the customer and let her finish.")
        show("one candidate speaking", proportional_mb(product))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="vivavoce-") as folder:
        product = Product(Path(folder))
        product.start()
        try:
            time.sleep(REST_SECONDS)
            show("at rest", proportional_mb(product), "   (bar: 450 MB)")
            asyncio.run(speak(product))
        finally:
            product.stop()


if __name__ == "__main__":
    main()
