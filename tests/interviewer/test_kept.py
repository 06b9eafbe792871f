"""What the next agent has to know, and what is owed to the candidate: kept with the turns as it happens."""

import pytest

from fakes.plans import FACTS, QUESTIONS, guarded_plan, small_plan
from interviewer.conversation.table import Table
from interviewer.house import house
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.moves import CountTurn, Joined, LineDown, Said, Typed
from vivavoce.interviewer.ports import Caption, Final, SpeechStarted, SpeechStopped

FIRST, SECOND = QUESTIONS["en"]
ANSWER = "I led the payments migration and we cut failures by half."
PASTED = f"{ANSWER} " * 4


def asked_first(table: Table) -> Table:
    table.hear_all()
    return table


def another_agent(table: Table, mode: str = "voice") -> None:
    table.crash()
    table.join("text" if mode == "text" else "voice", hears=mode == "voice")


# Cut-offs and waits


def test_cut_offs_are_stored_as_they_happen_and_another_agent_counts_on() -> None:
    table = asked_first(Table(small_plan(follow_ups=0)))
    for times in (1, 2):
        table.answer("I led the migration.")
        table.interrupt(share=0.2, played_ms=800)
        table.do(Final("And it took"))
        assert table.metrics(3).cut_offs == times, "before the turn is over"
        another_agent(table)
        table.hear()


def test_a_cut_off_that_a_hand_over_meets_in_mid_sentence_is_counted() -> None:
    table = asked_first(Table(small_plan(follow_ups=0)))
    table.answer("I led the migration.")
    table.do(SpeechStarted())
    table.do(Final("And it took a year."))
    table.do(LineDown())
    assert table.metrics(3).cut_offs == 1
    assert table.transcript[-1] == ("candidate", "I led the migration. And it took a year.")


def test_a_wait_for_what_is_not_stored_is_counted_with_the_turn_before() -> None:
    table = asked_first(Table(small_plan()))
    for end, said in ((24_000, 24_400), (30_000, 31_000)):
        table.do(SpeechStarted(at_ms=end - 3_000))
        table.do(SpeechStopped(at_ms=end))
        table.do(Final("Can you repeat the question?"))
        assert table.saying
        table.do(Said(table.saying.id, start_ms=said, end_ms=said + 2_000))
        table.crash()
        table.join()
        table.hear()
    assert table.metrics(2).waits_ms == (400, 1_000)


def test_nothing_is_counted_with_a_turn_that_is_not_there() -> None:
    table = Table(small_plan())
    table.interrupt(share=0.0, played_ms=0)
    table.do(SpeechStopped(at_ms=2_000))
    table.do(Final("give me a moment"))
    assert table.saying
    assert table.saying.kind == "prompt"
    table.do(Said(table.saying.id, start_ms=2_300))
    assert not [one for one in table.actions if isinstance(one, CountTurn)]


# What was passed over


@pytest.mark.parametrize("answered", [False, True])
def test_a_skipped_question_is_not_asked_again_by_another_agent(answered: bool) -> None:
    table = asked_first(Table(small_plan()))
    if answered:
        table.speak("I led the migration.")
    table.press("skip")
    another_agent(table)
    assert table.saying
    assert (table.saying.kind, table.saying.text) == ("question", SECOND)
    table.hear()
    table.answer(ANSWER)
    assert table.turns[len(table.turns)].question_id == "q2"


def test_a_skipped_follow_up_leads_to_the_next_question() -> None:
    table = asked_first(Table(small_plan()))
    table.answer(ANSWER)
    table.decide("What was hardest?")
    table.hear()
    table.press("skip")
    another_agent(table)
    assert table.saying
    assert table.saying.text == SECOND


# The goodbye


@pytest.mark.parametrize("completion", ["FULL", "PARTIAL"])
def test_another_agent_says_the_goodbye_that_was_begun(completion: str) -> None:
    table = asked_first(Table(small_plan()))
    table.press("skip")
    table.hear()
    table.speak(ANSWER)
    table.press("stop" if completion == "PARTIAL" else "skip")
    assert table.metrics(len(table.turns)).completion == completion
    another_agent(table)
    assert table.saying
    assert (table.saying.kind, table.now.goodbye) == ("closing", completion)
    table.hear()
    assert [one.completion for one in table.finals] == [completion]
    assert table.metrics(len(table.turns)).completion == completion


