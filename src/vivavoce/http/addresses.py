"""Whose request it is, as far as the network says: the socket's address, or what a trusted proxy forwards."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from vivavoce.http.request import AnyConnection
from vivavoce.settings import Network, Settings

UNKNOWN = "unknown"
SUBSCRIBER_BITS = 64
"""Of an IPv6 address: the rest is whatever its holder chooses."""

Address = IPv4Address | IPv6Address


def counted_address(connection: AnyConnection, settings: Settings) -> str:
    """What limits count by: an IPv4 address, or the network of an IPv6 one."""
    client = connection.scope.get("client")
    address = client_address(
        client[0] if client else "",
        connection.headers.getall("x-forwarded-for", []),
        settings.trusted_proxies,
    )
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, SUBSCRIBER_BITS), strict=False))
    return str(address) if address else UNKNOWN


def client_address(socket: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> Address | None:
    """The last address that is no proxy of ours. What stands before it anybody could have written."""
    address = _read(socket)
    hops = [hop for line in forwarded for hop in line.split(",")]
    while hops and address is not None and any(address in network for network in trusted):
        earlier = _read(hops.pop())
        if earlier is None:
            break
        address = earlier
    return address


def _read(text: str) -> Address | None:
    """As proxies write them: 192.0.2.1, 192.0.2.1:4711, 2001:db8::1, [2001:db8::1]:4711."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
