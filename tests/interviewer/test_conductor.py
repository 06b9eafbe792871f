"""The conductor in its world: one page after the other, one interview from its beginning to its end."""

import asyncio

import pytest
from house import house

from fakes.evaluator import ScriptedEvaluator
from fakes.plans import QUESTIONS, small_plan
from fakes.room import ScriptedVoices
from vivavoce.evaluation.evaluator import ModelUnavailableError
from vivavoce.interviewer.advice import FollowUp, RulesAdvisor
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.moves import Probe, Rephrase
from vivavoce.interviewer.plan import Plan
from vivavoce.interviewer.ports import (
    DONE,
    NOT_ALLOWED,
    TAKEN_OVER,
    TRY_AGAIN,
    Caption,
    Ended,
    Final,
    Partial,
    SpeechStarted,
    SpeechStopped,
    VoiceFailed,
)
from vivavoce.interviewer.stage import ADVICE_AT_ONCE

FIRST, SECOND = QUESTIONS["en"]
ANSWER = "I led the payments migration last year and in the end we cut failures by half."


async def test_a_typed_interview_is_stored_evaluated_and_finalized() -> None:
    async with house() as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        page.write(ANSWER)
        await home.asked(page, SECOND)
        page.write("I tell people early.")
        assert await page.until_closed() == (DONE, "")
        await home.product.until(lambda product: product.turns[2]["evaluation"])

        plan = small_plan()
        assert home.product.transcript == [
            ("agent", phrases.greeting(plan, "text")),
            ("agent", FIRST),
            ("candidate", ANSWER),
            ("agent", SECOND),
            ("candidate", "I tell people early."),
            ("agent", phrases.closing(plan)),
        ]
        assert [turn.get("questionId") for turn in home.product.turns] == [None, "q1", "q1", "q2", "q2", None]
        assert [turn.get("isPendingQuestion", False) for turn in home.product.posted][:4] == [
            False,
            True,
            False,
            True,
        ]
        assert home.product.turns[2]["evaluation"]["criteria"][0]["score"] == 4
        assert [one["completion"] for one in home.product.finalized] == ["FULL"]
        assert page.seen(Ended) == [Ended("FULL")]
        assert page.stored == {
            number: text for number, (_, text) in enumerate(home.product.transcript, start=1)
        }


async def test_a_typed_answer_is_shown_as_stored_only_when_the_product_has_it() -> None:
    async with house() as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        home.product.failing = 2
        page.write(ANSWER)
        await page.until(lambda page: page.stored.get(3) == ANSWER)
        assert home.product.failing == 0
        assert home.product.transcript.count(("candidate", ANSWER)) == 1


async def test_what_is_not_stored_is_told_with_its_place_among_what_is() -> None:
    async with house() as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        page.write("I led the payments migration. That's all.")
        await home.asked(page, SECOND)
        leads = [(one.text, one.after) for one in page.seen(Caption) if one.final and not one.turn_number]
        assert leads == [("Here is the first question.", 1), ("Thank you. This is the last question.", 3)]


async def test_a_spoken_interview_is_recorded_and_placed_on_the_recording() -> None:
    async with house() as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear_answer("I led the payments migration")
        await home.asked(page, SECOND)
        home.voices.last.hear_answer("I tell people early")
        await page.until_closed()

        assert [text.endswith(FIRST) for text in home.voices.last.said][:2] == [False, True]
        candidate = home.product.turns[2]
        assert candidate["content"] == "I led the payments migration that's all"
        assert (candidate["audioStartMs"], candidate["audioEndMs"]) == (6000, 9000)
        assert home.product.turns[1]["audioEndMs"] == 5000
        assert home.product.finalized[0]["audioUrl"] == "recording:int_1"
        assert Caption("candidate", "I led the payments migration") in page.shown


