"""What in an answer can carry a level at all.

Words that say "I don't know", that repeat the question or the rubric, or that speak to the scorer instead of
the interviewer are no evidence of anything, whoever rates them.
"""

import re
from collections.abc import Sequence

from vivavoce.evaluation.rubric import Criterion
from vivavoce.evaluation.words import Sentence, sentences, stems, tokens

ECHO_SHARE = 0.8
"""A sentence with this share of its content words from the question says nothing of its own."""
RUBRIC_RUN = 8
"""So many words of one line of the rubric in a row are a copy of it, or the whole line when it is shorter."""
SHORTEST_COPY = 6
COPIES = 2

_DOES_NOT_KNOW = re.compile(
    r"""^\W*(?:(?:sorry|well|um+|uh+|euh|honestly|désolée?|pardon|ben|alors|franchement|no|non)\W+)*
    (?: (?:i|we)\s+(?:really\s+|just\s+)?(?:don.?t|do\s+not)\s+(?:really\s+)?(?:know|have\s+an(?:y|swer)\b)
    | (?:i|we)\s+(?:can.?t|cannot)\s+(?:say|answer)
    | (?:i|we)\s+(?:have|.ve|ve)(?:n.?t|\s+no|\s+not|\s+never)\b.{0,20}(?:idea|clue|experience)
    | no\s+idea | (?:i.?m\s+|i\s+am\s+)?not\s+(?:really\s+)?sure | pass\b | next\s+question | skip\b
    | (?:je\s+)?(?:n.?ai\s+|j.?ai\s+)?(?:aucune|pas\s+d.?)\s*(?:idée|expérience)
    | (?:je\s+)?(?:ne\s+|n.?en\s+)?(?:sais|vois)\s+(?:vraiment\s+|trop\s+)?pas | je\s+n.?en\s+sais\s+rien
    | je\s+n.?(?:en\s+)?ai\s+(?:aucune|pas|jamais)\b.{0,20}(?:idée|expérience|réponse) | question\s+suivante )""",
    re.IGNORECASE | re.VERBOSE,
)
_TURNS_ROUND = re.compile(r"\b(?:but|however|mais|cependant)\b", re.IGNORECASE)

_NEAR = r"\b[^.!?\n]{0,40}?"
_TOP = r"""\b(?:5|five|10|ten|cinq|dix|top|full|max\w*|highest|best|perfect|meilleure?|parfaite?)\b"""
_ADDRESSES_SCORER = re.compile(
    rf"""
      \b(?:score|rate|grade|mark|give|award|assign)\s+
        (?:me|this|my|it|the\s+candidate|him|her|them|all|every\w*){_NEAR}{_TOP}
    | \b(?:note[rz]?|donne[rz]?|mets|mettez|mettre|attribue[rz]?|accorde[rz]?)[\s-]+
        (?:moi|nous|lui|la|le|à|une|cette|ma){_NEAR}{_TOP}
    | \b(?:ignore[rz]?|disregard|forget|override|oublie[rz]?){_NEAR}
        \b(?:instruction\w*|rubric\w*|criteria|prompt\w*|previous|above|rules
            |consignes?|grille|critères|règles)\b
    | \byou\s+are\s+(?:now\s+)?(?:an?|the)\s+(?:ai|evaluator|grader|scorer|rater|language\s+model|assistant)\b
    | \b(?:tu\s+es|vous\s+êtes)\s+(?:maintenant\s+)?(?:une?\s|l.)\s*
        (?:ia\b|évaluat|correct(?:eur|rice)|assistant)
    | \bsystem\s+(?:prompt|message)\b | \binvite\s+système\b
    | (?:^|[.!?"»]\s)\s*(?:system|assistant|developer|syst[eè]me|d[ée]veloppeur)\s*:
    | \b(?:my|this|the)\s+(?:answer|candidate|response)\s+
        (?:deserves|should\s+(?:get|receive|have|be)){_NEAR}{_TOP}
    | \b(?:ma|cette|la)\s+(?:réponse|candidature)\s+mérite{_NEAR}{_TOP}
    | \b(?:score|rating|grade|level|note|niveau)\s*(?:[:=]|of|de|is|est)\s*{_TOP}
    | \b(?:score|rating|grade|level|note|niveau)\s+(?:of|for|de|pour)\s+(?:this|my|the|cette|ma|la)\s+\w+\s+
        (?:is|be|est|sera|[:=])\s*{_TOP}
    | ["'](?:level|score|rating|grade|note|niveau)["']\s*:
    | ^\W*(?:level|niveau)\s*[1-5]\b
    | </?\s*(?:system|transcript|interview|instructions?|data)(?:_\w+)?\b
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)


def addresses_scorer(text: str) -> bool:
    return _ADDRESSES_SCORER.search(text) is not None


def solid_sentences(text: str, question: str, rubric: Sequence[Criterion], language: str) -> list[Sentence]:
    """The sentences that could carry a level."""
    aimed = [match.span() for match in _ADDRESSES_SCORER.finditer(text)]
    copied = _copied_lines(text, rubric)
    return [
        sentence
        for sentence in sentences(text)
        if not any(start < sentence.end and sentence.start < end for start, end in aimed)
        and not _does_not_know(sentence.text)
        and not _echoes(sentence.text, question, language)
        and not any(_copies(tokens(sentence.text), line) for line in copied)
    ]


def _does_not_know(sentence: str) -> bool:
    return bool(_DOES_NOT_KNOW.search(sentence)) and not _TURNS_ROUND.search(sentence)


def _echoes(sentence: str, question: str, language: str) -> bool:
    said = stems(sentence, language)
    return bool(said) and len(said & stems(question, language)) >= ECHO_SHARE * len(said)


def _copied_lines(text: str, rubric: Sequence[Criterion]) -> list[list[str]]:
    """The lines of the rubric that were pasted in.

    A candidate may well say one reference point in the same words; two of them, or a level's text, is a copy.
    """
    said = tokens(text)
    anchors = [tokens(line) for criterion in rubric for line in (criterion.description, *criterion.levels)]
    points = [tokens(line) for criterion in rubric for line in criterion.reference_points]
    copied_anchors = [line for line in anchors if _copies(said, line)]
    copied_points = [line for line in points if _copies(said, line)]
    if copied_anchors or len(copied_points) >= COPIES:
        return copied_anchors + copied_points
    return []


def _copies(said: list[str], line: list[str]) -> bool:
    run = min(len(line), RUBRIC_RUN)
    if run < SHORTEST_COPY:
        return False
    spoken = f" {' '.join(said)} "
    return any(f" {' '.join(line[at : at + run])} " in spoken for at in range(len(line) - run + 1))
