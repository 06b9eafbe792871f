"""What speaks and what recognises, whoever makes it: PCM16 mono in, text out, and the other way round."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

HEARD_RATE = 16_000
"""Samples a second of the candidate's audio, everywhere."""
SPOKEN_RATE = 24_000
"""Samples a second of the interviewer's audio on the line."""
SAMPLE_BYTES = 2


class Speaker(Protocol):
    """A voice in one language."""

    def speak(self, text: str) -> AsyncIterator[bytes]:
        """The text as sound at SPOKEN_RATE, as it is made, in whole samples. Raises VoiceFailed."""


class Utterance(Protocol):
    """One stretch of speech that is being recognised."""

    def feed(self, pcm: bytes) -> None:
        """More of it, at HEARD_RATE. Never waits; the caller bounds the length."""

    async def finish(self) -> str:
        """No more comes; what was said. Raises VoiceFailed."""

    def cancel(self) -> None:
        """It was no speech; nothing of it is kept."""


class Recogniser(Protocol):
    """Understands one language."""

    def warm(self) -> None:
        """A voice was opened: load now what takes long, in the background."""

    def begin(self, on_partial: Callable[[str], None]) -> Utterance: ...
