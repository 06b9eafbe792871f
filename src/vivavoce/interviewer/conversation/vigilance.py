"""What a person should look at in an answer, and what the agent's level of suspicion makes of it.

0 off · 1 flags only · 2 a follow-up asks for the candidate's own words · 3 the interviewer pauses and says why first.
Signals are about the text alone, never about a voice, a face, an accent or the time it took. A flag moves no score
and ends no interview.
"""

import re
from typing import Literal

from vivavoce.evaluation.report import Flag
from vivavoce.evaluation.substance import addresses_scorer
from vivavoce.evaluation.words import sentences, stems, tokens
from vivavoce.interviewer.conversation.endpointing import plain_words
from vivavoce.interviewer.conversation.languages import other_language
from vivavoce.interviewer.conversation.remarks import aimed_at
from vivavoce.interviewer.plan import Plan

FLAGS, ASKS, PAUSES = 1, 2, 3
"""The levels, by what is new in each."""

Signal = Literal[
    "pasted",
    "boilerplate",
    "reads_back",
    "other_language",
    "code",
    "very_long",
    "addresses_scorer",
    "ahead",
    "verdict",
    "steering",
    "insult",
]
_AIMS: tuple[Signal, ...] = ("ahead", "verdict", "steering", "insult")
SUSPICIOUS: tuple[Signal, ...] = ("pasted", "boilerplate", "reads_back")
"""Whether these are the candidate's own words is worth a question."""

PASTED_CHARACTERS = 120
"""A shorter paste is a name or a link."""
LONG_WORDS = 1_000
READ_BACK_WORDS = 6
READ_BACK_SHARE = 0.8
CODE_SIGNS = 3


def signals(answer: str, asked: str, plan: Plan, *, pasted: int = 0) -> tuple[Signal, ...]:
    """`pasted`: how many characters of a typed answer were pasted in one go."""
    language = plan.language
    aims = {aimed_at(one.text, language) for one in sentences(answer)}
    found: dict[Signal, bool] = {
        "pasted": pasted >= PASTED_CHARACTERS and 2 * pasted >= len(answer),
        "boilerplate": bool(_BOILERPLATE.search(answer)),
        "reads_back": _reads_back(answer, asked, plan),
        "other_language": other_language(answer, language),
        "code": len(_CODE.findall(answer)) >= CODE_SIGNS,
        "very_long": len(answer.split()) > LONG_WORDS,
        "addresses_scorer": addresses_scorer(answer),
    }
    if found["addresses_scorer"]:
        aims.intersection_update(("insult",))
    found |= {name: name in aims for name in _AIMS}
    return tuple(name for name, is_so in found.items() if is_so)


def flags_for(found: tuple[Signal, ...], plan: Plan) -> tuple[Flag, ...]:
    if plan.persona.suspicion_level < FLAGS:
        return ()
    return tuple(Flag(one, _SEVERITY.get(one, "info"), _REASONS[plan.language][one]) for one in found)


def suspicious(found: tuple[Signal, ...]) -> Signal | None:
    return next((one for one in SUSPICIOUS if one in found), None)


def _reads_back(answer: str, asked: str, plan: Plan) -> bool:
    """It begins by saying the question again, at length."""
    question = tokens(asked)
    if len(question) < READ_BACK_WORDS:
        return False
    spoken, run = f" {plain_words(answer)} ", " ".join(plain_words(asked).split()[:READ_BACK_WORDS])
    if f" {run} " in spoken:
        return True
    first = next((one.text for one in sentences(answer)), "")
    said, words = stems(first, plan.language), stems(asked, plan.language)
    return len(said) >= READ_BACK_WORDS and len(said & words) >= READ_BACK_SHARE * len(said)


_BOILERPLATE = re.compile(
    r"\bas an ai(?: language)? model\b|\ben tant qu(?:e |['’])(?:ia|intelligence artificielle|mod[eè]le de "
    r"langage)\b|"
    r"^(?:certainly|sure|of course|absolutely|great question)[!,.:]? here(?:'s| is| are)\b|"
    r"^(?:bien s[uû]r|certainement|absolument)[ !,.:]+voici\b|\bi hope this (?:helps|answer)|"
    r"\bhere(?:'s| is) (?:a|an|one|my) (?:possible|sample|suggested|strong|structured|concise|polished) "
    r"(?:answer|response)\b|"
    r"\bvoici (?:une|un) (?:r[ée]ponse|exemple) (?:possible|structur[ée]e?|type)\b|"
    r"^\s*(?:#{1,4} |\*\*[^*\n]{2,60}\*\*)|\[(?:your|insert|company|name|nom|votre|entreprise)[^\]\n]{0,30}\]",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(
    r"[{};]\s*$|^\s*(?:def|class|import|from|return|function|const|let|var|public|private|#include|select|drop|"
    r"insert|"
    r"update|sudo|curl)\b[^.?!\n]*[(){};:=*]|</?[a-z][a-z0-9]*[^>\n]{0,80}>|==|=>|\(\)|\bprint\(|--\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_SEVERITY: dict[Signal, str] = {"addresses_scorer": "warning", "steering": "warning"}
_REASONS: dict[str, dict[Signal, str]] = {
    "en": {
        "pasted": "Most of this answer was pasted in one go. There may be good reasons for it.",
        "boilerplate": "Parts of this answer look like ready-made text.",
        "reads_back": "The answer says the question again.",
        "other_language": "The answer, or much of it, is in another language than the interview.",
        "code": "The answer contains program code.",
        "very_long": "The answer is very long.",
        "addresses_scorer": "The candidate speaks to whoever scores the interview.",
        "ahead": "The candidate asked for the questions to come. They were not told.",
        "verdict": "The candidate asked for scores or for the right answer. Neither was told.",
        "steering": "The candidate tried to give the interviewer other instructions. It kept to the interview.",
        "insult": "There are rude words in this turn.",
    },
    "fr": {
        "pasted": "L’essentiel de cette réponse a été collé d’un coup. Il peut y avoir de bonnes raisons.",
        "boilerplate": "Des passages de cette réponse ressemblent à un texte tout fait.",
        "reads_back": "La réponse redit la question.",
        "other_language": "La réponse, ou une bonne part, est dans une autre langue que l’entretien.",
        "code": "La réponse contient du code.",
        "very_long": "La réponse est très longue.",
        "addresses_scorer": "Le candidat s’adresse à qui note l’entretien.",
        "ahead": "Le candidat a demandé les questions à venir. Elles n’ont pas été données.",
        "verdict": "Le candidat a demandé des notes ou la bonne réponse. Ni les unes ni l’autre n’ont été données.",
        "steering": "Le candidat a voulu donner d’autres consignes. L’entretien a suivi son cours.",
        "insult": "Il y a des mots grossiers dans ce tour.",
    },
}
