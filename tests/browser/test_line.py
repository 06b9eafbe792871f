"""The line through the web port, without a browser: who is let in, and what the others are told."""

from typing import Any

import aiohttp
import httpx
import pytest
from caller import Caller
from product import Product

HELLO = {"type": "hello", "mode": "text", "protocol": 1}


async def joined(product: Product, *, agree: bool = True) -> dict[str, Any]:
    """A new interview of the second candidate's; what its page is given to join."""
    key = product.run(
        "keys", "create", "--scopes", "interviews:read,interviews:write,candidates:read"
    ).strip()
    async with httpx.AsyncClient(base_url=product.url, headers={"Authorization": f"Bearer {key}"}) as http:
        earlier = (await http.get("/api/v1/interviews")).json()["data"][-1]
        wanted = {"candidateId": earlier["candidateId"], "jobId": earlier["jobId"], "sendInvite": False}
        interview = (await http.post("/api/v1/interviews", json=wanted)).json()
    caller = Caller(interview["invitationUrl"])
    if agree:
        await caller.agree()
    return await caller.join()


async def greeted(product: Product, first: Any, **headers: str) -> aiohttp.WSMessage:
    """What comes back on a new line whose first message this is."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{product.url}/link", headers=headers) as line,
    ):
        await (line.send_str(first) if isinstance(first, str) else line.send_json(first))
        return await line.receive(timeout=30)


async def test_a_page_that_joined_is_connected_with_an_interviewer(product: Product) -> None:
    page = await joined(product)
    said = await greeted(product, {**HELLO, "token": page["token"]})
    assert said.type is aiohttp.WSMsgType.TEXT
    assert said.json()["type"] in {"state", "caption", "notice"}


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ("not json", 4003),
        ({"type": "control", "action": "skip"}, 4003),
        ({**HELLO, "mode": "shout"}, 4003),
        (HELLO, 4002),
        ({**HELLO, "token": "invented"}, 4002),
    ],
)
async def test_a_line_that_begins_otherwise_is_closed(product: Product, first: Any, code: int) -> None:
    said = await greeted(product, first)
    assert (said.type, said.data) == (aiohttp.WSMsgType.CLOSE, code)


async def test_without_agreement_there_is_no_joining(product: Product) -> None:
    refused = await joined(product, agree=False)
    assert refused["error"]["code"] == "CONSENT_REQUIRED"


async def test_another_sites_page_cannot_open_a_line(product: Product) -> None:
    page = await joined(product)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await greeted(product, {**HELLO, "token": page["token"]}, Origin="https://elsewhere.example")
