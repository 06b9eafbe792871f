"""What candidates are told of the machines is what the agent asks, with all that stands behind."""

from typing import Any

import pytest

from vivavoce.interviewer.plan import Language
from vivavoce.interviews.machines import machines_of, recogniser_kind
from vivavoce.settings import Settings
from vivavoce.web.candidate_views import Machine

ESPEAK, SPHINX = Machine("espeak-ng"), Machine("pocketsphinx", demonstration=True)
OPENAI, DEEPGRAM = "api.openai.com", "api.deepgram.com"


@pytest.mark.parametrize(
    ("given", "language", "recognisers", "voices", "kind"),
    [
        ({}, "en", [SPHINX], [ESPEAK], "demonstration"),
        ({}, "fr", [], [ESPEAK], "none"),
        (
            {"openai_api_key": "k", "deepgram_api_key": "k", "elevenlabs_api_key": "k"},
            "en",
            [Machine("nova-3", DEEPGRAM), Machine("gpt-4o-mini-transcribe", OPENAI), SPHINX],
            [
                Machine("eleven_turbo_v2_5", "api.elevenlabs.io"),
                Machine("gpt-4o-mini-tts", OPENAI),
                ESPEAK,
            ],
            "configured",
        ),
        (
            {
                "stt_url": "https://ears.example.org/v1",
                "stt": ("openai/whisper-large", "deepgram"),
                "tts": ("elevenlabs",),
            },
            "fr",
            [Machine("whisper-large", "ears.example.org")],
            [],
            "configured",
        ),
    ],
)
def test_all_that_may_come_to_hear_or_speak_is_told(
    given: dict[str, Any], language: Language, recognisers: list[Machine], voices: list[Machine], kind: str
) -> None:
    settings = Settings(secret_key="s" * 32, agent_secret="s" * 32, **given)
    told = machines_of(settings, language)
    assert list(told.recognisers) == recognisers
    assert list(told.voices) == voices
    assert recogniser_kind(settings, language) == kind
