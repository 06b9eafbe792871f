"""`vivavoce doctor`: looks at every part of the installation, and says what it found and what to do."""

import asyncio
import difflib
import importlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiohttp
import aiosmtplib
import asyncpg
import httpx

from vivavoce.database.embedded import database
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.speech import engines
from vivavoce.interviewer.speech.engines import Engine
from vivavoce.interviewer.voices import VOICES
from vivavoce.settings import SECRETS_FOLDER, SETTINGS, InstallationError, Settings
from vivavoce.web.libraries import HOW_TO_FETCH, LIVEKIT_CLIENT

WAIT_SECONDS = 10.0
LEAST_FREE_BYTES = 1_000_000_000
LOCAL = ("localhost", "127.0.0.1", "::1")
LANGUAGES: dict[Language, str] = {"en": "English", "fr": "French"}
LOCAL_SPEECH = "install the extra: pip install 'vivavoce[local-speech]'"
EARS: dict[Language, str] = {"en": LOCAL_SPEECH, "fr": "set one of those that docs/settings.md names"}

Level = Literal["ok", "note", "FAILS"]


@dataclass(frozen=True)
class Finding:
    """`FAILS` is what keeps the installation from working as it is set; `note` is good to know."""

    level: Level
    part: str
    text: str


def examine(settings: Settings, say: Callable[[str], None]) -> bool:
    """Say all findings; whether nothing fails."""
    findings = [
        *_names(),
        *_public_address(settings),
        *_data(settings),
        _database(settings),
        *asyncio.run(_outside(settings)),
        *_speech(settings),
    ]
    for finding in findings:
        say(f"{finding.level:5}  {finding.part}: {finding.text}")
    return all(finding.level != "FAILS" for finding in findings)


def _names() -> Iterator[Finding]:
    known = {setting.name for setting in SETTINGS}
    given = {name.removesuffix("_FILE") for name in os.environ}
    for name in sorted(one for one in given if one.startswith("VIVAVOCE_") and one not in known):
        like = difflib.get_close_matches(name, known, 1)
        yield Finding("note", "settings", f"{name} is no setting" + (f"; {like[0]} is" if like else ""))
    count = len(known & given)
    yield Finding(
        "ok", "settings", f"{count} given, all can be read" if count else "none given: the defaults"
    )


def _public_address(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.public_url)
    if parts.scheme == "https" or parts.hostname in LOCAL:
        yield Finding("ok", "public address", settings.public_url)
    else:
        yield Finding(
            "note",
            "public address",
            f"{settings.public_url} is plain http: browsers give it no microphone, candidates can only type;"
            " put a proxy with a certificate before it and set VIVAVOCE_PUBLIC_URL to https://…",
        )


def _data(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.data).free
    if free < LEAST_FREE_BYTES:
        yield Finding("note", "data folder", f"{settings.data} has only {free // 10**6} MB left; make room")
    else:
        yield Finding("ok", "data folder", f"{settings.data}, {free // 10**9} GB free")
    for path in sorted((settings.data / SECRETS_FOLDER).glob("[!.]*")):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("FAILS", "secrets", f"others may read {path}; chmod 600 {path}")


def _database(settings: Settings) -> Finding:
    try:
        with database(settings, "doctor") as address:
            version = asyncio.run(_server_version(address))
    except (OSError, TimeoutError, asyncpg.PostgresError, InstallationError) as fault:
        advice = "check DATABASE_URL" if settings.database_url else "see postgresql.log in the data folder"
        return Finding("FAILS", "database", f"cannot be used ({_short(fault)}); {advice}")
    where = "at DATABASE_URL" if settings.database_url else "embedded, in the data folder"
    return Finding("ok", "database", f"PostgreSQL {version}, {where}")


async def _server_version(address: str) -> str:
    connection = await asyncpg.connect(address, timeout=WAIT_SECONDS)
    try:
        version = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return str(version)


async def _outside(settings: Settings) -> list[Finding]:
    async with httpx.AsyncClient(timeout=WAIT_SECONDS) as client:
        checks = [_processes(settings, client)]
        if settings.smtp_url:
            checks.append(_mail(settings.smtp_url))
        checks += [_answers(service, client) for service in dict.fromkeys(_services(settings))]
        if settings.livekit_url:
            checks.append(_livekit(settings))
        return await asyncio.gather(*checks)


async def _processes(settings: Settings, client: httpx.AsyncClient) -> Finding:
    """Web, worker and the audio link, as the web process sees them."""
    try:
        answer = await client.get(f"{settings.api_url}/readyz")
        parts = answer.json()
    except (httpx.HTTPError, ValueError):
        return Finding(
            "note", "processes", f"nothing runs at {settings.api_url}; start with `vivavoce serve`"
        )
    silent = [
        f"{name}: {part['detail']}"
        for name, part in parts.items()
        if isinstance(part, dict) and not part["ok"]
    ]
    if answer.is_success and not silent:
        return Finding("ok", "processes", "web, worker and audio link are at work")
    level: Level = "note" if answer.is_success else "FAILS"
    return Finding(level, "processes", " ".join(silent) or f"/readyz answers {answer.status_code}")


async def _mail(url: str) -> Finding:
    parts = urlsplit(url)
    server = aiosmtplib.SMTP(
        hostname=parts.hostname, port=parts.port, use_tls=parts.scheme == "smtps", timeout=WAIT_SECONDS
    )
    try:
        async with server:
            if parts.username:
                await server.login(unquote(parts.username), unquote(parts.password or ""))
    except (aiosmtplib.SMTPException, OSError) as fault:
        return Finding("FAILS", "mail", f"{parts.hostname} takes no mail ({_short(fault)}); check SMTP_URL")
    return Finding("ok", "mail", f"{parts.hostname} takes our mail")


