"""`vivavoce doctor` looks at every part, and says what to do about what fails."""

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.clouds import Cloud, cloud
from vivavoce.doctor import examine
from vivavoce.settings import Settings, load


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return load({"VIVAVOCE_DATA": str(tmp_path_factory.mktemp("doctor")), "VIVAVOCE_PORT": str(port)})


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address where nothing answers, and nothing will."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


def examined(settings: Settings) -> tuple[bool, str]:
    lines: list[str] = []
    fine = examine(settings, lines.append)
    return fine, "\n".join(lines)


def test_a_fresh_installation_passes(sound: Settings) -> None:
    fine, said = examined(sound)
    assert fine
    assert "PostgreSQL 18" in said
    assert "start with `vivavoce serve`" in said


def test_what_is_set_and_does_not_answer_fails_and_says_which_setting(sound: Settings, nowhere: str) -> None:
    broken = dataclasses.replace(
        sound,
        database_url=f"postgresql://me:hush@{nowhere}/none",
        smtp_url=f"smtp://me:hush@{nowhere}",
        openai_base_url=f"http://{nowhere}/v1",
        livekit_url=f"ws://{nowhere}",
        livekit_api_key="key",
        livekit_api_secret="a-secret-of-livekit-of-some-length",
    )
    fine, said = examined(broken)
    assert not fine
    for setting in ("DATABASE_URL", "SMTP_URL", "OPENAI_BASE_URL", "LIVEKIT_URL"):
        assert f"check {setting}" in said
    assert "hush" not in said


def test_a_misspelt_setting_is_noticed(sound: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVAVOCE_PROT", "8000")
    fine, said = examined(sound)
    assert fine
    assert "VIVAVOCE_PROT is no setting; VIVAVOCE_PORT is" in said


def test_a_public_address_without_encryption_is_noticed(sound: Settings) -> None:
    _, said = examined(dataclasses.replace(sound, public_url="http://talk.example.org"))
    assert "no microphone" in said


def test_a_secret_that_others_may_read_fails(tmp_path: Path) -> None:
    settings = load({"VIVAVOCE_DATA": str(tmp_path)})
    secret = tmp_path / "secrets" / "secret-key"
    secret.chmod(0o644)
    fine, said = examined(settings)
    assert not fine
    assert f"chmod 600 {secret}" in said


@pytest.fixture
async def clouds() -> AsyncIterator[Cloud]:
    async with cloud() as served:
        yield served


async def examined_beside(settings: Settings, **changes: Any) -> tuple[bool, str]:
    """While servers of the test go on."""
    return await asyncio.to_thread(examined, dataclasses.replace(settings, **changes))


@pytest.mark.parametrize(("key", "fine"), [("good-key", True), ("bad-key", False)])
async def test_the_keys_of_the_clouds_are_tried(
    sound: Settings, clouds: Cloud, key: str, *, fine: bool
) -> None:
    passed, said = await examined_beside(
        sound,
        deepgram_api_key=key,
        deepgram_url=f"{clouds.url}/listen",
        elevenlabs_api_key=key,
        elevenlabs_url=clouds.url,
        voices={"souni": "id-1"},
    )
    assert passed is fine
    assert "French is heard by nova-3 at 127.0.0.1" in said
    assert "English is heard by nova-3 at 127.0.0.1, then pocketsphinx (for demonstrations only)" in said
    assert "ElevenLabs speaks for kev, nova_el, peter, jeremy, camille with that of souni" in said
    for setting in ("DEEPGRAM_API_KEY", "ELEVEN_API_KEY"):
        assert (f"refuses the key; check {setting}" in said) is not fine
    assert key not in said


def test_what_the_speech_settings_lack_is_told(sound: Settings, nowhere: str) -> None:
    fine, said = examined(
        dataclasses.replace(
            sound,
            stt=("deepgram", "openai"),
            stt_url=f"http://{nowhere}/v1",
            tts=("cartesia",),
            whisper=Path("/nowhere"),
            voices={"kevin": "id"},
        )
    )
    assert not fine
    assert "DEEPGRAM_API_KEY: is missing, and VIVAVOCE_STT names what needs it" in said
    assert "check VIVAVOCE_STT_URL" in said
    assert "pip install livekit-plugins-cartesia" in said
    assert "nothing speaks French" in said
    assert "kevin is no voice that an agent can have; check VIVAVOCE_VOICES" in said
