"""What the results page says of a report, whatever came of the interview."""

import re
from typing import Any

import msgspec
from report_material import QUOTE, RUBRIC, TURNS, interview, report, scored

from vivavoce.callers import Member
from vivavoce.evaluation.given import given_questions
from vivavoce.evaluation.report import Conduct, EvaluatorLabel, Flag
from vivavoce.interviews.turns import Turn
from vivavoce.reports.reports import Report
from vivavoce.web.recruiter_views import Recording, ResultsPage
from vivavoce.web.render import render
from vivavoce.web.transcript_views import Places, by_question

OWNER = Member("org_1", "mem_1", "OWNER", "Nadia", "nadia@example.org", "Maison Lumière")
READER = Member("org_1", "mem_2", "READER", "Paul", "paul@example.org", "Maison Lumière")


def shown(
    made: Report | None,
    *,
    member: Member = OWNER,
    recording: Recording | None = None,
    turns: tuple[Turn, ...] = TURNS,
    **changed: Any,
) -> str:
    page = render(
        "interviews/results.html",
        ResultsPage(
            member=member,
            interview=interview(**changed),
            configuration="First talk",
            report=made,
            rubric=RUBRIC,
            passages=by_question(turns, ["q1"]),
            places=Places(turns, [QUOTE]),
            candidate_questions=given_questions(turns),
            recording=recording,
            events=(),
        ),
    )
    return re.sub(r"\s+", " ", page)


def unready(status: str, failure: str | None = None) -> Report:
    nothing = dict.fromkeys(
        (
            "summary",
            "strengths",
            "concerns",
            "scorecard",
            "questions",
            "conduct",
            "candidate_questions",
            "evaluator",
            "ready_at",
        )
    )
    return report(scored(4), status=status, failure=failure, **nothing)


def test_a_quote_links_to_its_words_in_the_transcript() -> None:
    page = shown(report(scored(4, (3, 4, 4))))
    assert '<a class="words" href="#t2-0" lang="en">“I measured it first”</a>' in page
    assert '<mark id="t2-0">I measured it first</mark>' in page


def test_a_time_plays_that_second_and_is_a_link_without_a_script() -> None:
    page = shown(report(scored(4, (4,))), recording=Recording("/recordings/int_1.mp3"))
    assert 'href="/recordings/int_1.mp3#t=65" data-ms="65200"' in page
    assert "▸ 1:05" in page
    assert '<audio controls preload="metadata" src="/recordings/int_1.mp3"' in page


def test_a_recording_kept_elsewhere_is_a_link_and_never_fetched() -> None:
    page = shown(report(scored(4, (4,))), recording=Recording("https://elsewhere.example/a.mp3", ours=False))
    assert 'href="https://elsewhere.example/a.mp3" rel="noreferrer noopener"' in page
    assert "<audio" not in page
    assert "data-ms" not in page


def test_without_a_recording_nothing_offers_to_play() -> None:
    page = shown(report(scored(4, (4,))))
    assert "▸" not in page
    assert "<audio" not in page


def test_a_level_is_a_place_on_a_scale_with_its_anchor_and_spread() -> None:
    page = shown(report(scored(4, (3, 4, 4))))
    assert 'aria-label="Level 4 of 5; ratings from 3 to 4"' in page
    assert "names own part" in page


def test_ratings_far_apart_ask_for_a_person() -> None:
    page = shown(report(scored(3, (2, 3, 5), unstable=True)))
    assert "from 2 to 5. A person should look." in page


def test_not_enough_evidence_is_said_and_no_number_is_invented() -> None:
    page = shown(report(scored(None, reason="Nothing was said about it.")))
    assert "Not enough evidence" in page
    assert "Nothing was said about it." in page
    assert 'aria-label="Level' not in page


def test_the_offline_evaluator_is_labelled() -> None:
    page = shown(report(scored(4, (4,)), label=EvaluatorLabel("offline", None, "p1", 1)))
    assert "<strong>offline evaluator</strong>" in page


def test_flags_are_context_with_their_reason_and_place() -> None:
    page = shown(report(scored(4, (4,)), flags=(Flag("thin", detail="Very short.", turn_number=2),)))
    assert "None of this moved a level." in page
    assert 'Very short. <a class="small" lang="en" href="#t2">' in page


def test_the_interviewers_own_faults_are_told_where_they_were_measured() -> None:
    assert "2.4 s" in shown(report(scored(4, (4,))))
    assert "How the interviewer did" not in shown(report(scored(4, (4,)), conduct=Conduct(None, None)))


def test_a_pending_report_comes_by_itself_with_and_without_a_script() -> None:
    page = shown(unready("PENDING"))
    assert "The report is being written" in page
    assert "data-pending" in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_a_failed_report_says_why_and_can_be_made_again() -> None:
    page = shown(unready("FAILED", "The model did not answer."))
    assert "The model did not answer." in page
    assert 'action="/interviews/int_1/report"' in page


def test_a_reader_sees_no_button_that_changes_things() -> None:
    page = shown(unready("FAILED", "The model did not answer."), member=READER)
    assert re.findall(r'<form[^>]*action="([^"]*)"', page) == ["/sign-out"]


def test_a_report_on_corrected_words_says_so() -> None:
    assert "corrected after this report was made" in shown(report(scored(4, (4,)), stale=True))


def test_an_interview_that_ended_early_says_so() -> None:
    assert "ended before all questions were asked" in shown(report(scored(4, (4,))), completion="PARTIAL")


def test_no_style_and_no_script_stands_in_the_page() -> None:
    page = shown(report(scored(4, (3, 4, 4))), recording=Recording("/recordings/int_1.mp3"))
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?! type=\"module\" src=)", page)


def test_what_the_candidate_asked_is_shown_with_what_was_answered_also_without_a_report() -> None:
    asked = [
        {"text": "What does it pay?", "answer": "48 thousand.", "source": "fact", "factId": "f1"},
        {"text": "Is there a canteen?", "source": "none"},
    ]
    notes = {"aside": True, "candidateQuestions": asked, "flags": [{"type": "pasted", "detail": "Pasted."}]}
    turns = (TURNS[0], msgspec.structs.replace(TURNS[1], evaluation=notes))
    for made in (None, report(scored(4))):
        page = shown(made, turns=turns)
        assert "<h2>What Ada asked</h2>" in page
        assert "Answered by your fact:" in page
        assert "48 thousand." in page
        assert page.count("Not answered. The interviewer said that a person will read it.") == 1
        assert "beside the question" in page
        assert '<p class="small look" lang="en">Pasted.</p>' in page


def test_the_interviewers_waits_are_shown_with_its_cut_offs() -> None:
    conduct = Conduct(cut_offs=1, longest_wait_ms=4_200, waits=7, median_wait_ms=1_900)
    page = shown(report(scored(4), conduct=conduct))
    assert "4.2 s" in page
    assert "1.9 s (the median of 7)" in page
