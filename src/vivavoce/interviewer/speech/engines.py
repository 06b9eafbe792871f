"""Which engines listen and speak in an installation, in the order in which they are asked.

Told from the settings and from what is installed; nothing is loaded. Candidates are told the same before they agree.
"""

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

from vivavoce.interviewer.plan import Language, Persona
from vivavoce.interviewer.voices import LOCAL_VARIANTS, VOICES

OPENAI_URL = "https://api.openai.com/v1"
DEEPGRAM_URL = "https://api.deepgram.com/v1/listen"
ELEVENLABS_URL = "https://api.elevenlabs.io/v1"
TRANSCRIPTION_MODEL = "gpt-4o-mini-transcribe"
SPEECH_MODEL = "gpt-4o-mini-tts"
DEEPGRAM_MODEL = "nova-3"
ELEVENLABS_MODEL = "eleven_turbo_v2_5"
DEEPGRAM, ELEVENLABS, LOCAL, OPENAI = "deepgram", "elevenlabs", "local", "openai"
WHISPER, SPHINX, PIPER, ESPEAK = "faster-whisper", "pocketsphinx", "piper", "espeak-ng"

Task = Literal["stt", "tts"]


class SpeechSettings(Protocol):
    """What of the settings is about speech; `docs/settings.md` says what each is for."""

    @property
    def stt(self) -> tuple[str, ...]: ...
    @property
    def tts(self) -> tuple[str, ...]: ...
    @property
    def openai_api_key(self) -> str | None: ...
    @property
    def openai_base_url(self) -> str | None: ...
    @property
    def stt_url(self) -> str | None: ...
    @property
    def stt_key(self) -> str | None: ...
    @property
    def tts_url(self) -> str | None: ...
    @property
    def tts_key(self) -> str | None: ...
    @property
    def deepgram_api_key(self) -> str | None: ...
    @property
    def deepgram_url(self) -> str | None: ...
    @property
    def elevenlabs_api_key(self) -> str | None: ...
    @property
    def elevenlabs_url(self) -> str | None: ...
    @property
    def voices(self) -> Mapping[str, str]: ...
    @property
    def whisper(self) -> Path | None: ...
    @property
    def piper(self) -> Mapping[str, Path]: ...


@dataclass(frozen=True)
class Engine:
    """One that listens or speaks. `name` is the provider's, or of what runs here; `host` is None for that.

    `model` is None for a plug-in that is left to its default.
    """

    name: str
    model: str | None = None
    host: str | None = None
    url: str | None = None
    key: str | None = None


class Unusable(Exception):
    """An engine that the settings name and this installation lacks something for; the message says what to do."""

    def __init__(self, setting: str, advice: str) -> None:
        super().__init__(f"{setting}: {advice}")
        self.setting = setting
        self.advice = advice


def listening(settings: SpeechSettings, language: Language) -> list[Engine]:
    """Those that understand the language, the first choice first; empty where candidates type."""
    return list(_usable(settings, "stt", language))


def speaking(settings: SpeechSettings, language: Language, persona: Persona | None = None) -> list[Engine]:
    """Those that speak the language; for a persona its own provider comes first, if it is among them."""
    engines = list(_usable(settings, "tts", language))
    if persona is None:
        return engines
    return sorted(engines, key=lambda engine: not _has_voice(engine, persona))


def faults(settings: SpeechSettings, language: Language) -> list[Unusable]:
    """What keeps engines that the settings name from being asked."""
    found: list[Unusable] = []
    for task in ("stt", "tts"):
        list(_usable(settings, task, language, found.append))
    return found


def voice_id(engine: Engine, persona: Persona, voices: Mapping[str, str]) -> str | None:
    """What the engine calls the persona's voice, or its stand-in; None is the engine's own choice.

    ElevenLabs knows voices by ids of the account, so that one without an id gets that of the first voice that has one.
    """
    named = next((names for provider, names in VOICES.items() if provider == engine.name), ())
    wanted = persona.voice if persona.voice in named else named[0] if named else None
    if wanted is None or engine.name != ELEVENLABS:
        return voices.get(wanted, wanted) if wanted else None
    return voices.get(wanted) or next((voices[name] for name in named if name in voices), None)


def local_voice(persona: Persona) -> str:
    return persona.voice if persona.voice in LOCAL_VARIANTS else next(iter(LOCAL_VARIANTS))


def _has_voice(engine: Engine, persona: Persona) -> bool:
    """The local default is no wish: it is what an agent has whom nobody gave a voice."""
    if persona.provider == LOCAL:
        return engine.host is None and persona.voice in list(LOCAL_VARIANTS)[1:]
    return engine.name == persona.provider


