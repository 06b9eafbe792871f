"""What a candidate agrees to, word for word. An agreement stores the text's id, its hash and the time.

The texts lie in `consent_texts/`. One never changes once someone may have agreed to it: a new wording is
a new file, and the old one stays, so that a stored agreement can always be read and checked.
"""

import functools
import hashlib
from pathlib import Path

import msgspec

from vivavoce.interviewer.plan import Language

CURRENT: dict[Language, str] = {"en": "interview-1-en", "fr": "interview-1-fr"}


class ConsentText(msgspec.Struct, frozen=True):
    id: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n\n")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def current(language: Language) -> ConsentText:
    """The text that is shown now."""
    return texts()[CURRENT[language]]


def find(text_id: str) -> ConsentText | None:
    """A text of any age, for what was posted or stored."""
    return texts().get(text_id)


@functools.cache
def texts() -> dict[str, ConsentText]:
    files = (Path(__file__).parent / "consent_texts").glob("*.txt")
    return {file.stem: ConsentText(file.stem, file.read_text("utf-8").strip()) for file in files}
