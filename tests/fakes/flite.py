"""A synthetic candidate's voice: flite, a Debian package, speaks what a candidate would say."""

import shutil
import subprocess
import tempfile
import wave
from functools import lru_cache
from pathlib import Path

RATE = 16_000
HOW_TO_INSTALL = "the spoken tests need flite: sudo apt-get install --yes flite"


def silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE))


@lru_cache(maxsize=256)
def spoken(text: str, voice: str = "rms", stretch: float = 1.0) -> bytes:
    """PCM16 mono at 16 kHz; a larger `stretch` is slower. Fails without flite, with the command that helps."""
    program = shutil.which("flite")
    if program is None:
        raise RuntimeError(HOW_TO_INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        pace = f"duration_stretch={stretch}"
        command = [program, "-voice", voice, "--setf", pace, "-t", text, "-o", str(path)]
        subprocess.run(command, check=True, timeout=30)
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
            return file.readframes(file.getnframes())
