"""The other pages of the recruiter: forms that lose nothing, lists that say what to do."""

import re
from datetime import date
from typing import Any

import pytest
from report_material import NOW, interview

from vivavoce.callers import Member, Role
from vivavoce.errors import Fault
from vivavoce.web.recruiter_views import (
    Choice,
    Form,
    InterviewFilter,
    InterviewPage,
    InterviewRow,
    InterviewsPage,
    MailPage,
    NewInterviewPage,
    SignInLinkPage,
    SignInSentPage,
)
from vivavoce.web.render import render


def member(role: Role = "OWNER") -> Member:
    return Member("org_1", "mem_1", role, "Nadia", "nadia@example.org", "Maison Lumière")


def new_interview(form: Form, candidates: tuple[Choice, ...] = (Choice("cand_1", "Ada"),)) -> str:
    return render(
        "interviews/new.html",
        NewInterviewPage(
            member=member(),
            form=form,
            candidates=candidates,
            candidates_left_out=False,
            jobs=(Choice("job_1", "Backend engineer"), Choice("job_2", "Data analyst")),
            configs=(),
            today=date(2026, 11, 22),
        ),
    )


def listed(rows: tuple[InterviewRow, ...], chosen: InterviewFilter, role: Role = "OWNER") -> str:
    page = InterviewsPage(
        member=member(role), rows=rows, filter=chosen, total=len(rows), total_pages=3, jobs=()
    )
    return render("interviews/list.html", page)


def one(status: Any, invitation_url: str | None = None) -> str:
    return render(
        "interviews/interview.html",
        InterviewPage(
            member=member(),
            interview=interview(status=status),
            configuration="First talk",
            invitation_url=invitation_url,
            events=(),
            today=date(2026, 3, 1),
            last_day=date(2026, 3, 8),
        ),
    )


def test_all_faults_are_shown_at_once_each_with_a_link_to_its_field() -> None:
    faults = (Fault("email", "Enter an e-mail address"), Fault("jobId", "Choose a job"))
    page = new_interview(Form({"who": "new"}, faults))
    assert '<a href="#email">Enter an e-mail address</a>' in page
    assert '<a href="#jobId">Choose a job</a>' in page
    assert page.count('aria-invalid="true"') == len(faults)
    assert re.search(r'id="email" name="email"[^>]*aria-describedby="email-hint email-error"', page)
    assert "<title>Error: New interview" in page


def test_nothing_that_was_typed_is_lost() -> None:
    entered = {
        "who": "new",
        "email": 'zoë"@',
        "jobId": "job_2",
        "expiresOn": "2026-11-01",
        "sendInvite": "no",
        "locale": "fr",
    }
    page = new_interview(Form(entered, (Fault("email", "No"),)))
    assert 'value="zoë&#34;@"' in page
    assert '<option value="job_2" selected>' in page
    assert 'value="2026-11-01"' in page
    assert re.search(r'name="sendInvite" value="no" checked', page)
    assert re.search(r'name="locale" value="fr" checked', page)


def test_where_nobody_is_known_yet_the_candidate_is_new() -> None:
    page = new_interview(Form(), candidates=())
    assert '<input type="hidden" name="who" value="new">' in page
    assert "candidateId" not in page


def test_an_empty_list_says_what_to_do() -> None:
    assert "Make the first interview" in listed((), InterviewFilter())
    assert "Show all interviews" in listed((), InterviewFilter(search="zz"))
    assert "/interviews/new" not in listed((), InterviewFilter(), role="READER")


def test_a_row_is_one_link_and_pages_keep_the_choice() -> None:
    row = InterviewRow(
        id="int_1", candidate="Ada", job="Backend", status="INVITED", created_at=NOW, expires_at=NOW
    )
    page = listed((row,), InterviewFilter(status="INVITED", page=2))
    assert '<a class="whole" href="/interviews/int_1">Ada</a>' in page
    assert 'rel="next" href="/interviews?status=INVITED&amp;page=3"' in page


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        ("DRAFT", ["invitation", "time", "cancellation"]),
        ("INVITED", ["invitation", "time", "cancellation"]),
        ("IN_PROGRESS", ["cancellation"]),
        ("EXPIRED", ["time"]),
        ("CANCELLED", []),
    ],
)
def test_each_state_offers_what_it_allows(status: str, actions: list[str]) -> None:
    assert re.findall(r'action="/interviews/int_1/(\w+)"', one(status)) == actions


def test_what_cannot_go_on_leads_to_a_new_interview() -> None:
    assert "/interviews/new?candidateId=cand_1&amp;jobId=job_1" in one("EXPIRED")


def test_the_outbox_is_the_owners() -> None:
    assert 'href="/outbox"' in listed((), InterviewFilter())
    assert 'href="/outbox"' not in listed((), InterviewFilter(), role="ADMINISTRATOR")


def test_a_sign_in_link_is_spent_by_a_button() -> None:
    page = render(
        "sign_in_link.html", SignInLinkPage(token="a.b", organization="Maison", email="n@example.org")
    )
    assert '<form method="post" action="/sign-in/a.b">' in page


def test_without_a_mail_server_sign_in_says_who_can_help() -> None:
    page = render("sign_in_sent.html", SignInSentPage(email="n@example.org", minutes=60, mail_leaves=False))
    assert "vivavoce members invite n@example.org" in page


def test_a_mail_is_shown_in_a_frame_that_can_do_nothing_but_open_links() -> None:
    page = render(
        "outbox/mail.html",
        MailPage(
            member=member(),
            id="mail_1",
            to="ada@example.org",
            sender="n@example.org",
            subject="Your interview",
            status="KEPT",
            failure="",
            created_at=NOW,
            plain="Open https://example.org/i/x now <b>",
        ),
    )
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert 'href="https://example.org/i/x"' in page
    assert "now &lt;b&gt;" in page
