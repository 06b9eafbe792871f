"""Names without a space to break at push no page out of its width."""

import pytest
from people import Recruiter
from playwright.async_api import BrowserContext, Page
from product import Product

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 5


async def reaches_beyond(page: Page) -> int:
    """By how many pixels."""
    beyond: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return beyond


@pytest.mark.parametrize("width", [320, 1280])
async def test_a_long_name_stays_within_every_page(
    product: Product, context: BrowserContext, width: int
) -> None:
    page = await context.new_page()
    await page.set_viewport_size({"width": width, "height": 800})
    recruiter = Recruiter(page, product.url)
    await recruiter.sign_in(product.sign_in_link())
    email = f"long{width}@example.org"
    interview = await recruiter.invite(
        first_name=LONG,
        last_name=LONG,
        email=email,
        job="Customer support specialist, Lyon",
        configuration="Customer support",
    )
    link = await recruiter.link_in_the_mail_to(email)
    for address in (interview, f"{product.url}/interviews", f"{product.url}/candidates", link):
        await page.goto(address)
        assert await reaches_beyond(page) <= 0, address
    await page.goto(f"{product.url}/candidates")
    candidate = await page.get_by_role("link", name=LONG).first.get_attribute("href")
    for place in ("", "/edit", "/erasure"):
        await page.goto(f"{product.url}{candidate}{place}")
        assert await reaches_beyond(page) <= 0, place
