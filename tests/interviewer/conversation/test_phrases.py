"""What the interviewer says: the same things in both languages, and nothing that cheers, blames or gives away."""

import re
from string import Formatter

import pytest

from vivavoce.interviewer.conversation.phrases import english, french
from vivavoce.interviewer.conversation.phrases.shapes import Texts

CHEERS = re.compile(r"!|\b(?:great|awesome|excellent|wonderful|super|génial|bravo|parfait)\b", re.IGNORECASE)


def wordings(texts: Texts, key: str) -> list[str]:
    told = texts[key]
    return [told] if isinstance(told, str) else list(told.values())


def blanks(wording: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(wording) if name}


def test_both_languages_say_the_same_things() -> None:
    assert english.TEXTS.keys() == french.TEXTS.keys()


@pytest.mark.parametrize("key", sorted(english.TEXTS))
def test_every_tone_and_language_tells_the_same_facts(key: str) -> None:
    told = [*wordings(english.TEXTS, key), *wordings(french.TEXTS, key)]
    assert all(blanks(one) == blanks(told[0]) for one in told), key
    assert not [one for one in told if CHEERS.search(one)]
