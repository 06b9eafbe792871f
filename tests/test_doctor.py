"""`vivavoce doctor` looks at every part, and says what to do about what fails."""

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

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
