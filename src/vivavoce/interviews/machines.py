"""Which machines listen, speak and judge in an interview: what the candidate is told before agreeing."""

from typing import Literal
from urllib.parse import urlsplit

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech.choice import (
    SPEECH_MODEL,
    TRANSCRIPTION_MODEL,
    Speech,
    SpeechSettings,
)
from vivavoce.settings import Settings
from vivavoce.web.candidate_views import Machine, Machines

OPENAI_HOST = "api.openai.com"


def machines_of(settings: Settings, language: Language) -> Machines:
    kind = recogniser_kind(settings, language)
    remote = bool(settings.openai_api_key or settings.openai_base_url)
    host = urlsplit(settings.openai_base_url).hostname if settings.openai_base_url else OPENAI_HOST
    heard = {
        "configured": Machine(TRANSCRIPTION_MODEL, host),
        "demonstration": Machine("pocketsphinx"),
        "none": None,
    }
    model = Machine(settings.openai_model, host) if remote else None
    return Machines(
        voice=Machine(SPEECH_MODEL, host) if remote else Machine("espeak-ng"),
        interviewer=model,
        recogniser=heard[kind],
        evaluator=model,
        demonstration_recogniser=kind == "demonstration",
    )


def recogniser_kind(settings: Settings, language: Language) -> Literal["configured", "demonstration", "none"]:
    speech = Speech(SpeechSettings(settings.openai_api_key, settings.openai_base_url))
    if not speech.hears(language):
        return "none"
    return "demonstration" if speech.demonstration(language) else "configured"
