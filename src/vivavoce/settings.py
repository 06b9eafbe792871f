"""What an installation can set, from the environment; `docs/settings.md` says the same to people.

Every name may also be given as NAME_FILE, the path of a file that holds the value (a mounted secret).
An empty value counts as not set.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECRET_BYTES = 32
SHORTEST_SECRET = 16
LONGEST_RETURN_HOURS = 24 * 365
MOST_AGENTS = 32
SECRETS_FOLDER = "secrets"
LANGUAGES = ("en", "fr")

Network = IPv4Network | IPv6Network


class InstallationError(Exception):
    """Something about this installation is wrong; the message says what, and what to do."""


class SettingsError(InstallationError):
    """A setting that cannot be used: which one, and what to do."""

    def __init__(self, name: str, advice: str) -> None:
        super().__init__(f"{name}: {advice}")
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("data")
    public_url: str = "http://127.0.0.1:8000"
    secret_key: str
    agent_secret: str
    database_url: str | None = None
    smtp_url: str | None = None
    mail_from: str = "Vivavoce <vivavoce@localhost>"
    openai_api_key: str | None = None
    openai_base_url: str | None = None
    openai_model: str = "gpt-4o"
    stt: tuple[str, ...] = ()
    tts: tuple[str, ...] = ()
    stt_url: str | None = None
    stt_key: str | None = None
    tts_url: str | None = None
    tts_key: str | None = None
    deepgram_api_key: str | None = None
    deepgram_url: str | None = None
    elevenlabs_api_key: str | None = None
    elevenlabs_url: str | None = None
    voices: Mapping[str, str] = field(default_factory=dict)
    whisper: Path | None = None
    piper: Mapping[str, Path] = field(default_factory=dict)
    livekit_url: str | None = None
    livekit_api_key: str | None = None
    livekit_api_secret: str | None = None
    storage_url: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    webhook_networks: tuple[Network, ...] = ()
    rate_per_second: int = 50
    rate_per_minute: int = 2000
    hours_to_return: int = 72
    agents: int = 2
    link: str = "127.0.0.1:8001"
    link_fd: int | None = None
    api_url: str = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Setting:
    """One name of the environment; `read` turns its text into the value or says what is wrong."""

    name: str
    field: str
    read: Callable[[str], object]


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read, check and complete the settings; makes the data folder, and the secrets that are not given."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = _text(setting.name, environment)
        if text is not None:
            try:
                values[setting.field] = setting.read(text)
            except ValueError as fault:
                raise SettingsError(setting.name, str(fault)) from fault
    _require_whole_livekit(values)

    values["data"] = _data_folder(values.get("data", Path("data")))
    for name, key in (("secret-key", "secret_key"), ("agent-secret", "agent_secret")):
        values.setdefault(key, None)
        values[key] = values[key] or _kept_secret(values["data"] / SECRETS_FOLDER / name)

    host, port = values.get("host", Settings.host), values.get("port", Settings.port)
    reachable = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104 — compared, not bound
    values.setdefault("public_url", f"http://{reachable}:{port}")
    values.setdefault("mail_from", f"Vivavoce <vivavoce@{urlsplit(values['public_url']).hostname}>")
    values.setdefault("api_url", f"http://{'127.0.0.1' if reachable == 'localhost' else reachable}:{port}")
    return Settings(**values)


def _text(name: str, environment: Mapping[str, str]) -> str | None:
    value, file = environment.get(name), environment.get(f"{name}_FILE")
    if value and file:
        raise SettingsError(name, f"is set twice, as {name} and as {name}_FILE; unset one of them")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise SettingsError(
                f"{name}_FILE", f"cannot be read ({fault}); give the path of a text file"
            ) from fault
    return value.strip() or None if value else None


def _require_whole_livekit(values: Mapping[str, object]) -> None:
    names = ("livekit_url", "livekit_api_key", "livekit_api_secret")
    missing = [name.upper() for name in names if name not in values]
    if 0 < len(missing) < len(names):
        raise SettingsError(
            missing[0], "is missing; LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET go together, or none"
        )


def _data_folder(path: Path) -> Path:
    path = path.expanduser().absolute()
    try:
        # Others may pass through, not look: PostgreSQL's own user needs that when all starts as root.
        path.mkdir(mode=0o711, parents=True, exist_ok=True)
        probe = path / f".writable-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise SettingsError(
            "VIVAVOCE_DATA",
            f"{path} cannot be written ({fault.strerror}); give a folder that this user may write",
        ) from fault
    return path


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made at first need; of two who make it at once, one wins and both agree."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(SECRET_BYTES), encoding="ascii")
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as fault:
        raise SettingsError(
            "VIVAVOCE_DATA",
            f"the kept secret {path} cannot be read or made ({fault.strerror}); give it to this user",
        ) from fault


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise ValueError(f"is {text!r}; give a number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"is {text!r}; give a whole number, 0 for no limit")
    return int(text)


def _hours(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LONGEST_RETURN_HOURS:
        raise ValueError(f"is {text!r}; give a whole number of hours, 1 to {LONGEST_RETURN_HOURS}")
    return int(text)


def _engines(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    strange = next((name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*(/\S+)?", name)), None)
    if strange is not None:
        raise ValueError(f"has {strange!r}; give names in their order, as openai/whisper-1, local")
    return names


def _pairs(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    split = [part.partition("=") for part in parts]
    pairs = {name.strip(): value.strip() for name, _, value in split}
    if len(pairs) != len(parts) or not all(name and value for name, value in pairs.items()):
        raise ValueError(f"is {text!r}; give each once, as name=value, with commas between")
    return pairs


def _language_files(text: str) -> dict[str, Path]:
    pairs = _pairs(text)
    if not pairs.keys() <= set(LANGUAGES):
        raise ValueError(
            f"is {text!r}; give a file for each language, as en=/voices/a.onnx, fr=/voices/b.onnx"
        )
    return {language: Path(path) for language, path in pairs.items()}


def _agents(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_AGENTS:
        raise ValueError(f"is {text!r}; give how many voice agents run, 1 to {MOST_AGENTS}")
    return int(text)


def _descriptor(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"is {text!r}; it is the number of an inherited, listening socket")
    return int(text)


def _secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"is too short to be secret; give at least {SHORTEST_SECRET} random characters")
    return text


def _address(text: str) -> str:
    host, separator, port = text.rpartition(":")
    if not separator or not host:
        raise ValueError(f"is {text!r}; give host:port, as 127.0.0.1:8001")
    _port(port)
    return text


def _networks(text: str) -> tuple[Network, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return tuple(ip_network(part) for part in parts)
    except ValueError as fault:
        raise ValueError(
            f"{fault}; give addresses or networks with commas between, as 10.0.0.0/8, 192.0.2.7"
        ) from fault


def _url(*schemes: str) -> Callable[[str], str]:
    beginnings = " or ".join(f"{scheme}://" for scheme in schemes)

    def read(text: str) -> str:
        try:
            parts = urlsplit(text)
            usable = parts.scheme in schemes and (parts.netloc or parts.path) and (parts.port or True)
        except ValueError:
            usable = False
        if not usable:
            # The value stays unsaid: it may hold a password.
            raise ValueError(f"is no address that can be used; it begins with {beginnings}")
        return text.rstrip("/")

    return read


def _livekit(text: str) -> str:
    """As browsers and agents need it: a WebSocket's address."""
    address = _url("wss", "ws", "https", "http")(text)
    return address.replace("http", "ws", 1) if address.startswith("http") else address


