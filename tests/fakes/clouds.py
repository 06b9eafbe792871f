"""The parts of Deepgram's and ElevenLabs' protocols that LiveKit's plug-ins use, on loopback, by a script.

As in `fakes.openai_server` each request takes the next entry, the last one again and again. Written from the plug-ins'
source: nobody met the real services.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from fakes.openai_server import Misbehave, tone

STATUS = {"busy": 429, "broken": 500, "refused": 401, "missing": 404}
INTERIM_BYTES = 16_000
"""Half a second of sound for each word of a transcript."""


class Cloud:
    def __init__(self, script: tuple[str | Misbehave, ...]) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.closing = asyncio.Event()
        self._script = list(script)

    def next(self) -> str | Misbehave:
        return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    async def listen(self, request: web.Request) -> web.StreamResponse:
        """Deepgram: sound in, results out; words come as they are said, the last with Finalize."""
        entry = self.next()
        known: dict[str, Any] = {**request.query, "key": request.headers["Authorization"], "sound": b""}
        self.requests.append(known)
        if isinstance(entry, Misbehave) and entry.how in STATUS:
            return web.Response(status=STATUS[entry.how])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        words = entry.split() if isinstance(entry, str) else []
        told = begun = 0
        half = len(words) // 2
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                known["sound"] += message.data
                if isinstance(entry, Misbehave) and entry.how == "cut":
                    await socket.close(code=1011)
                while told < min(len(words), len(known["sound"]) // INTERIM_BYTES):
                    told += 1
                    await socket.send_json(_result(words[begun:told], final=told == half))
                    begun = half if told == half else begun
                continue
            kind = json.loads(message.data)["type"]
            if kind == "Finalize" and not (isinstance(entry, Misbehave) and entry.how == "slow"):
                await socket.send_json(_result(words[begun:], final=True))
            if kind == "CloseStream":
                if isinstance(entry, Misbehave) and entry.how == "slow":
                    await self.closing.wait()
                await socket.close()
        return socket

    async def speak(self, request: web.Request) -> web.StreamResponse:
        """ElevenLabs: a sentence as sound, at the rate that was asked for."""
        entry = self.next()
        body = await request.json()
        self.requests.append(
            {
                **body,
                **request.query,
                "voice": request.match_info["voice"],
                "key": request.headers["xi-api-key"],
            }
        )
        how = entry.how if isinstance(entry, Misbehave) else ""
        if how in STATUS:
            return web.json_response({"detail": "told to fail"}, status=STATUS[how])
        if how == "nonsense":
            return web.Response(text="<html>a proxy's page</html>", content_type="text/html")
        sound = tone("" if how == "empty" else body["text"])
        response = web.StreamResponse(headers={"Content-Type": "audio/pcm"})
        await response.prepare(request)
        if how == "cut":
            await response.write(sound[: len(sound) // 4 * 2])
            assert request.transport is not None
            request.transport.abort()
            return response
        await response.write(sound)
        return response

    async def account(self, request: web.Request) -> web.StreamResponse:
        """What `doctor` asks."""
        key = request.headers.get("xi-api-key") or request.headers.get("Authorization", "")
        return web.json_response({"voices": []}, status=200 if "good" in key else 401)


@asynccontextmanager
async def cloud(*script: str | Misbehave) -> AsyncIterator[Cloud]:
    made = Cloud(script or ("I have finished.",))
    application = web.Application()
    application.add_routes(
        [
            web.get("/v1/listen", made.listen),
            web.get("/v1/projects", made.account),
            web.get("/v1/voices", made.account),
            web.post("/v1/text-to-speech/{voice}/stream", made.speak),
        ]
    )
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield made
    finally:
        made.closing.set()
        await runner.cleanup()


def _result(words: list[str], *, final: bool) -> dict[str, Any]:
    heard = [{"word": word, "start": 0.0, "end": 0.1, "confidence": 0.9} for word in words]
    alternative = {"transcript": " ".join(words), "confidence": 0.9, "words": heard}
    return {
        "type": "Results",
        "metadata": {"request_id": "scripted"},
        "is_final": final,
        "speech_final": final,
        "channel": {"alternatives": [alternative]},
    }
