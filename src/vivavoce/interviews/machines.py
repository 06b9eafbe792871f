"""Which machines listen, speak and judge in an interview: what the candidate is told before agreeing."""

from typing import Literal
from urllib.parse import urlsplit

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech import engines
from vivavoce.interviewer.speech.engines import Engine
from vivavoce.settings import Settings
from vivavoce.web.candidate_views import Machine, Machines


def machines_of(settings: Settings, language: Language) -> Machines:
    """Those that stand behind another too: any of them may come to hear or speak."""
    model = None
    if settings.openai_api_key or settings.openai_base_url:
        model = Machine(
            settings.openai_model, urlsplit(settings.openai_base_url or engines.OPENAI_URL).hostname
        )
    return Machines(
        voices=tuple(_machine(engine) for engine in engines.speaking(settings, language)),
        interviewer=model,
        recognisers=tuple(_machine(engine) for engine in engines.listening(settings, language)),
        evaluator=model,
    )


def recogniser_kind(settings: Settings, language: Language) -> Literal["configured", "demonstration", "none"]:
    """Of the one that listens as long as it can."""
    listening = engines.listening(settings, language)
    if not listening:
        return "none"
    return "demonstration" if listening[0].name == engines.SPHINX else "configured"


def _machine(engine: Engine) -> Machine:
    return Machine(engine.model or engine.name, engine.host, demonstration=engine.name == engines.SPHINX)
