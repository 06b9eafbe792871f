"""Real Chromium, the real product. Each test has a browser context of its own; the log is shown on failure."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright
from product import Product

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
HOW_TO_INSTALL = "the browser tests need Chromium: sudo apt-get install --yes chromium"


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail(HOW_TO_INSTALL)
    return found


@asynccontextmanager
async def browser_with(*flags: str) -> AsyncIterator[Browser]:
    """Headless, on a new profile, with further flags."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with browser_with() as made:
        yield made


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    await made.add_init_script(path=Path(__file__).parent / "microphone.js")
    yield made
    await made.close()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One that runs for all tests that do not stop it."""
    made = Product(tmp_path_factory.mktemp("product"))
    made.start()
    yield made
    assert made.stop() == 0, made.log


@pytest.fixture
def own_product(tmp_path: Path) -> Iterator[Product]:
    """One of the test's own, to kill and start again."""
    made = Product(tmp_path)
    made.start()
    yield made
    made.stop()
