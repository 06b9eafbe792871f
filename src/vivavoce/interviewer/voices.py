"""The voices that an agent can be given, by who speaks them; the first of each is its default."""

from typing import Literal

Provider = Literal["local", "openai", "elevenlabs"]

LOCAL_VARIANTS = {"default": "f2", "clear": "f4", "calm": "m7", "deep": "m3"}
"""espeak-ng's variants of a language, by the names that we give them."""

VOICES: dict[Provider, tuple[str, ...]] = {
    "local": tuple(LOCAL_VARIANTS),
    "openai": (
        *("marin", "cedar", "nova", "shimmer", "coral", "sage", "ballad"),
        *("echo", "onyx", "ash", "verse", "alloy", "fable"),
    ),
    "elevenlabs": ("kev", "souni", "nova_el", "peter", "jeremy", "camille"),
}
