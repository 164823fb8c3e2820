"""PTB's calls over aiohttp: what goes over the wire, and what each failure is translated to."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.errors import AddressError, NotTelegramError, TelegramSetupError
from bot.telegram.aiohttp_request import AiohttpRequest
from bot.telegram.api_errors import never_left, took_no_effect, was_answered
from bot.telegram.client import build_bot

TOKEN = "4242:SECRET-token"
MESSAGE = {"message_id": 7, "date": 1_800_000_000, "chat": {"id": 1, "type": "private"}, "text": "x"}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers as it is told."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answer: Answer = self.ok
        self.calls = 0
        self.connections: set[object] = set()
        self.fields: dict[str, object] = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        self.connections.add(request.transport)
        self.fields = {
            name: (field.filename, field.file.read()) if isinstance(field, web.FileField) else field
            for name, field in (await request.post()).items()
        }
        return await self.answer(request)

    async def ok(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "result": MESSAGE})


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = Server(f"http://127.0.0.1:{listening.getsockname()[1]}")
        app.router.add_route("*", "/{path:.*}", server.serve)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield server
        await runner.cleanup()


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    bot = build_bot(TOKEN, server.url)
    for request in bot._request:
        await request.initialize()
    yield bot
    for request in bot._request:
        await request.shutdown()


async def drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def failure(call: Awaitable[object]) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        await call
    shown = "".join(traceback.format_exception(caught.value))
    error: BaseException | None = caught.value
    while error is not None:  # also what a traceback would leave out
        shown += repr(error)
        error = error.__cause__ or error.__context__
    assert "SECRET" not in shown
    return caught.value


async def test_a_message_goes_out_over_one_kept_connection(bot: Bot, server: Server) -> None:
    for _ in range(3):
        sent = await bot.send_message(1, "a & b = ü", message_thread_id=5)
    assert sent.message_id == 7
    assert server.fields == {"chat_id": "1", "text": "a & b = ü", "message_thread_id": "5"}
    assert len(server.connections) == 1


async def test_a_file_goes_out(bot: Bot, server: Server) -> None:
    await bot.send_document(1, document=b"{}", filename="mydata.json", caption="All of it")
    assert ("mydata.json", b"{}") in server.fields.values()
    assert server.fields["caption"] == "All of it"


async def test_a_refused_connection_never_left(server: Server) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        bot = build_bot(TOKEN, f"http://127.0.0.1:{unused.getsockname()[1]}")
        await bot._request[1].initialize()
        err = await failure(bot.send_message(1, "x"))
        await bot._request[1].shutdown()
    assert never_left(err)


async def test_a_name_that_is_not_known_never_left(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*args: object, **kwargs: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    request = AiohttpRequest()
    await request.initialize()
    err = await failure(request.do_request(f"http://no.such.host.invalid/bot{TOKEN}/getMe", "POST"))
    await request.shutdown()
    assert never_left(err)


async def test_a_full_pool_never_left(server: Server) -> None:
    free = asyncio.Event()

    async def hang(request: web.Request) -> web.StreamResponse:
        await free.wait()
        return await server.ok(request)

    server.answer = hang
    request = AiohttpRequest(connections=1)
    await request.initialize()
    url = f"{server.url}/bot{TOKEN}/sendMessage"
    first = asyncio.create_task(request.do_request(url, "POST"))
    while not server.calls:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    err = await failure(request.do_request(url, "POST", connect_timeout=0.02, pool_timeout=0.02))
    free.set()
    assert (await first)[0] == 200
    await request.shutdown()
    assert (isinstance(err, TimedOut), never_left(err)) == (True, True)


async def test_no_answer_in_time_is_a_doubt(bot: Bot, server: Server) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.Response()

    server.answer = hang
    err = await failure(bot.send_message(1, "x", read_timeout=0.02))
    assert (isinstance(err, TimedOut), never_left(err), was_answered(err)) == (True, False, False)


async def test_a_dropped_connection_is_a_doubt_and_is_not_tried_again(bot: Bot, server: Server) -> None:
    server.answer = drop
    err = await failure(bot.send_message(1, "x"))
    assert (never_left(err), was_answered(err), server.calls) == (False, False, 1)


async def test_a_kept_connection_that_drops_is_a_doubt_and_is_not_tried_again(bot: Bot, server: Server) -> None:
    await bot.send_message(1, "x")
    server.answer = drop
    err = await failure(bot.send_message(1, "x"))
    assert (never_left(err), server.calls, len(server.connections)) == (False, 2, 1)


async def test_a_kept_connection_closed_while_idle_is_replaced(bot: Bot, server: Server) -> None:
    await bot.send_message(1, "x")
    for transport in server.connections:
        transport.close()  # type: ignore[attr-defined]
    await asyncio.sleep(0.02)
    assert (await bot.send_message(1, "x")).message_id == 7
    assert len(server.connections) == 2


async def test_half_an_answer_is_a_doubt(bot: Bot, server: Server) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"ok": tr')
        return await drop(request)

    server.answer = half
    err = await failure(bot.send_message(1, "x"))
    assert (never_left(err), was_answered(err)) == (False, False)


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://", "http://[::1"])
async def test_an_address_that_is_none(url: str) -> None:
    request = AiohttpRequest()
    await request.initialize()
    err = await failure(request.do_request(f"{url}/bot{TOKEN}/getMe", "POST"))
    await request.shutdown()
    assert isinstance(err.__cause__, AddressError)


@pytest.mark.parametrize(("status", "body"), [(500, b'{"ok":false}'), (504, b'{"ok":false,"description":"x"}')])
async def test_an_error_of_the_server_was_answered(bot: Bot, server: Server, status: int, body: bytes) -> None:
    async def fail(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body)

    server.answer = fail
    err = await failure(bot.send_message(1, "x"))
    assert (never_left(err), was_answered(err), took_no_effect(err)) == (False, True, True)


BODIES = [
    b"",
    b"<html>",
    b"{}",
    b"[]",
    b'"x"',
    b'{"error":"no"}',
    b'{"ok":"yes"}',
    b'{"ok":true}',
    b"\xff\xfe",
    b"[" * 9000,
]


@pytest.mark.parametrize("status", [200, 204, 301, 302, 401, 403, 404, 409, 500, 502])
@pytest.mark.parametrize("body", BODIES)
async def test_what_is_not_telegrams_is_no_word_of_telegrams(
    bot: Bot, server: Server, status: int, body: bytes
) -> None:
    async def portal(request: web.Request) -> web.StreamResponse:
        return web.Response(
            status=status, body=b"" if status == 204 else body, headers={"Location": "http://127.0.0.1:9/"}
        )

    server.answer = portal
    err = await failure(bot.send_message(1, "x"))
    assert type(err) is NetworkError
    assert isinstance(err.__cause__, NotTelegramError)
    assert took_no_effect(err)


@pytest.mark.parametrize("text", [b'"a\\ud83d"', b'"a\xff"', b"NaN"], ids=["half a sign", "no UTF-8", "no number"])
async def test_an_answer_that_is_almost_json_is_read(bot: Bot, server: Server, text: bytes) -> None:
    async def almost(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b'{"ok":true,"result":[{"update_id":7,"message":{"text":' + text + b"}}]}")

    server.answer = almost
    (found,) = await bot._post("getUpdates")
    assert found["update_id"] == 7
    json.dumps(found["message"]["text"]).encode()


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        (b'{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":3}}', {}, 3),
        (b"<html>", {"Retry-After": "7"}, 7),
        (b"<html>", {}, 1),
    ],
)
async def test_too_many_requests(bot: Bot, server: Server, body: bytes, headers: dict[str, str], seconds: int) -> None:
    async def wait(request: web.Request) -> web.StreamResponse:
        return web.Response(status=429, body=body, headers=headers)

    server.answer = wait
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(1, "x")
    assert caught.value.retry_after == timedelta(seconds=seconds)


async def test_what_is_no_json_is_not_logged(bot: Bot, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    async def words(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"her words")

    caplog.set_level(logging.DEBUG)
    server.answer = words
    with pytest.raises(TelegramError, match="not Telegram's answer"):
        await bot.send_message(1, "x")
    assert "her words" not in caplog.text


@pytest.mark.filterwarnings("default")
async def test_the_token_is_in_no_log_line(bot: Bot, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("aiohttp", "asyncio", "telegram"):
        caplog.set_level(logging.DEBUG, name)
    asyncio.get_running_loop().set_debug(True)
    await bot.send_message(1, "x")
    server.answer = drop
    await failure(bot.send_message(1, "x"))
    asyncio.get_running_loop().set_debug(False)
    assert "SECRET" not in caplog.text


async def test_calls_before_the_start_are_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="not initialized"):
        await AiohttpRequest().do_request("http://127.0.0.1", "POST")


async def test_opening_and_closing_twice() -> None:
    request = AiohttpRequest()
    for _ in range(2):
        await request.initialize()
    for _ in range(2):
        await request.shutdown()


def test_a_poll_may_take_longer_than_an_answer() -> None:
    bot = build_bot(TOKEN, "https://api.telegram.org/", "http://127.0.0.1:3128")
    polls, answers = bot._request
    assert (polls.read_timeout, answers.read_timeout) == (10, 5)
    assert bot.base_url == f"https://api.telegram.org/bot{TOKEN}"
    assert answers._proxy == "http://127.0.0.1:3128"  # type: ignore[attr-defined]


def test_an_empty_token() -> None:
    with pytest.raises(TelegramSetupError, match="TELEGRAM_BOT_TOKEN"):
        build_bot("", "https://api.telegram.org")
