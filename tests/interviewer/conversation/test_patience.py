"""A patient interviewer and a quick one."""

import msgspec
import pytest

from fakes.plans import small_plan
from interviewer.conversation.table import Table
from vivavoce.interviewer.plan import Patience
from vivavoce.interviewer.ports import Mode


@pytest.mark.parametrize("mode", ["voice", "text"])
def test_a_quick_interviewer_waits_less_for_words_and_asks_sooner_whether_somebody_is_there(
    mode: Mode,
) -> None:
    waits: dict[Patience, list[float]] = {"patient": [], "quick": []}
    for patience, found in waits.items():
        plan = small_plan()
        plan = msgspec.structs.replace(plan, persona=msgspec.structs.replace(plan.persona, patience=patience))
        table = Table(plan, mode=mode)
        table.hear_all()
        assert table.waiting
        found.append(table.waiting.seconds)
        if mode == "voice":
            table.speak("I led the migration and")
            found.append(table.waiting.seconds)
            table.speak(
                "we cut failures by half in the second year of it, all of us together and without a loss."
            )
            found.append(table.waiting.seconds)
    assert waits["quick"] < waits["patient"]
    assert all(quick <= patient for quick, patient in zip(waits["quick"], waits["patient"], strict=True))
