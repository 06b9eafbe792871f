"""Everything is killed in the middle of an answer; the open page comes back by itself, and nothing is lost."""

import httpx
from people import Candidate
from playwright.async_api import BrowserContext, expect
from product import Product

FIRST = (
    "A customer was angry about a late parcel. I let him finish, told him I understood, and offered to pay the postage."
    " The next week I asked him whether everything was fine, and it was."
)
HALF = "I would first find out what exactly"


async def test_sigkill_in_the_middle_of_an_answer_loses_nothing(
    own_product: Product, context: BrowserContext
) -> None:
    product = own_product
    key = product.run("keys", "create", "--scopes", "interviews:read").strip()
    candidate = Candidate(await context.new_page())
    await candidate.agree(product.link("Candidate"))
    await candidate.type_answers()
    assert await candidate.replied() == 1
    await candidate.answer(FIRST)
    if await candidate.replied() == 1:
        await candidate.answer("He wrote to thank us, and he is still our customer today.")
    assert await candidate.replied() == 2
    question = await candidate.question()
    before = await _transcript(product, key)
    await candidate.page.locator("#answer").fill(HALF)

    product.kill()
    await expect(candidate.page.locator("#state")).to_contain_text("line is down", timeout=30_000)
    product.start()

    await candidate.state("listening")
    assert await candidate.question() == question
    assert await candidate.page.locator("#answer").input_value() == HALF
    after = await _transcript(product, key)
    assert after[: len(before)] == before
    numbers = [turn["turnNumber"] for turn in after]
    assert numbers == list(range(1, len(after) + 1))
    said = [turn["content"] for turn in after if turn["role"] == "candidate"]
    assert said.count(FIRST) == 1
    asked = [turn["content"] for turn in after if turn["content"].endswith(question)]
    assert len(asked) <= 2
    await candidate.answer("I would first find out what exactly they did, and then try it myself.")


async def _transcript(product: Product, key: str) -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=product.url, headers=headers) as http:
        rows = (await http.get("/api/v1/interviews?status=IN_PROGRESS")).json()["data"]
        found = (await http.get(f"/api/v1/interviews/{rows[0]['id']}")).json()
    transcript: list[dict[str, str]] = found["transcript"]
    return transcript
