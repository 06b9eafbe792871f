"""Docs that lie fail the build."""

import argparse
import re

from tree import ROOT

from vivavoce.cli import parser
from vivavoce.settings import SETTINGS

HEADING = re.compile(r"^### `([^`]+)`$", re.MULTILINE)


def headings(name: str) -> list[str]:
    return HEADING.findall((ROOT / "docs" / name).read_text(encoding="utf-8"))


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert sorted(headings("settings.md")) == sorted(setting.name for setting in SETTINGS)


def test_every_command_is_documented_and_nothing_else() -> None:
    assert sorted(headings("commands.md")) == sorted(commands(parser()))


def commands(above: argparse.ArgumentParser, prefix: str = "vivavoce") -> list[str]:
    found = []
    for action in above._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                found += commands(below, f"{prefix} {name}") or [f"{prefix} {name}"]
    return found
