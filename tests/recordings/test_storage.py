"""Where recordings lie: a folder and a bucket behave the same."""

from pathlib import Path

import pytest
from obstore.store import LocalStore, MemoryStore

from vivavoce.recordings.storage import Storage


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return Storage(LocalStore(tmp_path) if request.param == "folder" else MemoryStore())


async def test_a_folder_goes_with_all_that_lies_in_it_and_nothing_else(storage: Storage) -> None:
    for path in ("recordings/int_1/1.mp3", "recordings/int_1/2.mp3", "recordings/int_11/1.mp3"):
        await storage.put(path, b"words")
    for _ in range(2):
        await storage.delete_folder("recordings/int_1")
    for path in ("recordings/int_1/1.mp3", "recordings/int_1/2.mp3"):
        with pytest.raises(FileNotFoundError):
            await storage.read(path, 0, 5)
    assert await storage.read("recordings/int_11/1.mp3", 0, 5) == b"words"


async def test_what_was_left_half_written_goes_too(tmp_path: Path) -> None:
    storage = Storage(LocalStore(tmp_path))
    await storage.put("recordings/int_1/1.mp3", b"words")
    (tmp_path / "recordings" / "int_1" / "2.mp3#1").write_bytes(b"wor")
    await storage.delete_folder("recordings/int_1")
    assert list((tmp_path / "recordings").iterdir()) == []
