"""How long to wait after some words, and which words are for the interviewer."""

import subprocess
import sys

import pytest

from vivavoce.interviewer.conversation.commands import Command, spoken_command
from vivavoce.interviewer.conversation.endpointing import WAITS, seconds_to_wait
from vivavoce.interviewer.plan import Language, Patience

WHOLE, EARLY, UNSURE, INCOMPLETE = range(4)
STORY = {
    "en": "Tell me about a project that you are proud of.",
    "fr": "Parlez-moi d'un projet dont vous êtes fier.",
}
FACT = {"en": "When can you start?", "fr": "Quand pouvez-vous commencer ?"}


@pytest.mark.parametrize("patience", ["patient", "quick"])
@pytest.mark.parametrize(
    ("language", "text", "how"),
    [
        ("en", "We shipped it in March.", WHOLE),
        ("en", "we shipped it in march", WHOLE),
        ("en", "No.", WHOLE),
        ("en", "no", WHOLE),
        ("en", "i don't know", WHOLE),
        ("en", "i would do it like that", WHOLE),
        ("en", "the work was hard", WHOLE),
        ("en", "we meet every monday morning", WHOLE),
        ("en", "we shipped it and", INCOMPLETE),
        ("en", "We shipped it. And.", INCOMPLETE),
        ("en", "so i went to the", INCOMPLETE),
        ("en", "i worked with", INCOMPLETE),
        ("en", "and then we um", INCOMPLETE),
        ("en", "we had, you know", INCOMPLETE),
        ("en", "we used queues such as", INCOMPLETE),
        ("en", "it was a very hard", UNSURE),
        ("en", "i miss having colleagues to learn from", UNSURE),
        ("en", "we changed two songs and the rest went well", WHOLE),
        ("en", "i worked there for three", INCOMPLETE),
        ("en", "I was thinking...", INCOMPLETE),
        ("en", "That is the team I worked with.", WHOLE),
        ("en", "First, we looked at the numbers", UNSURE),
        ("en", "the release", UNSURE),
        ("en", "we were late because people", INCOMPLETE),
        ("en", "then i wrote the plan and my colleagues", UNSURE),
        ("en", "We lost nothing. The old one.", UNSURE),
        ("en", "on the next day i told", INCOMPLETE),
        ("en", "she came in and i offered them", UNSURE),
        ("en", "She came in and I offered them.", WHOLE),
        ("en", "you do not know if it's wrong", WHOLE),
        ("en", "i asked what they wanted to know", WHOLE),
        ("en", "I gave up before anybody mentions the real problem.", WHOLE),
        ("en", "They left it there, though.", WHOLE),
        ("en", "", INCOMPLETE),
        ("fr", "J’ai livré le projet en mars.", WHOLE),
        ("fr", "j'ai livré le projet en mars", WHOLE),
        ("fr", "non", WHOLE),
        ("fr", "il est venu avec nous", WHOLE),
        ("fr", "on a livré le projet parce que", INCOMPLETE),
        ("fr", "on a livré le projet parce qu’", INCOMPLETE),
        ("fr", "j'ai travaillé avec", INCOMPLETE),
        ("fr", "et là, euh", INCOMPLETE),
        ("fr", "c'est un projet que", INCOMPLETE),
        ("fr", "j'ai travaillé dans une petite", INCOMPLETE),
        ("fr", "D'abord, on a regardé les chiffres", UNSURE),
        ("fr", "on était en retard quand le client", UNSURE),
        ("fr", "ce jour là mon chef a demandé", UNSURE),
    ],
)
def test_the_wait_depends_on_how_the_words_end(
    language: Language, text: str, how: int, patience: Patience
) -> None:
    assert seconds_to_wait(text, language, patience, FACT[language]) == WAITS[patience][how]


