"""faster-whisper with a model from the disk, for every interview of the process; an utterance is heard when it is over.

Its native code lets the other threads go on while it works. One utterance at a time: two would each take twice as long.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech.shapes import Utterance, failures_as_ours

BEAMS = 1
"""Greedy: more beams take as many times as long, for a percent or two of the words."""
FINAL_SECONDS = 30.0
FULL_SCALE = 32_768.0


class Whisper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="whisper")

    def recogniser(self, language: Language) -> "WhisperRecogniser":
        return WhisperRecogniser(self, language)

    def load(self) -> None:
        """In the background; a model that cannot be loaded is told by the first utterance."""
        self._thread.submit(lambda: self._model)

    async def transcribe(self, pcm: bytes, language: Language) -> str:
        loop = asyncio.get_running_loop()
        with failures_as_ours():
            async with asyncio.timeout(FINAL_SECONDS):
                return await loop.run_in_executor(self._thread, self._transcribe, pcm, language)

    @cached_property
    def _model(self) -> Any:
        from faster_whisper import WhisperModel  # noqa: PLC0415 - an extra, in this thread only

        return WhisperModel(str(self._folder), device="cpu", compute_type="int8", local_files_only=True)

    def _transcribe(self, pcm: bytes, language: Language) -> str:
        import numpy as np  # noqa: PLC0415 - 20 MB, loaded by the first who needs it

        sound = np.frombuffer(pcm, np.int16).astype(np.float32) / FULL_SCALE
        segments, _ = self._model.transcribe(
            sound,
            language=language,
            beam_size=BEAMS,
            without_timestamps=True,
            condition_on_previous_text=False,
        )
        return " ".join(segment.text.strip() for segment in segments).strip()


class WhisperRecogniser:
    def __init__(self, whisper: Whisper, language: Language) -> None:
        self._whisper = whisper
        self._language = language

    def warm(self) -> None:
        self._whisper.load()

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:  # noqa: ARG002 - the whole is heard at once
        return _WhisperUtterance(self._whisper, self._language)


class _WhisperUtterance:
    def __init__(self, whisper: Whisper, language: Language) -> None:
        self._whisper = whisper
        self._language = language
        self._audio = bytearray()

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm

    async def finish(self) -> str:
        return await self._whisper.transcribe(bytes(self._audio), self._language)

    def cancel(self) -> None:
        self._audio.clear()
