"""Which follow-up an answer asks for, by rules: what thin answers lack.

Of a thing that happened: an example, the own part, what came of it. Of a thing supposed: steps and reasons.
"""

import re

from vivavoce.interviewer.conversation.endpointing import plain_words
from vivavoce.interviewer.conversation.moves import Probe
from vivavoce.interviewer.plan import Language

VERY_SHORT_WORDS = 12
FULL_WORDS = 120
"""An answer as long as this is not asked to grow."""


def rules_follow_up(probe: Probe, language: Language) -> str | None:
    words = plain_words(probe.answer)
    count = len(words.split())
    if count >= FULL_WORDS:
        return None
    signs = _SIGNS[language]
    missing = []
    if signs["unknown"].search(words) and count < 3 * VERY_SHORT_WORDS:
        missing.append("unknown")
    elif count < VERY_SHORT_WORDS:
        missing.append("more")
    supposed = signs["supposed"].search(plain_words(probe.question.text))
    missing += _unreasoned(words, signs) if supposed else _untold(words, signs)
    asked = {plain_words(text) for text in probe.before}
    phrases = (_PHRASES[language][gap] for gap in missing)
    return next((phrase for phrase in phrases if plain_words(phrase) not in asked), None)


def _untold(words: str, signs: "Signs") -> list[str]:
    """What is missing of a thing that happened."""
    missing = []
    if not signs["example"].search(words):
        missing.append("example")
    if signs["we"].search(words) and not signs["i"].search(words):
        missing.append("part")
    if not signs["result"].search(words):
        missing.append("result")
    return missing


def _unreasoned(words: str, signs: "Signs") -> list[str]:
    """What is missing of a thing thought through."""
    missing = []
    if not signs["steps"].search(words):
        missing.append("steps")
    if not signs["reason"].search(words):
        missing.append("reason")
    return missing


_PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "unknown": "That is all right. Is there something close to it that you have seen or done?",
        "more": "Could you tell me a little more about that?",
        "example": "Could you give me a concrete example, a time when this happened?",
        "part": "What was your own part in that?",
        "result": "And what came of it in the end?",
        "steps": "How would you go about that, step by step?",
        "reason": "And why would you do it that way?",
    },
    "fr": {
        "unknown": "Ce n'est pas grave. Avez-vous vu ou fait quelque chose qui s'en approche ?",
        "more": "Pouvez-vous m'en dire un peu plus ?",
        "example": "Pouvez-vous me donner un exemple concret, une fois où c'est arrivé ?",
        "part": "Quelle a été votre part personnelle là-dedans ?",
        "result": "Et qu'est-ce que cela a donné, au bout du compte ?",
        "steps": "Comment vous y prendriez-vous, étape par étape ?",
        "reason": "Et pourquoi feriez-vous ainsi ?",
    },
}
Signs = dict[str, re.Pattern[str]]

_SIGNS: dict[Language, Signs] = {
    "en": {
        "supposed": re.compile(
            r"\b(?:how (?:do|would|should) you|what (?:do|would|should) you|in what order|imagine|suppose)\b"
        ),
        "steps": re.compile(
            r"\b(?:first|begin|start|then|next|after that|afterwards|before|finally|at once|once|step)\b"
        ),
        "reason": re.compile(r"\b(?:because|since|so that|in order to|otherwise|the reason|that way|if)\b"),
        "unknown": re.compile(
            r"\bi (?:don't|do not) (?:really )?know\b|\bno idea\b|\bi(?:'ve| have) never\b"
        ),
        "example": re.compile(
            r"\b(?:example|instance|once|last (?:year|month|week)|in (?:19|20)\d\d|when i|when we|one time|"
            r"at my (?:last|previous|current|first)|i (?:led|built|wrote|made|decided|called|found|fixed|worked|"
            r"started|set|had|did|went|told|asked|helped|moved|changed|ran|took|learned|was)|\d{2,})\b"
        ),
        "we": re.compile(r"\b(?:we|our|us)\b"),
        "i": re.compile(r"\b(?:i|i'm|i've|i'd|my|me|myself)\b"),
        "result": re.compile(
            r"\b(?:results?|resulted|in the end|finally|outcome|led to|so that|reduced|increased|improved|saved|"
            r"cut|grew|faster|succeeded|failed|learned|worked out|shipped|delivered|percent|half|twice|\d+)\b"
        ),
    },
    "fr": {
        "supposed": re.compile(
            r"\b(?:comment (?:vous y prenez|faites|feriez|expliqueriez|trouvez|reagiriez|procedez|allez) ?|"
            r"que (?:faites|feriez) vous|dans quel ordre|imaginez|supposez)"
        ),
        "steps": re.compile(
            r"\b(?:d'abord|commence\w*|ensuite|puis|apres|avant|enfin|finalement|aussitot|une fois|etape)\b"
        ),
        "reason": re.compile(r"\b(?:parce qu\w*|car|puisqu\w*|afin|pour que|sinon|la raison|ainsi|si)\b"),
        "unknown": re.compile(r"\bje (?:ne )?sais pas\b|\baucune idee\b|\bje n'ai jamais\b"),
        "example": re.compile(
            r"\b(?:exemple|une fois|l'an(?:nee)? derniere?|le mois dernier|en (?:19|20)\d\d|quand j'|quand nous|"
            r"lorsque j'|j'ai \w+e|j'ai \w+i|j'ai (?:fait|mis|pris|construit|decouvert|du)|je suis alle|j'etais|"
            r"dans mon (?:dernier|precedent)|\d{2,})"
        ),
        "we": re.compile(r"\b(?:nous|notre|nos|on)\b"),
        "i": re.compile(r"\b(?:je|mon|ma|mes|moi)\b|\bj'"),
        "result": re.compile(
            r"\b(?:resultats?|au final|finalement|a la fin|au bout du compte|abouti|permis|reduit|augmente|"
            r"ameliore|gagne|reussi|echoue|appris|livre|plus vite|moitie|fois moins|pour cent|\d+)\b"
        ),
    },
}
