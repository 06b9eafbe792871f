"""What a candidate is told, on each page and in both languages."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from vivavoce.interviewer.plan import Language
from vivavoce.web import consent
from vivavoce.web.candidate_views import (
    CancelledPage,
    CandidatePage,
    Contact,
    ExpiredPage,
    Machine,
    Machines,
    NoticePage,
    ReceiptPage,
    RoomPage,
    UnknownPage,
)
from vivavoce.web.render import render

LANGUAGES: tuple[Language, ...] = ("en", "fr")
WHEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
GRACE = Contact("Grace Hopper", "grace@example.org")
OFFLINE = Machines(
    voices=(Machine("espeak-ng"),),
    interviewer=None,
    recognisers=(Machine("pocketsphinx", demonstration=True),),
    evaluator=None,
)


def shown(page: CandidatePage) -> str:
    return render(page.template, page)


def text(page: CandidatePage) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", shown(page)))


def notice(language: Language = "en", **changes: Any) -> NoticePage:
    given: dict[str, Any] = {
        "language": language,
        "organization": "Atelier Nord",
        "job_title": "Backend engineer",
        "first_name": "Ada",
        "interviewer": "Camille",
        "minutes": 20,
        "expires_at": WHEN,
        "hours_to_return": 72,
        "machines": OFFLINE,
        "contact": GRACE,
        "consent": consent.current(language),
        "agree_url": "/i/abc/consent",
    }
    return NoticePage(**(given | changes))


def room(language: Language = "en", **changes: Any) -> RoomPage:
    given: dict[str, Any] = {
        "language": language,
        "organization": "Atelier Nord",
        "job_title": "Backend engineer",
        "interviewer": "Camille",
        "recogniser": "demonstration",
        "join_url": "/i/abc/join",
        "leave_url": "/i/abc",
        "contact": GRACE,
    }
    return RoomPage(**(given | changes))


def receipt(language: Language = "en", **changes: Any) -> ReceiptPage:
    given: dict[str, Any] = {
        "language": language,
        "organization": "Atelier Nord",
        "job_title": "Backend engineer",
        "completion": "FULL",
        "answers": 6,
        "seconds": 1312,
        "ended_at": WHEN,
        "agreed_at": WHEN,
        "consent_id": "interview-1-en",
        "has_recording": True,
        "report_expected": True,
        "reference": "int_01",
        "contact": GRACE,
    }
    return ReceiptPage(**(given | changes))


def every_page(language: Language) -> list[CandidatePage]:
    common: dict[str, Any] = {
        "language": language,
        "organization": "Atelier Nord",
        "job_title": "Backend engineer",
        "contact": GRACE,
    }
    return [
        notice(language),
        notice(language, not_agreed=True),
        room(language),
        room(language, begun=True, elsewhere=True, recogniser="none"),
        receipt(language),
        receipt(language, completion="PARTIAL", answers=0, has_recording=False, report_expected=False),
        ExpiredPage(expires_at=WHEN, **common),
        CancelledPage(**common),
        UnknownPage(language=language),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_names_its_language_and_needs_no_inline_script_or_style(language: Language) -> None:
    for page in every_page(language):
        html = shown(page)
        assert f'<html lang="{language}">' in html
        assert " style=" not in html
        assert "<style" not in html
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=", html)


def test_the_notice_tells_who_asks_what_is_recorded_who_decides_and_how_to_get_a_person() -> None:
    told = text(notice())
    for part in (
        "Atelier Nord invites you",
        "An AI asks the questions",
        "Your voice, if you speak, and the text of your answers",
        "a person reads it and decides",
        "If you would rather talk to a person",
        "grace@example.org",
        "About 20 minutes",
        "1 December 2026 at 09:00 UTC",
    ):
        assert part in told.replace("\N{NO-BREAK SPACE}", " ")


def test_the_notice_names_the_models_where_they_run_and_the_demonstration_recogniser() -> None:
    assert "demonstration recogniser" in text(notice())
    model = Machine("gpt-4o", "api.openai.com")
    machines = Machines(voices=(Machine("espeak-ng"),), interviewer=model, recognisers=(), evaluator=model)
    told = text(notice("fr", machines=machines))
    assert "gpt-4o, chez api.openai.com" in told
    assert "rien ici ne comprend le français parlé" in told
    assert "de démonstration" not in told


def test_the_notice_names_what_stands_behind_each_machine() -> None:
    model = Machine("gpt-4o", "api.openai.com")
    ears = (Machine("nova-3", "api.deepgram.com"), Machine("pocketsphinx", demonstration=True))
    machines = Machines(
        voices=(model, Machine("espeak-ng")), interviewer=model, recognisers=ears, evaluator=model
    )
    told = text(notice(machines=machines))
    assert (
        "nova-3, at api.deepgram.com; if that fails, pocketsphinx, on the company’s own server"
        " demonstration recogniser" in told
    )
    assert "gpt-4o, at api.openai.com; if that fails, espeak-ng, on the company’s own server" in told
    assert "if that fails, follow-ups by fixed rules" in told
    told = text(notice("fr", machines=machines)).replace("\N{NO-BREAK SPACE}", " ")
    assert "gpt-4o, chez api.openai.com ; en cas de panne, espeak-ng, sur le serveur de l’entreprise" in told
    assert "en cas de panne, des relances selon des règles fixes" in told


def test_the_notice_shows_the_whole_consent_text_and_posts_which_one_it_was() -> None:
    html = shown(notice())
    for paragraph in consent.current("en").paragraphs:
        assert paragraph in html
    assert '<form method="post" action="/i/abc/consent"' in html
    assert '<input type="hidden" name="consent" value="interview-1-en">' in html
    assert 'name="agreed" value="yes" required' in html


def test_who_forgot_the_tick_is_told_where_it_is() -> None:
    assert "Tick the box to go on." in text(notice(not_agreed=True))
    assert "Tick the box to go on." not in text(notice())


def test_a_candidate_without_a_first_name_is_greeted_all_the_same() -> None:
    assert "Hello. The interview" in text(notice(first_name=""))


def test_what_the_recruiter_wrote_is_shown_and_never_run() -> None:
    html = shown(notice(job_title="<script>alert(1)</script>"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_where_speech_is_not_understood_only_typing_is_offered() -> None:
    html = shown(room("fr", recogniser="none"))
    assert 'id="choose-voice"' not in html
    assert 'id="choose-text"' in html
    assert "ne comprend le français parlé" in html


def test_the_room_has_every_control_in_words() -> None:
    told = text(room())
    for control in ("Give me a moment", "I have finished", "Repeat", "Skip", "Type instead", "Pause"):
        assert control in told


def test_an_interview_that_is_open_elsewhere_is_taken_over_only_when_asked() -> None:
    assert 'data-stage="elsewhere"' in shown(room(elsewhere=True))
    assert 'data-stage="prepare"' in shown(room())


def test_the_receipt_says_what_was_stored_and_promises_nothing_that_was_not() -> None:
    assert "The text of 6 answers, and your voice" in text(receipt())
    silent = text(receipt(completion="PARTIAL", answers=0, has_recording=False, report_expected=False))
    assert "No answers. No sound" in silent
    assert "Your voice, but no answers" in text(receipt(answers=0))
    assert "Your answers are stored" not in silent
    assert "writes a report" not in silent
