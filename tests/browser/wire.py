"""A network that can be gone: what a browser sends to a port of this machine goes through here, and may stand still.

Cut, it passes nothing and closes nothing, as a cable does. Mended, what waited goes on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HERE = "127.0.0.1"
CHUNK = 65_536


class Wire:
    def __init__(self, port: int) -> None:
        self._port = port
        self._whole = asyncio.Event()
        self._whole.set()
        self._ends: set[asyncio.Task[None]] = set()
        self.own_port = 0

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        self._whole.set()

    @property
    def rule(self) -> str:
        """For Chromium: whoever asks for the port comes here."""
        return f"MAP {HERE}:{self._port} {HERE}:{self.own_port}"

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._ends.add(task)
        try:
            await self._whole.wait()
            far_reader, far_writer = await asyncio.open_connection(HERE, self._port)
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._ends.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(CHUNK):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
            await self._whole.wait()
        except OSError:
            pass
        finally:
            writer.close()

    async def end(self) -> None:
        for task in self._ends:
            task.cancel()
        await asyncio.gather(*self._ends, return_exceptions=True)


@asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    wire = Wire(port)
    server = await asyncio.start_server(wire.take, HERE, 0)
    wire.own_port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        await wire.end()
