"""Whether a pause ends the turn: how long to wait after these words.

Recognisers differ: some write punctuation and capitals, others bare lower-case words. Both are read. Silence
alone cuts people off in mid-phrase, so it depends on how the words so far end, and on whether they can be the whole
answer to what was asked.
"""

import itertools
import re
import unicodedata
from typing import Literal, NamedTuple

from vivavoce.interviewer.conversation import endings, words
from vivavoce.interviewer.plan import Language, Patience


class Waits(NamedTuple):
    """Seconds of silence that end the turn, by how the words so far end."""

    whole: float
    """They make a whole, and there are enough of them for an answer."""
    early: float
    """They make a whole, but hardly the whole answer."""
    unsure: float
    incomplete: float


WAITS: dict[Patience, Waits] = {
    "patient": Waits(1.45, 2.5, 2.6, 2.75),
    "quick": Waits(1.2, 2.2, 2.23, 2.75),
}

Ends = Literal["whole", "unsure", "incomplete"]

BARE = re.compile(r"[\w'’ ]+")
"""No recogniser that punctuates wrote this."""
LIKELY, UNLIKELY = -1.2, -1.85
"""Decimal logarithms of how often sentences end so: one in 16, one in 70."""
DOUBT: dict[Ends, float] = {"whole": 0.0, "unsure": 0.6, "incomplete": 0.4}
"""What the rules take from that. After words that lead on it is small by itself."""

SENTENCE_WORDS = 4
"""Fewer bare words may be the start of a sentence as well as an answer."""
STORY_WORDS = 20
"""Fewer are hardly an answer to "Tell me about …"."""
CLAUSE_WORDS = 2
"""As few after a "because" or a "when" are not yet a clause."""
SUBJECT_WORDS = 4


def seconds_to_wait(text: str, language: Language, patience: Patience, asked: str = "") -> float:
    """Seconds of silence after `text`, an answer to `asked`, that end the turn."""
    waits, known, plain = WAITS[patience], words.OF[language], plain_words(text)
    if plain in words.SHORT_ANSWERS:
        return waits.whole
    ends = _ends(text, plain, language)
    if ends == "whole":
        return waits.early if _hardly_all(plain, plain_words(asked), known) else waits.whole
    return waits.unsure if ends == "unsure" else waits.incomplete


def _ends(text: str, plain: str, language: Language) -> Ends:
    known = words.OF[language]
    led_on = not known.whole_phrase.search(plain)
    if led_on and _never_ends(text, plain, known):
        return "incomplete"
    if led_on and _leans(plain, known) and not _ended(text):
        ends: Ends = "incomplete"
    else:
        ends = "unsure" if _may_lead_on(text, plain, known) else "whole"
    return _weighed(ends, plain.split()) if language == "en" and BARE.fullmatch(text) else ends


def _weighed(ends: Ends, said: list[str]) -> Ends:
    """What the rules find, beside how often sentences end so."""
    likelihood = endings.likelihood(said)
    if likelihood is None or len(said) < SENTENCE_WORDS:
        return ends
    likelihood -= DOUBT[ends]
    return "whole" if likelihood > LIKELY else "unsure" if likelihood > UNLIKELY else "incomplete"


def _never_ends(text: str, plain: str, known: words.Known) -> bool:
    said = plain.split()
    if not said or text.rstrip().endswith(("...", "…", "-", "–", "—")):
        return True
    return said[-1].endswith("'") or said[-1] in known.open or bool(known.open_phrase.search(plain))


def _may_lead_on(text: str, plain: str, known: words.Known) -> bool:
    said = plain.split()
    signs = (_begun_clause, _only_a_subject, _wants_an_object)
    if not known.whole_phrase.search(plain) and (
        said[-1] in known.half_open or any(sign(said, known) for sign in signs)
    ):
        return True
    goes_on = len(said) < SENTENCE_WORDS or bool(re.search(r"[.,;:!?]", text)) or _only_whom(said, known)
    return goes_on and not _ended(text)


def _ended(text: str) -> bool:
    return text.rstrip(" \"'»”)").endswith((".", "!", "?"))


def _leans(plain: str, known: words.Known) -> bool:
    """A preposition, an auxiliary; "a new", "a very hard": a noun comes. Not "it was new"."""
    said = plain.split()
    before = next((word for word in reversed(said[:-1]) if word not in known.intensifiers), "")
    return said[-1] in known.leaning or (said[-1] in known.attributes and before not in known.copulas)


def _begun_clause(said: list[str], known: words.Known) -> bool:
    """A clause that has only begun: "because people", "when I come"; not "if it's wrong"."""
    last = said[-CLAUSE_WORDS - 1 :]
    return any(word in known.subordinators for word in last[:-1]) and not any(
        "'" in word for word in last[:-1]
    )


def _only_a_subject(said: list[str], known: words.Known) -> bool:
    """A noun that neither a verb nor a preposition governs: "… and my children", "we lost nothing the old one"."""
    verbs = [
        known.is_verb(word) or before in known.pronouns for before, word in itertools.pairwise(["", *said])
    ]
    for length in range(2, min(SUBJECT_WORDS, len(said)) + 1):
        if any(verbs[-length:]):
            return False
        if said[-length] in known.determiners:
            before = said[-length - 1 : -length]
            governed = bool(before) and (verbs[-length - 1] or before[0] in known.governors)
            return not governed and said[-1] not in known.times
    return False


def _wants_an_object(said: list[str], known: words.Known) -> bool:
    """A verb without its object: "I told", "we sent"; not "what I told", "the man that we wanted to send"."""
    return known.is_transitive(said[-1]) and not any(
        word in known.relatives for word in said[-known.reach : -1]
    )


def _only_whom(said: list[str], known: words.Known) -> bool:
    """Whom, and not what: "we told them", "she gave me"."""
    return said[-1] in known.persons and known.is_giving(said[-2])


def _hardly_all(plain: str, asked: str, known: words.Known) -> bool:
    """A story was asked for and only begun, or there is more to a list than was said."""
    if known.announced.search(plain) and not known.last_item.search(plain):
        return True
    return bool(known.asks_for_a_story.search(asked)) and len(plain.split()) < STORY_WORDS


def says_nothing(text: str, language: Language) -> bool:
    """Only the noises of somebody who has not begun to answer."""
    return all(word in words.OF[language].noises for word in plain_words(text).split())


def only_agrees(text: str, language: Language) -> bool:
    """Only what listeners say while somebody else speaks ("mm-hm", "okay"): not a wish to speak."""
    known = words.OF[language]
    return all(word in known.noises | known.nods for word in plain_words(text).split())


def plain_words(text: str) -> str:
    """Lower-case words without accents and punctuation: the same for every recogniser's spelling."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(re.findall(r"[\w']+", bare))
