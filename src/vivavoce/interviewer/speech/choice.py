"""Which speech an installation has, by its settings: an OpenAI-compatible endpoint, or what runs here."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vivavoce.evaluation.choice import NO_KEY
from vivavoce.interviewer.plan import Language, Persona
from vivavoce.interviewer.ports import VoiceFailed
from vivavoce.interviewer.speech import espeak, recognisers
from vivavoce.interviewer.speech.recognisers import OpenAITranscription, Sphinx, sphinx_available
from vivavoce.interviewer.speech.shapes import Recogniser, Speaker
from vivavoce.interviewer.speech.speakers import OpenAISpeaker, WithReserve
from vivavoce.interviewer.voices import VOICES, Provider

if TYPE_CHECKING:
    from openai import AsyncOpenAI

SPEECH_MODEL = "gpt-4o-mini-tts"
TRANSCRIPTION_MODEL = "gpt-4o-mini-transcribe"
REMOTE_SECONDS = 15.0
REMOTE_RETRIES = 1
ASK_AGAIN_SECONDS = 60.0
"""What is here hears for so long after the endpoint failed to transcribe."""


@dataclass(frozen=True)
class SpeechSettings:
    openai_api_key: str | None = None
    openai_base_url: str | None = None


class Speech:
    """Made once a process; nothing is loaded until a voice needs it."""

    def __init__(self, settings: SpeechSettings) -> None:
        self._settings = settings
        self._remote = bool(settings.openai_api_key or settings.openai_base_url)
        self._transcribes = self._remote
        self._ask_again = 0.0
        self._client: AsyncOpenAI | None = None
        self._sphinx: Sphinx | None = None

    def demonstration(self, language: Language) -> bool:
        """The recogniser is pocketsphinx, good enough to show the product and no more."""
        return _heard_here(language) and self._failing()

    def hears(self, language: Language) -> bool:
        return self._transcribes or _heard_here(language)

    def recogniser(self, language: Language) -> Recogniser | None:
        here = None
        if _heard_here(language):
            here = self._sphinx = self._sphinx or Sphinx()
        if not self._transcribes:
            return here
        remote = OpenAITranscription(
            self._openai(), TRANSCRIPTION_MODEL, language, missing=self._without_transcription
        )
        if here is None:
            return remote
        return recognisers.WithReserve(remote, here, failing=self._failing, failed=self._transcription_failed)

    def speaker(self, language: Language, persona: Persona) -> Speaker:
        """Raises VoiceFailed where nothing can speak."""
        local = espeak.Espeak(language, voice_of("local", persona)) if espeak.available() else None
        if self._remote:
            remote = OpenAISpeaker(self._openai(), SPEECH_MODEL, voice_of("openai", persona))
            return WithReserve(remote, local) if local else remote
        if local is None:
            raise VoiceFailed("there is no espeak-ng: install the extra local-speech, or Debian's espeak-ng")
        return local

    async def close(self) -> None:
        if self._sphinx is not None:
            await self._sphinx.close()
        if self._client is not None:
            await self._client.close()

    def _without_transcription(self) -> None:
        """Many an endpoint has a language model and no ears; the next voice is heard by what is here."""
        self._transcribes = False

    def _transcription_failed(self) -> None:
        self._ask_again = time.monotonic() + ASK_AGAIN_SECONDS

    def _failing(self) -> bool:
        return not self._transcribes or time.monotonic() < self._ask_again

    def _openai(self) -> "AsyncOpenAI":
        if self._client is None:
            from openai import AsyncOpenAI  # noqa: PLC0415 - half a second and 40 MB, for those who use it

            self._client = AsyncOpenAI(
                api_key=self._settings.openai_api_key or NO_KEY,
                base_url=self._settings.openai_base_url,
                timeout=REMOTE_SECONDS,
                max_retries=REMOTE_RETRIES,
            )
        return self._client


def voice_of(speaks: Provider, persona: Persona) -> str:
    """The persona's, where whoever speaks has it, else its default."""
    return persona.voice if persona.voice in VOICES[speaks] else VOICES[speaks][0]


def _heard_here(language: Language) -> bool:
    return language == "en" and sphinx_available()
