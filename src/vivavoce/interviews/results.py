"""What the page of one interview shows: how it stands before the end, and what came of it after."""

from datetime import date, datetime

import msgspec

from vivavoce.agents.configs import config_name
from vivavoce.callers import Member
from vivavoce.database.pool import Connection
from vivavoce.evaluation.given import given_questions
from vivavoce.evaluation.report import Evidence
from vivavoce.interviews.creation import DEFAULT_LIFE, first_day
from vivavoce.interviews.happenings import read_happenings
from vivavoce.interviews.interview import Interview, access_interview
from vivavoce.interviews.planning import read_plan
from vivavoce.interviews.turns import Turn, read_corrected
from vivavoce.recordings.links import path_here
from vivavoce.reports.overrides import read_authors
from vivavoce.reports.reports import Report, access_report
from vivavoce.settings import Settings
from vivavoce.web.recruiter_views import Form, InterviewPage, Recording, ResultsPage
from vivavoce.web.transcript_views import Places, by_question

JOINABLE = ("DRAFT", "INVITED", "IN_PROGRESS")


async def read_interview_page(
    connection: Connection,
    caller: Member,
    settings: Settings,
    interview_id: str,
    *,
    at: datetime,
    notice: str = "",
    form: Form | None = None,
) -> InterviewPage | ResultsPage:
    """Raises NotFound, for another organization's too. `notice` is shown as long as it is true."""
    interview = await access_interview(connection, caller, settings, interview_id, at=at)
    plan = await read_plan(connection, interview_id, at=at)
    configuration = await config_name(connection, interview.config_id, interview.config_version)
    happenings = await read_happenings(connection, interview_id)
    corrected = await read_corrected(connection, interview_id)
    turns = tuple(_on_the_page(turn, settings, corrected) for turn in interview.transcript or ())
    passages = by_question(turns, [question.id for question in plan.questions])
    if interview.status != "COMPLETED":
        return InterviewPage(
            member=caller,
            interview=interview,
            configuration=configuration,
            invitation_url=_usable_link(interview),
            events=happenings,
            today=first_day(at),
            last_day=_last_day(interview, at),
            passages=passages,
            places=Places(turns, ()),
            notice=notice if interview.status in ("DRAFT", "INVITED") else "",
        )
    report, authors = None, {}
    if interview.report_id is not None:
        report = await access_report(connection, caller, settings, interview.report_id, at=at)
        authors = await read_authors(connection, caller.organization_id, interview.report_id)
    return ResultsPage(
        member=caller,
        interview=interview,
        configuration=configuration,
        report=report,
        rubric=plan.rubric,
        passages=passages,
        places=Places(turns, _evidence(report)),
        candidate_questions=given_questions(turns),
        recording=_recording(interview, settings),
        events=happenings,
        authors=authors,
        form=form or Form(),
        notice=notice,
    )


def _last_day(interview: Interview, at: datetime) -> date:
    """Proposed for the invitation: as long as it works already, or as long as that of a new interview."""
    if interview.status == "EXPIRED":
        return (at + DEFAULT_LIFE).date()
    return max(interview.expires_at.date(), first_day(at))


def _usable_link(interview: Interview) -> str | None:
    return interview.invitation_url or None if interview.status in JOINABLE else None


def _evidence(report: Report | None) -> list[Evidence]:
    """Every quote of a report that is ready."""
    if report is None or report.scorecard is None:
        return []
    from_points = [
        one for point in (*(report.strengths or ()), *(report.concerns or ())) for one in point.evidence
    ]
    return from_points + [one for score in report.scorecard.criteria for one in score.evidence]


def _recording(interview: Interview, settings: Settings) -> Recording | None:
    if interview.audio_url is None:
        return None
    ours = path_here(settings, interview.audio_url)
    return Recording(ours or interview.audio_url, ours=ours is not None)


def _on_the_page(turn: Turn, settings: Settings, corrected: frozenset[int]) -> Turn:
    """A turn of our own recording has the player's address, on this host and without a place.

    What the recogniser made of the words while they were said is no correction.
    """
    ours = (path_here(settings, turn.audio_url or "") or "").partition("#")[0]
    return msgspec.structs.replace(
        turn, audio_url=ours or turn.audio_url, revised=turn.turn_number in corrected
    )
