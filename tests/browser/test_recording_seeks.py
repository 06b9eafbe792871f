"""The recording in a real browser: it goes to any second by byte ranges, and plays there what was said there."""

import array
import math
from pathlib import Path
from typing import Any

import httpx
import pytest
from people import Recruiter
from playwright.async_api import BrowserContext
from product import Product

from vivavoce.interviewer.recording import PART_BYTES, Encoder
from vivavoce.interviewer.speech.shapes import HEARD_RATE

BURSTS = (3, 47, 111, 158)
"""Seconds at which a tone of one second begins; the recording is three minutes long."""
MINUTES = 3
NEAR_SECONDS = 0.15
WHEN_SOUND_BEGINS = """async from => {
    const audio = document.querySelector("#player audio");
    globalThis.ears ??= (() => {
        const context = new AudioContext();
        const analyser = new AnalyserNode(context, { fftSize: 512 });
        context.createMediaElementSource(audio).connect(analyser).connect(context.destination);
        return { context, analyser, samples: new Float32Array(512) };
    })();
    const loud = async () => {
        await new Promise((done) => setTimeout(done, 5));
        ears.analyser.getFloatTimeDomainData(ears.samples);
        return ears.samples.some((sample) => Math.abs(sample) > 0.1);
    };
    await ears.context.resume();
    audio.pause();
    const seeked = new Promise((done) => audio.addEventListener("seeked", done, { once: true }));
    audio.currentTime = from;
    await seeked;
    while (await loud());
    await audio.play();
    while (!(await loud())) if (audio.currentTime > from + 3) return null;
    return audio.currentTime;
}"""


def tones() -> bytes:
    """PCM of one side."""
    samples = array.array("h", bytes(2 * HEARD_RATE * 60 * MINUTES))
    tone = array.array(
        "h", (round(12_000 * math.sin(2 * math.pi * 440 * n / HEARD_RATE)) for n in range(HEARD_RATE))
    )
    for second in BURSTS:
        samples[second * HEARD_RATE : (second + 1) * HEARD_RATE] = tone
    return samples.tobytes()


async def recorded(product: Product) -> tuple[str, str]:
    """An interview that is over, with that recording: its page, and the link to listen."""
    key = product.run(
        "keys", "create", "--scopes", "candidates:write,jobs:write,interviews:write,interviews:read"
    ).strip()
    secret = Path(product.settings.get("VIVAVOCE_DATA", product.folder / "data")) / "secrets/agent-secret"
    async with httpx.AsyncClient(base_url=product.url) as http:

        async def ask(method: str, path: str, **how: Any) -> dict[str, Any]:
            headers = (
                {"Authorization": f"Bearer {key}"}
                if path.startswith("/api/v1")
                else {"X-Agent-Secret": secret.read_text(encoding="ascii").strip()}
            )
            answer = await http.request(method, path, headers=headers, **how)
            assert answer.is_success, answer.text
            found: dict[str, Any] = answer.json()
            return found

        candidate = await ask(
            "POST", "/api/v1/candidates", json={"email": "seek@example.org", "locale": "en"}
        )
        job = await ask("POST", "/api/v1/jobs", json={"title": "Listener"})
        body = {"candidateId": candidate["id"], "jobId": job["id"], "sendInvite": False}
        interview = await ask("POST", "/api/v1/interviews", json=body)
        ours = f"/api/interviews/{interview['id']}"
        turn = {"turnNumber": 1, "role": "candidate", "content": "A tone.", "audioStartMs": 47_000}
        await ask("POST", f"{ours}/turns", json=turn | {"audioEndMs": 48_000})
        encoder, pcm = Encoder(), tones()
        pieces = [pcm[at : at + PART_BYTES] for at in range(0, len(pcm), PART_BYTES)]
        parts = [*(encoder.part(piece, piece) for piece in pieces), encoder.end()]
        for number, part in enumerate(filter(None, parts), start=1):
            stored = await ask("PUT", f"{ours}/recording", params={"part": number}, content=part)
        await ask("POST", f"{ours}/finalize", json={"audioUrl": stored["reference"]})
        link = (await ask("GET", f"/api/v1/interviews/{interview['id']}"))["audioUrl"]
    return f"{product.url}/interviews/{interview['id']}", link


async def test_any_second_is_found_and_sounds_as_it_was(product: Product, context: BrowserContext) -> None:
    address, link = await recorded(product)
    recruiter = Recruiter(await context.new_page(), product.url)
    await recruiter.sign_in(product.sign_in_link())
    page = recruiter.page
    ranges: list[int] = []
    page.on("response", lambda answer: ranges.append(answer.status) if ".mp3" in answer.url else None)
    await page.goto(address)
    await page.wait_for_function("document.querySelector('#player audio')?.duration > 0")
    duration = await page.evaluate("document.querySelector('#player audio').duration")
    assert duration == pytest.approx(60 * MINUTES, abs=0.2)
    for second in (BURSTS[3], BURSTS[0], BURSTS[2], BURSTS[1]):
        began = await page.evaluate(WHEN_SOUND_BEGINS, second - 0.5)
        assert began == pytest.approx(second, abs=NEAR_SECONDS), f"the tone of second {second}"
    assert set(ranges) == {206}
    await answers_as_safari_asks(link)


async def answers_as_safari_asks(link: str) -> None:
    """First two bytes, to see that ranges are served and how long it is; then the rest."""
    async with httpx.AsyncClient() as http:
        first = await http.get(link, headers={"Range": "bytes=0-1"})
        size = int(first.headers["content-range"].rpartition("/")[2])
        rest = await http.get(link, headers={"Range": f"bytes=0-{size - 1}"})
    assert (first.status_code, len(first.content), first.headers["content-length"]) == (206, 2, "2")
    assert first.headers["accept-ranges"] == "bytes"
    assert first.headers["content-type"] == "audio/mpeg"
    assert (rest.status_code, len(rest.content)) == (206, size)
    assert not {"content-encoding", "transfer-encoding"} & set(rest.headers)
