"""What the README tells people to type does what it says."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from product import Product

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```\n(KEY=.*?)```", re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's calls are made with curl")
def test_its_calls_make_an_interview_word_for_word(product: Product) -> None:
    found = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert found
    typed = found[1].replace("127.0.0.1:8000", f"127.0.0.1:{product.port}")
    done = subprocess.run(
        ["bash", "-ec", typed], cwd=ROOT, env=product.environment, capture_output=True, text=True, check=True
    )
    interview, end = json.JSONDecoder().raw_decode(done.stdout)
    report = json.loads(done.stdout[end:])
    assert interview["status"] == "INVITED"
    assert "/i/" in interview["invitationUrl"]
    assert report["error"]["code"] == "NOT_FOUND"
