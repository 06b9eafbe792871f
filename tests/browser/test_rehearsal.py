"""A recruiter rehearses an interview before anybody is invited: on the page, and by the command."""

import re

from people import Recruiter
from playwright.async_api import BrowserContext, expect
from product import Product


async def test_a_rehearsal_is_begun_on_the_page_and_read_there(
    product: Product, context: BrowserContext
) -> None:
    recruiter = Recruiter(await context.new_page(), product.url)
    await recruiter.sign_in(product.sign_in_link())
    page = recruiter.page
    await page.goto(f"{product.url}/settings/configurations")
    await page.get_by_role("link", name="Customer support").click()
    await page.get_by_role("link", name="Rehearse").click()
    await page.get_by_label("Terse").check()
    await page.get_by_label("They type.").check()
    await page.get_by_label("English").check()
    await page.get_by_role("button", name="Begin the rehearsal").click()
    await expect(page).to_have_url(re.compile(r"/interviews/int_"))
    await expect(page.get_by_text("Test mode")).to_be_visible()
    await expect(page.locator("#transcript")).to_contain_text(
        "I listened to the customer and sent a new one.", timeout=60_000
    )
    await expect(page.locator(".report h2").first).to_be_visible(timeout=60_000)
    await page.goto(f"{product.url}/interviews")
    await expect(page.get_by_text("Tom Short")).to_have_count(0)


def test_the_command_prints_the_conversation_and_where_its_results_are(product: Product) -> None:
    told = product.run("rehearse", "--text", "--persona", "nervous", "--language", "fr")
    assert "Nora (nervous) takes “Customer support”." in told
    assert re.search(r"Interviewer  Racontez-moi une situation", told)
    assert re.search(r"presses  moment", told)
    assert re.search(rf"Complete: {re.escape(product.url)}/interviews/int_\w+", told)
    assert "vivavoce rehearse" not in product.run("keys", "list")


def test_many_candidates_come_at_once(product: Product) -> None:
    told = product.run("rehearse", "--text", "--persona", "terse", "--candidates", "5")
    assert "5 candidates, 5 of them to the last question." in told
