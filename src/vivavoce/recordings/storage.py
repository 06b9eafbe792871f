"""Where recordings lie: a folder of the data folder, or a bucket by URL."""

import asyncio
import contextlib
import shutil
from pathlib import Path

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from vivavoce.settings import Settings


class Storage:
    """Objects by path. Raises FileNotFoundError for what is not there."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    @classmethod
    def from_settings(cls, settings: Settings) -> "Storage":
        if settings.storage_url:
            return cls(from_url(settings.storage_url))
        folder = Path(settings.data) / "files"
        folder.mkdir(mode=0o700, exist_ok=True)
        return cls(LocalStore(folder))

    async def put(self, path: str, content: bytes) -> None:
        await obstore.put_async(self.store, path, content)

    async def read(self, path: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to, not with, `end`."""
        try:
            return bytes(await obstore.get_range_async(self.store, path, start=start, end=end))
        except NotFoundError as error:
            raise FileNotFoundError(path) from error

    async def delete_folder(self, folder: str) -> None:
        """Whatever lies in it, with what was left half written. Raises OSError where the store fails."""
        if isinstance(self.store, LocalStore):
            assert self.store.prefix is not None
            await asyncio.to_thread(_remove, self.store.prefix / folder)
            return
        try:
            async for found in obstore.list(self.store, folder):
                await obstore.delete_async(self.store, [one["path"] for one in found])
        except BaseError as error:
            raise OSError(f"{type(error).__name__} at the store") from error


def _remove(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
