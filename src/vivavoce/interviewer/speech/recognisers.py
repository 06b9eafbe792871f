"""pocketsphinx, the recogniser for a demonstration, in processes of its own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from vivavoce.interviewer.conversation import endings
from vivavoce.interviewer.ports import VoiceFailed
from vivavoce.interviewer.speech import sphinx
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SAMPLE_BYTES, Utterance

MAX_PROCESSES = 4
IDLE_SECONDS = 120.0
"""A process that nobody needed for so long ends, and its 100 MB with it."""
FINAL_SECONDS = 20.0
ATTEMPTS = 2
LINE_LIMIT = 1 << 20
FEED_BYTES = HEARD_RATE * SAMPLE_BYTES // 10

log = structlog.get_logger()


class Sphinx:
    """English by pocketsphinx; a few processes, each decoding one utterance at a time, for all interviews.

    When all are busy an utterance waits and is decoded after, faster than it was said.
    """

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._places = asyncio.Semaphore(max(1, min(MAX_PROCESSES, os.cpu_count() or 1)))
        self._free: list[DecoderProcess] = []
        self._busy: set[DecoderProcess] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._starting: asyncio.Task[None] | None = None

    def warm(self) -> None:
        """Its words are bare: what weighs them is loaded as well."""
        if not self._free and not self._busy and self._starting is None:
            self._starting = asyncio.create_task(self._start_one())

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:
        return _SphinxUtterance(self, on_partial)

    async def close(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        if self._starting is not None:
            await self._starting
        while self._free:
            await self._free.pop().stop()

    @property
    def processes(self) -> list["DecoderProcess"]:
        """Those that run now."""
        return [process for process in (*self._free, *self._busy) if process.alive]

    @asynccontextmanager
    async def process(self) -> AsyncIterator["DecoderProcess"]:
        async with self._places:
            if self._starting is not None:
                await self._starting
            process = self._living_free() or await DecoderProcess.start()
            self._busy.add(process)
            try:
                yield process
            finally:
                self._busy.discard(process)
                if process.alive:
                    self._free.append(process)
                self._end_when_idle()

    def _living_free(self) -> "DecoderProcess | None":
        while self._free:
            process = self._free.pop()
            if process.alive:
                return process
        return None

    async def _start_one(self) -> None:
        try:
            process, _ = await asyncio.gather(DecoderProcess.start(), asyncio.to_thread(endings.load))
            self._free.append(process)
        finally:
            self._starting = None
            self._end_when_idle()

    def _end_when_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        if not self._busy:
            while self._free:
                self._free.pop().end_input()


class _DecoderLost(Exception):
    pass


class DecoderProcess:
    """One decoder process. Its answers belong to the utterance that has it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input = process.stdin
        self._lines = process.stdout
        self._utterance = 0

    @classmethod
    async def start(cls) -> "DecoderProcess":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                sphinx.__name__,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LINE_LIMIT,
            )
        )

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._input.is_closing()

    def begin(self) -> None:
        self._utterance += 1

    async def send(self, kind: bytes, audio: bytes = b"") -> None:
        self._input.write(self._message(kind, audio))
        try:
            await self._input.drain()
        except ConnectionError as fault:
            raise _DecoderLost from fault

    async def answers(self) -> AsyncIterator[tuple[str, bool]]:
        """Texts of this utterance, and whether it is the last."""
        while line := await self._lines.readline():
            answer = json.loads(line)
            if answer["utterance"] == self._utterance:
                yield answer.get("final", answer.get("partial", "")), "final" in answer
        raise _DecoderLost

    def forget(self) -> None:
        """The utterance was no speech. A process that ended meanwhile is found out by the next one."""
        self._input.write(self._message(sphinx.FORGET))

    def kill(self) -> None:
        self._input.close()
        self._process.kill()

    def end_input(self) -> None:
        self._input.close()

    async def stop(self) -> None:
        self.end_input()
        await self._process.wait()

    def _message(self, kind: bytes, audio: bytes = b"") -> bytes:
        return sphinx.HEADER.pack(kind, self._utterance, len(audio)) + audio


class _SphinxUtterance:
    def __init__(self, pool: Sphinx, on_partial: Callable[[str], None]) -> None:
        self._pool = pool
        self._on_partial = on_partial
        self._audio = bytearray()
        self._ended = False
        self._more = asyncio.Event()
        self._decoding = asyncio.create_task(self._decode())

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm
        self._more.set()

    async def finish(self) -> str:
        self._ended = True
        self._more.set()
        try:
            return await asyncio.wait_for(self._decoding, FINAL_SECONDS)
        except TimeoutError as fault:
            raise VoiceFailed("the recogniser does not answer") from fault

    def cancel(self) -> None:
        self._decoding.cancel()

    async def _decode(self) -> str:
        for _ in range(ATTEMPTS):
            async with self._pool.process() as process:
                try:
                    return await self._decode_with(process)
                except _DecoderLost:
                    log.warning("recogniser_process_lost")
        raise VoiceFailed("the recogniser's process keeps ending")

    async def _decode_with(self, process: DecoderProcess) -> str:
        process.begin()
        feeding = asyncio.create_task(self._feed(process))
        try:
            async for text, final in process.answers():
                if final:
                    return text
                self._on_partial(text)
        except asyncio.CancelledError:
            if self._ended:
                process.kill()
            else:
                process.forget()
            raise
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
        raise _DecoderLost

    async def _feed(self, process: DecoderProcess) -> None:
        sent = 0
        while True:
            while sent < len(self._audio):
                piece = bytes(self._audio[sent : sent + FEED_BYTES])
                await process.send(sphinx.AUDIO, piece)
                sent += len(piece)
            if self._ended:
                await process.send(sphinx.END)
                return
            self._more.clear()
            await self._more.wait()
