"""piper: a neural voice from the disk, one for each language, more human than espeak-ng."""

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from vivavoce.interviewer.speech.espeak import MAX_TEXT, resampled
from vivavoce.interviewer.speech.shapes import failures_as_ours


class Piper:
    def __init__(self, path: Path) -> None:
        self._path = path

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        with failures_as_ours():
            yield await asyncio.get_running_loop().run_in_executor(
                _thread(), self._synthesize, text[:MAX_TEXT]
            )

    @cached_property
    def _voice(self) -> Any:
        from piper import PiperVoice  # noqa: PLC0415 - an extra, in this thread only

        return PiperVoice.load(self._path)

    def _synthesize(self, text: str) -> bytes:
        chunks = list(self._voice.synthesize(text))
        if not chunks:
            return b""
        sound = b"".join(chunk.audio_int16_bytes for chunk in chunks)
        return resampled(sound, chunks[0].sample_rate)


@cache
def _thread() -> ThreadPoolExecutor:
    """One for all voices: the phonemes come of a library with globals."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="piper")
