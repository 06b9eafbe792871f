"""From the last sound of an answer to the first sound of the interviewer, in a real browser against the real product.

    .venv/bin/python benchmarks/spoken_gap.py [INTERVIEWS]

flite speaks at the microphone, pocketsphinx hears, no model: so no model's latency is in it, and the patience that
lets people think (1.65 s after words that could be the whole answer, up to 2.75 s after others) is.
"""

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from support import PROJECT

sys.path[:0] = [str(PROJECT / "tests"), str(PROJECT / "tests/browser")]

from chromium import browser_with  # noqa: E402 - found by the line above
from people import Candidate, Recruiter  # noqa: E402 - the same
from playwright.async_api import Browser  # noqa: E402 - the same
from product import Product  # noqa: E402 - the same

INTERVIEWS = 3
ANSWERS = (
    "A customer was angry because her order came broken. I listened to her and offered a new one.",
    "First I ask what the customer sees. Then I ask when it last worked and what was changed.",
    "I tell them that one key for every door is a danger. When it is lost, every door is open.",
    "The customer who can not work comes first. The other two get a short message from me.",
)
AFTERWARDS = "In the end the customer was happy and thanked me for it."


async def gaps(product: Product, browser: Browser, email: str) -> list[float]:
    """Seconds, one for each answer of one interview."""
    context = await browser.new_context(locale="en-GB")
    await context.add_init_script(path=PROJECT / "tests/browser/microphone.js")
    recruiter = Recruiter(await context.new_page(), product.url)
    await recruiter.sign_in(product.sign_in_link())
    await recruiter.invite(
        first_name="Ada",
        last_name="Lovelace",
        email=email,
        job="Customer support specialist, Lyon",
        configuration="Customer support",
    )
    candidate = Candidate(await context.new_page())
    await candidate.agree(await recruiter.link_in_the_mail_to(email))
    await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready")
    await candidate.page.locator("#begin").click()
    found: list[float] = []
    before, number = 0, await candidate.replied()
    while number:
        ended = await candidate.say(AFTERWARDS if number == before else ANSWERS[number - 1])
        found.append((await candidate.heard_after(ended) - ended) / 1000)
        print(f"question {number}: {found[-1]:.2f} s", flush=True)
        before, number = number, await candidate.replied()
    await context.close()
    return found


async def measure(interviews: int) -> list[float]:
    with tempfile.TemporaryDirectory(prefix="vivavoce-") as folder:
        product = Product(Path(folder))
        product.start()
        try:
            async with browser_with() as browser:
                return [
                    gap
                    for number in range(interviews)
                    for gap in await gaps(product, browser, f"candidate{number}@example.org")
                ]
        finally:
            product.stop()


def main() -> None:
    interviews = int(sys.argv[1]) if len(sys.argv) > 1 else INTERVIEWS
    found = sorted(asyncio.run(measure(interviews)))
    print(
        f"{len(found)} answers: p50 {statistics.median(found):.2f} s, p95 {found[int(len(found) * 0.95)]:.2f} s,"
        f" longest {found[-1]:.2f} s   (bar: p50 1.8 s)"
    )


if __name__ == "__main__":
    main()
