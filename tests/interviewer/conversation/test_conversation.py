"""The conversation as stories: what is said, asked, stored, and when it ends."""

import pytest

from fakes.plans import QUESTIONS, small_plan
from interviewer.conversation.table import Table
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.endpointing import WAITS
from vivavoce.interviewer.conversation.moves import (
    AmendTurn,
    CloseTurn,
    Evaluate,
    Finalize,
    Joined,
    LineDown,
    ModeChanged,
    Probe,
    Said,
    Say,
    StoreTurn,
    TimeReached,
    Typed,
)
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import Final, Notice, Partial, SpeechStarted, SpeechStopped

FIRST, SECOND = QUESTIONS["en"]
ANSWER = "I led the payments migration and we cut failures by half."


def test_an_interview_from_greeting_to_closing() -> None:
    table = Table(small_plan())
    greeting = table.hear()
    assert "AI interviewer" in greeting
    assert "I record sound and text" in greeting
    assert table.hear().endswith(FIRST)
    table.answer(ANSWER)
    table.decide("What was hardest?")
    table.hear()
    table.answer("The cut-over night was the hardest part.")
    assert table.hear().endswith(SECOND)
    table.answer("I tell people early and offer a smaller scope.")
    table.decide(None)
    assert table.state == "speaking"
    table.hear()

    assert table.transcript == [
        ("agent", phrases.greeting(small_plan(), "voice")),
        ("agent", FIRST),
        ("candidate", ANSWER),
        ("agent", "What was hardest?"),
        ("candidate", "The cut-over night was the hardest part."),
        ("agent", SECOND),
        ("candidate", "I tell people early and offer a smaller scope."),
        ("agent", phrases.closing(small_plan())),
    ]
    assert table.finals == [Finalize("FULL")]
    assert table.state == "ended"
    evaluated = [(one.number, one.question.id) for one in table.actions if isinstance(one, Evaluate)]
    assert evaluated == [(3, "q1"), (5, "q1"), (7, "q2")]
    pending = [one.number for one in table.actions if isinstance(one, StoreTurn) and one.pending]
    assert pending == [2, 4, 6]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_typed_interview_asks_the_same_word_for_word(language: Language) -> None:
    table = Table(small_plan(language, follow_ups=0), mode="text", hears=False)
    table.hear_all()
    for _ in QUESTIONS[language]:
        table.do(Typed("Une réponse tapée, an answer typed."))
        table.hear_all()
    asked = [turn.content for turn in table.turns.values() if turn.role == "agent" and turn.question_id]
    assert asked == list(QUESTIONS[language])
    assert table.finals == [Finalize("FULL")]


def asked_first(**plan: int) -> Table:
    table = Table(small_plan(**plan))
    table.hear_all()
    return table


def test_a_pause_in_mid_phrase_is_waited_out_longer() -> None:
    table = asked_first()
    table.speak("I led the migration and")
    assert table.waiting
    assert table.waiting.seconds == WAITS["patient"].incomplete
    table.speak("we cut failures by half.")
    assert table.waiting.seconds == WAITS["patient"].early
    assert table.transcript[-1] == ("candidate", "I led the migration and we cut failures by half.")


def test_words_that_come_late_do_not_prolong_the_wait() -> None:
    table = asked_first()
    table.do(SpeechStarted())
    table.do(SpeechStopped())
    table.do(Final("I led the migration."))
    assert table.waiting
    assert (table.waiting.seconds, table.waiting.since_speech) == (WAITS["patient"].early, True)


def test_words_are_stored_as_they_come_in_one_turn() -> None:
    table = asked_first()
    table.speak("I led the migration.")
    assert table.transcript[-1] == ("candidate", "I led the migration.")
    table.speak("It took a year.")
    assert [one for one in table.actions if isinstance(one, AmendTurn)] == [
        AmendTurn(3, "I led the migration. It took a year.")
    ]


def test_the_agent_that_started_too_early_yields_and_the_answer_goes_on_as_one_turn() -> None:
    table = asked_first(follow_ups=0)
    table.answer("I led the migration.")
    table.interrupt(share=0.2, played_ms=800)
    assert table.saying is None
    table.do(Partial("and it took"))
    table.do(SpeechStopped())
    table.do(Final("And it took a whole year."))
    assert table.saying is None
    assert table.transcript[-1] == ("candidate", "I led the migration. And it took a whole year.")
    table.pass_time()
    assert table.hear().endswith(SECOND)
    assert [content for role, content in table.transcript].count(SECOND) == 1
    assert table.metrics(3).cut_offs == 1


