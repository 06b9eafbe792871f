"""How a language says something: one text, or one for each tone that says it its own way."""

from vivavoce.interviewer.plan import Tone

Texts = dict[str, str | dict[Tone | None, str]]
"""By what is said; under None stands what the tones without a text of their own say."""


def by_tone(texts: Texts, key: str, tone: Tone) -> str:
    told = texts[key]
    return told if isinstance(told, str) else told.get(tone, told[None])
