"""The line through the web port, without a browser: who is let in, and what the others are told."""

import asyncio
import time
from typing import Any

import aiohttp
import httpx
import jwt
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
        ('{"type": "hello", "mode": "text", "protocol": 1, "more": ' + "[" * 9_000 + "]" * 9_000 + "}", 4003),
        (HELLO, 4002),
        ({**HELLO, "token": "invented"}, 4002),
    ],
)
async def test_a_line_that_begins_otherwise_is_closed(product: Product, first: Any, code: int) -> None:
    said = await greeted(product, first)
    assert (said.type, said.data) == (aiohttp.WSMsgType.CLOSE, code)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("expired", "UNAUTHORIZED"),
        ("forged", "UNAUTHORIZED"),
        ("unsigned", "UNAUTHORIZED"),
        ("of another issuer", "UNAUTHORIZED"),
        ("of a link that was replaced", "LINK_UNKNOWN"),
    ],
)
async def test_a_token_that_is_not_ours_or_no_longer_good_opens_no_line(
    product: Product, fault: str, reason: str
) -> None:
    key = (product.folder / "data/secrets/secret-key").read_text(encoding="ascii")
    good: dict[str, Any] = jwt.decode((await joined(product))["token"], key, algorithms=["HS256"])
    token = {
        "expired": lambda: jwt.encode({**good, "exp": time.time() - 61}, key),
        "of a link that was replaced": lambda: jwt.encode({**good, "link": 2}, key),
        "forged": lambda: jwt.encode(good, "x" * 32),
        "unsigned": lambda: jwt.encode(good, None, algorithm="none"),
        "of another issuer": lambda: jwt.encode({**good, "iss": "somebody"}, key),
    }[fault]()
    said = await greeted(product, {**HELLO, "token": token})
    assert (said.type, said.data, said.extra) == (aiohttp.WSMsgType.CLOSE, 4002, reason)


@pytest.mark.parametrize(
    "sent", [bytes(64 * 1024 + 2), bytes(641), bytes(1024 * 1024), b""], ids=["large", "odd", "huge", "empty"]
)
async def test_a_frame_that_is_no_sound_ends_the_line_of_who_sent_it_alone(
    product: Product, sent: bytes
) -> None:
    async with aiohttp.ClientSession() as session:
        lines = []
        for _ in range(2):
            line = await session.ws_connect(f"{product.url}/link")
            await line.send_json({**HELLO, "token": (await joined(product))["token"]})
            await line.receive(timeout=30)
            lines.append(line)
        bad, good = lines
        await bad.send_bytes(sent)
        async with asyncio.timeout(30):
            async for _ in bad:
                pass
        assert bad.close_code in {1009, 1012, 4003}
        await good.send_json({"type": "control", "action": "repeat"})
        async with asyncio.timeout(30):
            while "Of course" not in (await good.receive()).data:
                pass
        for line in lines:
            await line.close()


async def test_without_agreement_there_is_no_joining(product: Product) -> None:
    refused = await joined(product, agree=False)
    assert refused["error"]["code"] == "CONSENT_REQUIRED"


async def test_another_sites_page_cannot_open_a_line(product: Product) -> None:
    page = await joined(product)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await greeted(product, {**HELLO, "token": page["token"]}, Origin="https://elsewhere.example")
