"""Runs the app on Granian inside this process, until SIGTERM or SIGINT."""

import asyncio
import gc
import signal

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from vivavoce.settings import Settings

BACKLOG = 1_024
COLLECT_AFTER = 10_000
"""New objects between looks for garbage: a request makes hundreds."""


async def serve_app(app: Litestar, settings: Settings) -> None:
    server = Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        log_enabled=False,
    )
    gc.freeze()  # the app is there for good: what looks for garbage need not look through it
    gc.set_threshold(COLLECT_AFTER)
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, server.stop)
    await server.serve()
