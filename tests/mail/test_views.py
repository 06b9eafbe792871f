"""The letters, as they are read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from vivavoce.interviewer.plan import Language
from vivavoce.mail.views import Invitation, Letter, SignIn, WebhookDisabled, Welcome, compose

LINK = "https://example.org/i/abc"


def invitation(language: Language, **changes: Any) -> Letter:
    given: dict[str, Any] = {
        "language": language,
        "organization": "Atelier Nord",
        "job_title": "R&D engineer",
        "first_name": "Ada",
        "interviewer": "Camille",
        "minutes": 20,
        "expires_at": datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
        "link": LINK,
        "contact_name": "Grace Hopper",
        "contact_email": "grace@example.org",
    }
    return compose(Invitation(**(given | changes)))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "Atelier Nord invites you",
                "An AI asks the questions",
                "your voice, if you speak",
                "1 December 2026",
            ),
        ),
        (
            "fr",
            (
                "Atelier Nord vous invite",
                "une IA qui pose les questions",
                "votre voix, si vous parlez",
                "1er",
            ),
        ),
    ],
)
def test_the_invitation_says_in_plain_and_in_html_who_asks_what_is_recorded_and_until_when(
    language: Language, said: tuple[str, ...]
) -> None:
    letter = invitation(language)
    for part in (*said, LINK, "grace@example.org"):
        assert part in letter.text.replace("\N{NO-BREAK SPACE}", " ")
        assert part in letter.html.replace("\N{NO-BREAK SPACE}", " ")


def test_only_html_is_escaped() -> None:
    letter = invitation("en")
    assert letter.subject == "Atelier Nord invites you to an interview: R&D engineer"
    assert '"R&D engineer"' in letter.text
    assert "R&amp;D engineer" in letter.html


def test_a_subject_is_one_line_whatever_a_title_holds() -> None:
    assert "\n" not in invitation("en", job_title="Engineer\nBcc: all@example.org").subject


def test_the_sign_in_mail_says_that_the_link_works_once() -> None:
    letter = compose(
        SignIn(language="en", organization="Atelier Nord", email="a@example.org", link=LINK, minutes=15)
    )
    assert "works once, for 15\N{NO-BREAK SPACE}minutes" in letter.text
    assert LINK in letter.html


@pytest.mark.parametrize(
    ("language", "said"), [("en", "once, within 7 days"), ("fr", "une seule fois, dans les 7 jours")]
)
def test_the_first_link_says_whose_it_is_and_how_long_it_works(language: Language, said: str) -> None:
    letter = compose(
        Welcome(language=language, organization="Atelier Nord", email="a@example.org", link=LINK, days=7)
    )
    assert "Atelier Nord" in letter.subject
    for text in (letter.text, letter.html):
        assert said in text.replace("\N{NO-BREAK SPACE}", " ")
        assert LINK in text
        assert "a@example.org" in text


@pytest.mark.parametrize(
    ("language", "gone", "said"),
    [
        ("en", True, "nothing is there any more (410)"),
        ("en", False, "failed for five days"),
        ("fr", True, "il n’y a plus rien à cet endroit (410)"),
        ("fr", False, "échouent depuis cinq jours"),
    ],
)
def test_a_webhook_that_is_off_is_told_of_with_the_reason(language: Language, gone: bool, said: str) -> None:
    letter = compose(
        WebhookDisabled(
            language=language, organization="Atelier Nord", host="hooks.example.org", gone=gone, link=LINK
        )
    )
    assert "hooks.example.org" in letter.subject
    for text in (letter.text, letter.html):
        assert said in text
        assert LINK in text
