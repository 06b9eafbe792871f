"""Whether a pause ends the turn: how long to wait after these words.

Recognisers differ: some write punctuation and capitals, others bare lower-case words. Both are read. Silence
alone cuts people off in mid-phrase, so patience depends on how the words so far end.
"""

import re
import unicodedata
from typing import NamedTuple

from vivavoce.interviewer.plan import Language, Patience


class Waits(NamedTuple):
    """Seconds of silence that end the turn, by how the words so far end."""

    complete: float
    unsure: float
    incomplete: float


WAITS: dict[Patience, Waits] = {"patient": Waits(1.6, 2.6, 3.0), "quick": Waits(1.2, 2.0, 3.0)}

SENTENCE_WORDS = 4
"""Fewer bare words may be the start of a sentence as well as an answer."""


def seconds_to_wait(text: str, language: Language, patience: Patience) -> float:
    """Seconds of silence after `text` that end the turn."""
    complete, unsure, incomplete = WAITS[patience]
    plain = plain_words(text)
    words = plain.split()
    if not words or text.rstrip().endswith(("...", "…", "-", "–", "—")):
        return incomplete
    last = words[-1]
    if last.endswith("'") or last in _OPEN[language] or _OPEN_PHRASE[language].search(plain):
        return incomplete
    ended = text.rstrip(" \"'»”)").endswith((".", "!", "?"))
    if last in _LEANING[language] and plain not in _SHORT_ANSWERS:
        return unsure if ended else incomplete
    if ended or plain in _SHORT_ANSWERS:
        return complete
    if last in _HALF_OPEN[language] or re.search(r"[.,;:!?]", text):
        return unsure
    return complete if len(words) >= SENTENCE_WORDS else unsure


def says_nothing(text: str, language: Language) -> bool:
    """Only the noises of somebody who has not begun to answer."""
    return all(word in _NOISES[language] for word in plain_words(text).split())


def only_agrees(text: str, language: Language) -> bool:
    """Only what listeners say while somebody else speaks ("mm-hm", "okay"): not a wish to speak."""
    return all(word in _NOISES[language] | _NODS[language] for word in plain_words(text).split())


def plain_words(text: str) -> str:
    """Lower-case words without accents and punctuation: the same for every recogniser's spelling."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(re.findall(r"[\w']+", bare))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# How words so far end. Open: never an end. Leaning: an end only where the recogniser put a full stop.

_OPEN: dict[Language, frozenset[str]] = {
    "en": _words(
        "and or but because so nor although though unless whereas whether if while since until "
        "the a an my our your their his its these those every "
        "um uh er erm hmm mm ah well like basically actually "
        "i we they he she who which whose where when as than very really quite"
    ),
    "fr": _words(
        "et ou mais donc car or ni que qui dont quand si lorsque puisque comme quoique puis "
        "le la les un une des du de au aux mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs "
        "ce cet cette ces chaque quelques plusieurs "
        "euh heu hum hmm mmh ben bah enfin genre bref "
        "je tu il on ils ne se me te tres trop assez"
    ),
}
_LEANING: dict[Language, frozenset[str]] = {
    "en": _words(
        "of to in on at by for with from about into onto over under between through during against without "
        "within toward towards among across behind before after around near per via that what how why "
        "was were is are am be been being had has have will would could should can may might must "
        "i'm we're they're i've we've i'd we'd i'll we'll it's there's not also just even then"
    ),
    "fr": _words(
        "a dans par pour en vers avec sans sous sur chez entre contre depuis pendant avant apres selon "
        "malgre jusqu'a jusqu'au parmi hors "
        "est etait sont etaient suis etais sommes sera serait ai as avons avez ont avait avais "
        "avaient peut peux doit dois va vais vont elle nous vous elles alors ensuite aussi meme plus "
        "c'est c'etait j'ai j'avais qu'il qu'on qu'elle"
    ),
}
_HALF_OPEN: dict[Language, frozenset[str]] = {
    "en": _words("said think thought know mean first second third maybe perhaps another some any"),
    "fr": _words("dit pense crois sais d'abord premierement autre voire etre avoir faire"),
}
_OPEN_PHRASE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(you know|i mean|kind of|sort of|such as|for example|for instance|because of|due to|in order|"
        r"as well as|let me see|a lot of)$"
    ),
    "fr": re.compile(
        r"\b(parce qu'?e?|par exemple|c'est a dire|en fait|du coup|je veux dire|comment dire|a cause|grace a|"
        r"il y a|vous voyez|on va dire|un peu)$"
    ),
}
_NOISES: dict[Language, frozenset[str]] = {
    "en": _words("um uh er erm hm hmm mm mmm ah oh well so okay ok huh"),
    "fr": _words("euh heu hum hm hmm mm mmh ah oh ben bah bon alors ok hein"),
}
_NODS: dict[Language, frozenset[str]] = {
    "en": _words("yes yeah yep right sure alright all thanks thank you hello hi good i see"),
    "fr": _words("oui ouais d'accord merci bien sur voila bonjour tres je vois"),
}
_SHORT_ANSWERS = frozenset(
    {"yes", "no", "not really", "of course", "exactly", "never", "i do", "i don't", "i don't know"}
    | {"oui", "non", "pas vraiment", "bien sur", "tout a fait", "jamais", "je ne sais pas", "exactement"}
)
