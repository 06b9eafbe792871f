"""What an interviewer may not say: the check on everything that a model proposes.

A model only ever proposes. What leads, judges, hints at the rubric, runs ahead of the plan, repeats itself or leaves
the subject is not said; rules stand in for it.
"""

import re

from vivavoce.evaluation.words import commonplace, likeness, stem, stems, tokens
from vivavoce.interviewer.conversation.endpointing import plain_words
from vivavoce.interviewer.conversation.languages import other_language
from vivavoce.interviewer.conversation.moves import Probe, Rephrase
from vivavoce.interviewer.plan import Language, Plan

MAX_FOLLOW_UP = 220
SAME_SHARE = 0.7
"""Two questions with this share of their content words in common are one question."""
RUBRIC_WORDS = 2
"""So many words that only the rubric has are a hint."""
STRANGE_WORDS = 2
"""So many words that neither question nor answer has are another subject, where fewer are known."""
ALIKE = 0.6
"""Of two stems ("plan", "planning"), by their letters."""
LONGER, LONGER_BY = 1.8, 60
"""How much longer than the question its rephrasing may be: this many times, or by so many characters."""


def wrong_with_follow_up(text: str, about: str, probe: Probe, plan: Plan) -> str | None:
    """Why it may not be asked; None when it is all right. `about`: the words of the answer that it is about."""
    language, plain = plan.language, plain_words(text)
    asked = (*probe.before, probe.asked, probe.question.text)
    told = " ".join((probe.answer, *asked))
    subject = told + " " + _criteria_told(probe, plan)
    quoted = plain_words(about)
    faults = {
        "empty": not plain,
        "not one question": len(text) > MAX_FOLLOW_UP or text.count("?") != 1 or not text.endswith("?"),
        "asked before": any(_same(text, one, language) for one in asked),
        "ahead of the plan": any(_same(text, one.text, language) for one in plan.questions),
        "leading": _leads(plain, told, language),
        "forbidden topic": bool(_FORBIDDEN.search(plain)),
        "hints at the rubric": _hints(text, told, plan),
        "off topic": not quoted
        or f" {quoted} " not in f" {plain_words(probe.answer)} "
        or _strays(text, subject, language),
        "other language": other_language(text, language),
    }
    return next((name for name, found in faults.items() if found), None)


def wrong_with_rephrasing(text: str, rephrase: Rephrase, plan: Plan) -> str | None:
    """Why these are not the same question in other words; None when they are."""
    language, plain, asked = plan.language, plain_words(text), rephrase.asked
    mine, theirs = _content(text, language), _content(asked, language)
    others = [one.text for one in plan.questions if one.id != rephrase.question.id]
    faults = {
        "empty": not plain,
        "the same words": plain == plain_words(asked),
        "too long": len(text) > max(LONGER * len(asked), len(asked) + LONGER_BY),
        "not one question": text.count("?") > max(1, asked.count("?")) or ("?" in asked and "?" not in text),
        "leading": bool(_LEADING[language].search(plain)),
        "examples": bool(_EXAMPLES[language].search(plain))
        and not _EXAMPLES[language].search(plain_words(asked)),
        "forbidden topic": bool(_FORBIDDEN.search(plain)) and not _FORBIDDEN.search(plain_words(asked)),
        "other figures": _figures(text) != _figures(asked),
        "ahead of the plan": any(_same(text, one, language) for one in others),
        "hints at the rubric": _hints(text, asked, plan),
        "another question": bool(theirs)
        and (not mine & theirs or len(mine - theirs) > 2 * len(mine & theirs) + STRANGE_WORDS),
        "other language": other_language(text, language),
    }
    return next((name for name, found in faults.items() if found), None)


def _criteria_told(probe: Probe, plan: Plan) -> str:
    mine = [one for one in plan.rubric.criteria if one.id in probe.question.criteria]
    return " ".join(f"{one.name} {one.description}" for one in mine)


def _content(text: str, language: Language) -> frozenset[str]:
    """The stems that say what it is about, without what any interviewer says."""
    return stems(text, language) - _USUAL[language]


def _same(one: str, other: str, language: Language) -> bool:
    if plain_words(one) == plain_words(other):
        return True
    mine, theirs = _content(one, language), _content(other, language)
    return len(mine & theirs) >= 2 and len(mine & theirs) >= SAME_SHARE * len(mine | theirs)  # noqa: PLR2004 - one word is no question


