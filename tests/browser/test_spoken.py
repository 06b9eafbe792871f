"""From the invitation to the report, spoken: a flite voice at a microphone, the interviewer's voice in the ears."""

import httpx
import pytest
from people import Candidate, Recruiter
from playwright.async_api import BrowserContext, expect
from product import Product

ANSWERS = {
    1: (
        "A customer was angry because her order came broken. I listened to her and let her finish."
        " Then I said I was sorry and offered a new one. I called her back on the next day and she was happy."
    ),
    2: (
        "First I ask what the customer sees. Then I ask when it last worked and what was changed."
        " After that I try the same thing on my own machine and look for the cause."
    ),
}


@pytest.mark.parametrize("link", ["product", "room_product"], ids=["built-in link", "LiveKit room"])
async def test_a_spoken_interview_from_the_invitation_to_the_recording(
    request: pytest.FixtureRequest, link: str, context: BrowserContext
) -> None:
    product: Product = request.getfixturevalue(link)
    recruiter = Recruiter(await context.new_page(), product.url)
    await recruiter.sign_in(product.sign_in_link())
    address = await recruiter.invite(
        first_name="Alan",
        last_name="Turing",
        email="alan@example.org",
        job="Customer support specialist, Lyon",
        configuration="Customer support",
    )
    invitation = await recruiter.link_in_the_mail_to("alan@example.org")

    candidate = Candidate(await context.new_page())
    await candidate.agree(invitation)
    await candidate.try_microphone("Good morning. I am ready to begin.", heard="ready to begin")
    await candidate.page.locator("#begin").click()
    answered_before = 0
    number = await candidate.replied()
    while number:
        if number > len(ANSWERS):
            await candidate.press("skip")
            await candidate.state("speaking")
        else:
            said = (
                ANSWERS[number] if number != answered_before else "In the end the customer thanked me for it."
            )
            ended = await candidate.say(said)
            assert await candidate.heard_after(ended) > ended
            answered_before = number
        number = await candidate.replied()

    key = product.run("keys", "create", "--scopes", "interviews:read").strip()
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=product.url, headers=headers) as http:
        interview = (await http.get(f"/api/v1/interviews/{address.rpartition('/')[2]}")).json()
        sound = await http.get(interview["audioUrl"], headers={"Range": "bytes=0-99"})
    assert interview["status"] == "COMPLETED"
    assert (sound.status_code, sound.headers["content-type"]) == (206, "audio/mpeg")
    answered = [turn for turn in interview["transcript"] if turn["role"] == "candidate" and turn["content"]]
    assert "let her finish" in answered[0]["content"]
    assert all(turn["audioStartMs"] < turn["audioEndMs"] for turn in answered)
    spoken_for = [turn["audioEndMs"] - turn["audioStartMs"] for turn in answered]
    assert spoken_for[0] > 5_000

    await _play_from_the_transcript(recruiter, address)


async def _play_from_the_transcript(recruiter: Recruiter, address: str) -> None:
    """The recording plays from the second that a turn's place names."""
    page = recruiter.page
    await page.goto(address)
    place = page.locator("#transcript a[data-ms], a[data-ms]").last
    await expect(place).to_be_visible(timeout=30_000)
    milliseconds = int(await place.get_attribute("data-ms") or 0)
    await place.click()
    await page.wait_for_function(
        "from => { const audio = document.querySelector('#player audio');"
        " return !audio.paused && audio.currentTime > from / 1000 && audio.currentTime < from / 1000 + 10 }",
        arg=milliseconds,
    )
