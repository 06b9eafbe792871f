"""One page, as long as it is there: messages in order, and a voice while it has one."""

import asyncio

from vivavoce.interviewer.ports import TRY_AGAIN, Connection, LineLost, ToPage, Voice

MAX_WAITING = 1_000
FLUSH_SECONDS = 3.0


class Line:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.voice: Voice | None = None
        self._waiting: asyncio.Queue[ToPage] = asyncio.Queue(MAX_WAITING)
        self._sending = asyncio.create_task(self._send())

    def send(self, message: ToPage) -> None:
        """In order, soon. A page that does not read loses the line, and comes back."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._sending.cancel()

    async def close(self, code: int, reason: str = "") -> None:
        """What was sent goes out first."""
        flushed = asyncio.create_task(self._waiting.join())
        await asyncio.wait(
            {flushed, self._sending}, timeout=FLUSH_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        flushed.cancel()
        await self.connection.close(code, reason)
        await self.drop()

    async def drop(self) -> None:
        """Nothing is sent or spoken any more."""
        self._sending.cancel()
        await self.silence()

    async def silence(self) -> None:
        voice, self.voice = self.voice, None
        if voice:
            await voice.close()

    async def _send(self) -> None:
        try:
            while True:
                await self.connection.send(await self._waiting.get())
                self._waiting.task_done()
        except LineLost:
            return
        finally:
            await self.connection.close(TRY_AGAIN, "the page does not read")
