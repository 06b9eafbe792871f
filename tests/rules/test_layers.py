"""Imports run one way: routes and pages → the thing → database. The interviewer stands apart."""

import ast
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tree import ROOT, imports, modules, within

EDGES = ("routes", "pages", "internal", "line", "room", "hooks")
"""Modules of these names speak HTTP; what they speak about does not know them."""
OUTSIDE = (
    "aiohttp",
    "asyncio",
    "httpx",
    "os",
    "random",
    "socket",
    "structlog",
    "subprocess",
    "time",
)
TRANSPORT = ("vivavoce.client.errors", "vivavoce.client.transport")
"""How requests are sent, tried again and refused: the agent's client and the integrators' share it."""
HEAVY = ("aiohttp", "asyncpg", "granian", "litestar", "livekit", "msgspec", "procrastinate", "structlog")


def ours(name: str) -> set[str]:
    return {imported for imported in imports(modules()[name]) if within(imported, "vivavoce")}


def test_the_interviewer_knows_of_the_product_only_evaluation_and_the_way_over_http() -> None:
    known = ("vivavoce.interviewer", "vivavoce.evaluation", *TRANSPORT)
    strangers = {
        f"{name} imports {imported}"
        for name in modules()
        if within(name, "vivavoce.interviewer")
        for imported in ours(name)
        if not any(within(imported, one) for one in known)
    }
    assert not strangers


def test_integrators_clients_know_only_themselves() -> None:
    """They are installed where the server is not, and speak to it by HTTP alone."""
    strangers = {
        f"{name} imports {imported}"
        for name in modules()
        if within(name, "vivavoce.client")
        for imported in ours(name)
        if not within(imported, "vivavoce.client")
    }
    assert not strangers


def test_evaluation_knows_only_itself() -> None:
    strangers = {
        f"{name} imports {imported}"
        for name in modules()
        if within(name, "vivavoce.evaluation")
        for imported in ours(name)
        if not within(imported, "vivavoce.evaluation")
    }
    assert not strangers


def conversation() -> list[str]:
    return [name for name in modules() if within(name, "vivavoce.interviewer.conversation")]


def test_the_conversation_has_no_network_and_leaves_nothing_to_chance() -> None:
    known = (
        "vivavoce.interviewer.conversation",
        "vivavoce.interviewer.plan",
        "vivavoce.interviewer.ports",
        "vivavoce.evaluation",
    )
    impure = {
        f"{name} imports {imported}"
        for name in conversation()
        for imported in imports(modules()[name])
        if imported.split(".")[0] in OUTSIDE
        or (within(imported, "vivavoce") and not any(within(imported, one) for one in known))
    }
    assert not impure


def test_the_conversation_is_told_the_time() -> None:
    asking = {
        f"{name}:{node.lineno}"
        for name in conversation()
        for node in ast.walk(modules()[name])
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    }
    assert not asking


def test_a_thing_does_not_know_its_routes_and_pages() -> None:
    def is_edge(name: str) -> bool:
        return any(part in EDGES for part in name.split(".")[1:])

    backwards = {
        f"{name} imports {imported}"
        for name in modules()
        if not is_edge(name) and name != "vivavoce.app"
        for imported in ours(name)
        if is_edge(imported)
    }
    assert not backwards


def test_the_database_knows_no_thing() -> None:
    known = {"vivavoce.database", "vivavoce.children", "vivavoce.errors", "vivavoce.settings"}
    strangers = {
        f"{name} imports {imported}"
        for name in modules()
        if within(name, "vivavoce.database")
        for imported in ours(name)
        if not any(within(imported, one) for one in known)
    }
    assert not strangers


def test_nothing_but_the_command_line_imports_a_whole_process() -> None:
    processes = {"vivavoce.app", "vivavoce.serve", "vivavoce.interviewer.agent"}
    strangers = {
        f"{name} imports {imported}"
        for name in modules()
        if name != "vivavoce.cli"
        for imported in ours(name) & processes
    }
    assert not strangers


@pytest.mark.parametrize("module", ["vivavoce.serve", "vivavoce.cli"])
def test_the_supervisor_stays_small(module: str) -> None:
    script = f"import sys, {module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []


def test_what_is_imported_is_asked_for() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    asked = {
        canonicalize_name(Requirement(text).name)
        for text in sum(project["optional-dependencies"].values(), project["dependencies"])
    }
    known = packages_distributions()
    unasked = {
        f"{name} imports {imported}"
        for name, module in modules().items()
        for imported in {one.split(".")[0] for one in imports(module)}
        if imported not in sys.stdlib_module_names | {"vivavoce"}
        and not asked & {canonicalize_name(one) for one in known.get(imported, [])}
    }
    assert not unasked
