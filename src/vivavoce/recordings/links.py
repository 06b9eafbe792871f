"""Links to recordings: stored as a reference, signed when read, good for a day."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from vivavoce.settings import Settings
from vivavoce.signing import signature, verified

LIFE = timedelta(hours=24)
PREFIX = "recording:"


def recording_reference(interview_id: str) -> str:
    """What an interview is finalized with when the recording is ours."""
    return PREFIX + interview_id


def recording_url(settings: Settings, reference: str | None, at: datetime) -> str | None:
    """A link for whoever may read the interview; a foreign address stands for itself."""
    if reference is None or not reference.startswith(PREFIX):
        return reference
    interview_id = reference.removeprefix(PREFIX)
    expires = str(int((at + LIFE).timestamp()))
    mac = signature(settings.secret_key, "recording", interview_id, expires)
    return f"{settings.public_url}/recordings/{interview_id}.mp3?expires={expires}&signature={mac}"


def interview_of_recording(settings: Settings, url: str) -> str | None:
    """Whose recording the signed address plays, or once did; None for one that we did not sign."""
    if not url.startswith(f"{settings.public_url}/recordings/"):
        return None
    parts = urlsplit(url)
    interview_id = parts.path.rpartition("/")[2].removesuffix(".mp3")
    given = dict(parse_qsl(parts.query))
    ours = verified(
        settings.secret_key, given.get("signature", ""), "recording", interview_id, given.get("expires", "")
    )
    return interview_id if ours else None


def path_here(settings: Settings, url: str) -> str | None:
    """A link of ours without its host, as our own pages play it; None for a foreign address."""
    ours = url.startswith(f"{settings.public_url}/recordings/")
    return url.removeprefix(settings.public_url) if ours else None


def may_listen(settings: Settings, interview_id: str, expires: str, mac: str, at: datetime) -> bool:
    signed = verified(settings.secret_key, mac, "recording", interview_id, expires)
    return signed and expires.isdecimal() and at.timestamp() < int(expires)
