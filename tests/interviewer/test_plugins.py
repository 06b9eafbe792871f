"""Hearing and speaking by LiveKit's plug-ins, against servers that speak the protocols which these use."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from fakes.clouds import Cloud, cloud
from fakes.flite import silence, spoken
from fakes.hearing import Notebook
from fakes.openai_server import Fault, Misbehave, openai_server, tone
from vivavoce.interviewer.plan import Language, Persona
from vivavoce.interviewer.ports import Final, Partial, VoiceFailed
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.speech.shapes import HEARD_RATE
from vivavoce.settings import Settings

WORDS = "I worked with customers every day and then we moved to another town"
SAID = spoken(WORDS)
SENTENCE = "Parlez-moi d'un projet dont vous êtes fier."


@asynccontextmanager
async def opened(**given: Any) -> AsyncIterator[Speech]:
    speech = Speech(Settings(secret_key="s" * 32, agent_secret="s" * 32, **given))
    try:
        yield speech
    finally:
        await speech.close()


@asynccontextmanager
async def ears(*script: str | Misbehave, **given: Any) -> AsyncIterator[tuple[Speech, Cloud]]:
    async with (
        cloud(*script) as deepgram,
        opened(deepgram_api_key="good-key", deepgram_url=f"{deepgram.url}/listen", **given) as speech,
    ):
        yield speech, deepgram


@asynccontextmanager
async def mouth(*script: str | Misbehave, **given: Any) -> AsyncIterator[tuple[Speech, Cloud]]:
    async with (
        cloud(*script) as elevenlabs,
        opened(elevenlabs_api_key="good-key", elevenlabs_url=elevenlabs.url, **given) as speech,
    ):
        yield speech, elevenlabs


def notebook(speech: Speech, language: Language = "fr") -> Notebook:
    recogniser = speech.recogniser(language)
    assert recogniser is not None
    return Notebook(recogniser)


async def sound_of(speech: Speech, voice: str = "souni") -> bytes:
    speaker = speech.speaker("fr", Persona("Marie", provider="elevenlabs", voice=voice))
    return b"".join([piece async for piece in speaker.speak(SENTENCE)]).rstrip(b"\0")


SENTENCE_SOUND = tone(SENTENCE).rstrip(b"\0")


async def test_words_come_while_they_are_said_and_all_of_the_sound_goes_out() -> None:
    async with ears(WORDS) as (speech, deepgram):
        book = notebook(speech)
        book.hear(silence(0.5) + SAID)
        await book.until(lambda: book.count(Partial) >= 3)
        assert book.count(Final) == 0
        book.hear(silence(1.0))
        assert await book.text() == WORDS
        partials = [event.text for event in book.events if isinstance(event, Partial)]
        assert all(WORDS.startswith(text) for text in partials)
        assert partials == sorted(partials, key=len)
    asked = deepgram.requests[0]
    assert asked["key"] == "Token good-key"
    assert (asked["model"], asked["language"], asked["sample_rate"]) == ("nova-3", "fr", "16000")
    assert (asked["mip_opt_out"], asked["filler_words"]) == ("true", "false")
    assert len(SAID) <= len(asked["sound"]) <= len(SAID) + 2 * HEARD_RATE


async def test_a_model_may_be_named() -> None:
    async with ears("Oui.", stt=("deepgram/nova-2",)) as (speech, deepgram):
        book = notebook(speech)
        book.hear(SAID + silence(1.0))
        assert await book.text() == "Oui."
    assert deepgram.requests[0]["model"] == "nova-2"


@pytest.mark.parametrize("fault", ["busy", "broken", "refused", "missing", "cut"])
async def test_what_a_stream_fails_at_is_heard_again_from_the_same_sound(fault: Fault) -> None:
    async with (
        openai_server(transcription=["J'ai fini."]) as endpoint,
        ears(Misbehave(fault), openai_base_url=endpoint.url) as (speech, deepgram),
    ):
        book = notebook(speech)
        book.hear(SAID + silence(1.0))
        assert await book.text() == "J'ai fini."
        book = notebook(speech)
        book.hear(SAID + silence(1.0))
        assert await book.text() == "J'ai fini."
    assert len(deepgram.requests) == 1, "it is left alone for a while"
    assert len(endpoint.transcription.requests[0]["file"]) >= len(SAID)


async def test_without_another_recogniser_a_stream_that_fails_twice_is_told() -> None:
    async with ears(Misbehave("broken")) as (speech, deepgram):
        book = notebook(speech)
        book.hear(SAID + silence(1.0))
        await book.text()
        assert book.failure is not None
    assert len(deepgram.requests) == 2


async def test_sound_that_was_no_speech_ends_its_stream() -> None:
    async with ears("Oui.") as (speech, _):
        recogniser = speech.recogniser("fr")
        assert recogniser is not None
        utterance = recogniser.begin(lambda _: None)
        utterance.feed(SAID)
        utterance.cancel()


async def test_a_sentence_is_spoken_with_the_id_of_its_voice() -> None:
    async with mouth("spoken", voices={"souni": "id-of-souni"}) as (speech, elevenlabs):
        assert await sound_of(speech) == SENTENCE_SOUND
        await sound_of(speech, voice="kev")
    asked = elevenlabs.requests[0]
    assert [one["voice"] for one in elevenlabs.requests] == ["id-of-souni", "id-of-souni"]
    assert (asked["key"], asked["text"], asked["language_code"]) == ("good-key", SENTENCE, "fr")
    assert (asked["model_id"], asked["output_format"]) == ("eleven_turbo_v2_5", "pcm_24000")


async def test_without_any_id_the_plugin_chooses_a_voice() -> None:
    async with mouth("spoken") as (speech, elevenlabs):
        assert await sound_of(speech) == SENTENCE_SOUND
    assert elevenlabs.requests[0]["voice"]


@pytest.mark.parametrize("fault", ["busy", "broken", "refused", "missing", "cut", "nonsense", "empty"])
async def test_what_a_voice_fails_at_is_said_by_the_next(fault: Fault) -> None:
    async with (
        openai_server() as endpoint,
        mouth(Misbehave(fault), openai_base_url=endpoint.url) as (speech, elevenlabs),
    ):
        assert (await sound_of(speech)).endswith(SENTENCE_SOUND)
        assert await sound_of(speech) == SENTENCE_SOUND
    assert len(elevenlabs.requests) == 1
    assert endpoint.speech.requests[0]["voice"] == "marin"


@pytest.mark.parametrize("task", ["stt", "tts"])
async def test_a_plugin_that_cannot_be_made_is_a_failure_of_the_voice(task: str) -> None:
    """Deepgram's speech and ElevenLabs' hearing are plug-ins of any name to us: they take their keys from outside."""
    async with opened(stt=("elevenlabs",), tts=("deepgram",)) as speech:
        attempt: dict[str, Callable[[], Any]] = {
            "stt": lambda: heard_by(speech),
            "tts": lambda: sound_of(speech),
        }
        with pytest.raises(VoiceFailed):
            await attempt[task]()


async def heard_by(speech: Speech) -> str:
    recogniser = speech.recogniser("fr")
    assert recogniser is not None
    return await recogniser.begin(lambda _: None).finish()
