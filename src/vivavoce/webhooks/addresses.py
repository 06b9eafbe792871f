"""Which addresses webhooks may reach: public ones, and the networks that the settings name."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Protocol

from vivavoce.settings import Network

NAT64 = IPv6Network("64:ff9b::/96")
NOT_PUBLIC = tuple(
    ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16", "fec0::/10")
)
"""Reserved, local or withdrawn, which not every release of Python knows of."""


class Resolver(Protocol):
    async def resolve(self, host: str, port: int) -> list[str]:
        """All addresses that the name stands for, as numbers. Raises OSError."""


class SystemResolver:
    async def resolve(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError as fault:
            raise OSError(f"no name: {fault}") from fault
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


def may_reach(address: str, networks: Iterable[Network]) -> bool:
    """Whether it is public, or in one of the networks. What is no address may not be reached."""
    try:
        ip = _plain(ip_address(address))
    except ValueError:
        return False
    if is_within(address, networks):
        return True
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved)
        and not any(ip in network for network in NOT_PUBLIC)
    )


def is_within(address: str, networks: Iterable[Network]) -> bool:
    ip = _plain(ip_address(address))
    return any(ip in network for network in networks)


def _plain(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address of version 4 that one of version 6 is only another way to."""
    if isinstance(ip, IPv6Address):
        if ip in NAT64:
            return IPv4Address(int(ip) & 0xFFFF_FFFF)
        return ip.ipv4_mapped or ip.sixtofour or ip
    return ip
