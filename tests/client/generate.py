"""Makes the client that waits out of the asynchronous one: `python tests/client/generate.py`."""

import re
import subprocess
import sys
from pathlib import Path

import vivavoce

FOLDER = Path(vivavoce.__file__).parent / "client"
SOURCE, MADE = FOLDER / "asynchronous.py", FOLDER / "blocking.py"
FIRST_LINE = (
    '"""The client that waits for each answer. Made of `asynchronous.py` by `tests/client/generate.py`."""'
)
REPLACED = (
    (r'\A""".*"""$', FIRST_LINE),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\b(_?)Async([A-Z])", r"\1\2"),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"\baclose\b", "close"),
    (r"\bfor (\w+) in (.*):\n +yield \1$", r"yield from \2"),
)


def blocking() -> str:
    text = SOURCE.read_text(encoding="utf-8")
    for pattern, replacement in REPLACED:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return _ruff("format", _ruff("check", text, "--fix-only", "--select", "I"))


def _ruff(command: str, text: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", command, "--quiet", *options, f"--stdin-filename={MADE}", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    MADE.write_text(blocking(), encoding="utf-8")
