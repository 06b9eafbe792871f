"""`vivavoce doctor`: looks at every part of the installation, and says what it found and what to do."""

import asyncio
import difflib
import importlib.util
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib
import asyncpg
import httpx

from vivavoce.database.embedded import database
from vivavoce.settings import SECRETS_FOLDER, SETTINGS, InstallationError, Settings

WAIT_SECONDS = 10.0
LEAST_FREE_BYTES = 1_000_000_000
OPENAI = "https://api.openai.com/v1"
LOCAL = ("localhost", "127.0.0.1", "::1")

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
        if settings.openai_api_key or settings.openai_base_url:
            checks.append(_models(settings, client))
        if settings.livekit_url:
            checks.append(_livekit(settings.livekit_url, client))
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


async def _models(settings: Settings, client: httpx.AsyncClient) -> Finding:
    base = settings.openai_base_url or OPENAI
    key = {"Authorization": f"Bearer {settings.openai_api_key}"} if settings.openai_api_key else {}
    try:
        answer = await client.get(f"{base}/models", headers=key)
    except httpx.HTTPError as fault:
        return Finding("FAILS", "models", f"{base} does not answer ({_short(fault)}); check OPENAI_BASE_URL")
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Finding("FAILS", "models", f"{base} refuses the key; check OPENAI_API_KEY")
    if answer.is_error:
        return Finding("FAILS", "models", f"{base} answers {answer.status_code}; check OPENAI_BASE_URL")
    return Finding("ok", "models", f"{base} answers; {settings.openai_model} is asked there")


async def _livekit(url: str, client: httpx.AsyncClient) -> Finding:
    try:
        await client.get(url.replace("ws", "http", 1))
    except httpx.HTTPError as fault:
        return Finding(
            "FAILS",
            "LiveKit",
            f"{url} does not answer ({_short(fault)}); check LIVEKIT_URL, it is tried again meanwhile",
        )
    return Finding("ok", "LiveKit", f"{url} answers")


def _speech(settings: Settings) -> Iterator[Finding]:
    if settings.openai_api_key or settings.openai_base_url:
        yield Finding("ok", "speech", "from the model's endpoint")
        return
    speaks = shutil.which("espeak-ng") or importlib.util.find_spec("espeakng_loader")
    hears = importlib.util.find_spec("pocketsphinx")
    if speaks and hears:
        yield Finding("ok", "speech", "espeak-ng speaks, the demonstration recogniser hears English")
    else:
        yield Finding(
            "note",
            "speech",
            "there is none, candidates type; install the extra: pip install 'vivavoce[local-speech]'",
        )


def _short(fault: Exception) -> str:
    return (str(fault).splitlines() or [""])[0] or type(fault).__name__
