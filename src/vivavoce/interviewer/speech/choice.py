"""The speech of an installation: its engines, made when a voice needs them, each with what stands behind it."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vivavoce.interviewer.plan import Language, Persona
from vivavoce.interviewer.ports import VoiceFailed
from vivavoce.interviewer.speech import engines
from vivavoce.interviewer.speech.chains import Link, RecogniserChain, Rest, SpeakerChain
from vivavoce.interviewer.speech.engines import Engine, SpeechSettings, Task
from vivavoce.interviewer.speech.recognisers import Sphinx
from vivavoce.interviewer.speech.shapes import Recogniser, Speaker

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from openai import AsyncOpenAI

    from vivavoce.interviewer.speech.piper import Piper
    from vivavoce.interviewer.speech.whisper import Whisper


class Speech:
    """Made once a process; nothing is loaded until a voice needs it."""

    def __init__(self, settings: SpeechSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._rests: dict[tuple[Task, Engine], Rest] = {}
        self._clients: dict[Engine, AsyncOpenAI] = {}
        self._session: ClientSession | None = None
        self._sphinx: Sphinx | None = None
        self._whisper: Whisper | None = None
        self._pipers: dict[Engine, Piper] = {}

    @property
    def asks_openai(self) -> bool:
        """Or an endpoint of its kind, for some of it."""
        chosen = self._settings
        return any((chosen.openai_api_key, chosen.openai_base_url, chosen.stt_url, chosen.tts_url))

    def demonstration(self, language: Language) -> bool:
        """The recogniser is pocketsphinx just now, good enough to show the product and no more."""
        listening = self._listening(language)
        awake = [engine for engine in listening if not self._rest("stt", engine).resting]
        return bool(listening) and (awake or listening)[0].name == engines.SPHINX

    def hears(self, language: Language) -> bool:
        return bool(self._listening(language))

    def recogniser(self, language: Language) -> Recogniser | None:
        links = [
            Link(self._recogniser(engine, language), self._rest("stt", engine))
            for engine in self._listening(language)
        ]
        return RecogniserChain(links) if links else None

    def speaker(self, language: Language, persona: Persona) -> Speaker:
        """Raises VoiceFailed where nothing can speak."""
        links = [
            Link(self._speaker(engine, language, persona), self._rest("tts", engine))
            for engine in engines.speaking(self._settings, language, persona)
        ]
        if not links:
            raise VoiceFailed("there is no espeak-ng: install the extra local-speech, or Debian's espeak-ng")
        return SpeakerChain(links)

    async def close(self) -> None:
        if self._sphinx is not None:
            await self._sphinx.close()
        for client in self._clients.values():
            await client.close()
        if self._session is not None:
            await self._session.close()

    def _listening(self, language: Language) -> Sequence[Engine]:
        """Without those that said that they will not."""
        known = engines.listening(self._settings, language)
        return [engine for engine in known if not self._rest("stt", engine).refused]

    def _recogniser(self, engine: Engine, language: Language) -> Recogniser:
        if engine.name == engines.SPHINX:
            self._sphinx = self._sphinx or Sphinx()
            return self._sphinx
        if engine.name == engines.WHISPER:
            from vivavoce.interviewer.speech.whisper import Whisper  # noqa: PLC0415 - an extra

            assert self._settings.whisper is not None
            self._whisper = self._whisper or Whisper(self._settings.whisper)
            return self._whisper.recogniser(language)
        if engine.name == engines.OPENAI:
            from vivavoce.interviewer.speech.openai import OpenAITranscription  # noqa: PLC0415 - as below

            return OpenAITranscription(self._client(engine), engine.model or "", language)
        from vivavoce.interviewer.speech.plugins import PluginRecogniser  # noqa: PLC0415 - for who has one

        return PluginRecogniser(engine, language, self._http)

    def _speaker(self, engine: Engine, language: Language, persona: Persona) -> Speaker:
        if engine.name == engines.ESPEAK:
            from vivavoce.interviewer.speech.espeak import Espeak  # noqa: PLC0415 - ctypes, for who has it

            return Espeak(language, engines.local_voice(persona))
        if engine.name == engines.PIPER:
            from vivavoce.interviewer.speech.piper import Piper  # noqa: PLC0415 - an extra

            if engine not in self._pipers:
                self._pipers[engine] = Piper(self._settings.piper[language])
            return self._pipers[engine]
        voice = engines.voice_id(engine, persona, self._settings.voices)
        if engine.name == engines.OPENAI:
            from vivavoce.interviewer.speech.openai import OpenAISpeaker  # noqa: PLC0415 - loads the SDK late

            return OpenAISpeaker(self._client(engine), engine.model or "", voice or "")
        from vivavoce.interviewer.speech.plugins import PluginSpeaker  # noqa: PLC0415 - for who has one

        return PluginSpeaker(engine, language, voice, self._http)

    def _rest(self, task: Task, engine: Engine) -> Rest:
        return self._rests.setdefault((task, engine), Rest(f"{task} {engine.name}", self._clock))

    def _client(self, engine: Engine) -> "AsyncOpenAI":
        from vivavoce.interviewer.speech.openai import client_of  # noqa: PLC0415 - as above

        if engine not in self._clients:
            self._clients[engine] = client_of(engine)
        return self._clients[engine]

    def _http(self) -> "ClientSession":
        from aiohttp import ClientSession  # noqa: PLC0415 - for who has a plug-in

        from vivavoce.interviewer.speech.plugins import WatchedSocket  # noqa: PLC0415 - as above

        if self._session is None:
            self._session = ClientSession(ws_response_class=WatchedSocket)
        return self._session
