"""The store fails between two steps: nothing is decided twice, nothing urgent waits, and nothing gets stuck."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.codec import reply_to_json
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.service import UnkeptError
from bot.errors import StoreError
from bot.runtime import heartbeat, process
from bot.runtime.health import Health
from bot.runtime.heartbeat import Heartbeat
from bot.settings.database_url import DatabaseUrl
from bot.store.cipher import Cipher
from bot.store.factory import open_database
from bot.store.inbox import Inbox
from bot.store.leases import Leases
from bot.store.sealed_columns import REPLY
from bot.telegram import dispatcher as receive
from tests.e2e.conftest import KEY, Start
from tests.e2e.scripted import ScriptedConversation, reply
from tests.e2e.test_receiving import ALARM, _short_pauses, left_behind, rows, said
from tests.fake_telegram.server import FakeApi

__all__ = ["_short_pauses"]


def fails(monkeypatch: pytest.MonkeyPatch, method: str, times: int, error: Exception) -> None:
    """A method of the inbox fails so many times."""
    really, left = getattr(Inbox, method), times

    async def failing(self: Inbox, *arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left >= 0:
            raise error
        return await really(self, *arguments)

    monkeypatch.setattr(Inbox, method, failing)


async def test_an_alarm_to_what_was_left_behind_does_not_wait_for_the_store(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.script["numb"] = ALARM
    await left_behind(database_file, said(1, "numb"))
    fails(monkeypatch, "tried", 8, StoreError("gone"))
    await start()
    assert [s.text.split("\n")[0] for s in await api.replies(2)] == ["Call 112", "Call 112"]
    assert len(service.heard) == 1, "the first was said while the store failed"
    await api.until(lambda: not rows(database_file), lambda: "it to be done")


@pytest.mark.parametrize("text", ["numb", "hello"])
async def test_a_decided_alarm_is_sent_though_nobody_can_tell_whose_it_is(
    api: FakeApi, start: Start, service: ScriptedConversation, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    service.script["numb"] = ALARM
    monkeypatch.setattr(Heartbeat, "is_in_touch", False)
    asked = 0
    really = Inbox.is_mine

    async def is_mine(self: Inbox, update: int) -> bool:
        nonlocal asked
        asked += 1
        if asked in {2, 3}:
            raise StoreError("gone")
        return await really(self, update)

    monkeypatch.setattr(Inbox, "is_mine", is_mine)
    await start()
    await api.user(1).says(text)
    await api.replies(1)
    assert asked == {"numb": 2, "hello": 4}[text], "before it is thought about and before it is sent"
    assert len(service.heard) == 1


async def test_what_a_lost_commit_has_decided_is_not_decided_again(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path
) -> None:
    decided = reply("as decided")

    async def handle(key: ChatKey, message: Message, update: int | None = None) -> Reply:
        service.heard.append((key, message))
        sealed = Cipher([KEY]).seal(reply_to_json(decided), REPLY.of(update or 0)).decode()
        rows(database_file, f"UPDATE inbox SET reply = CAST('{sealed}' AS BLOB) WHERE update_id = {update} RETURNING 1")
        raise UnkeptError(reply("seek help"))

    service.handle = handle  # type: ignore[method-assign]
    await start()
    await api.user(1).says("yes")
    assert [s.text for s in await api.replies(2)] == ["seek help", "as decided"]
    assert len(service.heard) == 1


async def test_a_mistake_of_the_stores_leaves_no_update_to_nobody(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await left_behind(database_file, said(1, "x"))
    fails(monkeypatch, "tried", 2, KeyError("x"))
    await start()
    assert [s.text.split("\n")[-1] for s in await api.replies(1)] == ["heard: x"]
    await api.until(lambda: not rows(database_file), lambda: "it to be done")


async def test_what_can_never_be_tried_is_given_up(
    api: FakeApi, start: Start, service: ScriptedConversation, database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await left_behind(database_file, said(1, "x"))
    fails(monkeypatch, "tried", 100, KeyError("x"))
    await start()
    assert [s.text for s in await api.replies(1)] == [service.texts.failed]
    await api.until(lambda: not rows(database_file), lambda: "it to be done")
    assert receive.MOST_TRIES < 100


async def test_what_went_wrong_is_said_once_and_the_answers_follow(
    api: FakeApi, start: Start, service: ScriptedConversation
) -> None:
    service.script["bad"] = RuntimeError("ours")
    await start(rate=0.0)
    await api.called("getUpdates")
    api.refuse("sendMessage", 502, "Bad Gateway", times=1)  # what tells her that it failed
    await api.user(1).says("bad")
    await api.user(1).says("x")
    await api.user(1).says("y")
    assert [s.text for s in await api.replies(3)] == [service.texts.failed, "heard: x", "heard: y"]


async def test_no_mistake_ends_the_heartbeat(database_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.01)
    database = open_database(DatabaseUrl.of_file(database_file))
    leases, stop, failures = Leases(database), asyncio.Event(), 2
    really = Leases.live

    async def live(self: Leases) -> frozenset[str]:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise RuntimeError("a mistake")
        return await really(self)

    monkeypatch.setattr(Leases, "live", live)
    one = Heartbeat(leases)
    beating = asyncio.create_task(one.run(stop))
    async with asyncio.timeout(3):
        while not one.seen:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    stop.set()
    await beating
    await database.close()


async def test_a_worker_beside_a_webhook_is_ready_though_it_receives_nothing(database_file: Path) -> None:
    database = open_database(DatabaseUrl.of_file(database_file))
    leases = Leases(database)
    one = Heartbeat(leases)
    health = Health(one, leases)
    health.expects_polls = health.receives = False
    await one.beat()
    health.ticked(health._clock())
    await one.beat()
    assert all((await health.facts()).values())
    await database.close()


async def test_a_database_that_does_not_answer_holds_up_no_end(
    api: FakeApi, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((heartbeat, "BEAT_S"), (process, "FINISH_S"), (process, "LEAVE_S")):
        monkeypatch.setattr(module, name, 0.1)
    running = await start()
    await api.called("getUpdates")
    hanging = asyncio.Event()

    async def beat(*_: object) -> None:
        hanging.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(Leases, "beat", beat)
    await asyncio.wait_for(hanging.wait(), 3)
    running.stop.set()  # type: ignore[attr-defined]
    await asyncio.wait_for(asyncio.shield(running), 2)