def test_speech_near_the_end_of_a_question_is_its_answer() -> None:
    table = asked_first(follow_ups=0)
    table.answer(ANSWER)
    table.interrupt(share=0.8, played_ms=4000)
    table.do(Final("I would tell my manager at once."))
    assert table.transcript[-2:] == [("agent", SECOND), ("candidate", "I would tell my manager at once.")]


def test_words_that_arrive_before_the_agent_is_known_to_be_silent_are_kept() -> None:
    table = asked_first(follow_ups=0)
    table.answer("I led the migration.")
    say = table.saying
    assert say
    table.do(SpeechStarted())
    table.do(SpeechStopped())
    table.do(Final("It took a year."))
    table.do(Said(say.id, share=0.1, played_ms=300))
    assert table.transcript[-1] == ("candidate", "I led the migration. It took a year.")


@pytest.mark.parametrize("sound", ["", "mm", "okay"])
def test_a_sound_that_is_no_wish_to_speak_makes_the_agent_say_it_again(sound: str) -> None:
    table = asked_first(follow_ups=0)
    table.answer(ANSWER)
    table.interrupt()
    table.do(SpeechStopped())
    table.do(Final(sound))
    if not table.saying:
        table.pass_time()
    assert table.saying
    assert table.saying.text == SECOND
    assert table.transcript[-1] == ("candidate", ANSWER)


def test_a_noisy_room_does_not_silence_the_agent() -> None:
    table = asked_first()
    table.answer(ANSWER)
    table.decide("What was hardest?")
    for _ in range(2):
        table.interrupt()
        table.do(SpeechStopped())
        table.pass_time()
    assert table.saying
    assert table.do(SpeechStarted()) == ()


def test_a_greeting_that_is_greeted_goes_on_where_it_was() -> None:
    table = Table(small_plan())
    greeting = phrases.greeting(small_plan(), "voice")
    table.interrupt(share=0.1, played_ms=900)
    table.do(SpeechStopped())
    table.do(Final("Hello."))
    assert table.saying
    assert table.saying.kind == "greeting"
    assert table.saying.text.startswith("I am Marie, an AI")
    table.hear_all()
    assert table.transcript == [("agent", greeting), ("agent", FIRST)]


def test_a_moment_holds_the_floor_until_the_candidate_goes_on() -> None:
    table = asked_first()
    table.speak("Could you give me a moment, please?")
    table.hear()
    assert table.state == "holding"
    assert table.waiting is None
    assert len(table.turns) == 2
    table.answer(ANSWER)
    assert table.transcript[-1] == ("candidate", ANSWER)
    assert table.state == "thinking"


def test_a_moment_pressed_in_the_middle_of_an_answer_keeps_it_open() -> None:
    table = asked_first()
    table.speak("I led the migration.")
    table.press("moment")
    assert table.waiting is None
    table.speak("It took a year.")
    assert table.transcript[-1] == ("candidate", "I led the migration. It took a year.")


def test_a_moment_while_the_agent_speaks_has_it_said_again_afterwards() -> None:
    table = asked_first(follow_ups=0)
    table.answer(ANSWER)
    table.press("moment")
    assert table.state == "holding"
    table.press("resume")
    assert table.hear().endswith(SECOND)


def test_i_have_finished_answers_at_once() -> None:
    table = asked_first()
    table.do(SpeechStarted())
    table.do(Final("I led the migration and that's all"))
    assert table.state == "thinking"
    assert table.transcript[-1] == ("candidate", "I led the migration and that's all")


def test_finished_pressed_waits_only_for_the_last_words() -> None:
    table = asked_first()
    table.do(SpeechStarted())
    table.do(Partial("I led the"))
    table.press("finished")
    assert table.state == "listening"
    table.do(Final("I led the migration"))
    assert table.state == "thinking"


def test_finished_without_an_answer_invents_none() -> None:
    table = asked_first()
    table.press("finished")
    assert table.hear() == phrases.say("nothing_heard", small_plan())
    assert table.state == "listening"
    assert len(table.turns) == 2


def test_the_question_is_repeated_word_for_word_and_not_asked_twice() -> None:
    table = asked_first()
    table.speak("sorry can you repeat the question")
    assert table.hear().endswith(FIRST)
    table.press("repeat")
    assert table.hear().endswith(FIRST)
    assert len(table.turns) == 2
    table.answer(ANSWER)
    assert table.transcript[2:] == [("candidate", ANSWER)]


