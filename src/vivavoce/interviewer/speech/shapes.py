"""What speaks and what recognises, whoever makes it: PCM16 mono in, text out, and the other way round."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from vivavoce.interviewer.ports import VoiceFailed

HEARD_RATE = 16_000
"""Samples a second of the candidate's audio, everywhere."""
SPOKEN_RATE = 24_000
"""Samples a second of the interviewer's audio on the line."""
SAMPLE_BYTES = 2


class EngineFailed(VoiceFailed):
    """Of one engine. `refused`: it will not, rather than cannot just now. `retry_after`: seconds that it asked for."""

    def __init__(self, message: str, *, refused: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.refused = refused
        self.retry_after = retry_after


REFUSALS = (401, 403, 404)


@contextmanager
def failures_as_ours() -> Iterator[None]:
    """Around an engine's own code: whatever it raises, told without its words, which may repeat what was said."""
    try:
        yield
    except VoiceFailed:
        raise
    except Exception as fault:
        status = getattr(fault, "status_code", None)
        headers = getattr(getattr(fault, "response", None), "headers", {})
        raise EngineFailed(
            type(fault).__name__ if status is None else f"{type(fault).__name__} {status}",
            refused=status in REFUSALS,
            retry_after=_retry_after(headers),
        ) from fault


def _retry_after(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name) or "") / unit
        except ValueError:
            continue
        if seconds >= 0:  # which "nan" is not
            return seconds
    return None


class Speaker(Protocol):
    """A voice in one language."""

    def speak(self, text: str) -> AsyncGenerator[bytes, None]:
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