async def test_the_end_of_a_turn_is_the_silence_after_it() -> None:
    async with house() as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        loop = asyncio.get_running_loop()
        home.voices.last.hear(SpeechStarted(), Final("I led the migration."), SpeechStopped(silence=1.4))
        began = loop.time()
        await home.asked(page, SECOND)
        assert 0.1 < loop.time() - began < 1.5


async def test_who_goes_on_at_the_very_end_of_the_wait_is_not_cut_off() -> None:
    async with house() as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        voice = home.voices.last
        voice.begun = [SpeechStarted(), Partial("and it took")]
        voice.hear(SpeechStarted(), Final("I led the migration."), SpeechStopped(silence=1.4))
        await page.until(lambda page: any("and it took" in one.text for one in page.seen(Caption)))
        voice.hear(Final("and it took a year."), SpeechStopped(silence=2.0))
        await home.asked(page, SECOND)
        whole = "I led the migration. and it took a year."
        assert home.product.transcript[2:] == [("candidate", whole), ("agent", SECOND)]
        assert "cutOffs" not in home.product.turns[2].get("metrics", {})


async def test_who_goes_on_speaking_silences_the_agent_at_once_and_loses_nothing() -> None:
    async with house() as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        voice = home.voices.last
        voice.slow = True
        voice.hear_answer("I led the migration")
        await voice.until_saying(SECOND)
        voice.hear(SpeechStarted(), Partial("and it took"))
        await page.until(lambda page: page.state and page.state.state == "listening")
        assert voice.stopped == 1
        voice.slow = False
        voice.hear(Final("and it took a year."), SpeechStopped(silence=2.0))
        await home.asked(page, SECOND)
        whole = "I led the migration that's all and it took a year."
        assert home.product.transcript[2:] == [("candidate", whole), ("agent", SECOND)]
        assert home.product.turns[2]["metrics"] == {"cutOffs": 1}


async def test_voice_and_typing_change_places_at_any_moment() -> None:
    async with house() as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear(SpeechStarted(), Final("I led the migration"))
        page.switch("text")
        await page.until(lambda page: page.state and page.state.mode == "text")
        page.write("of the payment service.")
        await home.asked(page, SECOND)
        assert home.voices.last.closed
        page.switch("voice")
        await page.until(lambda page: page.state and page.state.mode == "voice")
        assert len(home.voices.opened) == 2
        home.voices.last.hear_answer("I tell people early")
        await page.until_closed()
        assert home.product.transcript[2] == ("candidate", "I led the migration of the payment service.")


async def test_who_chooses_typing_while_they_are_greeted_finds_the_first_question() -> None:
    async with house() as home:
        home.voices.slow = True
        page = home.join(home.agent(), "voice")
        await page.until(lambda page: page.state and page.state.state == "speaking")
        page.switch("text")
        await home.asked(page, FIRST)


@pytest.mark.parametrize("where", ["opening", "speaking", "listening"])
async def test_where_the_voice_fails_the_interview_goes_on_in_text(where: str) -> None:
    async with house(voices=ScriptedVoices(fails=where == "opening")) as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        if where == "speaking":
            home.voices.last.fails = True
            page.press("repeat")
        elif where == "listening":
            home.voices.last.hear(VoiceFailed("scripted"))
        await page.until(lambda page: page.state and page.state.mode == "text")
        assert page.notices == ["no_voice"]
        page.write(ANSWER)
        await home.asked(page, SECOND)


async def test_without_a_recogniser_the_page_is_told_and_the_questions_are_spoken() -> None:
    async with house(small_plan("fr", follow_ups=0), voices=ScriptedVoices(hears=False)) as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, QUESTIONS["fr"][0])
        assert page.notices == ["no_recogniser"]
        assert home.voices.last.said[1].endswith(QUESTIONS["fr"][0])
        page.write("J'ai mené la migration des paiements.")
        await home.asked(page, QUESTIONS["fr"][1])


