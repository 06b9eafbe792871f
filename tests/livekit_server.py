"""A real LiveKit server for tests, as `.ci/install-livekit server` builds it."""

import os
import signal
import socket
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
    """Tells the product at `hook` of its rooms."""

    def __init__(self, folder: Path, *, hook: str) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as http,
            socket.create_server(("127.0.0.1", 0)) as tcp,
            socket.socket(type=socket.SOCK_DGRAM) as udp,
        ):
            udp.bind(("127.0.0.1", 0))
            self.port, self.tcp_port, udp_port = (one.getsockname()[1] for one in (http, tcp, udp))
        self.url = f"ws://127.0.0.1:{self.port}"
        self.log = folder / "livekit.log"
        self._configuration = _configuration(self.port, self.tcp_port, udp_port, hook=hook)
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

    def suspend(self) -> None:
        """It does nothing any more, and keeps its connections."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

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


def _configuration(port: int, tcp: int, udp: int, *, hook: str) -> str:
    return "\n".join(
        (
            f"port: {port}",
            "bind_addresses: [127.0.0.1]",
            "logging: {level: info}",
            f"rtc: {{tcp_port: {tcp}, udp_port: {udp}, node_ip: 127.0.0.1, use_external_ip: false}}",
            f"keys: {{{KEY}: {SECRET}}}",
            f"webhook: {{api_key: {KEY}, urls: ['{hook}/api/livekit/webhook']}}",
        )
    )