def _usable(
    settings: SpeechSettings,
    task: Task,
    language: Language,
    unusable: Callable[[Unusable], None] = lambda _: None,
) -> Iterator[Engine]:
    for entry in _chain(settings, task):
        name, _, model = entry.partition("/")
        try:
            engine = _engine(settings, task, name, model or None, language)
        except Unusable as fault:
            unusable(fault)
            continue
        if engine is not None:
            yield engine


def _chain(settings: SpeechSettings, task: Task) -> tuple[str, ...]:
    """As named, or by the keys that are there."""
    named = settings.stt if task == "stt" else settings.tts
    if named:
        return named
    cloud, key = (
        (DEEPGRAM, settings.deepgram_api_key) if task == "stt" else (ELEVENLABS, settings.elevenlabs_api_key)
    )
    url, openai_key = _openai(settings, task)
    return (*([cloud] if key else []), *([OPENAI] if url or openai_key else []), LOCAL)


def _engine(
    settings: SpeechSettings, task: Task, name: str, model: str | None, language: Language
) -> Engine | None:
    """None: it is there, and does not know the language. Raises Unusable."""
    if name == LOCAL:
        return _heard_here(settings, language) if task == "stt" else _spoken_here(settings, language)
    if name == OPENAI:
        url, key = _openai(settings, task)
        if not (url or key):
            raise Unusable(
                "OPENAI_API_KEY", f"openai is named in {_setting(task)}; give a key or OPENAI_BASE_URL"
            )
        default = TRANSCRIPTION_MODEL if task == "stt" else SPEECH_MODEL
        return Engine(name, model or default, urlsplit(url or OPENAI_URL).hostname, url, key)
    _require_plugin(name, task)
    if name == DEEPGRAM and task == "stt":
        key = _required(settings.deepgram_api_key, "DEEPGRAM_API_KEY", task)
        url = settings.deepgram_url or DEEPGRAM_URL
        return Engine(name, model or DEEPGRAM_MODEL, urlsplit(url).hostname, url, key)
    if name == ELEVENLABS and task == "tts":
        key = _required(settings.elevenlabs_api_key, "ELEVEN_API_KEY", task)
        url = settings.elevenlabs_url or ELEVENLABS_URL
        return Engine(name, model or ELEVENLABS_MODEL, urlsplit(url).hostname, url, key)
    return Engine(name, model, host=name)


def _heard_here(settings: SpeechSettings, language: Language) -> Engine | None:
    if settings.whisper is not None:
        _require("faster_whisper", "VIVAVOCE_WHISPER", "local-whisper")
        if not (settings.whisper / "model.bin").is_file():
            raise Unusable(
                "VIVAVOCE_WHISPER",
                f"{settings.whisper} holds no model.bin; give the folder of a Whisper model in CTranslate2's format",
            )
        return Engine(WHISPER, settings.whisper.name)
    if language == "en" and importlib.util.find_spec("pocketsphinx") is not None:
        return Engine(SPHINX)
    return None


def _spoken_here(settings: SpeechSettings, language: Language) -> Engine | None:
    from vivavoce.interviewer.speech import espeak  # noqa: PLC0415 - ctypes, only where it is asked about

    path = settings.piper.get(language)
    if path is not None:
        _require("piper", "VIVAVOCE_PIPER", "local-piper")
        for file in (path, path.with_name(f"{path.name}.json")):
            if not file.is_file():
                raise Unusable(
                    "VIVAVOCE_PIPER",
                    f"there is no {file}; give a voice's .onnx, its .onnx.json beside it",
                )
        return Engine(PIPER, path.stem)
    return Engine(ESPEAK) if espeak.available() else None


def _openai(settings: SpeechSettings, task: Task) -> tuple[str | None, str | None]:
    """Address and key. A key goes to no other address than it was given for."""
    url, key = (settings.stt_url, settings.stt_key) if task == "stt" else (settings.tts_url, settings.tts_key)
    if url:
        return url, key
    return settings.openai_base_url, key or settings.openai_api_key


def _require_plugin(name: str, task: Task) -> None:
    try:
        found = importlib.util.find_spec(f"livekit.plugins.{name}")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise Unusable(
            _setting(task),
            f"the plug-in for {name} is not here: pip install livekit-plugins-{name.replace('_', '-')}",
        )


def _require(module: str, setting: str, extra: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise Unusable(setting, f"needs an extra of the package: pip install 'vivavoce[{extra}]'")


def _required(value: str | None, setting: str, task: Task) -> str:
    if not value:
        raise Unusable(setting, f"is missing, and {_setting(task)} names what needs it")
    return value


def _setting(task: Task) -> str:
    return f"VIVAVOCE_{task.upper()}"