def test_the_follow_up_is_what_is_repeated_while_it_is_open_and_may_be_left_unanswered() -> None:
    table = asked_first()
    table.answer(ANSWER)
    table.decide("What was hardest?")
    table.hear()
    table.press("repeat")
    assert table.hear().endswith("What was hardest?")
    table.do(Typed("That is all."))
    assert table.hear().endswith(small_plan().questions[1].text)


def test_skip_goes_on_and_leaves_no_answer() -> None:
    table = asked_first()
    table.speak("Can we skip this question?")
    assert table.hear() == f"That is fine. This is the last question. {SECOND}"
    table.press("skip")
    table.hear()
    assert [role for role, _ in table.transcript] == ["agent"] * 4
    assert table.finals == [Finalize("FULL")]


def test_a_question_skipped_while_it_is_said_was_asked() -> None:
    table = Table(small_plan())
    table.hear()
    table.press("skip")
    assert table.transcript[-1] == ("agent", FIRST)
    assert table.hear().endswith(SECOND)


def test_a_silent_candidate_gets_one_kind_prompt_then_typing_then_a_saved_pause() -> None:
    table = asked_first()
    said = []
    for _ in range(3):
        table.pass_time()
        said.append(table.hear())
    assert said == [
        phrases.say("still_listening", small_plan()),
        phrases.say("offer_typing", small_plan()),
        phrases.say("saved_pause", small_plan()),
    ]
    assert [one.code for one in table.actions if isinstance(one, Notice)] == ["offer_typing", "saved"]
    assert table.state == "paused"
    assert table.waiting is None
    assert len(table.turns) == 2
    table.answer(ANSWER)
    assert table.transcript[-1] == ("candidate", ANSWER)


def test_noises_alone_are_no_answer() -> None:
    table = asked_first()
    table.speak("um")
    table.pass_time()
    assert table.hear() == phrases.say("still_listening", small_plan())
    table.answer("I led the migration.")
    assert table.transcript[-1] == ("candidate", "um I led the migration.")


def test_who_types_is_given_minutes() -> None:
    table = Table(small_plan(), mode="text", hears=False)
    table.hear_all()
    assert table.pass_time() >= 120
    table.hear()
    assert table.pass_time() >= 300
    table.hear()
    assert table.state == "paused"


def test_a_pause_hears_nothing_and_comes_back_to_the_question() -> None:
    table = asked_first()
    table.speak("I led the migration.")
    table.press("pause")
    table.speak("No, the blue cup, darling.")
    assert table.state == "paused"
    table.press("resume")
    assert table.hear() == f"{phrases.say('go_on', small_plan())} {FIRST}"
    table.answer("It took a year.")
    assert table.transcript[-1] == ("candidate", "I led the migration. It took a year.")


def test_stopping_early_is_confirmed_in_words_and_partial() -> None:
    table = asked_first()
    table.speak("I led the migration.")
    table.press("stop")
    assert table.finals == []
    table.hear()
    assert table.transcript[-1] == ("agent", phrases.closing_early(small_plan()))
    assert table.finals == [Finalize("PARTIAL")]


def test_the_same_follow_up_is_never_asked_twice() -> None:
    table = asked_first(follow_ups=3)
    table.answer(ANSWER)
    table.decide("What was hardest?")
    table.hear()
    table.answer("The night.")
    table.decide("what was hardest")
    assert table.saying
    assert table.saying.text == SECOND


def test_a_follow_up_decided_too_late_is_not_asked() -> None:
    table = asked_first()
    table.answer("I led the migration.")
    table.do(SpeechStarted())
    table.decide("What was hardest?")
    assert table.saying is None
    table.do(Final("It took a year."))
    assert table.transcript[-1] == ("candidate", "I led the migration. It took a year.")


def test_follow_ups_stay_within_their_number() -> None:
    table = asked_first(follow_ups=0)
    table.answer("No.")
    assert not [one for one in table.actions if isinstance(one, Probe)]


def test_the_time_is_told_kindly_once_and_nothing_is_cut() -> None:
    table = asked_first()
    table.do(SpeechStarted())
    table.do(TimeReached())
    assert [one.code for one in table.actions if isinstance(one, Notice)] == ["time"]
    table.do(SpeechStopped())
    table.do(Final(ANSWER))
    table.pass_time()
    assert "no hurry" in table.hear()
    assert table.transcript[-1] == ("agent", SECOND)


