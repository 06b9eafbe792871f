"""Posts one message to an address, and to nothing but addresses that webhooks may reach."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from vivavoce.settings import Network
from vivavoce.webhooks.addresses import Resolver, is_within, may_reach

TIMEOUT_SECONDS = 20.0
"""From looking up the name to the head of the answer. The answer's body is never read."""
MAX_HEAD_LINE_BYTES = 8_190
SUCCESS = range(200, 300)
REDIRECTS = range(300, 400)
FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "There was no answer in time."),
    (aiohttp.ClientConnectorDNSError, "The name of the server cannot be resolved."),
    (aiohttp.ClientSSLError, "There was no secure connection: the certificate could not be verified."),
    (aiohttp.ClientConnectorError, "The server could not be reached."),
    (Exception, "The connection broke off before there was an answer."),
)
"""What is said of each, the first that fits."""


@dataclass(frozen=True)
class Outcome:
    """`failure` says in a sentence why it is no success. `retry_at` is what the receiver asks for."""

    status: int | None
    failure: str | None
    retry_at: datetime | None = None


class AddressRefused(Exception):
    pass


async def post(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    resolver: Resolver,
    networks: tuple[Network, ...],
    at: datetime,
    patience: float = TIMEOUT_SECONDS,
) -> Outcome:
    """One attempt, whatever becomes of it."""
    allowed = _Allowed(networks, plain=urlsplit(url).scheme == "http")
    connector = aiohttp.TCPConnector(
        resolver=_CheckedResolver(resolver, allowed),
        use_dns_cache=False,
        force_close=True,
        happy_eyeballs_delay=None,
        socket_factory=allowed.socket,
    )
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=patience),
        auto_decompress=False,
        max_line_size=MAX_HEAD_LINE_BYTES,
        max_field_size=MAX_HEAD_LINE_BYTES,
    )
    try:
        async with (
            session,
            session.post(url, headers=headers, data=body, allow_redirects=False) as answer,
        ):
            return _judged(answer, at)
    except AddressRefused as refused:
        return Outcome(None, str(refused))
    except (aiohttp.ClientError, OSError) as fault:
        return Outcome(None, next(words for kind, words in FAULTS if isinstance(fault, kind)))


def _judged(answer: aiohttp.ClientResponse, at: datetime) -> Outcome:
    if answer.status in SUCCESS:
        return Outcome(answer.status, None)
    failure = f"The answer was {answer.status}."
    if answer.status in REDIRECTS:
        failure = f"The answer was {answer.status}: redirects are not followed."
    return Outcome(answer.status, failure, _retry_at(answer.headers.get("Retry-After", ""), at))


def _retry_at(text: str, at: datetime) -> datetime | None:
    """Seconds, or a date."""
    if text.isdecimal() and len(text) <= 9:  # noqa: PLR2004 - thirty years; more is nonsense
        return datetime.fromtimestamp(at.timestamp() + int(text), UTC)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None


class _Allowed:
    """What a connection may be made to: also by plain HTTP only within the networks."""

    def __init__(self, networks: tuple[Network, ...], *, plain: bool) -> None:
        self.networks = networks
        self.plain = plain

    def require(self, address: str) -> None:
        if not may_reach(address, self.networks):
            raise AddressRefused("The server's address is not a public one: nothing was sent.")
        if self.plain and not is_within(address, self.networks):
            raise AddressRefused("Plain http reaches only networks that the settings name: nothing was sent.")

    def socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Whatever a name stood for: the address that is about to be connected to is checked."""
        family, kind, protocol, _, address = info
        self.require(str(address[0]))
        return socket.socket(family, kind, protocol)


class _CheckedResolver(AbstractResolver):
    """One address that may not be reached is enough to refuse the name."""

    def __init__(self, resolver: Resolver, allowed: _Allowed) -> None:
        self.resolver = resolver
        self.allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self.resolver.resolve(host, port)
        for address in addresses:
            self.allowed.require(address)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET,  # noqa: PLR2004 - IPv6
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
            if family in (socket.AF_UNSPEC, socket.AF_INET6 if ":" in address else socket.AF_INET)
        ]

    async def close(self) -> None:
        pass
