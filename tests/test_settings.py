"""Settings are read from the environment, and a wrong one is named with what to do."""

import stat
from ipaddress import ip_network
from pathlib import Path

import pytest

from vivavoce.settings import SettingsError, load


def test_without_any_setting_everything_has_a_default(tmp_path: Path) -> None:
    settings = load({"VIVAVOCE_DATA": str(tmp_path / "new")})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == settings.api_url == "http://127.0.0.1:8000"
    assert settings.data.is_dir()
    assert settings.database_url is None
    assert (settings.rate_per_second, settings.rate_per_minute) == (50, 2000)


def test_addresses_follow_host_and_port(tmp_path: Path) -> None:
    settings = load({"VIVAVOCE_DATA": str(tmp_path), "VIVAVOCE_HOST": "0.0.0.0", "VIVAVOCE_PORT": "8010"})
    assert settings.public_url == "http://localhost:8010"
    assert settings.api_url == "http://127.0.0.1:8010"


def test_mail_comes_from_the_public_address(tmp_path: Path) -> None:
    settings = load({"VIVAVOCE_DATA": str(tmp_path), "VIVAVOCE_PUBLIC_URL": "https://talk.example.org/"})
    assert settings.public_url == "https://talk.example.org"
    assert settings.mail_from == "Vivavoce <vivavoce@talk.example.org>"


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a-long-enough-secret\n")
    settings = load({"VIVAVOCE_DATA": str(tmp_path), "VIVAVOCE_SECRET_KEY_FILE": str(file)})
    assert settings.secret_key == "a-long-enough-secret"


def test_secrets_that_are_not_given_are_made_once_and_kept_private(tmp_path: Path) -> None:
    first = load({"VIVAVOCE_DATA": str(tmp_path)})
    assert load({"VIVAVOCE_DATA": str(tmp_path)}) == first
    assert first.secret_key != first.agent_secret
    for path in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_value_counts_as_not_set(tmp_path: Path) -> None:
    assert load({"VIVAVOCE_DATA": str(tmp_path), "SMTP_URL": "", "SMTP_URL_FILE": ""}).smtp_url is None


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    given = {"VIVAVOCE_DATA": str(tmp_path), "VIVAVOCE_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7"}
    assert load(given).trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.7/32"))


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("VIVAVOCE_PORT", "http", "from 1 to 65535"),
        ("VIVAVOCE_PORT", "70000", "from 1 to 65535"),
        ("VIVAVOCE_RATE_PER_SECOND", "-1", "0 for no limit"),
        ("VIVAVOCE_SECRET_KEY", "short", "at least 16"),
        ("VIVAVOCE_PUBLIC_URL", "talk.example.org", "https://"),
        ("VIVAVOCE_TRUSTED_PROXIES", "everyone", "networks"),
        ("VIVAVOCE_LINK", "8001", "host:port"),
        ("DATABASE_URL", "mysql://localhost/vivavoce", "postgresql://"),
        ("SMTP_URL", "mail.example.org", "smtp://"),
        ("STORAGE_URL", "recordings", "s3://"),
        ("OPENAI_BASE_URL", "http://host:port/v1", "http://"),
        ("VIVAVOCE_STT", "openai, Deep Gram", "names in their order"),
        ("VIVAVOCE_VOICES", "kev", "name=value"),
        ("VIVAVOCE_VOICES", "kev=1, kev=2", "name=value"),
        ("VIVAVOCE_PIPER", "de=/voices/a.onnx", "a file for each language"),
        ("LIVEKIT_URL", "wss://livekit.example.org", "go together"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(tmp_path: Path, name: str, value: str, advice: str) -> None:
    with pytest.raises(SettingsError, match=advice) as caught:
        load({"VIVAVOCE_DATA": str(tmp_path), name: value})
    assert caught.value.name.startswith(name.partition("_")[0])


def test_a_wrong_address_is_refused_without_saying_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load({"VIVAVOCE_DATA": str(tmp_path), "DATABASE_URL": "mysql://me:secret@localhost/vivavoce"})
    assert "secret" not in str(caught.value)


def test_engines_come_in_order_and_voices_by_name(tmp_path: Path) -> None:
    settings = load(
        {
            "VIVAVOCE_DATA": str(tmp_path),
            "VIVAVOCE_STT": "deepgram/nova-3, openai/Systran/faster-whisper-small,local",
            "VIVAVOCE_VOICES": "kev = 21m00, marin=af_heart=2",
            "VIVAVOCE_PIPER": "fr=/voices/siwis.onnx",
        }
    )
    assert settings.stt == ("deepgram/nova-3", "openai/Systran/faster-whisper-small", "local")
    assert settings.voices == {"kev": "21m00", "marin": "af_heart=2"}
    assert settings.piper == {"fr": Path("/voices/siwis.onnx")}


def test_a_name_and_its_file_are_not_both_given(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="twice"):
        load({"VIVAVOCE_DATA": str(tmp_path), "SMTP_URL": "smtp://a", "SMTP_URL_FILE": "b"})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SMTP_URL_FILE"):
        load({"VIVAVOCE_DATA": str(tmp_path), "SMTP_URL_FILE": str(tmp_path / "missing")})


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.touch()
    with pytest.raises(SettingsError, match="VIVAVOCE_DATA"):
        load({"VIVAVOCE_DATA": str(occupied)})
