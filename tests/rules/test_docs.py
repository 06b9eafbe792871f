"""Docs that lie fail the build."""

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.handlers import HTTPRouteHandler
from tree import PACKAGE, ROOT, modules

from vivavoce.app import create_app
from vivavoce.cli import parser
from vivavoce.errors import TITLES
from vivavoce.interviews.happenings import WORDS
from vivavoce.settings import SETTINGS, Settings
from vivavoce.web.error_meanings import MEANINGS
from vivavoce.webhooks.kinds import KINDS

HEADING = re.compile(r"^### `([^`]+)`$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<place>[^)\s]+))?\)")
NAMED_PATH = re.compile(r"`(?P<path>(?:\.ci|benchmarks|docs|src|tests)/[\w./*-]*[\w/*])(?:::\w+)?`")
PACKAGE_PATH = re.compile(r"`(?P<path>[a-z_]+(?:/[a-z_]+)*(?:/|\.(?:py|sql|json|html|js|css)))`")
COMMAND = re.compile(r"vivavoce ((?:[a-z]+ ?)+)")
EVENT = re.compile(r"'((?:interview|turn|report)\.[a-z_]+)'")
MAX_PICTURE_BYTES = 200_000


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def headings(name: str) -> list[str]:
    return HEADING.findall((ROOT / "docs" / name).read_text(encoding="utf-8"))


def table(heading: str, document: str = "reference.md") -> list[tuple[str, ...]]:
    """The rows of the table under this heading of the page, without marks of code."""
    text = (ROOT / "docs" / "api" / document).read_text(encoding="utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in lines]


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


@pytest.mark.parametrize(
    ("heading", "prefix"), [("For integrators", "/api/v1/"), ("For voice agents", "/api/interviews/")]
)
def test_every_route_of_the_api_is_documented_and_nothing_else(heading: str, prefix: str) -> None:
    told = {(request, who.split(",")[0]) for request, who, _ in table(heading)}
    assert told == set(routes(prefix))


def routes(prefix: str) -> Iterator[tuple[str, str]]:
    """As `GET /path/{itsId}`, with the scope that it takes, or `agent`."""
    app = create_app(Settings(secret_key="k" * 32, agent_secret="a" * 32), "postgresql:///none")
    for route in app.routes:
        if route.path.startswith(prefix):
            path = re.sub(
                r"\{(\w+?)_(\w)(\w+):\w+\}", lambda m: f"{{{m[1]}{m[2].upper()}{m[3]}}}", route.path
            )
            for handler in route.route_handlers:
                if isinstance(handler, HTTPRouteHandler):
                    for method in set(handler.http_methods) - {"OPTIONS", "HEAD"}:
                        yield f"{method} {path}", handler.opt.get("scope", "agent")


def test_every_error_code_is_documented_as_it_is_answered() -> None:
    told = {code: (int(status), title) for code, status, title in table("Errors")}
    assert told == {code: (status, TITLES[code]) for code, (status, _) in MEANINGS.items()}


def test_every_event_type_is_documented_and_nothing_else() -> None:
    written = set(events_written())
    assert {kind for kind, _ in table("Events")} == written
    assert set(WORDS) <= written


def test_every_kind_of_webhook_is_documented_and_nothing_else() -> None:
    assert tuple(kind for kind, _ in table("Kinds", "webhooks.md")) == KINDS


def test_every_event_that_webhooks_send_can_be_asked_for() -> None:
    sent = re.compile(r"(interview|report)\..*|candidate\.erased")
    assert {kind for kind in events_written() if sent.fullmatch(kind)} == set(KINDS)


def events_written() -> Iterator[str]:
    """What `events.record` is called with, and what SQL inserts by itself."""
    for module in modules().values():
        for node in ast.walk(module):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and "INSERT INTO events" in node.value
            ):
                yield from EVENT.findall(node.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "events.record":
                kind = node.args[2]
                if isinstance(
                    kind, ast.JoinedStr
                ):  # put together: the page of an interview has words for each
                    beginning = ast.unparse(kind.values[0]).strip("'\"")
                    yield from (one for one in WORDS if one.startswith(beginning))
                else:
                    yield ast.literal_eval(kind)


@pytest.mark.parametrize("document", documents(), ids=named)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.finditer(document.read_text(encoding="utf-8")):
        target = (document.parent / link["path"]).resolve() if link["path"] else document
        if not target.exists() or (link["place"] and link["place"] not in places(target)):
            broken.append(link[0])
    assert broken == []


def places(document: Path) -> set[str]:
    """What a link can name in it: its headings, in the form that code forges give them."""
    found = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("document", documents(), ids=named)
def test_paths_that_documents_name_are_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    missing = [path for path in NAMED_PATH.findall(text) if not list(ROOT.glob(path))]
    missing += [path for path in PACKAGE_PATH.findall(text) if not is_there(path)]
    assert missing == []


def is_there(path: str) -> bool:
    """From the root, from the package, or, with no folder named, anywhere in the package."""
    return any((root / path).exists() for root in (ROOT, PACKAGE)) or (
        "/" not in path and any(PACKAGE.rglob(path))
    )


@pytest.mark.parametrize("document", documents(), ids=named)
def test_commands_that_documents_show_exist(document: Path) -> None:
    known = commands(parser())
    shown = [f"vivavoce {words.strip()}" for words in COMMAND.findall(code_of(document))]
    assert [one for one in shown if not any(f"{one} ".startswith(f"{command} ") for command in known)] == []


def code_of(document: Path) -> str:
    text = document.read_text(encoding="utf-8")
    return "\n".join([*re.findall(r"```.*?```", text, re.DOTALL), *re.findall(r"`[^`\n]+`", text)])


def test_every_decision_is_listed_once_with_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = dict(
        re.findall(
            r"^(\d+\. \[.+\])\((.+)\)$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    titles = {}
    for file in folder.glob("[0-9]*.md"):
        number, _, title = (
            file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(". ")
        )
        titles[f"{number}. [{title}]"] = file.name
    assert listed == titles
    assert all(int(name[:4]) == int(entry.partition(".")[0]) for entry, name in listed.items())


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > MAX_PICTURE_BYTES] == []
