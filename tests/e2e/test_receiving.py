"""Receiving without loss: what is kept, when it is confirmed, and what happens while the store fails."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.backoff import Backoff
from bot.conversation.codec import reply_to_json
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Outcome, Reply
from bot.conversation.service import UnkeptError
from bot.settings.database_url import DatabaseUrl
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.factory import open_database
from bot.store.inbox import Inbox
from bot.store.sealed_columns import REPLY
from bot.telegram import caller
from bot.telegram import dispatcher as receive
from bot.telegram.rate_limiter import Priority
from bot.telegram.raw_updates import received_of
from tests.e2e.conftest import KEY, Start
from tests.e2e.scripted import ScriptedConversation, buttons, reply
from tests.fake_telegram.server import FakeApi

ALARM = reply("Call 112", outcome=Outcome.ALARM, flag="x")
QUICK = Backoff(first_s=0.01, longest_s=0.05)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "PAUSES", Backoff(first_s=0.02, longest_s=0.02))
    monkeypatch.setattr("bot.telegram.polling.STORE_PAUSE_S", 0.05)
    monkeypatch.setattr("bot.runtime.heartbeat.FIRST_LOOK_S", 0.0)


@pytest.fixture
def locked(database_file: Path) -> Iterator[sqlite3.Connection]:
    """Another program that holds the lock of the database when told to: `BEGIN IMMEDIATE`."""
    connection = sqlite3.connect(database_file, isolation_level=None)
    yield connection
    connection.close()


def rows(database_file: Path, sql: str = "SELECT COUNT(*) FROM inbox WHERE done_at IS NULL") -> Any:
    connection = sqlite3.connect(database_file, isolation_level=None)
    try:
        return connection.execute(sql).fetchone()[0]
    finally:
        connection.close()


def inbox(database_file: Path, owner: str) -> Inbox:
    return Inbox(open_database(DatabaseUrl.of_file(database_file)), Cipher([KEY]), owner)


async def left_behind(database_file: Path, *updates: dict[str, Any], replied: Reply | None = None) -> None:
    """What a process had stored that then was killed."""
    gone = inbox(database_file, "gone")
    await gone.add([found for raw in updates if (found := received_of(raw))])
    if replied is not None:
        async with gone._database.transaction() as tx:
            for raw in updates:
                number = raw["update_id"]
                sealed = Cipher([KEY]).seal(reply_to_json(replied), REPLY.of(number))
                await tx.execute(
                    "UPDATE inbox SET reply = :reply WHERE update_id = :number", {"reply": sealed, "number": number}
                )
    await gone._database.close()


def said(number: int, text: str, chat: int = 1, **more: Any) -> dict[str, Any]:
    she = {"id": chat, "is_bot": False, "first_name": "A"}
    message = {"message_id": number, "date": 1_800_000_000, "chat": {"id": chat, "type": "private"}, "from": she}
    return {"update_id": 10_000 + number, "message": {**message, "text": text, **more}}


async def test_it_is_confirmed_when_kept_and_blanked_when_answered(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path
) -> None:
    service.delays["slow"] = 0.6
    await start()
    await api.user(1).says("slow")
    await api.until(lambda: any("offset" in params for _, params in api.calls), lambda: "it to be confirmed")
    assert not api.sent
    assert rows(database_file, "SELECT payload IS NOT NULL FROM inbox") == 1
    await api.replies(1)
    await api.until(lambda: not rows(database_file), lambda: "the update to be noted as done")
    assert rows(database_file, "SELECT payload IS NULL AND reply IS NULL FROM inbox") == 1


async def test_what_was_left_behind_is_answered_in_order(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path
) -> None:
    await left_behind(database_file, said(1, "one"), said(2, "two"), said(3, "other", chat=2))
    await start()
    await api.replies(3)
    assert [m.text for k, m in service.heard if k.chat == 1] == ["one", "two"]
    await api.until(lambda: not rows(database_file), lambda: "all to be done")


async def test_a_decided_reply_is_sent_and_not_thought_of_again(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path
) -> None:
    await left_behind(database_file, said(1, "one"), replied=reply("as decided"))
    await start()
    assert [s.text for s in await api.replies(1)] == ["as decided"]
    assert service.heard == []


async def test_poison_is_met_with_where_to_seek_help(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await left_behind(database_file, said(1, "deadly"), said(2, "fine"))
    writer = inbox(database_file, "x")
    for _ in range(receive.MOST_TRIES):
        await writer.tried(10_001)
    await writer._database.close()
    await start()
    assert [s.text for s in await api.replies(2)] == [service.texts.failed, "heard: fine"]
    assert "poison" in [getattr(r, "action", "") for r in caplog.records]


async def test_what_cannot_be_read_any_more_is_met_with_where_to_seek_help(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path
) -> None:
    await left_behind(database_file, said(1, "x"), said(2, "y", chat=-5), {"update_id": 7, "inline_query": {}})
    other = sqlite3.connect(database_file)
    other.execute("UPDATE inbox SET payload = x'00'")
    other.commit()
    other.close()
    await start()
    assert [s.text for s in await api.replies(1)] == [service.texts.failed]
    await api.until(lambda: not rows(database_file), lambda: "all to be done")
    assert len(api.sent) == 1


async def test_an_update_that_comes_twice_is_answered_once(
    api: FakeApi, start: Start, service: ScriptedConversation
) -> None:
    await start()
    await api.user(1).says("x")
    await api.replies(1)
    twice = dict(api.messages[1, 1])
    number = int((await api.called("getUpdates", 2))[-1].get("offset", 1)) - 1
    api.updates.append({"update_id": number, "message": twice})
    await api.user(1).says("y")
    await api.replies(2)
    await api.user(1).caught_up()
    assert [m.text for _, m in service.heard] == ["x", "y"]


async def test_while_the_store_fails_alarms_go_out_once_and_all_is_answered_later(
    api: FakeApi,
    start: Start,
    service: ScriptedConversation,
    locked: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(SQLiteDatabase.__init__.__kwdefaults__, "busy_seconds", 0.05)  # type: ignore[arg-type]
    service.script["numb"] = ALARM
    await start()
    await api.called("getUpdates")
    locked.execute("BEGIN IMMEDIATE")
    api.patience_s = 12
    await api.user(1).says("numb")
    await api.user(1).says("numb")
    await api.user(1).says("hello")
    await api.user(2).says("hello")
    first = await api.replies(3)
    assert sorted((s.chat, s.text) for s in first) == [
        (1, "Call 112"),
        (1, service.texts.failed),
        (2, service.texts.failed),
    ]
    assert not service.heard
    assert len(api.updates) == 4, "nothing is confirmed"
    locked.execute("ROLLBACK")
    later = (await api.replies(7))[3:]
    assert sorted((s.chat, s.text) for s in later) == [
        (1, "Call 112"), (1, "Call 112"), (1, "heard: hello"), (2, "heard: hello"),
    ]  # fmt: skip


async def test_a_chat_that_cannot_be_kept_hears_so_and_is_answered_later(
    api: FakeApi, start: Start, service: ScriptedConversation
) -> None:
    failing = 3
    really = service.handle

    async def handle(key: ChatKey, message: Message, update: int | None = None) -> Reply:
        nonlocal failing
        if failing and message.text == "numb":
            failing -= 1
            raise UnkeptError(ALARM)
        return await really(key, message, update)

    service.handle = handle  # type: ignore[method-assign]
    await start()
    await api.user(1).says("numb")
    await api.user(1).says("after")
    assert [s.text for s in await api.replies(3)] == ["Call 112", "heard: numb", "heard: after"]


async def test_a_chat_that_can_never_be_kept_is_given_up(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path
) -> None:
    async def handle(key: ChatKey, message: Message, update: int | None = None) -> Reply:
        raise UnkeptError(reply("seek help"))

    service.handle = handle  # type: ignore[method-assign]
    await start()
    await api.user(1).says("x")
    await api.replies(1)
    await api.until(lambda: not rows(database_file), lambda: "it to be given up")
    assert [s.text for s in api.sent] == ["seek help"]


async def test_a_late_answer_comes_with_an_apology(api: FakeApi, start: Start, service: ScriptedConversation) -> None:
    service.script["numb"] = ALARM
    await start()
    long_ago = int(time.time()) - 16 * 60
    await api.user(1).says("x", date=long_ago)
    await api.user(2).says("numb", date=long_ago)
    await api.user(3).says("x", date=int(time.time()) - 14 * 60)
    sent = {s.chat: s.text for s in await api.replies(3)}
    assert sent == {1: f"{service.texts.late}\n\nheard: x", 2: f"Call 112\n\n{service.texts.late}", 3: "heard: x"}


async def test_a_flood_is_met_by_one_line_but_an_alarm_gets_through(
    api: FakeApi, start: Start, service: ScriptedConversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.process.MOST_A_MINUTE", 2)
    service.script["numb"] = ALARM
    service.script["0"] = buttons("Which?", "A")
    await start()
    she = api.user(1)
    for number in range(6):
        await she.says(str(number))
    await she.says("numb")
    await api.user(2).says("hello")
    query = await she.presses_data("a", (await api.replies(1, 1))[0])
    assert (await api.answered(query))["text"] == service.texts.too_many
    texts = [s.text for s in await api.replies(4, 1)]
    assert sorted(texts) == sorted(["Which?", "heard: 1", service.texts.too_many, "Call 112"])
    assert texts.index("Call 112") <= 3, "it waits for nothing"
    assert [s.text for s in await api.replies(1, 2)] == ["heard: hello"]


async def test_a_flood_of_queries_is_not_answered_and_uses_up_nothing_else(
    api: FakeApi, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.handlers.INLINE_A_MINUTE", 3)
    await start()
    she = api.user(1)
    for _ in range(8):
        await she.types("relaxin")
    await she.says("hello")
    await api.replies(1)
    assert [a["inline_query_id"] for a in await api.called("answerInlineQuery", 3)] == ["i1", "i3", "i5"]


async def test_a_process_that_was_out_of_touch_sends_nothing_that_others_took(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.delays["slow"] = 0.3
    receivers: list[receive.Dispatcher] = []
    begin = receive.Dispatcher._begin
    monkeypatch.setattr(receive.Dispatcher, "_begin", lambda self, item: (receivers.append(self), begin(self, item))[1])
    await start()
    await api.user(1).says("slow")
    await api.until(lambda: service.heard, lambda: "the message to be heard")
    other = inbox(database_file, "other")
    rows(database_file, "UPDATE leases SET until = 0 RETURNING 1")
    assert [left.chat for left in await other.take(frozenset(), 9)] == [1]
    await other._database.close()
    receivers[0].doubt()
    await api.user(2).says("x")
    await api.replies(1)
    await asyncio.sleep(0.4)
    assert [s.chat for s in api.sent] == [2]


async def test_an_answer_that_does_not_get_through_is_sent_when_telegram_is_back(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(caller.PAUSES, Priority.ANSWER, QUICK)
    await start()
    await api.called("getUpdates")
    api.refuse("sendMessage", 502, "Bad Gateway", times=3)
    await api.user(1).says("x")
    await api.user(1).says("y")
    assert [s.text for s in await api.replies(2)] == ["heard: x", "heard: y"]
    assert len(service.heard) == 2, "it is not thought of again"
    await api.until(lambda: not rows(database_file), lambda: "all to be done")


async def test_an_answer_that_telegram_fails_at_is_kept_until_it_is_sent(
    api: FakeApi, start: Start, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(caller.PAUSES, Priority.ANSWER, QUICK)
    await start(rate=0.0)
    await api.called("getUpdates")
    api.refuse("sendMessage", 502, "Bad Gateway", times=100)
    api.patience_s = 20
    await api.user(1).says("x")
    await api.user(1).says("y")
    assert [s.text for s in await api.replies(2)] == ["heard: x", "heard: y"]
    await api.until(lambda: not rows(database_file), lambda: "all to be done")


class ChatStatus:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    async def mark_away(self, chat: int, now: float) -> None:
        self.told.append(("away", chat, 0))

    async def mark_back(self, chat: int) -> None:
        self.told.append(("back", chat, 0))

    async def migrated(self, old_chat: int, new_chat: int) -> None:
        self.told.append(("migrated", old_chat, new_chat))


@pytest.fixture
def chat_status() -> ChatStatus:
    return ChatStatus()


async def test_who_blocks_comes_back_or_moves(api: FakeApi, start: Start, chat_status: ChatStatus) -> None:
    await start()
    await api.user(1).blocks()
    await api.user(1).comes_back()
    await api.group(-5).user(2).says("", migrate_to_chat_id=-1005)
    api.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user", times=1)
    await api.user(3).says("x")
    await api.user(3).caught_up()
    await api.user(1).caught_up()
    await api.until(lambda: len(chat_status.told) == 4, lambda: f"four changes, got {chat_status.told}")
    assert sorted(chat_status.told) == [("away", 1, 0), ("away", 3, 0), ("back", 1, 0), ("migrated", -5, -1005)]
