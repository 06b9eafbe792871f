"""Speech from an OpenAI-compatible endpoint, with espeak-ng behind it when the endpoint fails."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import structlog

from vivavoce.interviewer.ports import VoiceFailed
from vivavoce.interviewer.speech.shapes import Speaker

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CHUNK_BYTES = 4_800

log = structlog.get_logger()


class OpenAISpeaker:
    """The endpoint's "pcm" is 24 kHz, 16 bits, mono."""

    def __init__(self, client: "AsyncOpenAI", model: str, voice: str) -> None:
        self._client = client
        self._model = model
        self._voice = voice

    async def speak(self, text: str) -> AsyncIterator[bytes]:
        from openai import OpenAIError  # noqa: PLC0415 - half a second and 40 MB, for those who use it

        odd = b""
        try:
            async with self._client.audio.speech.with_streaming_response.create(
                input=text, model=self._model, voice=self._voice, response_format="pcm"
            ) as answer:
                async for piece in answer.iter_bytes(CHUNK_BYTES):
                    whole = odd + piece
                    even = len(whole) // 2 * 2
                    odd = whole[even:]
                    yield whole[:even]
        except OpenAIError as fault:
            log.warning("speech_failed", error=type(fault).__name__)
            raise VoiceFailed("the speech endpoint does not answer as it should") from fault


class WithReserve:
    """The first speaker, or the reserve for a text of which the first made no sound."""

    def __init__(self, first: Speaker, reserve: Speaker) -> None:
        self._first = first
        self._reserve = reserve

    async def speak(self, text: str) -> AsyncIterator[bytes]:
        begun = False
        try:
            async for piece in self._first.speak(text):
                begun = True
                yield piece
        except VoiceFailed:
            if begun:
                raise
        else:
            return
        async for piece in self._reserve.speak(text):
            yield piece
