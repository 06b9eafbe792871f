"""A recruiter and a candidate at their browsers, doing what people do on the pages."""

import asyncio
import base64
import re
from contextlib import suppress

from playwright.async_api import Error as LeavingPage
from playwright.async_api import Page, expect

from fakes.flite import silence, spoken

PATIENCE = 60.0
ROOM = "#app[data-stage=room]"

_OVER = "document.readyState === 'complete' && !document.getElementById('app')"
_STORED = """text => {
    const field = document.getElementById("answer");
    const said = [...document.querySelectorAll("#captions li.candidate")];
    return !field || (!field.value && said.some((one) => one.textContent.includes(text)));
}"""
_REPLIED = """(() => {
    const app = document.getElementById("app");
    const last = document.querySelector("#captions li:last-child");
    return app?.dataset.state === "listening" && last?.classList.contains("agent");
})()"""


class Recruiter:
    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    async def sign_in(self, link: str) -> None:
        await self.page.goto(link)
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page).to_have_url(f"{self.url}/interviews")

    async def invite(
        self, *, first_name: str, last_name: str, email: str, job: str, configuration: str
    ) -> str:
        """Make an interview on the page, for someone new; its address."""
        page = self.page
        await page.goto(f"{self.url}/interviews/new")
        await page.get_by_label("is new").check()
        await page.get_by_label("First name").fill(first_name)
        await page.get_by_label("Last name").fill(last_name)
        await page.get_by_label("E-mail address").fill(email)
        await page.get_by_label("English").check()
        await page.get_by_label("Job").select_option(label=job, timeout=5000)
        await page.get_by_label("Interview configuration").select_option(label=configuration)
        await page.get_by_role("button", name="Make the interview").click()
        await page.wait_for_url(re.compile(r"/interviews/int_"))
        return page.url.partition("?")[0]

    async def link_in_the_mail_to(self, email: str) -> str:
        """The invitation's link, as it stands in the mail in the outbox."""
        page = self.page
        await page.goto(f"{self.url}/outbox")
        await page.get_by_role("row").filter(has_text=email).first.get_by_role("link").first.click()
        found = re.search(rf"{re.escape(self.url)}/i/\S+", await page.locator("body").inner_text())
        assert found
        return found[0]


class Candidate:
    def __init__(self, page: Page) -> None:
        self.page = page

    async def agree(self, link: str) -> None:
        await self.page.goto(link)
        await self.page.locator("input[name=agreed]").check()
        await self.page.locator("form button").first.click()
        await expect(self.page.locator("#app[data-stage=prepare]")).to_be_visible()

    async def type_answers(self) -> None:
        await self.page.locator("#choose-text").click()
        await expect(self.page.locator(ROOM)).to_be_visible()

    async def try_microphone(self, text: str, *, heard: str) -> None:
        """Choose to speak, say something until it is read back."""
        await self.page.locator("#choose-voice").click()
        await expect(self.page.locator("#begin")).to_be_visible()
        async with asyncio.timeout(PATIENCE):
            while heard not in await self.page.locator("#heard").inner_text():
                await self.say(text)
                await asyncio.sleep(2.0)

    async def number(self) -> int:
        """Of the question on the table."""
        found = re.search(r"\d+", await self.page.locator("#question-number").inner_text())
        return int(found[0]) if found else 0

    async def replied(self) -> int:
        """The interviewer has spoken and listens again: the number of the question; 0 when it is over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(LeavingPage):
                    if await self.page.evaluate(_OVER):
                        return 0
                    if await self.page.evaluate(_REPLIED):
                        return await self.number()
                await asyncio.sleep(0.05)

    async def asked(self, number: int) -> None:
        """Until this question was put and the interviewer listens."""
        await expect(self.page.locator("#question-number")).to_contain_text(
            re.compile(rf"\b{number}\b.*\d"), timeout=PATIENCE * 1000
        )
        await self.listened_to()

    async def question(self) -> str:
        return (await self.page.locator("#question").inner_text()).strip()

    async def listened_to(self) -> None:
        await self.state("listening")

    async def state(self, wanted: str) -> None:
        await expect(self.page.locator(f"#app[data-state={wanted}]")).to_be_visible(timeout=PATIENCE * 1000)

    async def answer(self, text: str) -> None:
        """Type it and send it; back when the page shows that it is stored."""
        await self.listened_to()
        await self.page.locator("#answer").fill(text)
        await self.page.locator("#send").click()
        async with asyncio.timeout(PATIENCE):
            stored = False
            while not stored:
                with suppress(LeavingPage):
                    stored = await self.page.evaluate(_STORED, text)
                await asyncio.sleep(0.05)

    async def say(self, text: str) -> float:
        """Into the microphone; when the last sound was said, in the page's milliseconds."""
        sound = base64.b64encode(spoken(text) + silence(0.02)).decode()
        ended: float = await self.page.evaluate("sound => sayIntoMicrophone(sound)", sound)
        return ended

    async def understood(self, words: str) -> None:
        """The page shows that they were said."""
        captions = self.page.locator("#captions li.candidate")
        await expect(captions.last).to_contain_text(words, timeout=PATIENCE * 1000)

    async def heard_after(self, moment: float) -> float:
        """When the interviewer began to speak after that moment."""
        async with asyncio.timeout(PATIENCE):
            while True:
                later = [at for at in await self.page.evaluate("heard") if at > moment]
                if later:
                    return float(later[0])
                await asyncio.sleep(0.05)

    async def press(self, action: str) -> None:
        await self.page.locator(f"#controls [data-action={action}]").click()
