"""Runs the app on Granian inside this process, until SIGTERM or SIGINT."""

import asyncio
import signal

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from vivavoce.settings import Settings

BACKLOG = 1_024


async def serve_app(app: Litestar, settings: Settings) -> None:
    server = Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, server.stop)
    await server.serve()
