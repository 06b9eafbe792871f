"""Rendering: escaped where it is HTML, strict everywhere, and times and numbers in words."""

from datetime import UTC, datetime, timedelta, timezone

import jinja2
import pytest

from vivavoce.callers import Member
from vivavoce.web.recruiter_views import ErrorPage, InterviewFilter
from vivavoce.web.render import brief, clock, counted, day, duration, moment, render, static

OWNER = Member("org_1", "mem_1", "OWNER", "Nadia", "nadia@example.org", "Maison <b>Lumière</b>")


def error(message: str) -> str:
    return render(
        "errors/error.html", ErrorPage(status=409, message=message, request_id="req_1", member=OWNER)
    )


def test_what_people_typed_is_never_markup() -> None:
    page = error("<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Maison &lt;b&gt;Lumière" in page


def test_a_name_that_is_missing_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("errors/error.html", {"status": 404})


def test_a_moment_names_its_zone_and_is_told_in_utc() -> None:
    when = datetime(2026, 12, 1, 10, 5, tzinfo=timezone(timedelta(hours=1)))
    assert moment(when).replace("\N{NO-BREAK SPACE}", " ") == "1 December 2026 at 09:05 UTC"
    assert moment(when, "fr").replace("\N{NO-BREAK SPACE}", " ") == "1er décembre 2026 à 9 h 05 (UTC)"


def test_dates_are_in_words() -> None:
    when = datetime(2026, 8, 22, tzinfo=UTC)
    assert day(when).split() == ["22", "August", "2026"]
    assert day(when, "fr").split() == ["22", "août", "2026"]
    assert brief(when).split() == ["22", "Aug", "2026"]


@pytest.mark.parametrize(("ms", "told"), [(0, "0:00"), (724_900, "12:04"), (3_723_000, "1:02:03")])
def test_a_place_in_a_recording_reads_as_on_a_player(ms: int, told: str) -> None:
    assert clock(ms) == told


@pytest.mark.parametrize(
    ("number", "language", "told"),
    [(0, "en", "0 days"), (1, "en", "1 day"), (2, "en", "2 days"), (0, "fr", "0 day"), (2, "fr", "2 days")],
)
def test_a_number_agrees_with_its_noun(number: int, language: str, told: str) -> None:
    assert counted(number, "day", language=language).replace("\N{NO-BREAK SPACE}", " ") == told


def test_a_short_time_is_told_in_seconds() -> None:
    assert duration(89).split() == ["89", "seconds"]
    assert duration(1312).split() == ["22", "minutes"]
    assert duration(60, "fr").split() == ["60", "secondes"]


def test_the_address_of_a_style_changes_with_its_content() -> None:
    assert static("base.css").startswith("/static/base.css?v=")
    assert static("base.css") != static("recruiter.css").replace("recruiter", "base")


def test_a_changed_filter_starts_on_its_first_page() -> None:
    here = InterviewFilter(status="INVITED", search="é & b", page=3)
    assert here.address(page=4) == "/interviews?status=INVITED&search=%C3%A9+%26+b&page=4"
    assert here.address(status="") == "/interviews?search=%C3%A9+%26+b"
    assert InterviewFilter().address() == "/interviews"