@dataclass(frozen=True)
class Service:
    """Somebody else's machine: what can be asked of it at no cost, and which settings are about it."""

    part: str
    url: str
    header: tuple[str, str] | None
    url_setting: str
    key_setting: str


def _services(settings: Settings) -> Iterator[Service]:
    if settings.openai_api_key or settings.openai_base_url:
        base = settings.openai_base_url or engines.OPENAI_URL
        yield _openai_service(base, settings.openai_api_key, "OPENAI_BASE_URL", "OPENAI_API_KEY")
    for language in LANGUAGES:
        for engine in engines.listening(settings, language):
            yield from _service(engine, "VIVAVOCE_STT" if settings.stt_url else "")
        for engine in engines.speaking(settings, language):
            yield from _service(engine, "VIVAVOCE_TTS" if settings.tts_url else "")


def _service(engine: Engine, own: str) -> Iterator[Service]:
    """Of plug-ins only those that we know; the others have nothing that could be asked for free."""
    if engine.name == engines.OPENAI:
        names = (f"{own}_URL", f"{own}_KEY") if own else ("OPENAI_BASE_URL", "OPENAI_API_KEY")
        yield _openai_service(engine.url or engines.OPENAI_URL, engine.key, *names)
    elif engine.name == engines.DEEPGRAM and engine.url:
        base = engine.url.removesuffix("/listen")
        header = ("Authorization", f"Token {engine.key}")
        yield Service("Deepgram", f"{base}/projects", header, "DEEPGRAM_URL", "DEEPGRAM_API_KEY")
    elif engine.name == engines.ELEVENLABS:
        header = ("xi-api-key", engine.key or "")
        yield Service("ElevenLabs", f"{engine.url}/voices", header, "ELEVEN_URL", "ELEVEN_API_KEY")


def _openai_service(base: str, key: str | None, url_setting: str, key_setting: str) -> Service:
    header = ("Authorization", f"Bearer {key}") if key else None
    return Service("models", f"{base}/models", header, url_setting, key_setting)


async def _answers(service: Service, client: httpx.AsyncClient) -> Finding:
    try:
        answer = await client.get(service.url, headers=[service.header] if service.header else [])
    except httpx.HTTPError as fault:
        text = f"{service.url} does not answer ({_short(fault)}); check {service.url_setting}"
        return Finding("FAILS", service.part, text)
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Finding("FAILS", service.part, f"{service.url} refuses the key; check {service.key_setting}")
    if answer.is_error:
        text = f"{service.url} answers {answer.status_code}; check {service.url_setting}"
        return Finding("FAILS", service.part, text)
    return Finding("ok", service.part, f"{service.url} answers")


async def _livekit(settings: Settings) -> Finding:
    if not LIVEKIT_CLIENT.exists():
        return Finding("FAILS", "LiveKit", f"candidates' pages lack its library; {HOW_TO_FETCH}")
    api = importlib.import_module("livekit.api")
    url = settings.livekit_url
    timeout = aiohttp.ClientTimeout(total=WAIT_SECONDS)
    livekit = api.LiveKitAPI(url, settings.livekit_api_key, settings.livekit_api_secret, timeout=timeout)
    try:
        await livekit.room.list_rooms(api.ListRoomsRequest())
    except api.ServerError as fault:
        return Finding(
            "FAILS",
            "LiveKit",
            f"{url} refuses us ({fault.code}); check LIVEKIT_API_KEY and LIVEKIT_API_SECRET",
        )
    except (aiohttp.ClientError, TimeoutError) as fault:
        return Finding("FAILS", "LiveKit", f"{url} does not answer ({_short(fault)}); check LIVEKIT_URL")
    finally:
        await livekit.aclose()
    return Finding("ok", "LiveKit", f"{url} answers and takes our key")


def _speech(settings: Settings) -> Iterator[Finding]:
    faults = {str(fault): fault for language in LANGUAGES for fault in engines.faults(settings, language)}
    for text in faults:
        yield Finding("FAILS", "speech", text)
    for language, name in LANGUAGES.items():
        listening, speaking = engines.listening(settings, language), engines.speaking(settings, language)
        yield (
            Finding("ok", "speech", f"{name} is heard by {_in_order(listening)}")
            if listening
            else Finding("note", "speech", f"{name} is not heard, candidates type; {EARS[language]}")
        )
        yield (
            Finding("ok", "speech", f"{name} is spoken by {_in_order(speaking)}")
            if speaking
            else Finding("note", "speech", f"nothing speaks {name}; {LOCAL_SPEECH}")
        )
    yield from _voices(settings)


def _in_order(several: list[Engine]) -> str:
    return ", then ".join(
        f"{one.model or one.name}{f' at {one.host}' if one.host else ''}"
        f"{' (for demonstrations only)' if one.name == engines.SPHINX else ''}"
        for one in several
    )


def _voices(settings: Settings) -> Iterator[Finding]:
    known = {voice for voices in VOICES.values() for voice in voices}
    for name in sorted(settings.voices.keys() - known):
        yield Finding("FAILS", "voices", f"{name} is no voice that an agent can have; check VIVAVOCE_VOICES")
    without = [voice for voice in VOICES["elevenlabs"] if voice not in settings.voices]
    if settings.elevenlabs_api_key and without:
        found = next((voice for voice in VOICES["elevenlabs"] if voice in settings.voices), None)
        stand_in = f"that of {found}" if found else "a voice that its plug-in chose"
        yield Finding(
            "note",
            "voices",
            f"ElevenLabs speaks for {', '.join(without)} with {stand_in}; give their ids in VIVAVOCE_VOICES",
        )


def _short(fault: Exception) -> str:
    return (str(fault).splitlines() or [""])[0] or type(fault).__name__
