"""A plain LiveKit Agents session with its defaults, behind the simplest line: what the product is compared with.

Started by `voices.py`, with a listening socket, the address of the models, and the file for its timings. Speaks the
page's protocol, has the same voice and the same transcription endpoint; voice activity, turns and interruptions are
the library's own choice.
"""

import array
import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web
from livekit import rtc
from livekit.agents import Agent, AgentSession, ModelSettings, stt
from livekit.plugins import openai
from voices_stamp import seconds_since

from vivavoce.interviewer.ports import AskedQuestion, FromPage, Played, Playing, ShowState, ToPage
from vivavoce.interviewer.speech.playout import Playout
from vivavoce.interviewer.speech.session import LineInput, LineOutput

GREETING = (
    "Hello. I am an AI interviewer. I record sound and text; people will read it, and people decide. I have four"
    " questions, about sixteen minutes. Tell me about a time when a customer was angry or disappointed."
)
REPLY = "Thank you. Can you tell me more about that, and how did it end?"
JOINED = {"interviewId": "int_plain", "token": "plain", "link": "/link", "language": "en"}
_from_page = msgspec.json.Decoder(FromPage)


class Line:
    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket

    async def send(self, message: ToPage) -> None:
        with contextlib.suppress(ConnectionError):
            await self._socket.send_str(msgspec.json.encode(message).decode())

    async def send_audio(self, pcm: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            await self._socket.send_bytes(pcm)


class Interviewer(Agent):
    def __init__(self, heard: "array.array[float]") -> None:
        super().__init__(instructions="You hold an interview.")
        self._heard = heard

    async def stt_node(
        self, audio: AsyncIterable[rtc.AudioFrame], model_settings: ModelSettings
    ) -> AsyncIterator[stt.SpeechEvent | str]:
        async def timed() -> AsyncIterator[rtc.AudioFrame]:
            async for frame in audio:
                self._heard.extend((time.monotonic(), seconds_since(bytes(frame.data))))
                yield frame

        async for event in Agent.default.stt_node(self, timed(), model_settings):
            yield event

    async def llm_node(self, *_: Any) -> AsyncIterator[str]:
        yield REPLY


async def main() -> tuple[str, "array.array[float]"]:
    descriptor, models, file = sys.argv[1:]
    heard = array.array("d")

    async def link(request: web.Request) -> web.StreamResponse:
        page = web.WebSocketResponse(compress=False)
        await page.prepare(request)
        await page.receive()  # its hello
        await converse(page, models, heard)
        return page

    async def invitation(_: web.Request) -> web.Response:
        return web.Response(text="agreed to already")

    async def join(_: web.Request) -> web.Response:
        return web.json_response(JOINED)

    application = web.Application()
    application.add_routes(
        [web.get("/link", link), web.get("/i/{token}", invitation), web.post("/i/{token}/join", join)]
    )
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, socket.socket(fileno=int(descriptor))).start()
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()
    return file, heard


async def converse(page: web.WebSocketResponse, models: str, heard: "array.array[float]") -> None:
    line = Line(page)
    playout = Playout(line, None)
    session: AgentSession[None] = AgentSession(
        stt=openai.STT(base_url=models, api_key="none", model="scripted"),
        tts=openai.TTS(base_url=models, api_key="none", model="scripted", response_format="pcm"),
    )
    sound_in = LineInput()
    session.input.audio = sound_in
    session.output.audio = LineOutput(playout, lambda _: None)
    await session.start(Interviewer(heard), record=False)
    question = AskedQuestion("q1", GREETING, 1, 4)
    turns = 0

    def show(state: Any) -> None:
        nonlocal turns
        turns += state.new_state == "speaking"
        shown = {"speaking": "speaking", "listening": "listening"}.get(state.new_state, "thinking")
        asked = msgspec.structs.replace(question, text=f"{turns}")
        sending = asyncio.ensure_future(line.send(ShowState(shown, "voice", asked)))  # type: ignore[arg-type] # one of these
        keep.add(sending)
        sending.add_done_callback(keep.discard)

    keep: set[asyncio.Future[None]] = set()
    session.on("agent_state_changed", show)
    session.say(GREETING)
    async for message in page:
        if message.type == WSMsgType.BINARY:
            sound_in.push(message.data)
        elif message.type == WSMsgType.TEXT:
            told = _from_page.decode(message.data)
            if isinstance(told, Playing | Played):
                playout.playback(told)
            else:
                await line.send(ShowState("holding", "voice", question))
    playout.line_lost()
    sound_in.end()
    await session.aclose()


if __name__ == "__main__":
    where, timings = asyncio.run(main())
    Path(where).write_bytes(timings.tobytes())
