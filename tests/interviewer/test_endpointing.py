"""How long to wait after some words, and which words are for the interviewer."""

import pytest

from vivavoce.interviewer.commands import Command, spoken_command
from vivavoce.interviewer.endpointing import WAITS, seconds_to_wait
from vivavoce.interviewer.plan import Language

COMPLETE, UNSURE, INCOMPLETE = WAITS["patient"]


@pytest.mark.parametrize(
    ("language", "text", "seconds"),
    [
        ("en", "We shipped it in March.", COMPLETE),
        ("en", "we shipped it in march", COMPLETE),
        ("en", "No.", COMPLETE),
        ("en", "no", COMPLETE),
        ("en", "i don't know", COMPLETE),
        ("en", "we shipped it and", INCOMPLETE),
        ("en", "We shipped it. And.", INCOMPLETE),
        ("en", "so i went to the", INCOMPLETE),
        ("en", "i worked with", INCOMPLETE),
        ("en", "That is the team I worked with.", UNSURE),
        ("en", "and then we um", INCOMPLETE),
        ("en", "we had, you know", INCOMPLETE),
        ("en", "we used queues such as", INCOMPLETE),
        ("en", "I was thinking...", INCOMPLETE),
        ("en", "First, we looked at the numbers", UNSURE),
        ("en", "the release", UNSURE),
        ("en", "", INCOMPLETE),
        ("fr", "J’ai livré le projet en mars.", COMPLETE),
        ("fr", "j'ai livré le projet en mars", COMPLETE),
        ("fr", "non", COMPLETE),
        ("fr", "on a livré le projet parce que", INCOMPLETE),
        ("fr", "on a livré le projet parce qu’", INCOMPLETE),
        ("fr", "j'ai travaillé avec", INCOMPLETE),
        ("fr", "et là, euh", INCOMPLETE),
        ("fr", "c'est un projet que", INCOMPLETE),
        ("fr", "D'abord, on a regardé les chiffres", UNSURE),
    ],
)
def test_patience_depends_on_how_the_words_end(language: Language, text: str, seconds: float) -> None:
    assert seconds_to_wait(text, language, "patient") == seconds
    quick = WAITS["quick"][WAITS["patient"].index(seconds)]
    assert seconds_to_wait(text, language, "quick") == quick


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
        ("fr", "je n'ai pas compris la question", Command("repeat", whole=True)),
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