def test_words_that_the_recogniser_never_settled_are_taken_and_replaced_once_when_it_does() -> None:
    table = asked_first()
    table.do(SpeechStarted())
    table.do(Partial("i led the migration of payments"))
    table.do(SpeechStopped())
    table.pass_time()
    table.pass_time()
    assert table.transcript[-1] == ("candidate", "i led the migration of payments")
    table.do(Final("I led the migration of payments."))
    assert table.transcript[-1] == ("candidate", "I led the migration of payments.")


def test_a_typed_answer_while_the_question_is_said_answers_it() -> None:
    table = Table(small_plan(follow_ups=0))
    table.hear()
    table.do(Typed(ANSWER))
    assert table.transcript[-2:] == [("agent", FIRST), ("candidate", ANSWER)]
    assert table.hear().endswith(SECOND)


def test_switching_to_typing_stops_the_voice_and_keeps_the_place() -> None:
    table = asked_first()
    table.do(SpeechStarted())
    table.do(Partial("I led the migration"))
    table.do(ModeChanged("text", hears=False))
    assert table.transcript[-1] == ("candidate", "I led the migration")
    table.do(Typed("of the payment service."))
    assert table.transcript[-1] == ("candidate", "I led the migration of the payment service.")


def test_what_is_typed_after_speaking_has_no_place_on_the_recording() -> None:
    table = Table(small_plan())
    table.hear_all()
    table.do(SpeechStarted(at_ms=19_000))
    table.do(SpeechStopped(at_ms=24_000))
    table.do(Final(ANSWER))
    table.pass_time()
    table.decide(None)
    table.hear_all()
    table.do(ModeChanged("text", hears=False))
    table.do(Typed("I tell people early and offer a smaller scope."))
    told = [one for one in table.actions if isinstance(one, StoreTurn) and one.role == "candidate"]
    assert [one.start_ms for one in told] == [19_000, None]
    assert [one.end_ms for one in table.actions if isinstance(one, CloseTurn)] == [24_000]


def test_a_lost_line_keeps_every_word_and_comes_back_to_the_same_question() -> None:
    table = asked_first()
    table.speak("I led the migration.")
    table.do(SpeechStarted())
    table.do(Partial("it took a"))
    table.do(LineDown())
    assert table.transcript[-1] == ("candidate", "I led the migration. it took a")
    assert not table.now.clock_runs
    table.join()
    back = table.hear()
    assert back == f"{phrases.recap(table.plan, 0, answer_begun=True)} {FIRST}"
    table.answer("year.")
    assert table.transcript[-1] == ("candidate", "I led the migration. it took a year.")
    assert len(table.turns) == 3


def test_after_a_crash_the_history_alone_leads_back_to_the_same_question() -> None:
    table = asked_first()
    table.answer(ANSWER)
    table.decide("What was hardest?")
    table.hear()
    table.crash()
    table.join("text", hears=False)
    assert table.hear() == f"{phrases.recap(table.plan, 0, answer_begun=False)} What was hardest?"
    table.do(Typed("The night."))
    assert table.saying
    assert table.saying.text == SECOND
    assert not [one for one in table.actions if isinstance(one, Say) and one.kind == "greeting"][1:]


def test_after_a_crash_in_the_greeting_it_is_said_again() -> None:
    table = Table(small_plan())
    table.crash()
    table.join()
    assert table.saying
    assert table.saying.kind == "greeting"


@pytest.mark.parametrize("completion", ["FULL", "PARTIAL"])
def test_after_a_crash_behind_the_closing_only_finalizing_is_left(completion: str) -> None:
    table = asked_first()
    if completion == "PARTIAL":
        table.press("stop")
    else:
        table.press("skip")
        table.press("skip")
    table.hear()
    table.actions.clear()
    table.crash()
    table.join()
    assert table.finals == [Finalize(completion)]
    assert table.saying is None


def test_nothing_happens_after_the_end() -> None:
    table = asked_first()
    table.press("stop")
    table.hear()
    for event in (Typed("More."), SpeechStarted(), Joined("text", hears=False), LineDown()):
        assert not [one for one in table.do(event) if isinstance(one, Say | StoreTurn | AmendTurn | Finalize)]


def test_a_very_long_answer_goes_on_in_another_turn_and_loses_nothing() -> None:
    table = asked_first()
    long = "a long story " * 2000
    table.speak(long)
    table.speak(long)
    assert [role for role, _ in table.transcript[2:]] == ["candidate", "candidate"]
    assert all(table.turns[number].question_id == "q1" for number in (3, 4))
