"""The endpoint of the models is down: the interview goes on with what runs here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integrator import Integrator
from people import Candidate, Recruiter
from playwright.async_api import BrowserContext, expect
from product import Product, free_port

from fakes.openai_server import openai_server

SAID = "A customer was angry because her order came broken. I listened to her and let her finish."
WRITTEN = "Then I said that I was sorry and offered a new one, and I called her back on the next day."

REMARKED = """() => {
    globalThis.remarked = [];
    const remark = document.querySelector("#remark");
    new MutationObserver(() => remarked.push(remark.textContent)).observe(remark, { childList: true });
}"""
"""Gathers what is said under the state from now on."""


@pytest.fixture
def endpoint() -> int:
    """The port of the models' endpoint, where nobody listens yet."""
    return free_port()


@pytest.fixture
def product(tmp_path: Path, endpoint: int) -> Iterator[Product]:
    made = Product(
        tmp_path,
        OPENAI_BASE_URL=f"http://127.0.0.1:{endpoint}/v1",
    )
    made.start()
    yield made
    made.stop()


async def test_with_the_models_down_an_interview_loses_nothing_and_is_judged_when_they_are_back(
    product: Product, endpoint: int, context: BrowserContext
) -> None:
    with Integrator(product) as integrator:
        assert integrator.http.get("/readyz").is_success
        interview = integrator.interview()
        candidate = Candidate(await context.new_page())
        page = candidate.page
        await candidate.agree(interview["invitationUrl"])
        await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready to begin")
        await page.evaluate(REMARKED)
        await page.locator("#begin").click()
        assert await candidate.heard_after(0) > 0
        await candidate.press("skip")
        await candidate.asked(1)
        await candidate.say(SAID)
        await expect(page.locator("#captions li.candidate").last).to_contain_text("listened to her")
        # At once, or after the first answer: an agent knows that the model is down once it has asked it.
        await page.wait_for_function("remarked.some(text => text.includes('demonstration recogniser'))")
        await candidate.press("mode")
        await candidate.asked(1)
        await candidate.answer(WRITTEN)
        await candidate.listened_to()
        await page.locator("#end").click()
        await page.locator("#end-dialog button[value=end]").click()
        await expect(page.get_by_text("Your answers are stored")).to_be_visible()
        assert "listened to her" in " ".join(integrator.said(interview))

        recruiter = Recruiter(await context.new_page(), product.url)
        await recruiter.sign_in(product.sign_in_link())
        await recruiter.page.goto(f"{product.url}/interviews/{interview['id']}")
        await expect(recruiter.page.get_by_text("The report is being written")).to_be_visible()

        async with openai_server(judge, port=endpoint):
            report = await integrator.report(interview)
        assert (report["status"], report["evaluator"]["kind"]) == ("READY", "model")
        assert report["summary"] == "Calms people down."


def judge(body: dict[str, Any]) -> str:
    """A model that finds the same words for every criterion that it is asked about."""
    text = body["messages"][1]["content"]
    shown = json.loads(text[text.index("{") : text.rindex("}") + 1])
    if "scores" in shown:
        return json.dumps({"summary": "Calms people down.", "strengths": [], "concerns": []})
    rated = [
        {
            "criterion_id": one["criterion_id"],
            "quotes": ["I said that I was sorry"],
            "reason": "Said.",
            "level": 4,
        }
        for one in shown["criteria"]
    ]
    return json.dumps({"ratings": rated})