async def test_the_demonstration_recogniser_is_named_when_it_takes_over() -> None:
    async with house() as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        assert page.notices == []
        home.voices.demonstrates = True
        home.voices.last.hear_answer("I led the payments migration")
        await home.asked(page, SECOND)
        assert page.notices == ["demonstration_recogniser"]
        home.voices.last.hear_answer("I tell people early")
        await page.until_closed()
        assert page.notices == ["demonstration_recogniser"]


async def test_the_demonstration_recogniser_is_named() -> None:
    async with house(voices=ScriptedVoices(demonstration=True)) as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        assert page.notices == ["demonstration_recogniser"]


async def test_a_second_tab_goes_on_and_the_first_is_told() -> None:
    async with house() as home:
        agent = home.agent()
        first = home.join(agent)
        await home.asked(first, FIRST)
        second = home.join(agent)
        assert (await first.until_closed())[0] == TAKEN_OVER
        assert first.notices == ["elsewhere"]
        await home.asked(second, FIRST)
        assert agent.in_hand == 1
        second.write(ANSWER)
        await home.asked(second, SECOND)
        assert [text for _, text in home.product.transcript].count(FIRST) == 1


async def test_a_page_that_comes_back_finds_the_same_question_with_a_recap() -> None:
    async with house() as home:
        agent = home.agent()
        page = home.join(agent)
        await home.asked(page, FIRST)
        await page.lose()
        back = home.join(agent)
        await home.asked(back, FIRST)
        recap = phrases.recap(small_plan(), 0, answer_begun=False)
        assert Caption("agent", recap, final=True, after=2) in back.shown
        assert len(home.product.turns) == 2


async def test_an_interview_that_nobody_comes_back_to_is_given_back() -> None:
    async with house(linger_seconds=0.05) as home:
        agent = home.agent()
        page = home.join(agent)
        await home.asked(page, FIRST)
        await page.lose()
        await home.product.until(lambda product: product.holder is None)
        back = home.join(home.agent())
        await home.asked(back, FIRST)
        assert agent.in_hand == 0


async def test_an_agent_that_dies_is_followed_by_another_from_the_history_alone() -> None:
    async with house() as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear(SpeechStarted(), Final("I led the migration."), SpeechStopped())
        await home.product.until(lambda product: len(product.turns) == 3)
        home.product.holder = None
        other = home.join(home.agent(), "voice")
        await home.asked(other, FIRST)
        assert (await page.until_closed())[0] == TAKEN_OVER
        home.voices.last.hear(SpeechStarted(), Final("It took a year."), SpeechStopped(silence=5))
        await home.asked(other, SECOND)
        assert home.product.transcript[2] == ("candidate", "I led the migration. It took a year.")


async def test_a_lost_lease_stops_the_agent_at_once() -> None:
    async with house() as home:
        agent = home.agent()
        page = home.join(agent)
        await home.asked(page, FIRST)
        home.product.taken_by("another")
        page.write(ANSWER)
        assert (await page.until_closed())[0] == TAKEN_OVER
        assert agent.in_hand == 0
        assert len(home.product.turns) == 2


async def test_an_interview_held_by_another_agent_is_not_taken() -> None:
    async with house() as home:
        home.product.taken_by("another")
        page = home.join(home.agent())
        await asyncio.sleep(0)
        home.product.holder = None
        await home.asked(page, FIRST)


async def test_a_closed_or_unknown_interview_is_refused_with_its_code() -> None:
    async with house() as home:
        agent = home.agent()
        home.product.status = "COMPLETED"
        page = home.join(agent)
        assert await page.until_closed() == (NOT_ALLOWED, "INTERVIEW_ALREADY_COMPLETED")
        unknown = home.join(agent, interview_id="int_2")
        assert await unknown.until_closed() == (NOT_ALLOWED, "NOT_FOUND")
        assert agent.in_hand == 0


async def test_stopping_early_is_partial() -> None:
    async with house() as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        page.press("stop")
        await page.until_closed()
        assert [one["completion"] for one in home.product.finalized] == ["PARTIAL"]
        assert page.seen(Ended) == [Ended("PARTIAL")]