def _hints(text: str, told: str, plan: Plan) -> bool:
    lines = [
        line
        for one in plan.rubric.criteria
        for line in (one.name, one.description, *one.levels, *one.reference_points)
    ]
    rubric = frozenset().union(*(stems(line, plan.language) for line in lines))
    secret = rubric - stems(told, plan.language) - commonplace(plan.language) - _USUAL[plan.language]
    return len(stems(text, plan.language) & secret) >= RUBRIC_WORDS


def _strays(text: str, subject: str, language: Language) -> bool:
    said, subjects = stems(text, language), stems(subject, language)
    known = {one for one in said if any(likeness(one, other) >= ALIKE for other in subjects)}
    strange = said - known - commonplace(language) - _USUAL[language]
    return len(strange) >= STRANGE_WORDS and len(strange) > len(known)


def _leads(plain: str, told: str, language: Language) -> bool:
    """Puts words into the candidate's mouth; a question for yes or no does, with what was not said before."""
    if _LEADING[language].search(plain):
        return True
    return bool(_CLOSED[language].search(plain)) and bool(
        stems(plain, language) - stems(told, language) - commonplace(language) - _USUAL[language]
    )


def _figures(text: str) -> frozenset[str]:
    return frozenset(token for token in tokens(text) if token.isdigit())


_USUAL_WORDS: dict[Language, str] = {
    "en": "example instance specific specifically concrete detail describe explain happen happened part own role "
    "result results outcome decide decided decision choose chose chosen reason learn learned hard hardest difficult "
    "challenge challenging important step steps approach react reacted respond change changed differently measure "
    "measured colleague manager team feel end finally first next most exactly manage handle handled able share "
    "tell talk walk bit little concretely personally yourself come came went lead led experience moment case help "
    "last wrong notice",
    "fr": "exemple precis precise precisement concret concrete concretement detail decrire decrivez expliquer "
    "expliquez passe part role resultat resultats abouti decider decide decision choisir choisi raison apprendre "
    "appris dur difficile difficulte defi important importante etape etapes demarche reagir reagi repondre changer "
    "change autrement mesurer mesure collegue responsable equipe sentir fin final finalement premier ensuite "
    "exactement gerer gere capable partager dire parler personnelle personnellement experience moment cas raconter "
    "racontez donner amene conduit aider servi derniere",
}
_LANGUAGES: tuple[Language, ...] = ("en", "fr")
_USUAL: dict[Language, frozenset[str]] = {
    language: frozenset(stem(word, language) for word in _USUAL_WORDS[language].split())
    for language in _LANGUAGES
}
_LEADING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:so you|isn't|aren't|don't|didn't|wouldn't|wasn't|weren't|surely|you would agree)\b|"
        r"\b(?:right|correct|isn't it|don't you think|wouldn't you (?:say|agree)|do you agree that)$|"
        r"\b(?:excellent|impressive|amazing|good answer|well done|great (?:answer|example|job|work|point))\b|"
        r"\b(?:that's|that is|that was|you are|you were|sounds) (?:great|good|wrong|right|bad|weak|strong)\b"
    ),
    "fr": re.compile(
        r"^(?:donc vous|vous avez donc|ne pensez vous pas|n'est ce pas|n'avez vous pas|n'etait ce pas)\b|"
        r"\b(?:n'est ce pas|non|pas vrai|vous ne trouvez pas)$|"
        r"\b(?:excellente?|impressionnante?|bravo|bonne reponse|mauvaise reponse|bel exemple|beau travail)\b"
    ),
}
_CLOSED: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:and |but |so )?(?:did|do|does|have|had|has|was|were|is|are|would|should) (?:you|it|that|they|this|your)\b"
    ),
    "fr": re.compile(
        r"^(?:et |mais |alors )?(?:est ce que vous|avez vous|aviez vous|etes vous|etiez vous|faites vous|est ce|"
        r"utilisez vous|etait ce)\b"
    ),
}
_EXAMPLES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:for example|for instance|such as|e g|like when|perhaps|maybe)\b"),
    "fr": re.compile(r"\b(?:par exemple|tel que|telle que|tels que|telles que|comme quand|peut etre)\b"),
}
_FORBIDDEN = re.compile(
    r"\b(?:how old|your age|married|pregnan\w+|children|your family|religion\w*|church|nationality|ethnic\w*|"
    r"disabilit\w+|illness|politic\w+|vote|salary|sexual\w*|union member|score\w*|rubric|criteri\w+|"
    r"next question|system prompt|my instructions|quel age|votre age|mariee?|enceinte|enfants|votre famille|"
    r"religieu\w+|nationalite|origine ethnique|handicap\w*|maladie|politique|salaire|syndiquee?|grossesse|bareme|"
    r"critere\w*|prochaine question|mes instructions)\b"
)
