"""What the linter does not say: sizes, swallowed errors, words that mean unfinished."""

import ast
import re
from collections.abc import Iterator

from tree import MEASURED, modules, texts

MAX_FUNCTION_LINES = 70
MAX_FILE_LINES = 500
THIS_FOLDER = "tests/rules/"
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b|\bfor now\b", re.IGNORECASE)
LOGS = {"exception", "error", "warning", "info"}
BARE_EXCUSE = re.compile(r"# (?:noqa|type: ignore|pragma: no cover)(?:: ?[A-Z0-9, ]+|\[[\w, -]+\])?\s*$")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_have_at_most_70_lines() -> None:
    long = {}
    for path, text in texts().items():
        if path.suffix == ".py":
            for function in functions(ast.parse(text)):
                lines = (function.end_lineno or 0) - function.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long[f"{path}:{function.lineno} {function.name}"] = lines
    assert long == {}


def test_files_have_at_most_500_lines() -> None:
    long = {
        str(path): lines
        for path, text in texts().items()
        if path.suffix in MEASURED and (lines := text.count("\n")) > MAX_FILE_LINES
    }
    assert long == {}


def test_whoever_catches_everything_says_so_or_passes_it_on() -> None:
    hidden = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not _tells(node)
    ]
    assert hidden == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})
        for kind in kinds
    )


def _tells(handler: ast.ExceptHandler) -> bool:
    for node in ast.walk(handler):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGS:
            return True
    return False


def test_no_module_is_a_heap_of_leftovers() -> None:
    heaps = {"utils", "util", "helpers", "helper", "misc", "common", "base", "manager", "service"}
    assert [name for name in modules() if name.rpartition(".")[2] in heaps] == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts().items()
        if path.suffix in MEASURED | {".sql", ".toml", ""} and not path.as_posix().startswith(THIS_FOLDER)
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_an_exception_from_the_rules_says_why() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts().items()
        if path.suffix == ".py" and not path.as_posix().startswith(THIS_FOLDER)
        for number, line in enumerate(text.splitlines(), 1)
        if BARE_EXCUSE.search(line)
    ]
    assert found == []


def test_only_the_command_line_speaks_to_the_terminal() -> None:
    speakers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert speakers <= {"vivavoce.cli"}


def test_no_test_patches_our_own_modules() -> None:
    patching = re.compile(r"monkeypatch\.setattr|mock\.patch|\bMagicMock\b|\bAsyncMock\b")
    found = [
        str(path)
        for path, text in texts().items()
        if path.parts[0] == "tests" and not path.as_posix().startswith(THIS_FOLDER) and patching.search(text)
    ]
    assert found == []
