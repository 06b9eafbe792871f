"""Whose address counts: the socket's, unless a proxy that we trust says whom it speaks for."""

from ipaddress import ip_network

import pytest

from vivavoce.http.addresses import client_address

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("socket", "forwarded", "expected"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7, 10.1.1.1", "10.2.2.2"], "198.51.100.7"),
        ("10.0.0.1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        ("10.0.0.1", ["198.51.100.7, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("fd00::1", ["[2001:db8::5]:4711"], "2001:db8::5"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("fe80::1%eth0", [], "fe80::1"),
        ("", ["198.51.100.7"], None),
    ],
)
def test_the_last_hop_that_is_no_proxy_of_ours_counts(
    socket: str, forwarded: list[str], expected: str | None
) -> None:
    found = client_address(socket, forwarded, PROXIES)
    assert (str(found) if found else None) == expected


def test_without_proxies_nobody_is_believed() -> None:
    assert str(client_address("10.0.0.1", ["198.51.100.7"], ())) == "10.0.0.1"
