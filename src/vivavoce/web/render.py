"""Every page and mail is rendered here: HTML is escaped, text is not, and a name that is missing is an error.

A template sees the fields of its context as its variables. The filters that speak take the language of
the reader, "en" unless told: `{{ expires_at | moment("fr") }}`.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import jinja2
import msgspec
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"

# fmt: off
MONTHS = {
    "en": [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ],
    "fr": [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
}
# fmt: on


def render(name: str, context: msgspec.Struct | Mapping[str, object]) -> str:
    """The template's text; `name` ends in `.html` (escaped) or `.txt` (plain)."""
    variables = (
        {field: getattr(context, field) for field in context.__struct_fields__}
        if isinstance(context, msgspec.Struct)
        else dict(context)
    )
    return environment().get_template(name).render(variables)


@functools.cache
def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for spoken in (
        brief,
        brief_moment,
        clock,
        coded,
        counted,
        day,
        duration,
        full_name,
        iso,
        moment,
        short_name,
    ):
        made.filters[spoken.__name__] = spoken
    made.globals.update(static=static)
    return made


def clock(milliseconds: int) -> str:
    """A place in a recording: 12:04, or 1:02:03 past the hour."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def day(when: date, language: str = "en") -> str:
    """1 December 2026, 1er décembre 2026; of a moment, the day in UTC."""
    when = when.astimezone(UTC) if isinstance(when, datetime) else when
    number = "1er" if language == "fr" and when.day == 1 else str(when.day)
    return f"{number}\N{NO-BREAK SPACE}{MONTHS[language][when.month - 1]} {when.year}"


def brief(when: date) -> str:
    """1 Dec 2026, for columns."""
    when = when.astimezone(UTC) if isinstance(when, datetime) else when
    return f"{when.day} {MONTHS['en'][when.month - 1][:3]} {when.year}".replace(" ", "\N{NO-BREAK SPACE}")


def brief_moment(when: datetime) -> str:
    """1 Dec 2026, 09:00 UTC."""
    return f"{brief(when)}, {when.astimezone(UTC):%H:%M}\N{NO-BREAK SPACE}UTC"


def moment(when: datetime, language: str = "en") -> str:
    """1 December 2026 at 09:00 UTC: whoever reads may be anywhere, so the zone is named."""
    when = when.astimezone(UTC)
    if language == "fr":
        return f"{day(when, 'fr')} à {when.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{when:%M} (UTC)"
    return f"{day(when)} at {when:%H:%M}\N{NO-BREAK SPACE}UTC"


def iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration(seconds: int, language: str = "en") -> str:
    """22 minutes; under a minute and a half, in seconds."""
    if seconds < 90:  # noqa: PLR2004  (the docstring says it)
        return counted(seconds, "second" if language == "en" else "seconde", language=language)
    return counted(round(seconds / 60), "minute", language=language)


def counted(number: int, one: str, many: str | None = None, language: str = "en") -> str:
    """Three, with "interview", is 3 interviews; French counts none in the singular."""
    single = number in (0, 1) if language == "fr" else number == 1
    return f"{number}\N{NO-BREAK SPACE}{one if single else many or one + 's'}"


def coded(text: str) -> Markup:
    """What stands between backticks, as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped here


class Named(Protocol):
    @property
    def first_name(self) -> str | None: ...
    @property
    def last_name(self) -> str | None: ...
    @property
    def email(self) -> str: ...


def full_name(person: Named) -> str:
    return " ".join(part for part in (person.first_name, person.last_name) if part) or person.email


def short_name(person: Named) -> str:
    return person.first_name or full_name(person)


@functools.cache
def static(path: str) -> str:
    """The address of a file of ours, changing with its content: browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"
