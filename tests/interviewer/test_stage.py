"""What of an interrupted sentence was heard, and how much of the planned time the history tells."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from vivavoce.interviewer.client import StoredTurn
from vivavoce.interviewer.conversation.moves import Say
from vivavoce.interviewer.ports import Spoken
from vivavoce.interviewer.stage import heard_share
from vivavoce.interviewer.stopwatch import spent_seconds

QUESTION = "What do you do when a deadline cannot be met, and why?"


@pytest.mark.parametrize(
    ("lead", "spoken", "expected"),
    [
        ("", Spoken(4000, 4000), 1.0),
        ("", Spoken(2000, 4000, interrupted=True), 0.5),
        (
            "Thank you. This is the last question, take the time you",
            Spoken(2000, 4000, interrupted=True),
            0.0,
        ),
        ("", Spoken(500, 500, interrupted=True), 0.2),
        ("", Spoken(0, 0, interrupted=True), 0.0),
    ],
)
def test_the_share_heard_is_the_questions_and_not_its_leads(
    lead: str, spoken: Spoken, expected: float
) -> None:
    assert heard_share(Say(1, "question", QUESTION, lead), spoken) == pytest.approx(expected, abs=0.03)


def test_breaks_use_up_no_time() -> None:
    began = datetime(2026, 11, 22, 9, tzinfo=UTC)
    moments = [(0, 10), (12, 40), (4000, 4010)]
    turns = [
        StoredTurn(
            turn_number=number,
            role="agent",
            started_at=began + timedelta(seconds=start),
            ended_at=began + timedelta(seconds=end),
        )
        for number, (start, end) in enumerate(moments, start=1)
    ]
    assert spent_seconds(turns) == 50


def test_an_agent_without_a_voice_loads_no_speech_and_no_models() -> None:
    heavy = "{'livekit', 'openai', 'av', 'numpy'}"
    code = f"import sys, vivavoce.interviewer.conductor; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
