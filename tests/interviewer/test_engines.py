"""Which engines listen and speak, and what happens when they are slow, busy, gone, or talk nonsense."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.flite import silence, spoken
from fakes.hearing import Notebook
from fakes.openai_server import Fault, Misbehave, OpenAIServer, openai_server, tone
from vivavoce.interviewer.plan import Language, Persona
from vivavoce.interviewer.ports import MAX_ANSWER, VoiceFailed
from vivavoce.interviewer.speech import engines
from vivavoce.interviewer.speech.chains import Link, RecogniserChain, Rest, SpeakerChain
from vivavoce.interviewer.speech.choice import Speech
from vivavoce.interviewer.speech.shapes import SPOKEN_RATE, EngineFailed, Utterance, failures_as_ours
from vivavoce.settings import Settings

SAID = spoken("I have finished.") + silence(1.0)
SENTENCE = "Tell me about a project that you are proud of."
BROKEN: tuple[Fault, ...] = ("busy", "broken", "refused", "missing", "cut", "nonsense")


def installation(**given: Any) -> Settings:
    return Settings(secret_key="s" * 32, agent_secret="s" * 32, **given)


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def endpoint() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as server:
        yield server


Opened = Callable[..., Speech]


@pytest.fixture
async def opened(endpoint: OpenAIServer, clock: Clock) -> AsyncIterator[Opened]:
    """Speech of an installation with the endpoint."""
    all_of_them: list[Speech] = []

    def open_one(**given: Any) -> Speech:
        all_of_them.append(Speech(installation(openai_base_url=endpoint.url, **given), clock))
        return all_of_them[-1]

    yield open_one
    for speech in all_of_them:
        await speech.close()


async def heard(speech: Speech, language: Language) -> str:
    recogniser = speech.recogniser(language)
    assert recogniser is not None
    notebook = Notebook(recogniser)
    notebook.hear(SAID)
    text = await notebook.text()
    if notebook.failure:
        raise notebook.failure
    return text


async def sound_of(speech: Speech, text: str = SENTENCE, voice: str = "cedar") -> bytes:
    speaker = speech.speaker("fr", Persona("Marie", provider="openai", voice=voice))
    return b"".join([piece async for piece in speaker.speak(text)])


def models(requests: list[dict[str, Any]]) -> list[str]:
    return [one["model"] for one in requests]


# Which there are


@pytest.mark.parametrize(
    ("given", "english", "french", "voices"),
    [
        ({}, ["pocketsphinx"], [], ["espeak-ng"]),
        ({"openai_api_key": "k"}, ["openai", "pocketsphinx"], ["openai"], ["openai", "espeak-ng"]),
        ({"stt_url": "http://ears/v1"}, ["openai", "pocketsphinx"], ["openai"], ["espeak-ng"]),
        ({"tts_key": "k"}, ["pocketsphinx"], [], ["openai", "espeak-ng"]),
        (
            {"deepgram_api_key": "k", "openai_api_key": "k"},
            ["deepgram", "openai", "pocketsphinx"],
            ["deepgram", "openai"],
            ["openai", "espeak-ng"],
        ),
        (
            {
                "elevenlabs_api_key": "k",
                "openai_api_key": "k",
                "stt": ("local",),
                "tts": ("openai", "elevenlabs"),
            },
            ["pocketsphinx"],
            [],
            ["openai", "elevenlabs"],
        ),
        ({"stt": ("deepgram", "openai"), "tts": ("elevenlabs", "nobody")}, [], [], []),
    ],
)
def test_the_keys_that_are_there_make_the_order_unless_it_is_named(
    given: dict[str, Any], english: list[str], french: list[str], voices: list[str]
) -> None:
    settings = installation(**given)
    assert [one.name for one in engines.listening(settings, "en")] == english
    assert [one.name for one in engines.listening(settings, "fr")] == french
    assert [one.name for one in engines.speaking(settings, "fr")] == voices


@pytest.mark.parametrize(
    ("persona", "first"),
    [
        (Persona("A"), "elevenlabs"),
        (Persona("A", "openai", "cedar"), "openai"),
        (Persona("A", "elevenlabs", "kev"), "elevenlabs"),
        (Persona("A", "local", "deep"), "espeak-ng"),
    ],
)
def test_the_voice_that_was_chosen_for_an_agent_comes_first(persona: Persona, first: str) -> None:
    settings = installation(elevenlabs_api_key="k", openai_api_key="k")
    speaking = engines.speaking(settings, "en", persona)
    assert speaking[0].name == first
    assert {one.name for one in speaking} == {"elevenlabs", "openai", "espeak-ng"}


def test_a_key_goes_to_no_other_address_than_it_was_given_for() -> None:
    settings = installation(openai_api_key="secret", stt_url="http://ears/v1", tts_key="other")
    listening, speaking = engines.listening(settings, "fr")[0], engines.speaking(settings, "fr")[0]
    assert (listening.url, listening.key) == ("http://ears/v1", None)
    assert (speaking.url, speaking.key) == (None, "other")


def test_a_model_may_be_named_with_its_engine() -> None:
    settings = installation(openai_api_key="k", stt=("openai/Systran/faster-whisper-small", "openai"))
    assert [one.model for one in engines.listening(settings, "fr")] == [
        "Systran/faster-whisper-small",
        "gpt-4o-mini-transcribe",
    ]


@pytest.mark.parametrize(
    ("given", "setting", "advice"),
    [
        ({"stt": ("deepgram",)}, "DEEPGRAM_API_KEY", "is missing"),
        ({"tts": ("elevenlabs",)}, "ELEVEN_API_KEY", "is missing"),
        ({"stt": ("openai",)}, "OPENAI_API_KEY", "give a key"),
        ({"tts": ("nobody_knows",)}, "VIVAVOCE_TTS", "pip install livekit-plugins-nobody-knows"),
        ({"whisper": Path("/nowhere")}, "VIVAVOCE_WHISPER", "holds no model.bin"),
        ({"piper": {"en": Path("/nowhere/joe.onnx")}}, "VIVAVOCE_PIPER", "there is no /nowhere/joe.onnx"),
    ],
)
def test_what_is_named_and_cannot_be_used_says_what_to_do(
    given: dict[str, Any], setting: str, advice: str
) -> None:
    found = engines.faults(installation(**given), "en")
    assert [one.setting for one in found] == [setting]
    assert advice in found[0].advice


@pytest.mark.parametrize(
    ("provider", "voice", "ids", "expected"),
    [
        ("openai", "cedar", {}, "cedar"),
        ("openai", "deep", {}, "marin"),
        ("openai", "kev", {}, "marin"),
        ("openai", "cedar", {"cedar": "af_heart"}, "af_heart"),
        ("elevenlabs", "souni", {"souni": "id-1", "kev": "id-2"}, "id-1"),
        ("elevenlabs", "peter", {"souni": "id-1"}, "id-1"),
        ("elevenlabs", "peter", {}, None),
        ("cartesia", "peter", {}, None),
    ],
)
def test_a_voice_is_what_its_speaker_calls_it_or_a_stand_in(
    provider: str, voice: str, ids: dict[str, str], expected: str | None
) -> None:
    persona = Persona("Camille", provider=provider, voice=voice)
    assert engines.voice_id(engines.Engine(provider, host="there"), persona, ids) == expected


# Hearing


async def test_an_endpoint_hears_french(opened: Opened, endpoint: OpenAIServer) -> None:
    speech = opened()
    endpoint.transcription.play("J'ai fini.")
    assert speech.hears("fr")
    assert not speech.demonstration("fr")
    assert await heard(speech, "fr") == "J'ai fini."
    sent = endpoint.transcription.requests[0]
    assert sent["language"] == "fr"
    assert sent["file"].startswith(b"RIFF")


async def test_what_cannot_be_stored_is_not_heard(opened: Opened, endpoint: OpenAIServer) -> None:
    endpoint.transcription.play("J'ai\0 fini.", "encore " * 20_000)
    assert await heard(opened(), "fr") == "J'ai fini."
    assert await heard(opened(), "fr") == ("encore " * 20_000)[:MAX_ANSWER]


@pytest.mark.parametrize("fault", BROKEN)
async def test_an_answer_is_heard_again_by_the_next_from_the_same_sound(
    opened: Opened, endpoint: OpenAIServer, fault: Fault
) -> None:
    endpoint.transcription.play(Misbehave(fault), "J'ai fini.")
    assert await heard(opened(stt=("openai/one", "openai/two")), "fr") == "J'ai fini."
    one, two = endpoint.transcription.requests
    assert (one["model"], two["model"]) == ("one", "two")
    assert one["file"] == two["file"]


async def test_one_that_failed_is_left_alone_for_a_while_and_asked_again_later(
    opened: Opened, endpoint: OpenAIServer, clock: Clock
) -> None:
    speech = opened(stt=("openai/one", "openai/two"))
    endpoint.transcription.play(Misbehave("broken"), "Oui.")
    for _ in range(2):
        assert await heard(speech, "fr") == "Oui."
    assert models(endpoint.transcription.requests) == ["one", "two", "two"]
    clock.now += 61
    assert await heard(speech, "fr") == "Oui."
    assert models(endpoint.transcription.requests)[3:] == ["one"]


async def test_one_that_is_busy_rests_for_as_long_as_it_asks(
    opened: Opened, endpoint: OpenAIServer, clock: Clock
) -> None:
    speech = opened(stt=("openai/one", "openai/two"))
    endpoint.transcription.play(Misbehave("busy"), "Oui.")
    await heard(speech, "fr")
    clock.now += 2
    await heard(speech, "fr")
    assert models(endpoint.transcription.requests) == ["one", "two", "one"]


@pytest.mark.parametrize(("asked", "seconds"), [("nan", None), ("-5", None), ("soon", None), ("7", 7.0)])
def test_what_is_no_time_is_no_wish_to_be_left_alone(asked: str, seconds: float | None) -> None:
    class Busy(Exception):
        response = SimpleNamespace(headers={"retry-after": asked})

    with pytest.raises(EngineFailed) as failed, failures_as_ours():
        raise Busy
    assert failed.value.retry_after == seconds


async def test_when_all_are_resting_they_are_asked_all_the_same(
    opened: Opened, endpoint: OpenAIServer
) -> None:
    speech = opened(stt=("openai/one", "openai/two"))
    endpoint.transcription.play(Misbehave("broken"), Misbehave("broken"), "Oui.")
    with pytest.raises(VoiceFailed):
        await heard(speech, "fr")
    assert await heard(speech, "fr") == "Oui."


async def test_one_that_stands_alone_is_asked_twice(opened: Opened, endpoint: OpenAIServer) -> None:
    endpoint.transcription.play(Misbehave("busy"), "Oui.")
    assert await heard(opened(), "fr") == "Oui."
    endpoint.transcription.play(Misbehave("broken"))
    with pytest.raises(VoiceFailed):
        await heard(opened(), "fr")


async def test_in_english_the_demonstration_recogniser_stands_behind_and_says_so(
    opened: Opened, endpoint: OpenAIServer, clock: Clock
) -> None:
    speech = opened()
    endpoint.transcription.play(Misbehave("broken"))
    assert not speech.demonstration("en")
    assert await heard(speech, "en") == "i have finished"
    assert speech.demonstration("en")
    clock.now += 61
    assert not speech.demonstration("en")


async def test_an_endpoint_without_ears_is_promised_to_nobody(
    opened: Opened, endpoint: OpenAIServer, clock: Clock
) -> None:
    speech = opened()
    endpoint.transcription.play(Misbehave("missing"))
    assert await heard(speech, "en") == "i have finished"
    assert not speech.hears("fr")
    assert speech.recogniser("fr") is None
    clock.now += 601
    assert speech.hears("fr")


class Deaf:
    """A recogniser that never comes to an end."""

    def __init__(self) -> None:
        self.cancelled = 0

    def warm(self) -> None: ...

    def begin(self, on_partial: Callable[[str], None]) -> Utterance:
        return self

    def feed(self, pcm: bytes) -> None: ...

    async def finish(self) -> str:
        await asyncio.Event().wait()
        return ""

    def cancel(self) -> None:
        self.cancelled += 1


async def test_one_that_never_answers_is_not_waited_for(opened: Opened) -> None:
    deaf, ears = Deaf(), opened(stt=("openai",)).recogniser("fr")
    assert ears is not None
    chain = RecogniserChain([Link(deaf, Rest("deaf")), Link(ears, Rest("ears"))], seconds=0.05)
    utterance = chain.begin(lambda _: None)
    utterance.feed(SAID)
    assert await utterance.finish() == "I have finished."
    assert deaf.cancelled == 1


# Speaking


async def test_an_endpoint_speaks_with_the_voice_that_was_chosen(
    opened: Opened, endpoint: OpenAIServer
) -> None:
    assert await sound_of(opened()) == tone(SENTENCE)
    await sound_of(opened(), voice="souni")
    await sound_of(opened(voices={"sage": "af_heart"}, tts=("openai/kokoro",)), voice="sage")
    assert [one["voice"] for one in endpoint.speech.requests] == ["cedar", "marin", "af_heart"]
    assert models(endpoint.speech.requests) == ["gpt-4o-mini-tts", "gpt-4o-mini-tts", "kokoro"]


@pytest.mark.parametrize("fault", [*BROKEN, "empty"])
async def test_a_sentence_is_spoken_by_the_next_and_whole_when_the_first_broke_in_its_middle(
    opened: Opened, endpoint: OpenAIServer, fault: Fault
) -> None:
    endpoint.speech.play(Misbehave(fault), "spoken")
    sound = await sound_of(opened(tts=("openai/one", "openai/two")))
    assert sound.endswith(tone(SENTENCE))
    assert len(sound) - len(tone(SENTENCE)) <= (len(tone(SENTENCE)) // 2 if fault == "cut" else 0)
    assert models(endpoint.speech.requests) == ["one", "two"]


async def test_a_speaker_that_failed_rests_too(opened: Opened, endpoint: OpenAIServer, clock: Clock) -> None:
    speech = opened()
    endpoint.misbehave("broken")
    assert len(await sound_of(speech)) > SPOKEN_RATE
    await sound_of(speech)
    assert len(endpoint.speech.requests) == 1
    clock.now += 61
    endpoint.speech.play("spoken")
    assert await sound_of(speech) == tone(SENTENCE)


async def test_without_anybody_behind_it_a_speaker_is_asked_twice_and_then_it_is_told(
    opened: Opened, endpoint: OpenAIServer
) -> None:
    speech = opened(tts=("openai",))
    endpoint.speech.play(Misbehave("broken"), "spoken", Misbehave("broken"))
    assert await sound_of(speech) == tone(SENTENCE)
    with pytest.raises(VoiceFailed):
        await sound_of(speech)


class Stammering:
    """Says a little, and nothing more."""

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        yield tone("a")
        await asyncio.Event().wait()


async def test_one_that_stops_in_the_middle_is_not_waited_for(opened: Opened) -> None:
    speech = opened(tts=("openai",)).speaker("fr", Persona("Marie"))
    chain = SpeakerChain([Link(Stammering(), Rest("one")), Link(speech, Rest("two"))], pause=0.05)
    sound = b"".join([piece async for piece in chain.speak(SENTENCE)])
    assert sound == tone("a") + tone(SENTENCE)


def test_where_nothing_can_speak_the_voice_fails_at_once() -> None:
    with pytest.raises(VoiceFailed):
        Speech(installation(tts=("nobody",))).speaker("en", Persona("Camille"))


# What runs here


async def test_without_a_key_speech_is_local_and_french_has_no_recogniser() -> None:
    speech = Speech(installation())
    assert speech.demonstration("en")
    assert speech.hears("en")
    assert not speech.hears("fr")
    assert speech.recogniser("fr") is None
    assert len(await sound_of(speech)) > SPOKEN_RATE
    await speech.close()


async def test_a_model_of_whisper_that_cannot_be_loaded_leaves_hearing_to_the_next(
    opened: Opened, endpoint: OpenAIServer, tmp_path: Path
) -> None:
    (tmp_path / "model.bin").write_bytes(b"no model at all")
    speech = opened(whisper=tmp_path, stt=("local", "openai"))
    endpoint.transcription.play("J'ai fini.")
    assert await heard(speech, "fr") == "J'ai fini."


async def test_a_voice_of_piper_that_cannot_be_loaded_leaves_speaking_to_the_next(
    opened: Opened, tmp_path: Path
) -> None:
    path = tmp_path / "voice.onnx"
    path.write_bytes(b"no model at all")
    path.with_name("voice.onnx.json").write_text("{}")
    speech = opened(piper={"fr": path}, tts=("local", "openai"))
    assert await sound_of(speech, voice="default") == tone(SENTENCE)
