"""What committed files may not hold: names of machines, addresses of registries, pins that drifted."""

import itertools
import re
import tomllib

from packaging.requirements import Requirement
from packaging.version import Version
from tree import ROOT, texts

# Put together here, so that this file does not hold what it forbids.
REGISTRIES = tuple(
    f"{host}.{domain}"
    for host, domain in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry.npmjs", "org"),
        ("registry.yarnpkg", "com"),
        ("proxy.golang", "org"),
        ("deb.debian", "org"),
    )
)
PLACES = re.compile(r"(?<![\w.:/*)}-])/(?:root|home|Users|work|workspace|mnt)/\w")


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path}: {host}"
        for path, text in texts().items()
        for host in REGISTRIES
        if host in text and path.name != "LICENSE"
    ]
    assert found == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [f"{path}: {hit.group()}" for path, text in texts().items() for hit in PLACES.finditer(text)]
    assert found == []


def test_no_file_holds_both_sides_of_a_merge() -> None:
    marks = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
    assert [str(path) for path, text in texts().items() if marks.search(text)] == []


def test_the_pins_keep_what_the_project_asks_for() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    asked = [
        *project["project"]["dependencies"],
        *itertools.chain.from_iterable(project["project"]["optional-dependencies"].values()),
        *project["dependency-groups"]["dev"],
    ]
    pins: dict[str, list[Version]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            pins.setdefault(pin.name, []).extend(Version(one.version) for one in pin.specifier)
    drifted = [
        text
        for text in asked
        for wanted in [Requirement(text)]
        if not pins.get(wanted.name) or not all(version in wanted.specifier for version in pins[wanted.name])
    ]
    assert drifted == [], "make requirements.lock anew, as its first lines say"


def test_each_step_of_the_schema_has_a_number_of_its_own() -> None:
    names = sorted(
        path.name for path in texts() if path.parent.name == "migrations" and path.suffix == ".sql"
    )
    assert [int(name.partition("_")[0]) for name in names] == list(range(1, len(names) + 1))