async def test_a_finalize_whose_answer_was_lost_is_repeated_with_the_same_body() -> None:
    async with house() as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        page.press("skip")
        await home.asked(page, SECOND)
        await home.product.until(lambda product: len(product.turns) == 3)
        home.product.failing = 4
        page.press("skip")
        await page.until_closed()
        assert len({str(one) for one in home.product.finalized}) == 1


async def test_a_failing_evaluator_holds_nothing_up() -> None:
    failing = ScriptedEvaluator({}, failure=ModelUnavailableError("scripted"))
    async with house(evaluator=failing) as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        page.write(ANSWER)
        await home.asked(page, SECOND)
        page.write("I tell people early.")
        assert await page.until_closed() == (DONE, "")


class NeverAdvises(RulesAdvisor):
    async def follow_up(self, probe: Probe, plan: Plan) -> FollowUp:
        await asyncio.Event().wait()
        return await super().follow_up(probe, plan)


async def test_while_a_follow_up_is_thought_about_the_candidate_may_go_on() -> None:
    async with house(small_plan(follow_ups=1), advisor=NeverAdvises()) as home:
        page = home.join(home.agent(), "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear_answer("I led the migration")
        await page.until(lambda page: page.state and page.state.state == "thinking")
        home.voices.last.hear(SpeechStarted(), Final("It took a year."))
        await home.product.until(lambda product: "It took a year." in product.transcript[-1][1])


async def test_the_planned_time_is_told_and_cuts_nothing() -> None:
    async with house(small_plan(follow_ups=0, seconds=0)) as home:
        page = home.join(home.agent())
        await page.until(lambda page: page.notices == ["time"])
        await home.asked(page, FIRST)
        page.write(ANSWER)
        await home.asked(page, SECOND)


async def test_the_microphone_check_echoes_and_begins_nothing() -> None:
    async with house() as home:
        agent = home.agent()
        page = home.join(agent, "check")
        await page.until(lambda page: page.state and page.state.state == "checking")
        home.voices.last.hear(SpeechStarted(), Partial("hello"), Final("hello there"))
        await page.until(lambda page: Caption("candidate", "hello there", final=True) in page.shown)
        await page.lose()
        await asyncio.gather(*home.joins)
        assert home.voices.last.closed
        assert agent.in_hand == 0
        assert (home.product.generation, home.product.turns) == (0, [])


async def test_an_agent_that_is_told_to_stop_stores_everything_and_gives_the_lease_back() -> None:
    async with house() as home:
        agent = home.agent()
        page = home.join(agent, "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear(SpeechStarted(), Partial("I led the"))
        await page.until(lambda page: Caption("candidate", "I led the") in page.shown)
        await agent.close()
        assert (await page.until_closed())[0] == TRY_AGAIN
        assert home.product.transcript[2] == ("candidate", "I led the")
        assert home.product.holder is None
        late = home.join(agent)
        assert (await late.until_closed())[0] == TRY_AGAIN


class Tireless(RulesAdvisor):
    """Counts how often it is asked for other words."""

    def __init__(self) -> None:
        self.asked = 0

    async def rephrase(self, rephrase: Rephrase, plan: Plan) -> str | None:
        self.asked += 1
        return await super().rephrase(rephrase, plan)


async def test_who_asks_for_other_words_without_end_is_not_advised_any_more_and_may_still_answer() -> None:
    advisor = Tireless()
    async with house(advisor=advisor) as home:
        page = home.join(home.agent())
        await home.asked(page, FIRST)
        for _ in range(3 * int(ADVICE_AT_ONCE)):
            page.press("rephrase")
        page.write(ANSWER)
        await home.asked(page, SECOND)
    assert ADVICE_AT_ONCE <= advisor.asked <= ADVICE_AT_ONCE + 5