SETTINGS = (
    Setting("VIVAVOCE_HOST", "host", str),
    Setting("VIVAVOCE_PORT", "port", _port),
    Setting("VIVAVOCE_DATA", "data", Path),
    Setting("VIVAVOCE_PUBLIC_URL", "public_url", _url("https", "http")),
    Setting("VIVAVOCE_SECRET_KEY", "secret_key", _secret),
    Setting("VIVAVOCE_AGENT_SECRET", "agent_secret", _secret),
    Setting("DATABASE_URL", "database_url", _url("postgresql", "postgres")),
    Setting("SMTP_URL", "smtp_url", _url("smtps", "smtp")),
    Setting("VIVAVOCE_MAIL_FROM", "mail_from", str),
    Setting("OPENAI_API_KEY", "openai_api_key", str),
    Setting("OPENAI_BASE_URL", "openai_base_url", _url("https", "http")),
    Setting("OPENAI_MODEL", "openai_model", str),
    Setting("VIVAVOCE_STT", "stt", _engines),
    Setting("VIVAVOCE_TTS", "tts", _engines),
    Setting("VIVAVOCE_STT_URL", "stt_url", _url("https", "http")),
    Setting("VIVAVOCE_STT_KEY", "stt_key", str),
    Setting("VIVAVOCE_TTS_URL", "tts_url", _url("https", "http")),
    Setting("VIVAVOCE_TTS_KEY", "tts_key", str),
    Setting("DEEPGRAM_API_KEY", "deepgram_api_key", str),
    Setting("DEEPGRAM_URL", "deepgram_url", _url("https", "http")),
    Setting("ELEVEN_API_KEY", "elevenlabs_api_key", str),
    Setting("ELEVEN_URL", "elevenlabs_url", _url("https", "http")),
    Setting("VIVAVOCE_VOICES", "voices", _pairs),
    Setting("VIVAVOCE_WHISPER", "whisper", Path),
    Setting("VIVAVOCE_PIPER", "piper", _language_files),
    Setting("LIVEKIT_URL", "livekit_url", _livekit),
    Setting("LIVEKIT_API_KEY", "livekit_api_key", str),
    Setting("LIVEKIT_API_SECRET", "livekit_api_secret", _secret),
    Setting("STORAGE_URL", "storage_url", _url("s3", "gs", "az", "file")),
    Setting("VIVAVOCE_TRUSTED_PROXIES", "trusted_proxies", _networks),
    Setting("VIVAVOCE_WEBHOOK_NETWORKS", "webhook_networks", _networks),
    Setting("VIVAVOCE_RATE_PER_SECOND", "rate_per_second", _count),
    Setting("VIVAVOCE_RATE_PER_MINUTE", "rate_per_minute", _count),
    Setting("VIVAVOCE_HOURS_TO_RETURN", "hours_to_return", _hours),
    Setting("VIVAVOCE_AGENTS", "agents", _agents),
    Setting("VIVAVOCE_LINK", "link", _address),
    Setting("VIVAVOCE_LINK_FD", "link_fd", _descriptor),
    Setting("VIVAVOCE_API_URL", "api_url", _url("https", "http")),
)