def test_without_pocketsphinx_rules_alone_judge_bare_words() -> None:
    lines = {
        "the work was hard": WHOLE,
        "i liked what they made": WHOLE,
        "we were late because people": UNSURE,
        "on the next day i told": UNSURE,
        "it was a very hard": INCOMPLETE,
        "we changed two songs and the rest went well": INCOMPLETE,
    }
    code = f"""
import sys
sys.modules["pocketsphinx"] = None
from vivavoce.interviewer.conversation.endpointing import WAITS, seconds_to_wait
for text, how in {lines}.items():
    assert seconds_to_wait(text, "en", "quick", {FACT["en"]!r}) == WAITS["quick"][how], text
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    ("language", "asked", "text", "how"),
    [
        ("en", STORY, "I once built a small shop in Leeds.", EARLY),
        ("en", FACT, "I could start on the first of March.", WHOLE),
        ("en", STORY, " ".join(["We sold bread to everybody in the street."] * 4), WHOLE),
        ("en", FACT, "There were two reasons for that. The first was the price of it.", EARLY),
        ("en", FACT, "There were two reasons for it. I had no car and then I moved away from it.", WHOLE),
        ("fr", STORY, "J'ai ouvert un atelier dans mon quartier.", EARLY),
        ("fr", FACT, "Je peux commencer en mars.", WHOLE),
        ("fr", STORY, " ".join(["Nous avons vendu du pain dans toute la rue."] * 4), WHOLE),
        ("fr", FACT, "Il y avait deux raisons à mon départ.", EARLY),
    ],
)
def test_a_story_that_has_only_begun_and_a_list_that_goes_on_are_waited_for(
    language: Language, asked: dict[str, str], text: str, how: int
) -> None:
    assert seconds_to_wait(text, language, "patient", asked[language]) == WAITS["patient"][how]


@pytest.mark.parametrize(
    ("language", "text", "command"),
    [
        ("en", "Could you give me a moment, please?", Command("moment", whole=True)),
        ("en", "um let me think about it for a second", Command("moment", whole=True)),
        ("en", "just a second", Command("moment", whole=True)),
        ("en", "hold on a minute", Command("moment", whole=True)),
        ("en", "i need a minute to think", Command("moment", whole=True)),
        ("en", "It was in May. Can I have a moment?", Command("moment", whole=False)),
        ("en", "I have finished.", Command("finished", whole=True)),
        ("en", "ok thats all thank you", Command("finished", whole=True)),
        ("en", "so we shipped it and that's it", Command("finished", whole=False)),
        ("en", "I have nothing more to add.", Command("finished", whole=True)),
        ("en", "Sorry, can you repeat the question?", Command("repeat", whole=True)),
        ("en", "what was the question again", Command("repeat", whole=True)),
        ("en", "i lost the thread could you repeat that please", Command("repeat", whole=False)),
        ("en", "Let's move on to the next question.", Command("skip", whole=True)),
        ("en", "I'd rather not answer that", Command("skip", whole=True)),
        ("fr", "Donnez-moi un instant, s'il vous plaît.", Command("moment", whole=True)),
        ("fr", "laissez-moi réfléchir", Command("moment", whole=True)),
        ("fr", "Je peux avoir une minute ?", Command("moment", whole=True)),
        ("fr", "J’ai terminé.", Command("finished", whole=True)),
        ("fr", "on a livré le projet, voilà, c'est tout pour moi", Command("finished", whole=False)),
        ("fr", "Je n'ai rien à ajouter", Command("finished", whole=True)),
        ("fr", "Est-ce que vous pouvez me répéter la question ?", Command("repeat", whole=True)),
        ("fr", "je n'ai pas compris la question", Command("rephrase", whole=True)),
        ("fr", "On peut passer à la question suivante ?", Command("skip", whole=True)),
        ("fr", "je préfère ne pas répondre", Command("skip", whole=True)),
    ],
)
def test_what_is_asked_of_the_interviewer_is_heard(language: Language, text: str, command: Command) -> None:
    assert spoken_command(text, language) == command


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "it only took a moment"),
        ("en", "a bit"),
        ("en", "two minutes"),
        ("en", "he said that's all"),
        ("en", "we repeat the question in every survey and compare"),
        ("en", "i asked them to give me a minute"),
        ("en", "when i am done i clean up"),
        ("en", "we could skip the tests but we did not"),
        ("fr", "ça a pris un petit moment"),
        ("fr", "quand j'ai fini"),
        ("fr", "il m'a dit que c'est tout"),
        ("fr", "on passe beaucoup de temps à relire"),
    ],
)
def test_the_same_words_inside_an_answer_are_the_answer(language: Language, text: str) -> None:
    assert spoken_command(text, language) is None
