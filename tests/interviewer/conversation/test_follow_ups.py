"""Which follow-up is asked, by rules."""

import msgspec
import pytest

from fakes.plans import small_plan
from vivavoce.interviewer.conversation.follow_ups import rules_follow_up
from vivavoce.interviewer.conversation.moves import Probe
from vivavoce.interviewer.plan import Language

THIN = "We always plan well and talk to each other about what matters most in the team."
FULL = (
    "For example, last year our import broke the night before a release. I decided to roll it back, told the "
    "client at once and wrote a test for it. In the end we shipped two days later and it never broke again."
)


def probe(answer: str, *before: str, language: Language = "en") -> Probe:
    question = small_plan(language).questions[0]
    return Probe(1, question, question.text, answer, before)


@pytest.mark.parametrize(
    ("language", "answer", "expected"),
    [
        ("en", "It went well.", "a little more"),
        ("en", "I don't know.", "close to it"),
        ("en", THIN, "concrete example"),
        (
            "en",
            "For example last year we rebuilt the import and our team changed the schema in two days.",
            "own part",
        ),
        (
            "en",
            "Last year I rebuilt the import and I changed the schema with a colleague of mine.",
            "came of it",
        ),
        ("fr", "Ça s'est bien passé.", "un peu plus"),
        ("fr", "Je ne sais pas.", "s'en approche"),
        (
            "fr",
            "En général il faut bien planifier et toujours parler de ce qui compte dans une équipe.",
            "exemple",
        ),
        (
            "fr",
            "L'an dernier on a refait notre import et nous avons changé le schéma de la base.",
            "personnelle",
        ),
    ],
)
def test_a_thin_answer_is_asked_for_what_it_lacks(language: Language, answer: str, expected: str) -> None:
    follow_up = rules_follow_up(probe(answer, language=language), language)
    assert follow_up
    assert expected in follow_up


@pytest.mark.parametrize(
    ("language", "question", "answer", "expected"),
    [
        (
            "en",
            "How do you find out what is wrong?",
            "I look at the logs and at the screen of the customer myself.",
            "step by step",
        ),
        (
            "en",
            "In what order do you take them, and why?",
            "First the customer who cannot work, then my colleague, then the refund.",
            "why",
        ),
        (
            "fr",
            "Comment trouvez-vous ce qui ne va pas ?",
            "Je regarde les journaux et l'écran du client, et je lui parle longtemps.",
            "étape",
        ),
        (
            "fr",
            "Dans quel ordre les prenez-vous, et pourquoi ?",
            "D'abord le client bloqué, ensuite ma collègue de bureau, puis seulement le remboursement demandé hier.",
            "pourquoi",
        ),
    ],
)
def test_what_is_only_supposed_is_asked_for_steps_and_reasons_not_for_what_came_of_it(
    language: Language, question: str, answer: str, expected: str
) -> None:
    supposed = msgspec.structs.replace(small_plan(language).questions[0], text=question)
    follow_up = rules_follow_up(Probe(1, supposed, question, answer, ()), language)
    assert follow_up
    assert expected in follow_up
    reasoned = {
        "en": "First the logs, because they tell what changed.",
        "fr": "D'abord les journaux, car ils disent ce qui a changé.",
    }
    full = f"{reasoned[language]} {answer}"
    assert rules_follow_up(Probe(1, supposed, question, full, ()), language) is None


def test_a_full_answer_is_left_alone() -> None:
    assert rules_follow_up(probe(FULL), "en") is None
    assert rules_follow_up(probe("many words " * 80), "en") is None


def test_rules_never_ask_the_same_twice() -> None:
    asked: list[str] = []
    while (follow_up := rules_follow_up(probe(THIN, *asked), "en")) is not None:
        assert follow_up not in asked
        asked.append(follow_up)
    assert asked
