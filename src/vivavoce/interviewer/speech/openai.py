"""Hearing and speaking by an endpoint of OpenAI's kind: an utterance is sent when it is over."""

import io
import wave
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING

import msgspec

from vivavoce.evaluation.choice import NO_KEY
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech.engines import Engine
from vivavoce.interviewer.speech.shapes import (
    HEARD_RATE,
    SAMPLE_BYTES,
    EngineFailed,
    Utterance,
    failures_as_ours,
)

if TYPE_CHECKING:
    from openai import AsyncOpenAI

SECONDS = 15.0
CHUNK_BYTES = 4_800


def client_of(engine: Engine) -> "AsyncOpenAI":
    """Without tries of its own: what stands behind the engine is asked instead."""
    from openai import AsyncOpenAI  # noqa: PLC0415 - half a second and 40 MB, for those who use it

    return AsyncOpenAI(api_key=engine.key or NO_KEY, base_url=engine.url, timeout=SECONDS, max_retries=0)


class OpenAITranscription:
    def __init__(self, client: "AsyncOpenAI", model: str, language: Language) -> None:
        self._client = client
        self._model = model
        self._language = language

    def warm(self) -> None:
        """Nothing to load here."""

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:  # noqa: ARG002 - only streams have partials
        return _WholeUtterance(self)

    async def transcribe(self, pcm: bytes) -> str:
        with failures_as_ours():
            answer = await self._client.audio.transcriptions.with_raw_response.create(
                file=("answer.wav", _wav(pcm), "audio/wav"),
                model=self._model,
                language=self._language,
                response_format="json",
            )
            # Read strictly: the SDK passes on whatever came back.
            return msgspec.json.decode(answer.http_response.content, type=_Transcription).text.strip()


class OpenAISpeaker:
    """The endpoint's "pcm" is 24 kHz, 16 bits, mono."""

    def __init__(self, client: "AsyncOpenAI", model: str, voice: str) -> None:
        self._client = client
        self._model = model
        self._voice = voice

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        odd = b""
        with failures_as_ours():
            async with self._client.audio.speech.with_streaming_response.create(
                input=text, model=self._model, voice=self._voice, response_format="pcm"
            ) as answer:
                if answer.headers.get("content-type", "").startswith(("text/", "application/json")):
                    raise EngineFailed("it answered with text in place of sound")
                async for piece in answer.iter_bytes(CHUNK_BYTES):
                    whole = odd + piece
                    even = len(whole) // SAMPLE_BYTES * SAMPLE_BYTES
                    odd = whole[even:]
                    yield whole[:even]


class _WholeUtterance:
    def __init__(self, owner: OpenAITranscription) -> None:
        self._owner = owner
        self._audio = bytearray()

    def feed(self, pcm: bytes) -> None:
        self._audio += pcm

    async def finish(self) -> str:
        return await self._owner.transcribe(bytes(self._audio))

    def cancel(self) -> None:
        self._audio.clear()


class _Transcription(msgspec.Struct, frozen=True):
    text: str


def _wav(pcm: bytes) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(HEARD_RATE)
        file.writeframes(pcm)
    return whole.getvalue()
