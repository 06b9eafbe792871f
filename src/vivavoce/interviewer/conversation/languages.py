"""Whether a text is in another language than the interview's: by its small words, and by its letters."""

import unicodedata

from vivavoce.evaluation.words import STOP_WORDS, tokens
from vivavoce.interviewer.plan import Language

FEWEST_WORDS = 4
"""Fewer may be a name, a title, or a word that both languages have."""
MOST_WORDS = 400
"""Of a long text; the rest is in the same language."""

_ES = """
el los las una unas unos que de del y en con por para pero porque como cuando donde muy mas mi mis yo es era fue son
esta este esto estaba hay tengo hice he ha no si se lo le nos su sus al mucho usted
"""
_DE = """
der die das den dem ein eine einen einem und oder aber weil dass ist war sind ich wir sie es mit von zu auf bei nicht
auch habe hat haben wurde fur als wie mein meine unser sehr nach dann im am
"""
_IT = """
il lo gli una che di del della e ed in con per ma perche come quando dove molto piu mio mia io sono era ho ha abbiamo
non si ci nel nella al alla questo questa anche ero stato
"""
_PT = """
o os as um uma que de do da dos das e em com por para mas porque como quando onde muito mais meu minha eu foi era sao
esta isso tinha nao se no na nos nas ao tambem
"""
_SMALL = {
    **STOP_WORDS,
    "es": frozenset(_ES.split()),
    "de": frozenset(_DE.split()),
    "it": frozenset(_IT.split()),
    "pt": frozenset(_PT.split()),
}


def other_language(text: str, language: Language) -> bool:
    if _other_letters(text):
        return True
    said = tokens(text)[:MOST_WORDS]
    if len(said) < FEWEST_WORDS:
        return False
    counts = {name: sum(token in small for token in said) for name, small in _SMALL.items()}
    mine = counts.pop(language)
    most = max(counts.values())
    return most > mine and 4 * most >= len(said)


def _other_letters(text: str) -> bool:
    """More of it in letters that neither English nor French is written in."""
    letters = [char for char in text[: 10 * MOST_WORDS] if char.isalpha()]
    foreign = sum(not unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return 2 * foreign > len(letters)
