"""Real Chromium, the real product. Each test has a browser context of its own; the log is shown on failure."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from chromium import browser_with
from playwright.async_api import Browser, BrowserContext
from product import Product
from room_product import RoomProduct


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


@pytest.fixture(scope="session")
def room_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomProduct]:
    """The same with a real LiveKit server."""
    made = RoomProduct(tmp_path_factory.mktemp("rooms"))
    made.start()
    yield made
    assert made.stop() == 0, made.log


@pytest.fixture
def own_room_product(tmp_path: Path) -> Iterator[RoomProduct]:
    made = RoomProduct(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def own_product(tmp_path: Path) -> Iterator[Product]:
    """One of the test's own, to kill and start again."""
    made = Product(tmp_path)
    made.start()
    yield made
    made.stop()
