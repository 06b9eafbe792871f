"""Speech of OpenAI's API on loopback: transcribes everything alike and speaks in a tone, or fails as told."""

import array
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

RATE = 24_000
SECONDS_A_CHARACTER = 0.02


class SpeechServer:
    def __init__(self, *, text: str = "I have finished.", fails: int | None = None) -> None:
        self.url = ""
        self.text = text
        self.fails = fails
        """An HTTP status for every request."""
        self.asked = 0
        """Requests to transcribe, failed ones too."""
        self.spoken: list[dict[str, Any]] = []
        self.transcribed: list[dict[str, Any]] = []

    async def speech(self, request: web.Request) -> web.StreamResponse:
        if self.fails:
            return web.json_response({"error": {"message": "told to fail"}}, status=self.fails)
        body = await request.json()
        self.spoken.append(body)
        count = round(len(body["input"]) * SECONDS_A_CHARACTER * RATE)
        tone = array.array("h", (round(8000 * math.sin(n / 12)) for n in range(count)))
        return web.Response(body=tone.tobytes(), content_type="audio/pcm")

    async def transcription(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.fails:
            return web.json_response({"error": {"message": "told to fail"}}, status=self.fails)
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        self.transcribed.append(
            {"language": form["language"], "model": form["model"], "wav": file.file.read()}
        )
        return web.json_response({"text": self.text})


@asynccontextmanager
async def speech_server(server: SpeechServer) -> AsyncIterator[SpeechServer]:
    application = web.Application(client_max_size=16 << 20)
    application.router.add_post("/v1/audio/speech", server.speech)
    application.router.add_post("/v1/audio/transcriptions", server.transcription)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
