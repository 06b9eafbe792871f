"""A voice on the built-in link, from the page's microphone and back to its loudspeaker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from fakes.flite import spoken
from fakes.openai_server import Misbehave, openai_server, tone
from fakes.page import FakePage
from fakes.plans import small_plan
from vivavoce.interviewer.links.websocket import LinkServer, WebSocketConnection
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import (
    Connection,
    Final,
    LineLost,
    SpeechStarted,
    SpeechStopped,
    StoredRecording,
    VoiceEvent,
    VoiceFailed,
)
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.voice import LiveVoice, LiveVoices
from vivavoce.settings import Settings

SECRET = "s" * 32
QUESTION = "Tell me about a project that you are proud of."
LONG = "This is what happens next. " * 12


class Store:
    def __init__(self) -> None:
        self.parts: list[bytes] = []

    async def recording(self) -> StoredRecording:
        return StoredRecording(len(self.parts), 0, None)

    async def put_part(self, part: int, body: bytes) -> StoredRecording:
        assert part == len(self.parts) + 1
        self.parts.append(body)
        return await self.recording()


@dataclass
class Room:
    """A page and a voice on its line."""

    page: FakePage
    voice: LiveVoice
    store: Store
    events: list[VoiceEvent] = field(default_factory=list)
    failure: VoiceFailed | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        try:
            async for event in self.voice.events():
                self.events.append(event)
                self.changed.set()
        except VoiceFailed as fault:
            self.failure = fault
        self.changed.set()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def heard(self, kind: type[VoiceEvent]) -> bool:
        return any(isinstance(event, kind) for event in self.events)


@pytest.fixture(scope="module")
async def speech() -> AsyncIterator[Speech]:
    local = Speech(Settings(secret_key=SECRET, agent_secret=SECRET))
    yield local
    await local.close()


@asynccontextmanager
async def room(
    speech: Speech, *, language: Language = "en", page: FakePage | None = None
) -> AsyncIterator[Room]:
    """Open until the test is done with it, or the page leaves."""
    opened: asyncio.Future[LiveVoice] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()
    store = Store()
    voices = LiveVoices(speech)

    async def join(_interview_id: str, line: WebSocketConnection) -> None:
        recorder = await voices.recorder(store)
        voice = await voices.open(small_plan(language), line, recorder)
        opened.set_result(voice)
        await done.wait()
        await voice.close()
        await recorder.finish()

    server = LinkServer(SECRET, join, dict)
    port = await server.listen(("127.0.0.1", 0))
    try:
        async with page or FakePage() as its_page:
            await its_page.connect(f"http://127.0.0.1:{port}/interviews/int_1", SECRET)
            made = Room(its_page, await asyncio.wait_for(opened, 60), store)
            listening = asyncio.create_task(made.listen())
            try:
                yield made
            finally:
                done.set()
                await listening
                await its_page.until(lambda: its_page.socket.closed)
    finally:
        await server.close()


async def test_what_is_said_is_played_and_told_when_it_was_heard(speech: Speech) -> None:
    async with room(speech) as here:
        spoken_ = await here.voice.say(QUESTION)
        segment = here.page.segments[0]
        assert segment.ended
        assert segment.sample_rate == 24_000
        assert spoken_.played_ms == segment.played_ms == segment.length_ms
        assert spoken_.length_ms == pytest.approx(segment.length_ms, abs=1)
        assert 1_500 < spoken_.length_ms < 5_000
        assert not spoken_.interrupted
        assert spoken_.start_ms is not None
        assert spoken_.end_ms is not None
        assert spoken_.end_ms - spoken_.start_ms > 0.8 * spoken_.length_ms

        again = await here.voice.say("Thank you.")
        assert again.start_ms is not None
        assert again.start_ms >= spoken_.end_ms
        assert [one.segment for one in here.page.segments] == [1, 2]


async def test_french_is_spoken_and_not_heard_without_a_recogniser(speech: Speech) -> None:
    async with room(speech, language="fr") as here:
        assert not here.voice.hears
        await here.voice.say("Bonjour.")
        await here.page.speak(spoken("I have finished."))
        await here.voice.say("Merci.")
        assert here.events == []


async def test_what_the_candidate_says_comes_as_events_with_its_words(speech: Speech) -> None:
    async with room(speech) as here:
        assert here.voice.hears
        await here.page.speak(spoken("Could you repeat the question please?"))
        await here.until(lambda: here.heard(Final))
        assert isinstance(here.events[0], SpeechStarted)
        assert here.heard(SpeechStopped)
        finals = [event.text for event in here.events if isinstance(event, Final)]
        assert "repeat the question" in " ".join(finals)


async def test_who_really_speaks_stops_the_interviewer(speech: Speech) -> None:
    async with room(speech) as here:
        saying = asyncio.create_task(here.voice.say(LONG))
        await here.page.until(lambda: here.page.segments and len(here.page.segments[0].pcm) > 60_000)
        await here.page.speak(spoken("Sorry I would like to say something now."))
        said = await asyncio.wait_for(saying, 5)
        assert said.interrupted
        assert 0 < said.played_ms < said.length_ms
        assert here.page.segments[0].cleared
        assert said.played_ms == here.page.segments[0].played_ms
        # The candidate's words were heard from their beginning.
        await here.until(lambda: here.heard(Final))
        finals = [event.text for event in here.events if isinstance(event, Final)]
        assert "say something" in " ".join(finals)


async def test_a_nod_leaves_the_interviewer_going_on_where_it_was(speech: Speech) -> None:
    async with room(speech) as here:
        saying = asyncio.create_task(here.voice.say(f"{QUESTION} {QUESTION}"))
        await here.page.until(lambda: here.page.segments and len(here.page.segments[0].pcm) > 3.5 * 48_000)
        await here.page.speak(spoken("okay"))
        segment = here.page.segments[0]
        said = await asyncio.wait_for(saying, 10)
        assert [one["quiet"] for one in here.page.of_type("hold")] == [True, False]
        assert not said.interrupted
        assert said.played_ms == segment.played_ms == segment.length_ms
        assert not here.heard(SpeechStarted)
        assert said.start_ms is not None
        assert said.end_ms is not None
        assert said.end_ms - said.start_ms > said.played_ms + 300, "the recording was quiet too"


async def test_the_conductor_stops_it_at_once_and_it_may_speak_again(speech: Speech) -> None:
    async with room(speech) as here:
        here.voice.stop_speaking()
        saying = asyncio.create_task(here.voice.say(LONG))
        await here.page.until(lambda: here.page.segments and len(here.page.segments[0].pcm) > 60_000)
        here.voice.stop_speaking()
        here.voice.stop_speaking()
        said = await asyncio.wait_for(saying, 3)
        assert said.interrupted
        assert said.length_ms > said.played_ms
        assert said.end_ms is not None
        again = await here.voice.say("Please go on.")
        assert not again.interrupted
        assert again.played_ms == pytest.approx(again.length_ms, abs=40)


async def test_who_no_longer_waits_for_a_sentence_does_not_leave_it_playing(speech: Speech) -> None:
    async with room(speech) as here:
        saying = asyncio.create_task(here.voice.say(LONG))
        await here.page.until(lambda: here.page.segments and here.page.segments[0].pcm)
        saying.cancel()
        await here.page.until(lambda: here.page.segments[0].played_ms is not None, seconds=3)
        assert here.page.segments[0].cleared


async def test_sound_is_sent_a_little_ahead_of_its_time_and_no_more(speech: Speech) -> None:
    async with room(speech) as here:
        saying = asyncio.create_task(here.voice.say(LONG))
        await here.page.until(lambda: here.page.segments and here.page.segments[0].pcm)
        begun = asyncio.get_running_loop().time()
        await here.page.until(lambda: len(here.page.segments[0].pcm) > 48_000 * 3)
        assert asyncio.get_running_loop().time() - begun > 0.5
        here.voice.stop_speaking()
        await saying


async def test_a_page_that_never_acknowledges_does_not_hold_up_the_interview(speech: Speech) -> None:
    async with room(speech, page=FakePage(acknowledges=False)) as here:
        said = await asyncio.wait_for(here.voice.say("Yes."), 12)
        assert said.played_ms == said.length_ms > 0
        assert said.start_ms is None
        saying = asyncio.create_task(here.voice.say(LONG))
        await here.page.until(lambda: len(here.page.segments) == 2)
        here.voice.stop_speaking()
        stopped = await asyncio.wait_for(saying, 3)
        assert (stopped.interrupted, stopped.played_ms) == (True, 0)


async def test_a_page_that_acknowledges_nonsense_is_not_believed(speech: Speech) -> None:
    async with room(speech) as here:
        saying = asyncio.create_task(here.voice.say(QUESTION))
        for segment in (0, 1, 2, 99, -1):
            await here.page.send({"type": "played", "segment": segment, "ms": 10**9})
            await here.page.send({"type": "playing", "segment": segment})
        said = await saying
        assert said.played_ms == pytest.approx(said.length_ms, abs=40)


async def test_a_line_that_is_lost_in_mid_sentence_ends_saying_and_listening(speech: Speech) -> None:
    async with room(speech) as here:
        saying = asyncio.create_task(here.voice.say(LONG))
        await here.page.until(lambda: here.page.segments and len(here.page.segments[0].pcm) > 10_000)
        await here.page.leave()
        with pytest.raises(LineLost):
            await asyncio.wait_for(saying, 5)
        with pytest.raises(LineLost):
            await here.voice.say("Are you there?")
        await here.until(here.changed.is_set)


async def test_both_sides_are_recorded_as_they_were_heard(speech: Speech) -> None:
    async with room(speech) as here:
        said = await here.voice.say(QUESTION)
        await here.page.speak(spoken("I have finished."))
        await here.until(lambda: here.heard(Final))
        store = here.store
    assert said.end_ms is not None
    stored_ms = len(b"".join(store.parts)) * 8 // 64
    assert stored_ms > said.end_ms + 1_000


async def test_an_endpoint_that_speaks_and_hears_carries_the_whole_way() -> None:
    async with openai_server(transcription=["J'ai fini."]) as endpoint:
        speech = Speech(Settings(secret_key=SECRET, agent_secret=SECRET, openai_base_url=endpoint.url))
        async with room(speech, language="fr") as here:
            assert here.voice.hears
            said = await here.voice.say("Bonjour et bienvenue.")
            assert said.played_ms == pytest.approx(said.length_ms, abs=40)
            await here.page.speak(spoken("I have finished."))
            await here.until(lambda: Final("J'ai fini.") in here.events)
        await speech.close()


async def test_an_endpoint_that_fails_to_hear_ends_listening_where_nothing_else_knows_the_language() -> None:
    async with openai_server(transcription=[Misbehave("broken")]) as endpoint:
        speech = Speech(Settings(secret_key=SECRET, agent_secret=SECRET, openai_base_url=endpoint.url))
        try:
            async with room(speech, language="fr") as here:
                await here.page.speak(spoken("I have finished."))
                await here.until(lambda: here.failure)
        finally:
            await speech.close()


async def test_a_voice_that_breaks_in_mid_sentence_is_followed_by_another_at_that_sentence() -> None:
    first, second = (
        "This one is said as it should be, from its beginning.",
        "This one breaks off in the middle of it.",
    )
    async with openai_server(speech=["spoken", Misbehave("cut")]) as endpoint:
        speech = Speech(Settings(secret_key=SECRET, agent_secret=SECRET, openai_base_url=endpoint.url))
        async with room(speech) as here:
            said = await here.voice.say(f"{first} {second}")
            assert not said.interrupted
            assert said.played_ms == pytest.approx(said.length_ms, abs=40)
        await speech.close()
    assert [one["input"] for one in endpoint.speech.requests] == [first, second]
    broken_ms = (len(tone(first)) + len(tone(second)) // 2) // 48
    assert said.length_ms > broken_ms + 1_500, "the second sentence is said again, whole"


async def test_a_line_without_sound_gets_no_voice(speech: Speech) -> None:
    class Silent:
        mode = "text"

        async def send(self, message: object) -> None: ...

        def messages(self) -> None: ...

        async def close(self, code: int, reason: str = "") -> None: ...

    opening: Callable[..., Awaitable[object]] = LiveVoices(speech).open
    silent: Connection = Silent()  # type: ignore[assignment] - as a link of another kind would be
    with pytest.raises(VoiceFailed):
        await opening(small_plan(), silent, None)
