"""The HTTP server under connections that never send a whole request."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import SettingsError
from bot.runtime import http_protocol
from bot.runtime.http_server import SAY_AGAIN_S, AcceptErrors, listening, serve_routes
from tests.store.conftest import Clock

HALF = b"POST /body HTTP/1.1\r\nHost: x\r\n"
HEAD_ONLY = HALF + b"Content-Length: 100\r\n\r\nhalf"
left: list[str] = []


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _body(request: Request) -> Response:
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        left.append("gone")
        raise


async def _slow(_request: Request) -> Response:
    await asyncio.sleep(0.5)
    return PlainTextResponse("slow")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    left.clear()
    stop, on = asyncio.Event(), listening(0, "127.0.0.1")
    routes = [
        Route("/healthz", _healthz),
        Route("/body", _body, methods=["POST"]),
        Route("/slow", _slow),
    ]
    serving = asyncio.create_task(serve_routes(routes, on, stop))
    yield on.getsockname()[1]
    stop.set()
    await asyncio.wait_for(serving, 10)


async def ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        return await reader.read(4096)
    finally:
        writer.close()


async def healthy(port: int) -> bool:
    async with asyncio.timeout(2):
        return b" 200 " in await ask(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("sent", [b"", HALF, HEAD_ONLY])
async def test_it_answers_beside_300_half_sent_requests(port: int, sent: bytes) -> None:
    half = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
    for _, writer in half:
        writer.write(sent)
    await asyncio.sleep(0.1)
    assert await healthy(port)
    closed = sum(reader.at_eof() or reader.exception() is not None for reader, _ in half)
    assert closed >= 300 - http_protocol.MOST_CONNECTIONS
    for _, writer in half:
        writer.close()


async def test_who_is_being_answered_does_not_give_way(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "MOST_CONNECTIONS", 3)
    slow = asyncio.create_task(ask(port, b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    await asyncio.sleep(0.1)
    half = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
    assert await healthy(port)
    assert b"slow" in await slow
    for _, writer in half:
        writer.close()


@pytest.mark.parametrize("sent", [b"", HALF, HEAD_ONLY])
async def test_a_request_has_so_long_to_come(port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(http_protocol, "REQUEST_S", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(2):
        while not reader.at_eof():
            writer.write(sent[:1])  # a byte now and then does not help
            try:
                await asyncio.wait_for(reader.read(100), 0.1)
            except TimeoutError:
                continue
            except ConnectionError:
                break
    writer.close()
    await asyncio.sleep(0.05)
    assert left == (["gone"] if sent == HEAD_ONLY else [])


async def test_answering_may_take_longer_and_a_connection_is_used_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "REQUEST_S", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
        assert b" 200 " in head
        assert await reader.readexactly(4) == b"slow"
    writer.close()


def test_that_nothing_can_be_accepted_is_said_now_and_then() -> None:
    clock = Clock()
    errors = AcceptErrors(clock)

    def passes(message: str) -> bool:
        return errors.filter(logging.LogRecord("asyncio", logging.ERROR, "", 0, message, None, None))

    flood = "socket.accept() out of system resource\nsocket: <asyncio.TransportSocket fd=7>"
    assert [passes(flood) for _ in range(1000)].count(True) == 1
    assert passes("Task exception was never retrieved")
    clock.now += SAY_AGAIN_S
    assert passes(flood)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"HOST 192\.0\.2\.1"):
        listening(1234, "192.0.2.1")


def test_addresses_of_both_kinds() -> None:
    with listening(0, "127.0.0.1") as on:
        assert on.family is socket.AF_INET
    if socket.has_ipv6:
        try:
            on = listening(0, "::1")
        except SettingsError:
            pytest.skip("no IPv6 here")
        with on:
            assert on.family is socket.AF_INET6