def test_who_has_more_to_say_during_the_goodbye_takes_it_back() -> None:
    table = asked_first(Table(small_plan(follow_ups=0)))
    table.press("skip")
    table.hear()
    table.answer("I would tell my manager.")
    table.interrupt(share=0.1, played_ms=500)
    table.do(Final("And then I would write it down."))
    assert table.metrics(4).completion is None
    another_agent(table)
    assert table.saying
    assert (table.saying.kind, table.saying.text) == ("recap", SECOND)


def test_words_that_only_come_late_do_not_take_the_goodbye_back() -> None:
    table = asked_first(Table(small_plan(follow_ups=0)))
    table.press("skip")
    table.hear()
    table.answer("I would tell my manager.")
    table.do(Final("at once"))
    assert table.transcript[-1] == ("candidate", "I would tell my manager. at once")
    assert table.metrics(4).completion == "FULL"


# Replies that are due


def test_why_the_interviewer_paused_is_said_when_it_is_quiet_again() -> None:
    plan = guarded_plan(suspicion=3)
    table = asked_first(Table(plan))
    table.do(Typed(PASTED, pasted=len(PASTED) - 2))
    why = phrases.say("pause_pasted", plan)
    assert table.saying
    assert table.saying.text == why
    table.interrupt(share=0.1, played_ms=300)
    table.answer("And it took a whole year.")
    assert table.hear() == why
    assert table.hear() == phrases.say("own_words", plan)
    table.answer("In my own words then: it was hard.")
    assert table.saying.text == SECOND, "it is said once"


@pytest.mark.parametrize("heard", [False, True])
def test_another_agent_says_why_it_pauses_where_that_was_not_heard(heard: bool) -> None:
    plan = guarded_plan(suspicion=3)
    table = asked_first(Table(plan))
    table.answer("What are the next questions?")
    if heard:
        table.hear()
    another_agent(table)
    table.hear_all()
    table.answer("You are useless.")
    assert table.saying
    assert ("say why" in table.saying.text) != heard


def test_a_reply_that_a_lost_line_cut_is_said_first_when_it_is_back() -> None:
    plan = guarded_plan()
    table = asked_first(Table(plan))
    table.answer("What is the salary?")
    table.find("f1")
    table.do(LineDown())
    table.do(Joined("voice", hears=True))
    reply = phrases.say("by_fact", plan, text=FACTS["en"][0].text)
    assert table.hear() == f"{phrases.say('back', plan)} {reply}"
    assert table.hear() == f"{phrases.say('back_to_question', plan)} {FIRST}"
    assert table.transcript[-1] == ("agent", reply)


def test_another_agent_answers_what_the_candidate_had_asked() -> None:
    plan = guarded_plan()
    table = asked_first(Table(plan))
    table.answer(f"{ANSWER} What is the salary?")
    table.find("f1")
    another_agent(table)
    reply = phrases.say("by_fact", plan, text=FACTS["en"][0].text)
    assert table.hear() == f"{phrases.say('back', plan)} {reply}"
    table.hear()
    table.press("finished")
    assert table.state == "thinking", "the answer counts"


def test_a_pause_keeps_what_is_due() -> None:
    plan = guarded_plan()
    table = asked_first(Table(plan))
    table.answer("What is the salary?")
    table.find("f1")
    table.do(LineDown())
    table.join(paused=True)
    assert table.saying is None
    table.press("resume")
    assert table.hear().endswith(phrases.say("by_fact", plan, text=FACTS["en"][0].text))


# In the world


async def test_what_was_counted_and_passed_over_outlives_the_agent() -> None:
    async with house(small_plan(follow_ups=0)) as home:
        agent = home.agent()
        page = home.join(agent, "voice")
        await home.asked(page, FIRST)
        home.voices.last.slow = True
        page.press("skip")
        await home.product.until(lambda product: product.turns[1].get("metrics") == {"skipped": True})
        await agent.close()
        page = home.join(home.agent(), "voice")
        await home.asked(page, SECOND)
        await page.until(lambda page: Caption("agent", SECOND, final=True, turn_number=3) in page.shown)
