"""The agent's WebSocket server: who may come in, what it takes, what it hangs up on."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from vivavoce.interviewer.links.incoming import MAX_MESSAGE_BYTES
from vivavoce.interviewer.links.websocket import (
    AUDIO_AT_ONCE_SECONDS,
    GONE_SECONDS,
    MAX_FRAME_BYTES,
    LinkServer,
    WebSocketConnection,
)
from vivavoce.interviewer.ports import (
    BAD_MESSAGE,
    DONE,
    MAX_ANSWER,
    TAKEN_OVER,
    TRY_AGAIN,
    Answer,
    Caption,
    Control,
    LineLost,
    ModeChange,
    Playback,
    Played,
    Playing,
    ShowState,
)

SECRET = "s" * 32
HELLO = {"type": "hello", "mode": "voice", "protocol": 1}

Join = Callable[[str, WebSocketConnection], Awaitable[None]]


class Listener:
    def __init__(self) -> None:
        self.sound = b""
        self.playbacks: list[Playback] = []
        self.lost = asyncio.Event()
        self.came = asyncio.Event()

    def heard(self, pcm: bytes) -> None:
        self.sound += pcm
        self.came.set()

    def playback(self, event: Playback) -> None:
        self.playbacks.append(event)
        self.came.set()

    def line_lost(self) -> None:
        self.lost.set()


async def until_lost(_interview_id: str, line: WebSocketConnection) -> None:
    async for _ in line.messages():
        pass


@asynccontextmanager
async def link(join: Join = until_lost, gone_seconds: float = GONE_SECONDS) -> AsyncIterator[str]:
    server = LinkServer(SECRET, join, lambda: {"interviews": 0}, gone_seconds)
    port = await server.listen(("127.0.0.1", 0))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.close()


@asynccontextmanager
async def page(
    url: str, *, secret: str = SECRET, hello: dict[str, Any] | None = HELLO
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    headers = {"X-Agent-Secret": secret}
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{url}/interviews/int_1", headers=headers) as line,
    ):
        if hello is not None:
            await line.send_json(hello)
        yield line


async def close_code(line: aiohttp.ClientWebSocketResponse) -> int | None:
    async with asyncio.timeout(10):
        async for _ in line:
            pass
    return line.close_code


async def test_what_a_page_sends_reaches_the_conductor_in_order() -> None:
    got: list[object] = []

    async def join(interview_id: str, line: WebSocketConnection) -> None:
        got.extend((interview_id, line.mode))
        got.extend([message async for message in line.messages()])

    async with link(join) as url, page(url) as line:
        await line.send_json({"type": "answer", "text": "We\0ll."})
        await line.send_json({"type": "control", "action": "moment"})
        await line.send_json({"type": "mode", "mode": "text"})
        await line.close()
    assert got == ["int_1", "voice", Answer("Well."), Control("moment"), ModeChange("text")]


async def test_sound_and_playback_reach_the_listener_and_not_the_conductor() -> None:
    listener = Listener()

    async def join(_interview_id: str, line: WebSocketConnection) -> None:
        line.attach(listener)
        async for _ in line.messages():
            pytest.fail("nothing here is for the conductor")

    async with link(join) as url, page(url) as line:
        await line.send_bytes(bytes(640))
        await line.send_json({"type": "playing", "segment": 1})
        await line.send_json({"type": "played", "segment": 1, "ms": 20})
        while len(listener.playbacks) < 2:
            listener.came.clear()
            await asyncio.wait_for(listener.came.wait(), 5)
        await line.close()
        await asyncio.wait_for(listener.lost.wait(), 5)
    assert listener.sound == bytes(640)
    assert listener.playbacks == [Playing(1), Played(1, 20)]


async def test_in_a_pause_no_sound_is_heard_whatever_the_page_sends() -> None:
    listener = Listener()

    async def pause(_interview_id: str, line: WebSocketConnection) -> None:
        line.attach(listener)
        await line.send(ShowState("paused", "voice"))
        async for message in line.messages():
            if message == Control("resume"):
                await line.send(ShowState("listening", "voice"))

    async with link(pause) as url, page(url) as socket:
        assert (await socket.receive_json())["state"] == "paused"
        await socket.send_bytes(b"\1\1" * 160)
        await socket.send_json({"type": "control", "action": "resume"})
        assert (await socket.receive_json())["state"] == "listening"
        await socket.send_bytes(b"\2\2" * 160)
        await asyncio.wait_for(listener.came.wait(), 5)
    assert listener.sound == b"\2\2" * 160


async def test_what_the_conductor_sends_reaches_the_page() -> None:
    async def join(_interview_id: str, line: WebSocketConnection) -> None:
        await line.send(Caption("agent", "Hello.", final=True, turn_number=1))
        await line.send_audio(b"\1\0")

    async with link(join) as url, page(url) as line:
        assert await line.receive_json() == {
            "type": "caption",
            "role": "agent",
            "text": "Hello.",
            "final": True,
            "turnNumber": 1,
            "after": 0,
        }
        assert await line.receive_bytes() == b"\1\0"
        assert await close_code(line) == DONE


async def test_the_page_is_told_how_the_conductor_closed() -> None:
    async def join(_interview_id: str, line: WebSocketConnection) -> None:
        await line.close(TAKEN_OVER, "another tab")
        await line.close(DONE)

    async with link(join) as url, page(url) as line:
        assert await close_code(line) == TAKEN_OVER


@pytest.mark.parametrize("secret", ["", "wrong", "é" * 32, SECRET + "s"])
async def test_without_the_secret_nobody_comes_in(secret: str) -> None:
    async with link() as url:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            async with page(url, secret=secret):
                pass
    assert refusal.value.status == 401


@pytest.mark.parametrize(
    "first",
    [
        {"type": "answer", "text": "hi"},
        {**HELLO, "lastWords": "a" * (MAX_ANSWER + 1)},
        {**HELLO, "lastWords": ["and", "then"]},
        {"type": "hello", "mode": "voice", "protocol": 2},
        {"type": "hello", "mode": "sign language", "protocol": 1},
    ],
)
async def test_who_does_not_greet_properly_is_hung_up_on(first: dict[str, Any]) -> None:
    async with link() as url, page(url, hello=first) as line:
        assert await close_code(line) == BAD_MESSAGE


@pytest.mark.parametrize(
    "message",
    [
        "not json",
        "[" * 20_000,
        '{"type": "answer"}',
        '{"type": "answer", "text": 5}',
        '{"type": "unheard of"}',
        '{"type": "control", "action": "explode"}',
        json.dumps(HELLO),
        json.dumps({"type": "answer", "text": "a" * (MAX_ANSWER + 1)}),
        json.dumps({"type": "answer", "text": "a" * MAX_MESSAGE_BYTES}),
    ],
    ids=lambda message: message[:40],
)
async def test_a_message_that_is_none_ends_the_line(message: str) -> None:
    async with link() as url, page(url) as line:
        await line.send_str(message)
        assert await close_code(line) == BAD_MESSAGE


@pytest.mark.parametrize(
    "frame",
    [bytes(641), b"", bytes(MAX_FRAME_BYTES + 2)],
    ids=["half a sample", "empty", "too large"],
)
async def test_a_frame_that_is_no_sound_ends_the_line(frame: bytes) -> None:
    async with link() as url, page(url) as line:
        await line.send_bytes(frame)
        assert await close_code(line) == BAD_MESSAGE


async def test_sound_that_comes_faster_than_it_can_be_spoken_ends_the_line() -> None:
    second = bytes(32_000)
    async with link() as url, page(url) as line:
        for _ in range(round(AUDIO_AT_ONCE_SECONDS) + 2):
            await line.send_bytes(second)
        assert await close_code(line) == BAD_MESSAGE


async def test_a_flood_of_messages_ends_the_line() -> None:
    async with link() as url, page(url) as line:
        for _ in range(200):
            await line.send_json({"type": "control", "action": "repeat"})
        assert await close_code(line) == BAD_MESSAGE


async def test_a_page_that_says_nothing_and_answers_no_ping_is_gone() -> None:
    async with link(gone_seconds=0.3) as url, page(url) as line:
        asked = [message.json() async for message in line]
        assert asked == [{"type": "ping"}] * len(asked)
        assert len(asked) >= 2
        assert line.close_code == TRY_AGAIN


async def test_a_page_that_answers_pings_stays_as_long_as_it_likes() -> None:
    async with link(gone_seconds=0.3) as url, page(url) as line:
        for _ in range(9):
            assert await line.receive_json(timeout=5) == {"type": "ping"}
            await line.send_json({"type": "pong"})
        assert not line.closed


async def test_the_words_that_a_page_saw_last_come_with_it() -> None:
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def join(_interview_id: str, line: WebSocketConnection) -> None:
        came.set_result(line.last_words)

    async with link(join) as url, page(url, hello={**HELLO, "lastWords": "and \0then I"}):
        assert await asyncio.wait_for(came, 5) == "and then I"


async def test_a_listener_on_a_lost_line_is_told_at_once() -> None:
    listener, checked = Listener(), asyncio.Event()

    async def join(_interview_id: str, line: WebSocketConnection) -> None:
        await until_lost("", line)
        line.attach(listener)
        with pytest.raises(LineLost):
            await line.send(Caption("agent", "Are you there?"))
        checked.set()

    async with link(join) as url, page(url) as line:
        await line.close()
        await asyncio.wait_for(checked.wait(), 5)
    assert listener.lost.is_set()


async def test_the_server_listens_on_a_socket_that_it_inherits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as inherited:
        server = LinkServer(SECRET, until_lost, lambda: {"interviews": 3})
        port = await server.listen(inherited.dup())
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            assert await answer.json() == {"status": "ok", "interviews": 3}
        await server.close()
        assert inherited.getsockname()[1] == port


async def test_a_draining_server_leaves_new_pages_to_who_listens_beside_it_and_sends_its_own_there() -> None:
    async def at_once_done(_interview_id: str, line: WebSocketConnection) -> None:
        await line.close(DONE)

    with socket.create_server(("127.0.0.1", 0)) as shared:
        url = f"http://127.0.0.1:{shared.getsockname()[1]}"
        server, beside = LinkServer(SECRET, until_lost, dict), LinkServer(SECRET, at_once_done, dict)
        await server.listen(shared.dup())
        async with page(url) as line:
            await line.send_bytes(bytes(640))
            await server.stop_listening()
            await beside.listen(shared.dup())
            for _ in range(5):
                async with page(url) as new:
                    assert await close_code(new) == DONE
            await beside.close()
            assert not line.closed
            closing = asyncio.create_task(server.close())
            assert await close_code(line) == TRY_AGAIN
            await closing
