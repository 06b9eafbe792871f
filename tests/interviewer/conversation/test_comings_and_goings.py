"""Pages that go and come: in a pause, in the goodbye, and with a voice that cannot be had."""

import pytest

from fakes.plans import QUESTIONS, small_plan
from interviewer.conversation.table import Table
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.moves import Finalize, LineDown, ModeChanged
from vivavoce.interviewer.ports import ControlAction, Partial, ShowState, SpeechStarted

FIRST, SECOND = QUESTIONS["en"]
ANSWER = "I led the payments migration and we cut failures by half."


def asked_first() -> Table:
    table = Table(small_plan())
    table.hear_all()
    return table


@pytest.mark.parametrize("happened", ["line", "crash"])
def test_a_pause_outlives_the_line_and_the_agent(happened: str) -> None:
    table = asked_first()
    table.speak("I led the migration.")
    table.press("pause")
    if happened == "crash":
        table.crash()
    else:
        table.do(LineDown())
    table.join(paused=True)
    assert (table.state, table.saying, table.now.clock_runs) == ("paused", None, False)
    table.speak("No, the blue cup, darling.")
    table.press("resume")
    assert table.hear() == f"{phrases.recap(table.plan, 0, answer_begun=True)} {FIRST}"
    table.answer("It took a year.")
    assert table.transcript[-1] == ("candidate", "I led the migration. It took a year.")


def test_who_paused_before_a_word_was_said_is_greeted_afterwards() -> None:
    table = Table(small_plan())
    table.press("pause")
    table.crash()
    table.join(paused=True)
    assert table.saying is None
    table.press("resume")
    assert phrases.greeting(table.plan, "voice") in table.hear()
    assert table.hear().endswith(FIRST)


def test_a_pause_after_a_skipped_question_goes_on_with_the_next() -> None:
    table = asked_first()
    table.press("skip")
    table.press("pause")
    table.do(LineDown())
    table.join(paused=True)
    assert table.saying is None
    table.press("resume")
    assert table.hear().endswith(SECOND)


@pytest.mark.parametrize(("ending", "completion"), [("skip", "FULL"), ("stop", "PARTIAL")])
def test_who_leaves_during_the_goodbye_has_finished(ending: ControlAction, completion: str) -> None:
    table = asked_first()
    table.press("skip")
    table.hear()
    table.press(ending)
    closing = table.saying
    assert closing
    table.do(LineDown())
    assert table.transcript[-1] == ("agent", closing.text)
    assert table.finals == [Finalize(completion)]


def test_who_talks_over_the_goodbye_and_drops_has_not_finished() -> None:
    table = asked_first()
    table.press("skip")
    table.hear()
    table.answer(ANSWER)
    table.decide(None)
    table.do(SpeechStarted())
    table.do(Partial("wait one more thing"))
    table.do(LineDown())
    assert table.finals == []
    assert table.transcript[-1] == ("candidate", f"{ANSWER} wait one more thing")


def test_a_voice_that_cannot_be_had_is_told_in_the_state() -> None:
    table = Table(small_plan(), mode="text", hears=False)
    table.hear_all()
    shown = [one for one in table.do(ModeChanged("text", hears=False)) if isinstance(one, ShowState)]
    assert [one.mode for one in shown] == ["text"]
