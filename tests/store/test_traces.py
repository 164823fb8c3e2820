"""After /forget nothing of her can be read in the files of SQLite, the log included."""

from __future__ import annotations

import asyncio
from datetime import time
from pathlib import Path

import pytest

from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import ChatState, Profile, Stage
from bot.schedule.model import PutReminder, Reminder, SetZone
from bot.store import checkpoints
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase

HER = 777_888_999
WALKS = Kept(walks=(SetZone("Europe/Guernsey"), PutReminder(Reminder(no=1, at=time(10)))))


def files(path: Path) -> bytes:
    """Everything that stands in the database and its log."""
    return b"".join(file.read_bytes() for file in (path, path.with_name(f"{path.name}-wal")))


async def gone(path: Path, traces: list[bytes]) -> bool:
    for _ in range(1000):
        if not any(trace in files(path) for trace in traces):
            return True
        await asyncio.sleep(0.005)
    return False


async def test_nothing_of_her_is_left_in_the_files(
    database_file: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints.Checkpoints.__init__, "__kwdefaults__", {"soon_s": 0.05})
    database = SQLiteDatabase(database_file)
    chats = ChatStore(database, Cipher([key]), context_hours=24)
    await chats.save(ChatKey(chat=HER), ChatState(profile=Profile(stage=Stage.LOSS, country="GB")), WALKS)
    async with database.transaction(write=False) as tx:
        row = await tx.fetch_one("SELECT profile FROM chats")
    assert row is not None
    traces = [b"Europe/Guernsey", HER.to_bytes(4, "big"), row[0][:60]]
    assert all(trace in files(database_file) for trace in traces)
    await chats.forget(HER)
    assert any(trace in files(database_file) for trace in traces)  # many who forget at once share the work
    for n in range(1, 4):  # others go on
        await chats.save(ChatKey(chat=n), ChatState(profile=Profile(stage=Stage.PREGNANT)))
    assert await gone(database_file, traces)
    await database.close()
