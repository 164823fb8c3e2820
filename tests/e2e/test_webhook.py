"""Receiving by webhook: who is listened to, and when 200 is said."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.conversation.reply import Outcome
from bot.errors import TokenRefusedError
from bot.runtime.http_server import listening
from bot.runtime.jobs import listening_on, webhook
from bot.runtime.process import Process
from bot.settings.database_url import DatabaseUrl
from bot.store.cipher import Cipher
from bot.store.factory import open_database
from bot.telegram.client import build_bot
from bot.telegram.webhook import MOST_BYTES, PATH, SECRET_HEADER, Webhook, webhook_address
from tests.e2e.conftest import KEY
from tests.e2e.scripted import SET_UP, ScriptedConversation, reply
from tests.fake_telegram.server import TOKEN, FakeApi

SECRET = "a-long-secret_1"


@dataclass
class Web:
    """The bot behind its webhook."""

    address: str
    process: Process
    client: aiohttp.ClientSession
    running: asyncio.Task[None]

    async def post(self, body: bytes | None = None, *, secret: str | None = SECRET, path: str = PATH) -> int:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with self.client.post(self.address + path, data=body, headers=headers) as answer:
            return answer.status

    async def says(self, text: str, *, number: int, chat: int = 1, **more: Any) -> int:
        return await self.post(json.dumps(update(number, text, chat)).encode(), **more)

    async def get(self, path: str) -> tuple[int, dict[str, bool]]:
        async with self.client.get(self.address + path) as answer:
            return answer.status, await answer.json()


def update(number: int, text: str, chat: int = 1) -> dict[str, Any]:
    she = {"id": chat, "is_bot": False, "first_name": "A"}
    message = {"message_id": number, "date": 1_800_000_000, "chat": {"id": chat, "type": "private"}, "from": she}
    return {"update_id": number, "message": {**message, "text": text}}


@pytest.fixture
async def web(api: FakeApi, service: ScriptedConversation, database_file: Path) -> AsyncIterator[Web]:
    database = open_database(DatabaseUrl.of_file(database_file))
    process = Process(
        bot=build_bot(TOKEN, api.url), service=service, set_up=SET_UP, database=database, cipher=Cipher([KEY]),
        first_pause_s=0.05,
    )  # fmt: skip
    process.health.expects_polls = False
    socket = listening(0, "127.0.0.1")
    url = "https://bot.example.org"
    routes = [*process.health.routes, *Webhook(process.receiver, url=url + "/hook", secret=SECRET).routes]
    stop = asyncio.Event()
    jobs = [webhook(process, url=url, secret=SECRET)]
    running = asyncio.create_task(process.run(jobs, stop, early=[listening_on(routes, socket)]))
    await api.until(lambda: api.webhook, lambda: "setWebhook")
    async with aiohttp.ClientSession() as client:
        yield Web(f"http://127.0.0.1:{socket.getsockname()[1]}", process, client, running)
    stop.set()
    await asyncio.wait({running}, timeout=5)
    assert running.done()
    await database.close()


async def test_telegram_is_told_where_and_with_which_secret(web: Web, api: FakeApi) -> None:
    assert api.webhook["url"] == "https://bot.example.org/telegram/webhook"
    assert api.webhook["secret_token"] == SECRET
    assert "my_chat_member" in json.loads(api.webhook["allowed_updates"])
    assert TOKEN not in api.webhook["url"]


def test_an_address_with_a_path_is_taken_as_it_is() -> None:
    assert webhook_address("https://bot.example.org/x") == "https://bot.example.org/x"
    assert webhook_address("https://bot.example.org/") == "https://bot.example.org/telegram/webhook"


async def test_an_update_is_answered_and_its_repetition_is_not(web: Web, api: FakeApi) -> None:
    assert await web.says("hello", number=5) == 200
    assert await web.says("hello", number=5) == 200
    assert await web.says("hello", number=6, path="/hook") == 200
    assert [s.text for s in await api.replies(2)] == ["heard: hello"] * 2
    await asyncio.sleep(0.05)
    assert len(api.sent) == 2


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "1", "x" * 300, "é"])
async def test_without_the_secret_nothing_is_handled(
    web: Web, service: ScriptedConversation, secret: str | None
) -> None:
    assert await web.says("x", number=5, secret=secret) == 403
    assert await web.says("y", number=6, chat=2) == 200
    await asyncio.sleep(0.05)
    assert [message.text for _, message in service.heard] == ["y"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"update_id": 5', b"[" * 2000])
async def test_what_is_no_json_is_not_brought_back(web: Web, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert await web.post(body) == 200
    assert "webhook-unreadable" in [getattr(r, "action", "") for r in caplog.records]


@pytest.mark.parametrize("body", [b"7", b"null", b"[]", b"{}", b'{"update_id": "x"}', b'{"update_id": 5}'])
async def test_json_that_is_no_update_we_know(web: Web, body: bytes) -> None:
    assert await web.post(body) == 200


async def test_a_malformed_update_is_answered_as_far_as_can_be(
    web: Web, api: FakeApi, service: ScriptedConversation
) -> None:
    broken = update(5, "x")
    broken["message"]["date"] = "yesterday"
    assert await web.post(json.dumps(broken).encode()) == 200
    assert [s.text for s in await api.replies(1)] == [service.texts.failed]


async def test_too_large(web: Web) -> None:
    body, headers = io.BytesIO(b" " * (MOST_BYTES + 1)), {SECRET_HEADER: SECRET}
    async with web.client.post(web.address + PATH, data=body, headers=headers) as answer:
        assert answer.status == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 65536 + 2):
            yield b" " * 65536

    async with web.client.post(web.address + PATH, data=chunks(), headers=headers) as answer:
        assert answer.status == 413


async def test_other_ways_in_are_closed(web: Web) -> None:
    async with web.client.get(web.address + PATH) as answer:
        assert answer.status == 405
    assert await web.post(b"{}", path=f"/{TOKEN}") == 404


async def test_503_while_the_store_fails_but_an_alarm_goes_out(
    web: Web, api: FakeApi, service: ScriptedConversation
) -> None:
    service.script["numb"] = reply("Call 112", outcome=Outcome.ALARM)
    database: Any = web.process.inbox._database
    connection, database._connection = database._connection, None
    assert await web.says("numb", number=5) == 503
    assert await web.says("numb", number=5) == 503
    assert await web.says("hello", number=6, chat=2) == 503
    assert sorted(s.text for s in await api.replies(2)) == ["Call 112", service.texts.failed]
    assert service.heard == []
    database._connection = connection
    assert await web.says("numb", number=5) == 200
    assert await web.says("hello", number=6, chat=2) == 200
    assert sorted(s.text for s in (await api.replies(4))[2:]) == ["Call 112", "heard: hello"]


async def test_health(web: Web) -> None:
    assert await web.get("/healthz") == (200, {"process": True})
    reasons = ["nobody sent reminders in the last 60 s"]
    assert await web.get("/readyz") == (
        503,
        {"database": True, "receiving": True, "reminders": False, "reasons": reasons},
    )
    web.process.health.ticked(web.process.health._clock())
    await web.process.heartbeat.beat()
    assert await web.get("/readyz") == (200, {"database": True, "receiving": True, "reminders": True})
    database: Any = web.process.inbox._database
    connection, database._connection = database._connection, None
    reasons.insert(0, "the database does not answer; alarms are answered, nothing else is")
    assert await web.get("/readyz") == (
        503,
        {"database": False, "receiving": True, "reminders": False, "reasons": reasons},
    )
    assert (await web.get("/healthz"))[0] == 200
    database._connection = connection


async def test_however_many_ask_after_it_the_database_is_asked_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    async def facts() -> dict[str, bool]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.2)
        return {"database": True}

    monkeypatch.setattr(web.process.health, "facts", facts)
    assert {status for status, _ in await asyncio.gather(*(web.get("/readyz") for _ in range(20)))} == {200}
    assert asked == 1


async def test_many_at_once_are_kept_together_and_all_answered(web: Web, api: FakeApi) -> None:
    numbers = range(10, 50)
    statuses = await asyncio.gather(*(web.says(str(n), number=n, chat=n) for n in numbers))
    assert set(statuses) == {200}
    api.patience_s = 10
    assert sorted(s.text for s in await api.replies(40)) == sorted(f"heard: {n}" for n in numbers)


async def test_a_revoked_token_ends_it_though_nothing_polls(
    web: Web, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.reachability.REFUSED_S", 0.5)
    await api.revoke()
    assert await web.says("x", number=5) == 200
    with pytest.raises(TokenRefusedError):
        await asyncio.wait_for(web.running, 5)
