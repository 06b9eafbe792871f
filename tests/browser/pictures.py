"""Takes the README's pictures: a spoken demonstration interview in its room, and what came of it.

    PYTHONPATH=tests .venv/bin/python tests/browser/pictures.py

Needs Chromium and flite, as the browser tests do. Writes into docs/images; not a part of `./test`.
"""

import asyncio
import tempfile
from pathlib import Path

from chromium import browser_with
from people import Candidate, Recruiter
from playwright.async_api import Browser, Page, expect
from product import Product

TESTS = Path(__file__).resolve().parents[1]
IMAGES = TESTS.parent / "docs" / "images"
MICROPHONE = TESTS / "browser" / "microphone.js"
ROOM, RESULTS = (1200, 760), (1200, 1240)
SCALE = 0.8
MAX_BYTES = 200_000
REPORT_SECONDS = 30

SPOKEN = (
    "A customer was angry because her coffee machine was broken twice."
    " I listened to the customer and let her finish without interrupting."
    " I apologised and said that I understood why she was upset."
    " I promised to call her on Friday, and I called back on that day."
)
TYPED = {
    1: "In the end she had a new machine within a week, and she wrote to thank us.",
    2: (
        "First I ask what the customer sees on the screen, and which error message. Then when it last worked, and"
        " what changed since. I reproduce it here, step by step, and change one thing at a time."
    ),
    3: (
        "Imagine a single key for house, car and office. Thieves who steal a password from one shop try it at the"
        " bank and in the mail. A password manager keeps a different one for every site."
    ),
    4: (
        "The customer who cannot work at all comes first: each hour costs them money. The other two get a short"
        " message at once, saying when they will hear from me. The refund can wait until the afternoon."
    ),
}
AFTERWARDS = "That is all I would do at first."


async def take(product: Product) -> None:
    async with browser_with() as browser:
        recruiter = Recruiter(await _page(browser, *RESULTS), product.url)
        await recruiter.sign_in(product.sign_in_link())
        await _interview(Candidate(await _page(browser, *ROOM)), product.link("Candidate"))
        await _results(recruiter.page, product.url)


async def _page(browser: Browser, width: int, height: int) -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=SCALE,
        locale="en-GB",
        reduced_motion="reduce",
    )
    await context.add_init_script(path=MICROPHONE)
    return await context.new_page()


async def _interview(candidate: Candidate, link: str) -> None:
    await candidate.agree(link)
    await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready")
    await candidate.page.locator("#begin").click()
    await candidate.replied()
    await candidate.say(SPOKEN)
    await expect(candidate.page.locator("#captions li.candidate")).to_have_count(1)
    await _picture(candidate.page, "room.png")
    number = await candidate.replied()
    await candidate.page.get_by_role("button", name="Type instead").click()
    answered = set[int]()
    while number:
        await candidate.answer(TYPED[number] if number not in answered else AFTERWARDS)
        answered.add(number)
        number = await candidate.replied()


async def _results(page: Page, url: str) -> None:
    await page.goto(f"{url}/interviews")
    await page.get_by_role("row").filter(has_text="Emma Clarke").first.get_by_role("link").first.click()
    async with asyncio.timeout(REPORT_SECONDS):
        while not await page.get_by_text("offline evaluator").count():
            await asyncio.sleep(1)
            await page.reload()
    await _picture(page, "results.png")


async def _picture(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)  # over no button
    picture = await page.screenshot(path=IMAGES / name)
    if len(picture) > MAX_BYTES:
        raise SystemExit(f"{name} has {len(picture)} bytes; at most {MAX_BYTES}")


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        place = Path(folder)
        place.chmod(0o711)
        product = Product(place)
        product.start()
        try:
            asyncio.run(take(product))
        finally:
            product.stop()


if __name__ == "__main__":
    main()
