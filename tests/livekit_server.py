"""A real LiveKit server for tests, as `.ci/install-livekit server` builds it."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

BINARY = Path(__file__).parents[1] / ".venv" / "livekit" / "livekit-server"
KEY, SECRET = "devkey", "a-secret-for-livekit-in-tests-only"
PATIENCE = 20.0


class LiveKitServer:
    """`webhooks` goes to the products whose address is known by then: start it after them."""

    def __init__(self, folder: Path, port: int, *, hook: str | None = None) -> None:
        self.port = port
        self.url = f"ws://127.0.0.1:{port}"
        self.log = folder / "livekit.log"
        self._configuration = _configuration(port, hook)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> dict[str, str]:
        return {"LIVEKIT_URL": self.url, "LIVEKIT_API_KEY": KEY, "LIVEKIT_API_SECRET": SECRET}

    def start(self) -> None:
        command = [str(binary()), "--config-body", self._configuration]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"LiveKit did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process:
            self._process.kill()  # told to end, it would wait until everybody left
            self._process.wait(PATIENCE)
            self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}", timeout=1):
                return True
        except (urllib.error.URLError, ConnectionError):
            return False


def binary() -> Path:
    """The server, or a loud skip; never a skip where everything must run."""
    if not BINARY.exists():
        reason = "LIVEKIT ROOMS ARE NOT TESTED: there is no livekit-server. Install Go, then .ci/install-livekit server"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return BINARY


def _configuration(port: int, hook: str | None) -> str:
    lines = [
        f"port: {port}",
        "bind_addresses: [127.0.0.1]",
        "logging: {level: info}",
        f"rtc: {{tcp_port: {port + 1}, udp_port: {port + 2}, node_ip: 127.0.0.1, use_external_ip: false}}",
        f"keys: {{{KEY}: {SECRET}}}",
    ]
    if hook:
        lines.append(f"webhook: {{api_key: {KEY}, urls: ['{hook}/livekit/webhook']}}")
    return "\n".join(lines)
