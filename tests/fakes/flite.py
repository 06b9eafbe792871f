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
def spoken(text: str, voice: str = "rms") -> bytes:
    """PCM16 mono at 16 kHz. Fails, with the command that helps, where there is no flite."""
    program = shutil.which("flite")
    if program is None:
        raise RuntimeError(HOW_TO_INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run([program, "-voice", voice, "-t", text, "-o", str(path)], check=True, timeout=30)
        with wave.open(str(path)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
            return file.readframes(file.getnframes())
