"""One agent speaks: how an interview goes from one to another, and what becomes of words on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from house import House, house

from fakes.page import FakePage
from fakes.plans import QUESTIONS, small_plan
from vivavoce.interviewer.advice import FollowUp, RulesAdvisor
from vivavoce.interviewer.conductor import Conductors
from vivavoce.interviewer.conversation import phrases
from vivavoce.interviewer.conversation.moves import Probe
from vivavoce.interviewer.links.websocket import LinkServer
from vivavoce.interviewer.plan import Plan
from vivavoce.interviewer.ports import TAKEN_OVER, TRY_AGAIN, Caption, Final, Partial, SpeechStarted

FIRST, SECOND = QUESTIONS["en"]


@asynccontextmanager
async def line_to(agent: Conductors) -> AsyncIterator[str]:
    """The address of its lines, on which a page that answers nothing is soon taken to be gone."""
    server = LinkServer("agent-secret", agent.join, dict, gone_seconds=0.5)
    port = await server.listen(("127.0.0.1", 0))
    try:
        yield f"http://127.0.0.1:{port}/interviews/int_1"
    finally:
        await server.close()


async def agent_died(home: House, agent: Conductors) -> None:
    """Its lease runs out. It does not know yet: whatever it does from now on comes from a dead one."""
    home.product.taken_by("nobody")
    home.product.holder, home.product.ran_out = None, True
    await agent.close()


async def test_a_page_that_is_gone_and_comes_to_another_agent_is_handed_over_at_once() -> None:
    async with house() as home:
        one, other = home.agent(), home.agent()
        page = home.join(one, "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear(SpeechStarted(), Partial("I led the"))
        await page.until(lambda page: Caption("candidate", "I led the") in page.shown)
        await page.lose()
        back = home.join(other, "voice", last_words="I led the")
        await home.asked(back, FIRST)
        assert (one.in_hand, other.in_hand) == (0, 1)
        assert home.product.transcript[2:] == [("candidate", "I led the")], "stored by the first, and once"
        recap = phrases.recap(small_plan(), 0, answer_begun=True)
        assert Caption("agent", recap, final=True, after=3) in back.shown


async def test_another_device_that_comes_to_another_agent_silences_the_first() -> None:
    async with house() as home:
        one, other = home.agent(), home.agent()
        first = home.join(one, "voice")
        await home.asked(first, FIRST)
        voice = home.voices.last
        voice.slow = True
        first.press("repeat")
        await voice.until_saying(f"Of course. {FIRST}")
        second = home.join(other, "voice")
        assert await first.until_closed() == (TAKEN_OVER, "elsewhere")
        assert first.notices == ["elsewhere"]
        assert voice.closed
        await home.asked(second, FIRST)
        assert (one.in_hand, other.in_hand) == (0, 1)
        second.write("I led the migration.")
        await home.asked(second, SECOND)


async def test_two_agents_that_are_wanted_at_once_take_turns() -> None:
    async with house() as home:
        agents = [home.agent(), home.agent()]
        page = home.join(agents[0])
        await home.asked(page, FIRST)
        for agent in (agents[1], agents[0], agents[1]):
            before, page = page, home.join(agent)
            assert (await before.until_closed())[0] == TAKEN_OVER
            await home.asked(page, FIRST)
        assert [agent.in_hand for agent in agents] == [0, 1]
        assert [text for _, text in home.product.transcript].count(FIRST) == 1


async def test_words_that_died_with_an_agent_are_taken_from_the_page() -> None:
    async with house() as home:
        one = home.agent()
        page = home.join(one, "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear(SpeechStarted(), Final("I led the migration."))
        await home.product.until(lambda product: len(product.turns) == 3)
        await agent_died(home, one)
        back = home.join(home.agent(), "voice", last_words="and it took")
        await home.asked(back, FIRST)
        await home.product.until(
            lambda product: product.transcript[2] == ("candidate", "I led the migration. and it took")
        )
        recap = phrases.recap(small_plan(), 0, answer_begun=True, missed=True)
        assert Caption("agent", recap, final=True, after=3) in back.shown
        assert "please say them again" in recap


async def test_words_that_a_dead_agent_had_stored_are_not_taken_twice() -> None:
    async with house() as home:
        one = home.agent()
        page = home.join(one, "voice")
        await home.asked(page, FIRST)
        home.voices.last.hear(SpeechStarted(), Final("I led the migration, and it took a year."))
        await home.product.until(lambda product: len(product.turns) == 3)
        await agent_died(home, one)
        back = home.join(home.agent(), "voice", last_words="and it took a year")
        await home.asked(back, FIRST)
        back.press("skip")
        await home.asked(back, SECOND)
        assert home.product.transcript[2] == ("candidate", "I led the migration, and it took a year.")


class ThinksOnce(RulesAdvisor):
    """Never comes to an end with the first answer; asks nothing about the others."""

    thought = False

    async def follow_up(self, probe: Probe, plan: Plan) -> FollowUp:
        if not self.thought:
            self.thought = True
            await asyncio.Event().wait()
        return FollowUp()


async def test_what_one_agent_noted_outlives_the_rating_by_the_next() -> None:
    async with house(small_plan(follow_ups=1), advisor=ThinksOnce()) as home:
        one = home.agent()
        page = home.join(one)
        await home.asked(page, FIRST)
        page.write("I led the payments migration. What is the salary?")
        await home.product.until(lambda product: len(product.turns) == 4)
        await one.close()
        back = home.join(home.agent())
        await home.asked(back, FIRST)
        back.press("finished")
        await home.asked(back, SECOND)
        await home.product.until(lambda product: "criteria" in product.turns[2]["evaluation"])
        asked = home.product.turns[2]["evaluation"]["candidateQuestions"]
        assert [one["text"] for one in asked] == ["What is the salary?"]


async def test_an_interview_in_text_misses_no_words() -> None:
    async with house() as home:
        one = home.agent()
        await home.asked(home.join(one), FIRST)
        await agent_died(home, one)
        back = home.join(home.agent())
        await home.asked(back, FIRST)
        assert (
            Caption("agent", phrases.recap(small_plan(), 0, answer_begun=False), final=True, after=2)
            in back.shown
        )


async def test_a_paused_interview_stays_paused_when_its_agent_dies() -> None:
    async with house() as home:
        one = home.agent()
        page = home.join(one, "voice")
        await home.asked(page, FIRST)
        page.press("pause")
        await page.until(lambda page: page.state.state == "paused")
        await agent_died(home, one)
        back = home.join(home.agent(), "voice", paused=True)
        await back.until(lambda page: page.state and page.state.state == "paused")
        assert home.voices.last.said == []
        back.press("resume")
        await home.asked(back, FIRST)
        assert home.voices.last.said == [f"{phrases.recap(small_plan(), 0, answer_begun=False)} {FIRST}"]


@pytest.mark.parametrize("why", ["page", "agent"])
async def test_an_interview_that_is_left_during_the_goodbye_is_finalized(why: str) -> None:
    async with house() as home:
        agent = home.agent()
        page = home.join(agent, "voice")
        await home.asked(page, FIRST)
        page.press("skip")
        await home.asked(page, SECOND)
        home.voices.last.slow = True
        page.press("skip")
        await home.voices.last.until_saying(phrases.closing(small_plan()))
        await (page.lose() if why == "page" else agent.close())
        await home.product.until(lambda product: product.finalized)
        assert [one["completion"] for one in home.product.finalized] == ["FULL"]
        assert home.product.transcript[-1] == ("agent", phrases.closing(small_plan()))


async def test_a_network_that_vanishes_without_a_word_leaves_the_interview_to_any_device() -> None:
    async with house(linger_seconds=0.05) as home:
        async with line_to(home.agent()) as url, FakePage(acknowledges=False) as page:
            await page.connect(url, home.product.secret, mode="text")
            await home.product.until(lambda product: ("agent", FIRST) in product.transcript)
            await page.until(lambda: page.close_code is not None)
            assert page.close_code == TRY_AGAIN
            await home.product.until(lambda product: product.holder is None)
        async with line_to(home.agent()) as url, FakePage() as device:
            await device.connect(url, home.product.secret, mode="text")
            await device.until(
                lambda: device.of_type("state")[-1:] and device.of_type("state")[-1]["question"]
            )
            assert device.of_type("state")[-1]["question"]["text"] == FIRST
            await device.send({"type": "answer", "text": "I led the migration."})
            await home.product.until(lambda product: ("agent", SECOND) in product.transcript)


async def test_a_lease_lost_in_mid_sentence_silences_the_agent_at_once() -> None:
    async with house() as home:
        agent = home.agent()
        page = home.join(agent, "voice")
        await home.asked(page, FIRST)
        voice = home.voices.last
        voice.slow = True
        page.press("repeat")
        await voice.until_saying(f"Of course. {FIRST}")
        home.product.taken_by("another")
        assert (await page.until_closed())[0] == TAKEN_OVER
        assert voice.closed
        assert agent.in_hand == 0
        assert len(home.product.turns) == 2


async def test_who_cannot_keep_the_lease_hangs_up_and_takes_no_page_but_keeps_its_words() -> None:
    async with house() as home:
        agent = home.agent()
        page = home.join(agent, "voice")
        await home.asked(page, FIRST)
        home.product.away = True
        home.voices.last.hear(SpeechStarted(), Partial("I led the migration"))
        assert await page.until_closed() == (TRY_AGAIN, "restarting")
        early = home.join(agent, "voice")
        assert (await early.until_closed())[0] == TRY_AGAIN
        home.product.away = False
        await home.product.until(lambda product: len(product.turns) == 3)
        assert home.product.transcript[2] == ("candidate", "I led the migration")
        while True:
            back = home.join(agent, "voice")
            await back.until(lambda page: page.closed or page.asked)
            if not back.closed:
                break
        await home.asked(back, FIRST)
