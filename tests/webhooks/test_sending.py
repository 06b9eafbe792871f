"""Messages reach public addresses and named networks, whatever an address, a name or a redirect says."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from fakes.receiver import Names, Receiver
from vivavoce.webhooks.addresses import SystemResolver, may_reach
from vivavoce.webhooks.sending import Outcome, post
from world import START

UNTRUSTED = Path(__file__).parents[1] / "fakes" / "untrusted.pem"
HERE = (ip_network("127.0.0.0/8"),)
NOT_PUBLIC = "The server's address is not a public one: nothing was sent."


async def send(url: str, names: Names | None = None, *, networks: Any = HERE, patience: float = 5) -> Outcome:
    return await post(
        url,
        {"webhook-id": "msg_1"},
        b"{}",
        resolver=names or Names(),
        networks=networks,
        at=START,
        patience=patience,
    )


@asynccontextmanager
async def raw_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server that need not speak HTTP well; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%lo",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "64:ff9b:1::1",
        "3fff::1",
        "localhost",
        "",
    ],
)
def test_what_is_not_public_may_not_be_reached(address: str) -> None:
    assert not may_reach(address, ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_what_is_public_may_be_reached(address: str) -> None:
    assert may_reach(address, ())


def test_named_networks_may_be_reached_and_no_others() -> None:
    networks = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    assert may_reach("10.1.2.3", networks)
    assert may_reach("::ffff:10.1.2.3", networks)
    assert may_reach("fd00::7", networks)
    assert not may_reach("10.2.0.1", networks)
    assert not may_reach("127.0.0.1", networks)


async def test_a_name_is_refused_when_any_of_its_addresses_is_not_public(receiver: Receiver) -> None:
    url = f"https://hooks.example.org:{receiver.port}/"
    for addresses in (["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["::1"]):
        outcome = await send(url, Names({"hooks.example.org": addresses}), networks=())
        assert (outcome.status, outcome.failure) == (None, NOT_PUBLIC)
    assert receiver.received == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
async def test_an_address_of_numbers_asks_no_name_server_and_is_refused_too(host: str) -> None:
    names = Names()
    outcome = await send(f"https://{host}:9/", names, networks=())
    assert (outcome.failure, names.asked) == (NOT_PUBLIC, [])


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "localhost"])
async def test_other_ways_to_write_this_machine_are_refused(host: str) -> None:
    outcome = await post(
        f"https://{host}:9/", {}, b"{}", resolver=SystemResolver(), networks=(), at=START, patience=5
    )
    assert outcome.status is None
    assert outcome.failure in (NOT_PUBLIC, "The connection broke off before there was an answer.")


async def test_plain_http_reaches_only_named_networks() -> None:
    outcome = await send("http://hooks.example.org/", Names({"hooks.example.org": ["8.8.8.8"]}))
    assert outcome.failure == "Plain http reaches only networks that the settings name: nothing was sent."


async def test_a_redirect_is_a_failure_and_nobody_follows_it(receiver: Receiver) -> None:
    for status in (301, 302, 303, 307, 308):
        receiver.answers = [(status, {"Location": receiver.address()})]
        outcome = await send(receiver.address())
        assert (outcome.status, outcome.failure) == (
            status,
            f"The answer was {status}: redirects are not followed.",
        )
    assert len(receiver.received) == 5


async def test_the_checked_address_is_connected_to_under_the_name_that_was_given(receiver: Receiver) -> None:
    names = Names({"hooks.example.org": ["127.0.0.1"]})
    outcome = await send(receiver.address("hooks.example.org"), names)
    assert outcome == Outcome(200, None)
    assert names.asked == ["hooks.example.org"], "a second answer could be another"
    assert receiver.received[0].headers["host"] == f"hooks.example.org:{receiver.port}"


async def test_the_server_of_the_name_is_asked_for_and_has_to_prove_itself() -> None:
    asked = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(UNTRUSTED)
    context.sni_callback = lambda _, name, __: asked.append(name)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        outcome = await send(
            f"https://hooks.example.org:{port}/", Names({"hooks.example.org": ["127.0.0.1"]})
        )
    assert asked == ["hooks.example.org"]
    assert outcome.failure == "There was no secure connection: the certificate could not be verified."


async def test_what_goes_wrong_is_said(receiver: Receiver) -> None:
    unknown = await send("https://nobody.example.org/")
    assert unknown.failure == "The name of the server cannot be resolved."
    receiver.answers = [None]
    slow = await send(receiver.address(), patience=0.2)
    assert slow.failure == "There was no answer in time."
    async with raw_server(lambda *_: asyncio.sleep(0)) as port:
        broken = await send(f"http://127.0.0.1:{port}/")
    assert broken.failure == "The connection broke off before there was an answer."
    gone = await send(f"http://127.0.0.1:{port}/")
    assert gone.failure == "The server could not be reached."


async def test_an_answer_without_end_is_not_waited_for() -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with raw_server(pour) as port:
        assert await send(f"http://127.0.0.1:{port}/") == Outcome(200, None)


async def test_a_head_that_is_too_large_is_a_failure() -> None:
    async def boast(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n")
        await writer.drain()

    async with raw_server(boast) as port:
        outcome = await send(f"http://127.0.0.1:{port}/")
    assert outcome.failure == "The connection broke off before there was an answer."
