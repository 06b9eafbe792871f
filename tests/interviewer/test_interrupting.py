"""What is heard while the interviewer speaks: the first sign of speech holds it, a wish to speak stops it."""

import pytest

from fakes.flite import silence, spoken
from fakes.hearing import Notebook, Scripted
from vivavoce.interviewer.conversation.interrupting import MOST_HOLDS, wishes_to_speak
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import Final, SpeechStarted, SpeechStopped, VoiceFailed
from vivavoce.interviewer.speech.shapes import HEARD_RATE

SENTENCE = "I would like to say something now."


def begin(text: str, seconds: float) -> bytes:
    """The first sounds of it."""
    said = spoken(text).lstrip(b"\0")
    return said[: 2 * round(seconds * HEARD_RATE)]


def while_the_agent_speaks(words: str = "", *, for_seconds: float = 2.0) -> tuple[Notebook, Scripted]:
    recogniser = Scripted(words)
    notebook = Notebook(recogniser)
    notebook.hearing.agent_speaks(speaks=True)
    notebook.hear(silence(for_seconds))
    return notebook, recogniser


async def test_the_first_sign_of_speech_holds_the_interviewer_and_a_sentence_stops_it() -> None:
    notebook, _ = while_the_agent_speaks()
    begun = notebook.fed_ms
    notebook.hear(spoken(SENTENCE))
    ((quiet, held_at),) = notebook.holds
    assert quiet
    assert held_at - begun < 350
    assert isinstance(notebook.events[0], SpeechStarted)
    assert 900 < notebook.at_ms[0] - begun < 1400
    await notebook.hearing.close()


@pytest.mark.parametrize(
    ("words", "just_begun"), [("okay", False), ("okay", True), ("", True), ("the", False), ("but but", False)]
)
async def test_a_nod_a_cough_or_what_a_recogniser_makes_of_one_leaves_the_interviewer_going_on(
    words: str, *, just_begun: bool
) -> None:
    notebook, _ = while_the_agent_speaks(words, for_seconds=0.5 if just_begun else 2.0)
    notebook.hear(begin("okay", 0.4) + silence(1.0))
    await notebook.until(lambda: len(notebook.holds) == 2)
    assert [quiet for quiet, _ in notebook.holds] == [True, False]
    assert notebook.events == []
    await notebook.hearing.close()


async def test_what_has_no_words_is_not_given_to_the_recogniser() -> None:
    notebook, recogniser = while_the_agent_speaks()
    notebook.hear(begin("okay", 0.27) + silence(1.0))
    assert (recogniser.begun, recogniser.cancelled) == (1, 1)
    await notebook.hearing.close()


@pytest.mark.parametrize(
    ("words", "just_begun"), [("wait", False), ("in march", True), ("no that is wrong", False)]
)
async def test_a_short_wish_to_speak_is_known_by_its_words(words: str, *, just_begun: bool) -> None:
    notebook, _ = while_the_agent_speaks(words, for_seconds=0.5 if just_begun else 2.0)
    notebook.hear(begin("In March.", 0.4) + silence(1.0))
    await notebook.until(lambda: notebook.count(Final) == 1)
    assert [type(event) for event in notebook.events] == [SpeechStarted, SpeechStopped, Final]
    assert notebook.events[-1] == Final(words)
    await notebook.hearing.close()


async def test_one_more_word_of_the_answer_does_not_stop_the_interviewer_and_is_not_lost() -> None:
    notebook, _ = while_the_agent_speaks("Tuesday", for_seconds=0.5)
    notebook.hear(begin("Tuesday.", 0.5) + silence(1.0))
    await notebook.until(lambda: notebook.count(Final) == 1)
    assert notebook.events == [Final("Tuesday")]
    assert [quiet for quiet, _ in notebook.holds] == [True, False]
    await notebook.hearing.close()


async def test_while_the_candidate_may_be_going_on_the_interviewer_waits_for_the_words() -> None:
    notebook, recogniser = while_the_agent_speaks("in march", for_seconds=0.5)
    recogniser.release.clear()
    notebook.hear(begin("In March.", 0.4) + silence(1.0))
    assert [quiet for quiet, _ in notebook.holds] == [True]
    recogniser.release.set()
    await notebook.until(lambda: notebook.count(Final) == 1)
    assert [quiet for quiet, _ in notebook.holds] == [True]
    await notebook.hearing.close()


async def test_who_speaks_again_before_the_words_were_judged_is_speaking() -> None:
    notebook, recogniser = while_the_agent_speaks("wait")
    recogniser.release.clear()
    notebook.hear(begin("Wait.", 0.4) + silence(0.9))
    notebook.hear(begin(SENTENCE, 0.5))
    recogniser.release.set()
    await notebook.until(lambda: notebook.count(Final) == 1)
    assert notebook.count(SpeechStarted) == 1
    assert notebook.count(SpeechStopped) == 0
    await notebook.hearing.close()


async def test_a_room_that_is_never_quiet_does_not_hold_the_interviewer_again_and_again() -> None:
    notebook, _ = while_the_agent_speaks("okay")
    for _ in range(MOST_HOLDS + 2):
        notebook.hear(begin("okay", 0.4) + silence(1.0))
        await notebook.until(lambda: not notebook.holds[-1][0])
    assert len(notebook.holds) == 2 * MOST_HOLDS
    notebook.hearing.agent_speaks(speaks=True)
    notebook.hear(begin("okay", 0.4))
    assert notebook.holds[-1][0], "in what it says next"
    await notebook.hearing.close()


async def test_a_recogniser_that_fails_on_a_murmur_is_told() -> None:
    notebook, recogniser = while_the_agent_speaks()
    recogniser.fault = VoiceFailed("gone")
    notebook.hear(begin("Wait.", 0.4) + silence(1.0))
    await notebook.until(lambda: False)
    assert notebook.failure is recogniser.fault
    await notebook.hearing.close()


@pytest.mark.parametrize(
    ("language", "text", "just_begun", "wishes"),
    [
        ("en", "Mm-hm.", True, False),
        ("en", "yes okay right", False, False),
        ("en", "wait", False, True),
        ("en", "Sorry, can you repeat that?", False, True),
        ("en", "the", False, False),
        ("en", "by the way", True, True),
        ("en", "and it worked well", False, True),
        ("fr", "Oui, d'accord.", True, False),
        ("fr", "attendez", False, True),
        ("fr", "Je n'ai pas compris la question.", False, True),
        ("fr", "en mars", True, True),
        ("fr", "le", False, False),
    ],
)
def test_nods_are_told_from_wishes_to_speak(
    language: Language, text: str, *, just_begun: bool, wishes: bool
) -> None:
    assert wishes_to_speak(text, language, just_begun=just_begun) is wishes
