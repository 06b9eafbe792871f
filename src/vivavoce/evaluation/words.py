"""Words of English and French: sentences with their place, tokens, and stems of content words."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

STEM_LENGTH = 5
LONGEST_SENTENCE = 40
"""In words. Recognised speech often has no full stops; a longer run is cut into pieces of this length."""


class Sentence(NamedTuple):
    start: int
    end: int
    text: str


def sentences(text: str) -> list[Sentence]:
    found = []
    for match in re.finditer(r"[^.!?…\n]+(?:[.!?…]+(?!\s|$)[^.!?…\n]+)*[.!?…]*", text):
        words = list(re.finditer(r"\S+", match.group()))
        for first in range(0, len(words), LONGEST_SENTENCE):
            piece = words[first : first + LONGEST_SENTENCE]
            start, end = match.start() + piece[0].start(), match.start() + piece[-1].end()
            found.append(Sentence(start, end, text[start:end]))
    return found


def tokens(text: str) -> list[str]:
    """Words and numbers, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))


def stems(text: str, language: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    stop = STOP_WORDS.get(language, STOP_WORDS["en"])
    return frozenset(
        stem(token, language)
        for token in tokens(text)
        if token not in stop and (len(token) > 1 or token.isdigit())
    )


@lru_cache(maxsize=10_000)
def stem(token: str, language: str) -> str:
    """Cut the ending, then keep the first letters: crude, and as good as finer stemmers on short answers."""
    for ending in ENDINGS.get(language, ENDINGS["en"]):
        if token.endswith(ending) and len(token) - len(ending) >= 3:  # noqa: PLR2004 - less is no stem
            token = token.removesuffix(ending)
            break
    return token[:STEM_LENGTH]


@lru_cache(maxsize=50_000)
def likeness(one: str, other: str) -> float:
    """How alike two stems are, 0 to 1, by groups of three letters: forgives spelling and recognition."""
    if one == other:
        return 1.0
    mine, theirs = _threes(one), _threes(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _threes(word: str) -> set[str]:
    edged = f"^{word}$"
    return {edged[at : at + 3] for at in range(len(edged) - 2)}


def commonplace(language: str) -> frozenset[str]:
    """Stems that nearly every answer about work has: to share them says little."""
    return frozenset(stem(word, language) for word in COMMON_WORDS.get(language, COMMON_WORDS["en"]))


_EN_ENDINGS = """
ization ations ation ingly ments ment ness ings ing edly ied ies ed ers er es s ly ion ions e
"""
_FR_ENDINGS = """
issements issement ements ement ations ation ments ment euses euse eurs eur ances ance antes ante
ants ant aient ions ion ives ive ifs if ees ee ais ait ons ent ez er es ie e s
"""
ENDINGS = {"en": _EN_ENDINGS.split(), "fr": _FR_ENDINGS.split()}

_EN = """
about above after again all also am an and any are aren as at be because been before being below
between both but by can could couldn did didn do does doesn doing don done down during each either
else ever few for from further get gets got had has have having he her here hers him his how if in
into is isn it its itself just let like ll made make makes making many may me might more most much
must my myself no nor not now of off on once one only or other our out over own per rather re same
she should so some something still such than that the their them then there these they thing things
this those through thus to too under until up upon us use used uses using ve very was wasn way we
well were what when where whether which while who whom whose why will with within without would you
your yeah okay um uh really actually basically kind sort lot
"""
_FR = """
afin ai ainsi alors apres au aucun aussi autre autres aux avais avait avant avec avez avoir avons
beaucoup bien ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment
dans de des deux donc dont du elle elles en encore entre est et etaient etais etait etant ete etes
etre eu euh eux fais fait faire fois font hein ici il ils je juste la le les leur leurs lors lui ma
mais meme memes mes moi moins mon ne ni nos notre nous on ont ou oui par parce pas peu peut peux
plus plutot pour pourquoi puis quand que quel quelle quelles quels quelque quelques qui quoi sa sans
se sera ses si soi soit sommes son sont sous suis sur ta te tes toi ton tous tout toute toutes tres
trop tu un une va vais voila vos votre vous vraiment chose choses genre enfin quelqu lorsqu jusqu
puisqu
"""
STOP_WORDS = {"en": frozenset(_EN.split()), "fr": frozenset(_FR.split())}

_EN_COMMON = """
ask company day find give go good help know look month need new people person problem project say see
situation start take talk team tell think time try want week work year
"""
_FR_COMMON = """
aider an annee bon besoin chercher commencer demander devoir dire donner entreprise equipe falloir gens
jour mettre mois nouveau parler penser personne prendre probleme projet savoir semaine situation temps
travail travailler trouver venir voir vouloir
"""
COMMON_WORDS = {"en": _EN_COMMON.split(), "fr": _FR_COMMON.split()}
