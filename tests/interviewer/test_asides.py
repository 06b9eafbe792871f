"""What comes between a question and its answer, as stories: the candidate's questions, other words, steering."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from fakes.plans import FACTS, QUESTIONS, guarded_plan
from interviewer.conversation.table import Table
from interviewer.house import house
from vivavoce.evaluation.report import CandidateQuestion
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.moves import (
    Evaluate,
    FindFact,
    Probe,
    ProbeDecided,
    Rephrase,
    Said,
    StoreTurn,
    TimeNear,
    TimeReached,
    Typed,
)
from vivavoce.interviewer.plan import Language, Plan, Tone
from vivavoce.interviewer.ports import Final, Notice, SpeechStarted, SpeechStopped

FIRST, SECOND = QUESTIONS["en"]
ANSWER = "I led the payments migration and we cut failures by half."
ASKED: dict[Language, tuple[str, str, str]] = {
    "en": ("What is the salary?", "Is there a canteen?", "Who decides in the end?"),
    "fr": ("Quel est le salaire ?", "Y a-t-il une cantine ?", "Qui décide à la fin ?"),
}


def asked_first(plan: Plan, *, typing: bool = False) -> Table:
    table = Table(plan, mode="text" if typing else "voice", hears=not typing)
    table.hear_all()
    return table


def tell(table: Table, text: str, *, typing: bool) -> None:
    if typing:
        table.do(Typed(text))
    else:
        table.answer(text)


def evaluated(table: Table) -> list[int]:
    return [one.number for one in table.actions if isinstance(one, Evaluate)]


# The candidate's own questions


@pytest.mark.parametrize("typing", [False, True])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_question_is_answered_by_the_recruiters_fact_and_the_interview_goes_on_where_it_was(
    language: Language, typing: bool
) -> None:
    plan = guarded_plan(language)
    table = asked_first(plan, typing=typing)
    fact = FACTS[language][0]
    tell(table, ASKED[language][0], typing=typing)
    table.find(fact.id)
    reply = phrases.say("by_fact", plan, text=fact.text)
    assert table.hear() == reply
    assert table.hear() == f"{phrases.say('back_to_question', plan)} {QUESTIONS[language][0]}"
    assert table.transcript[-2:] == [("candidate", ASKED[language][0]), ("agent", reply)]
    notes = table.notes(3)
    assert notes.aside
    assert notes.candidate_questions == (CandidateQuestion(ASKED[language][0], fact.text, "fact", fact.id),)
    assert evaluated(table) == []

    tell(table, "Une vraie réponse." if language == "fr" else ANSWER, typing=typing)
    assert any(isinstance(one, Probe) for one in table.actions)
    table.decide(None)
    assert evaluated(table) == []
    table.hear()
    assert evaluated(table) == [5]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_no_fact_answers_is_noted_and_said_to_be(language: Language) -> None:
    plan = guarded_plan(language)
    table = asked_first(plan)
    table.answer(ASKED[language][1])
    table.find(None)
    assert table.hear() == phrases.say("noted", plan)
    assert table.notes(3).candidate_questions == (CandidateQuestion(ASKED[language][1]),)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_asked_of_the_interview_itself_the_product_knows(language: Language) -> None:
    plan = guarded_plan(language)
    table = asked_first(plan)
    table.answer(ASKED[language][2])
    assert not any(isinstance(one, FindFact) for one in table.actions)
    assert table.hear() == phrases.say("process_decides", plan)
    assert table.notes(3).candidate_questions[0].source == "process"


def test_two_questions_at_once_get_one_reply() -> None:
    table = asked_first(guarded_plan())
    table.answer("What is the salary? Is there a canteen? Who decides?")
    table.find("f1")
    table.find(None)
    texts = [phrases.say("by_fact", table.plan, text=FACTS["en"][0].text), phrases.say("noted", table.plan)]
    assert table.hear() == " ".join([*texts, phrases.say("process_decides", table.plan)])
    assert [one.source for one in table.notes(3).candidate_questions] == ["fact", "none", "process"]


def test_without_facts_nobody_is_asked_for_one() -> None:
    plan = msgspec.structs.replace(guarded_plan(), facts=())
    table = asked_first(plan)
    table.answer(ASKED["en"][0])
    assert table.hear() == phrases.say("noted", plan)


def test_a_question_after_an_answer_is_met_and_the_answer_still_counts() -> None:
    table = asked_first(guarded_plan())
    table.answer(f"{ANSWER} What is the salary?")
    table.find("f1")
    assert not table.notes(3).aside
    table.hear()
    probes = [one for one in table.actions if isinstance(one, Probe)]
    assert probes
    assert probes[0].answer == ANSWER
    table.decide(None)
    table.hear()
    assert evaluated(table) == [3]


def test_a_reply_that_cut_into_an_answer_is_counted_and_comes_after_it() -> None:
    table = asked_first(guarded_plan())
    table.answer(f"{ANSWER} What is the salary?")
    table.find("f1")
    table.interrupt(share=0.2, played_ms=700)
    table.speak("And it took a whole year.")
    assert table.saying is None
    assert table.transcript[-2:] == [
        ("candidate", f"{ANSWER} What is the salary?"),
        ("candidate", "And it took a whole year."),
    ]
    assert table.metrics(3).cut_offs == 1
    table.pass_time()
    assert table.hear() == phrases.say("by_fact", table.plan, text=FACTS["en"][0].text)
    table.decide(None)
    table.hear()
    assert evaluated(table) == [4]


def test_a_question_in_the_middle_of_an_answer_is_met_when_the_answer_has_ended() -> None:
    table = asked_first(guarded_plan())
    table.answer(f"{ANSWER} Sorry, what is the salary? Anyway, it took a whole year.")
    table.find("f1")
    assert table.hear() == phrases.say("by_fact", table.plan, text=FACTS["en"][0].text)
    probe = next(one for one in table.actions if isinstance(one, Probe))
    assert probe.answer == f"{ANSWER} Anyway, it took a whole year."
    assert [one.text for one in table.notes(3).candidate_questions] == ["Sorry, what is the salary?"]
    assert not table.notes(3).aside


def test_a_question_that_only_the_model_hears_is_met_too() -> None:
    table = asked_first(guarded_plan())
    wondering = "I was wondering about the canteen there."
    table.answer(f"{ANSWER} {wondering}")
    probe = next(one for one in table.actions if isinstance(one, Probe))
    table.do(ProbeDecided(probe.token, None, wondering))
    table.find(None)
    assert table.hear() == phrases.say("noted", table.plan)


def test_where_the_question_invites_questions_they_are_taken_one_after_the_other() -> None:
    plan = guarded_plan(follow_ups=0)
    invited = msgspec.structs.replace(plan.questions[1], text="What would you like to ask us?")
    table = asked_first(msgspec.structs.replace(plan, questions=(plan.questions[0], invited)))
    table.answer(ANSWER)
    table.hear()
    table.answer("What is the salary?")
    table.find("f1")
    table.hear()
    assert table.hear() == phrases.say("anything_else", table.plan)
    table.answer("Who decides in the end?")
    table.hear_all()
    table.speak("that's all")
    assert table.hear() == phrases.closing(table.plan)
    assert [one.completion for one in table.finals] == ["FULL"]


def test_after_a_crash_an_aside_is_still_no_answer() -> None:
    table = asked_first(guarded_plan())
    table.answer("What is the salary?")
    table.find("f1")
    table.hear()
    table.crash()
    table.join()
    assert table.hear() == f"{phrases.recap(table.plan, 0, answer_begun=False)} {FIRST}"
    assert table.finals == []
    table.answer(ANSWER)
    assert table.transcript[-1] == ("candidate", ANSWER)


def test_after_a_crash_behind_an_aside_the_answer_before_it_is_known() -> None:
    table = asked_first(guarded_plan())
    table.answer(f"{ANSWER} What is the salary?")
    table.find("f1")
    table.hear()
    table.crash()
    table.join()
    assert table.hear() == f"{phrases.recap(table.plan, 0, answer_begun=True)} {FIRST}"
    table.press("finished")
    assert table.state == "thinking"


# Other words for the question


@pytest.mark.parametrize("typing", [False, True])
def test_the_question_is_said_in_other_words_and_stays_what_it_is(typing: bool) -> None:
    table = asked_first(guarded_plan(), typing=typing)
    if typing:
        table.do(Typed("Could you put it differently?"))
    else:
        table.speak("could you put it differently")
    assert table.state == "thinking"
    table.reword("Which piece of work are you proud of?")
    assert (
        table.hear() == f"{phrases.say('in_other_words', table.plan)} Which piece of work are you proud of?"
    )
    asked = [turn.content for turn in table.turns.values() if turn.question_id and turn.role == "agent"]
    assert asked == [FIRST]
    assert table.turns[3].aside
    table.press("repeat")
    assert table.hear().endswith(FIRST)


def test_without_other_words_the_question_is_said_once_more_kindly() -> None:
    table = asked_first(guarded_plan())
    table.press("rephrase")
    table.reword(None)
    assert table.hear() == f"{phrases.say('once_more', table.plan)} {FIRST}"
    assert len(table.turns) == 2


def test_asking_for_other_words_in_the_middle_of_an_answer_keeps_it() -> None:
    table = asked_first(guarded_plan())
    table.speak("I led the migration.")
    table.press("rephrase")
    table.reword("Which piece of work are you proud of?")
    table.hear()
    table.answer("It took a year.")
    probe = next(one for one in table.actions if isinstance(one, Probe))
    assert probe.answer == "I led the migration. It took a year."
    table.decide(None)
    table.hear()
    assert evaluated(table) == [5]


def test_other_words_for_a_question_that_is_still_being_said() -> None:
    table = Table(guarded_plan())
    table.hear()
    table.press("rephrase")
    assert table.transcript[-1] == ("agent", FIRST)
    assert isinstance(table.actions[-2], Rephrase)


def test_other_words_that_come_too_late_are_not_said() -> None:
    table = asked_first(guarded_plan())
    table.press("rephrase")
    table.do(SpeechStarted())
    table.reword("Which piece of work are you proud of?")
    assert table.saying is None


# Steering, and what a person should look at


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_a_flag_is_for_the_recruiter_and_from_level_1(level: int) -> None:
    table = asked_first(guarded_plan(suspicion=level))
    table.answer("What are the next questions?")
    said = table.hear()
    assert said.endswith(phrases.say("ahead", table.plan))
    assert ("say why" in said) == (level == 3)
    assert [flag.type for flag in table.notes(3).flags] == (["ahead"] if level else [])
    assert table.notes(3).aside
    assert table.hear().endswith(FIRST)


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (0, []),
        (1, []),
        (2, ["own_words"]),
        (3, ["pause_pasted", "own_words"]),
    ],
)
def test_what_a_pasted_answer_leads_to(level: int, said: list[str]) -> None:
    table = asked_first(guarded_plan(suspicion=level), typing=True)
    long = f"{ANSWER} " * 4
    table.do(Typed(long, pasted=len(long) - 2))
    for key in said:
        assert table.hear() == phrases.say(key, table.plan)
    assert any(isinstance(one, Probe) for one in table.actions) == (level < 2)
    assert [flag.type for flag in table.notes(3).flags] == (["pasted"] if level else [])
    if said:
        table.do(Typed("In my own words then: it was hard."))
    else:
        table.decide(None)
    assert table.saying
    assert table.saying.text == SECOND


def test_no_follow_up_is_asked_beyond_their_number_whatever_the_suspicion() -> None:
    table = asked_first(guarded_plan(follow_ups=0, suspicion=3), typing=True)
    table.do(Typed("As an AI language model, I led the migration and cut failures by half."))
    assert table.hear() == phrases.say("pause_boilerplate", table.plan)
    assert table.saying
    assert table.saying.text == SECOND


def test_another_language_is_kept_and_answered_with_one_kind_request() -> None:
    table = asked_first(guarded_plan())
    table.answer("Je préfère vous répondre en français parce que c'est ma langue.")
    assert table.hear() == phrases.say("language", table.plan)
    assert not table.notes(3).aside
    assert [flag.type for flag in table.notes(3).flags] == ["other_language"]
    table.answer("Non, vraiment, je ne peux pas le dire dans une autre langue.")
    assert table.state == "thinking"


# Time, tone, waits


def test_little_time_left_is_told_once_and_kindly() -> None:
    table = asked_first(guarded_plan(follow_ups=0))
    table.do(TimeNear(110.0))
    assert [one.code for one in table.actions if isinstance(one, Notice)] == ["time_near"]
    table.answer(ANSWER)
    assert "about 2 minutes of the planned time left" in table.hear()
    table.do(TimeReached())
    table.answer(ANSWER)
    assert "planned time" not in table.hear()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_tone_has_its_own_words(language: Language) -> None:
    tones: tuple[Tone, ...] = ("professional", "friendly", "formal", "casual", "empathetic")
    for key in ("thanks", "closing") if language == "en" else ("thanks",):
        assert len({phrases.say(key, guarded_plan(language, tone=tone)) for tone in tones}) == len(tones)
    heard = set()
    for tone in tones:
        table = Table(guarded_plan(language, tone=tone))
        heard.add((table.hear(), table.hear()))
    assert len(heard) == len(tones)


def test_every_wait_is_counted_and_stored_with_the_turn_that_ended_it() -> None:
    table = asked_first(guarded_plan(follow_ups=0))
    table.do(SpeechStarted(at_ms=19_000))
    table.do(SpeechStopped(at_ms=24_000))
    table.do(Final("Can you repeat the question?"))
    assert table.saying
    table.do(Said(table.saying.id, start_ms=24_400, end_ms=28_000))
    table.do(SpeechStarted(at_ms=30_000))
    table.do(SpeechStopped(at_ms=36_000))
    table.do(Final(ANSWER))
    table.pass_time()
    assert table.saying
    table.do(Said(table.saying.id, start_ms=38_100, end_ms=41_000))
    asked = [one for one in table.actions if isinstance(one, StoreTurn)][-1]
    assert asked.content == SECOND
    assert asked.metrics.waits_ms == (2_100,)
    assert table.metrics(asked.number - 2).waits_ms == (400,), "of the question that was said again"


def test_who_is_silent_does_not_wait_for_the_agent() -> None:
    table = asked_first(guarded_plan(follow_ups=0))
    table.do(SpeechStarted(at_ms=1_000))
    table.do(SpeechStopped(at_ms=1_200))
    table.do(Final("um"))
    table.pass_time()
    assert table.saying
    table.do(Said(table.saying.id, start_ms=21_200))
    assert table.now.waits_ms == ()


def test_in_writing_the_wait_is_from_sending_to_the_next_words() -> None:
    table = asked_first(guarded_plan(), typing=True)
    sent = datetime(2026, 11, 28, 9, tzinfo=UTC)
    table.do(Typed(ANSWER, at=sent))
    table.decide(None)
    assert table.saying
    table.do(Said(table.saying.id, started_at=sent + timedelta(seconds=1.5)))
    assert [one for one in table.actions if isinstance(one, StoreTurn)][-1].metrics.waits_ms == (1_500,)


# In the world


async def test_another_agent_goes_on_at_the_question_that_an_aside_left_open() -> None:
    plan = guarded_plan(follow_ups=0)
    async with house(plan) as home:
        agent = home.agent()
        page = home.join(agent)
        await home.asked(page, FIRST)
        page.write("What is the salary?")
        await home.product.until(lambda product: len(product.turns) == 4)
        await home.product.until(lambda product: product.turns[2]["evaluation"])
        await agent.close()
        assert home.product.turns[2]["evaluation"]["candidateQuestions"][0]["factId"] == "f1"
        assert home.product.turns[3]["evaluation"] == {"aside": True}
        assert home.product.turns[3]["isPendingQuestion"]

        later = home.join(home.agent())
        await later.until_asked(FIRST)
        later.write(ANSWER)
        await home.asked(later, SECOND)
        await home.product.until(lambda product: (product.turns[4]["evaluation"] or {}).get("criteria"))
        assert home.product.turns[5]["metrics"]["waitsMs"][0] >= 0


async def test_what_was_noted_on_an_answer_stays_beside_its_rating() -> None:
    async with house(guarded_plan(follow_ups=0)) as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        page.write(f"{ANSWER} What is the salary?")
        await home.asked(page, SECOND)
        await home.product.until(
            lambda product: (product.turns[2]["evaluation"] or {}).get("criteria") is not None
        )
        noted = home.product.turns[2]["evaluation"]
        assert noted["candidateQuestions"][0]["source"] == "fact"
        assert noted["answerTurns"] == [3]
