"""A candidate whose page is no browser's: from the link over the notice to the line, as the room goes."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpx

from fakes.page import FakePage


@dataclass
class Caller:
    link: str

    async def agree(self) -> None:
        async with httpx.AsyncClient() as http:
            notice = (await http.get(self.link)).raise_for_status().text
            consent = re.search(r'name="consent" value="([^"]+)"', notice)
            assert consent
            await http.post(f"{self.link}/consent", data={"consent": consent[1], "agreed": "yes"})

    async def join(self) -> dict[str, Any]:
        async with httpx.AsyncClient() as http:
            answer: dict[str, Any] = (await http.post(f"{self.link}/join", json={})).json()
            return answer

    async def call(self, mode: str = "voice", **hello: str) -> FakePage:
        """A new page, on a line of its own."""
        joined = await self.join()
        return await FakePage().connect(
            urljoin(self.link, joined["link"]), mode=mode, token=joined["token"], **hello
        )
