"""The guard that keeps tests on this machine."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("api.telegram.org", 443)])
def test_connections_off_this_machine_are_refused(address: tuple[str, int]) -> None:
    with socket.socket() as sock, pytest.raises(AssertionError, match="connection to"):
        sock.connect(address)


def test_look_ups_are_refused() -> None:
    with pytest.raises(AssertionError, match="look-up"):
        socket.getaddrinfo("api.telegram.org", 443)


def test_loopback_is_open() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
