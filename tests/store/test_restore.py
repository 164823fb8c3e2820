"""A backup as docs/operations.md makes it, put back after the world has gone on: what is the same, what is not said."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import ChatState
from bot.errors import StoreError
from bot.schedule.model import Care, PutReminder, SetZone
from bot.store.cipher import Cipher
from bot.store.data_keys import check_keys
from bot.store.database import SQLiteDatabase
from tests.crashes import KEY, OPERATIONS, BotProcess, Mortal, Point, Telegram
from tests.reminders.world import TEN, World, instant
from tests.store.filling import counts, fill
from tests.virtual_time import now, run_virtually

LIFT, NUMB = "how do i lift my toddler", "since last night i cant feel my left leg"
BEGAN = instant("2026-11-24 09:00")
WITH_REMINDER, ANSWERED, DECIDED, UNREAD, LATER, WALKER = 1, 2, 3, 4, 5, 6
"""Chats."""
HOUR = 3600.0


def clock() -> float:
    """From nine on a Tuesday in Oslo, on the loop's time."""
    return BEGAN - 1000 + now()


def back_up(file: Path, to: Path) -> None:
    """By the command of the document, where there is a shell for it, and by what it calls otherwise."""
    document = OPERATIONS.read_text(encoding="utf-8")
    ((source, target),) = re.findall(r"""^sqlite3 (\S+) "\.backup '(\S+)'"$""", document, re.MULTILINE)
    assert (Path(source).name, Path(target).name) == ("bot.sqlite3", "bot.sqlite3")
    if (program := shutil.which("sqlite3")) is not None:
        subprocess.run([program, str(file), f".backup '{to}'"], check=True)
        return
    import sqlite3

    with sqlite3.connect(file) as one, sqlite3.connect(to) as other:
        one.backup(other)


@dataclass
class Snapshot:
    """What a database answers and plans."""

    states: dict[int, ChatState]
    counts: dict[int, dict[str, int]]
    plans: Any
    answers: list[str]


async def snapshot(database: SQLiteDatabase, conversation: Conversation) -> Snapshot:
    world = World(database)
    world.now = clock()
    chats, at = (WITH_REMINDER, ANSWERED, WALKER), datetime.fromtimestamp(BEGAN, UTC)
    states = {chat: await world.chats.load(ChatKey(chat=chat)) for chat in chats}
    replies = [conversation.respond(Message(text=LIFT, at=at), state).reply for state in states.values()]
    return Snapshot(
        states=states,
        counts={chat: await counts(database, chat) for chat in (*chats, DECIDED, UNREAD)},
        plans=await world.rows("SELECT chat_id, no, next_due, next_day, at_minute, days FROM reminders ORDER BY 1, 2"),
        answers=[str(reply) for reply in replies],
    )


async def in_use(database: SQLiteDatabase, conversation: Conversation, telegram: Telegram) -> None:
    """Chats, reminders, walks; an alarm that was answered, one that was decided, and one that nobody thought about."""
    await check_keys(database, Cipher([KEY]), "DATA_KEY")
    await fill(database, Cipher([KEY]), WALKER, at=int(clock()) - 86_400)
    process = BotProcess("a", database, conversation, telegram)
    key = ChatKey(chat=WITH_REMINDER)
    kept = Kept(walks=(SetZone("Europe/Oslo"), PutReminder(TEN)))
    await process.chats.save(key, await process.chats.load(key), kept)
    telegram.says(WITH_REMINDER, LIFT)
    telegram.says(ANSWERED, NUMB)
    assert await process.live(60)
    telegram.is_away = True
    telegram.says(DECIDED, NUMB)
    assert await process.live(20)
    await process.is_killed()
    process = BotProcess("b", database, conversation, telegram, Mortal(Point("think", nth=2)))
    telegram.says(UNREAD, NUMB)
    assert not await process.live(60)
    await process.is_killed()
    telegram.is_away = False
    telegram.unconfirmed.clear()  # it was kept, so it was confirmed


async def remind(database: SQLiteDatabase, minutes: int) -> World:
    """Let the reminders of so many minutes go out."""
    world = World(database)
    for _ in range(minutes):
        world.now = clock()
        await world.loop.tick()
        await world.loop.send_due()
        await asyncio.sleep(60)
    return world


