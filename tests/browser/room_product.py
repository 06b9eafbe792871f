"""The product with a real LiveKit server: every interview is a room there."""

import time
from pathlib import Path

from product import PATIENCE, Product

from livekit_server import LiveKitServer


class RoomProduct(Product):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.livekit = LiveKitServer(folder, hook=self.url)
        self.settings = self.livekit.settings

    def start(self) -> None:
        """Until its agent can be asked into rooms."""
        self.livekit.start()
        try:
            super().start()
            self.wait_for("livekit_registered")
        except AssertionError:
            self.livekit.stop()
            raise

    def stop(self) -> int:
        code = super().stop()
        self.livekit.stop()
        return code

    def wait_for(self, event: str, *, times: int = 1) -> None:
        """Until it was told so often in the log."""
        deadline = time.monotonic() + PATIENCE
        while self.log.count(f'"{event}"') < times:
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)
