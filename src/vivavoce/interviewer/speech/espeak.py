"""espeak-ng by its library: the wheel's (`espeakng_loader`), or the system's where there is no wheel.

The library keeps its state in globals, so one thread of the process makes all the calls.
"""

import asyncio
import ctypes
import ctypes.util
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import VoiceFailed
from vivavoce.interviewer.speech.shapes import SPOKEN_RATE
from vivavoce.interviewer.voices import LOCAL_VARIANTS

DEFAULT = "default"
WORDS_PER_MINUTE = 158
PITCH, PITCH_RANGE = 46, 58
"""A little livelier than the engine's flat default, so that a long question does not drone."""
MAX_TEXT = 5_000
"""Characters of one text to speak; the engine takes some 10 ms for a hundred."""

SYNCHRONOUS = 2
DO_NOT_EXIT = 0x8000
TEXT_IS_UTF8 = 1
BY_CHARACTER = 1
SET_RATE, SET_PITCH, SET_RANGE = 1, 3, 4
CHUNK_MS = 200
ENGINE_RATE = 22_050

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    def __init__(self, language: Language, voice: str = DEFAULT) -> None:
        self._voice = f"{language}+{LOCAL_VARIANTS[voice]}".encode()

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        """The whole text at once: the engine is some hundred times faster than the listener."""
        loop = asyncio.get_running_loop()
        yield await loop.run_in_executor(_thread(), _synthesize, text[:MAX_TEXT], self._voice)


def available() -> bool:
    return _library_and_data() is not None


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="espeak")


def _library_and_data() -> tuple[str, bytes | None] | None:
    try:
        import espeakng_loader  # noqa: PLC0415 - an extra of the package
    except ImportError:
        name = ctypes.util.find_library("espeak-ng")
        return (name, None) if name else None
    return espeakng_loader.get_library_path(), str(Path(espeakng_loader.get_data_path()).parent).encode()


@cache
def _library() -> Any:
    found = _library_and_data()
    if found is None:
        raise VoiceFailed("there is no espeak-ng: install the extra local-speech, or Debian's espeak-ng")
    path, data = found
    try:
        library = ctypes.CDLL(path)
    except OSError as fault:
        raise VoiceFailed("espeak-ng's library cannot be loaded") from fault
    rate = library.espeak_Initialize(SYNCHRONOUS, CHUNK_MS, data, DO_NOT_EXIT)
    if rate != ENGINE_RATE:
        raise VoiceFailed(f"espeak-ng did not start, or speaks at {rate} Hz")
    return library


def _synthesize(text: str, voice: bytes) -> bytes:
    library = _library()
    pieces: list[bytes] = []

    def keep(samples: Any, count: int, _events: int | None) -> int:
        if samples and count > 0:
            pieces.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = Callback(keep)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice) != 0:
        raise VoiceFailed(f"espeak-ng has no voice {voice.decode()}")
    for parameter, value in ((SET_RATE, WORDS_PER_MINUTE), (SET_PITCH, PITCH), (SET_RANGE, PITCH_RANGE)):
        library.espeak_SetParameter(parameter, value, 0)
    # NUL would end the text for the library.
    said = text.replace("\0", " ").encode()
    if library.espeak_Synth(said, len(said) + 1, 0, BY_CHARACTER, 0, TEXT_IS_UTF8, None, None) != 0:
        raise VoiceFailed("espeak-ng refused the text")
    return resampled(b"".join(pieces), ENGINE_RATE)


def resampled(pcm: bytes, rate: int) -> bytes:
    """To SPOKEN_RATE."""
    import av  # noqa: PLC0415 - 20 MB that only voices need
    import numpy as np  # noqa: PLC0415 - 20 MB, loaded by the first who needs it

    frame = av.AudioFrame.from_ndarray(
        np.frombuffer(pcm, np.int16).reshape(1, -1), format="s16", layout="mono"
    )
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SPOKEN_RATE)
    return b"".join(
        one.to_ndarray().tobytes() for one in (*resampler.resample(frame), *resampler.resample(None))
    )