async def on_their_way(world: World) -> list[tuple[str]]:
    """Deliveries that were sent, or are to be, to her whose reminder was sent after the backup."""
    sql = "SELECT state FROM deliveries WHERE chat_id = {chat} AND state <> 'dropped'"
    return [tuple(row) for row in await world.rows(sql.format(chat=WITH_REMINDER))]


def restored(
    tmp_path: Path,
    file: Path,
    conversation: Conversation,
    hours: float,
    check: Callable[[SQLiteDatabase, Telegram], Coroutine[Any, Any, None]],
) -> None:
    """Back up, let the world go on for so long, put the backup elsewhere, and look."""

    async def scene() -> None:
        telegram, database = Telegram(clock), SQLiteDatabase(file)
        await in_use(database, conversation, telegram)
        before = await snapshot(database, conversation)
        back_up(file, tmp_path / "backup.sqlite3")
        ends = now() + hours * HOUR
        process = BotProcess("c", database, conversation, telegram)
        telegram.says(LATER, LIFT)
        assert await process.live(60)
        for chat in (DECIDED, UNREAD):
            assert len(telegram.texts(chat)) == 1, "an alarm was answered since"
        world = await remind(database, 90)
        assert world.posted == [WITH_REMINDER], "a reminder was sent since"
        await process.ends()
        await database.close()
        await asyncio.sleep(ends - now())
        (tmp_path / "new").mkdir(mode=0o700)
        copy = Path(shutil.copy(tmp_path / "backup.sqlite3", tmp_path / "new" / "bot.sqlite3"))
        database = SQLiteDatabase(copy)
        await check_keys(database, Cipher([KEY]), "DATA_KEY")
        if hours < 24:
            assert await snapshot(database, conversation) == before
        telegram.got.clear()
        await check(database, telegram)
        await database.close()

    run_virtually(scene())


def test_the_same_answers_and_plans_and_only_what_was_not_answered_is_said_again(
    tmp_path: Path, database_file: Path, conversation: Conversation
) -> None:
    async def check(database: SQLiteDatabase, telegram: Telegram) -> None:
        process = BotProcess("d", database, conversation, telegram)
        assert await process.live(60)
        assert {chat for chat, _ in telegram.got} == {DECIDED, UNREAD}
        await process.ends()
        world = await remind(database, 60)
        assert world.posted == [], "it was sent after the backup, and is late now"
        assert not await on_their_way(world)

    restored(tmp_path, database_file, conversation, 2, check)


def test_after_a_day_nothing_of_before_is_said_again_and_all_of_it_counts(
    tmp_path: Path, database_file: Path, conversation: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    async def check(database: SQLiteDatabase, telegram: Telegram) -> None:
        process = BotProcess("d", database, conversation, telegram)
        caplog.clear()
        assert await process.live(60)
        assert not await process.inbox.waiting()
        assert telegram.got == []
        assert [getattr(record, "action", "") for record in caplog.records].count("reply-expired") == 2
        await process.ends()
        world = await remind(database, 60)
        assert world.posted == []
        assert not await on_their_way(world)
        for chat in (DECIDED, UNREAD):
            state = await world.chats.load(ChatKey(chat=chat))
            assert state.book.care != Care(), "it counts"

    restored(tmp_path, database_file, conversation, 30, check)


@pytest.mark.parametrize(("hours", "said"), [(2, True), (30, False)])
def test_while_the_store_fails_an_old_alarm_is_not_said_either(
    tmp_path: Path,
    database_file: Path,
    conversation: Conversation,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    said: bool,
) -> None:
    async def check(database: SQLiteDatabase, telegram: Telegram) -> None:
        process = BotProcess("d", database, conversation, telegram)

        async def load(key: ChatKey) -> ChatState:
            raise StoreError("gone")

        monkeypatch.setattr(process.chats, "load", load)
        await process.live(5)
        assert (UNREAD in {chat for chat, _ in telegram.got}) == said
        await process.is_killed()

    restored(tmp_path, database_file, conversation, hours, check)
