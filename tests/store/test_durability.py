"""What is confirmed, or told to others, is on the disk before: not only with the kernel."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.cards import block
from bot.conversation.ports import ChatKey, Kept
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.state import ChatState
from bot.reminders.ports import Claim
from bot.settings.database_url import DatabaseUrl
from bot.store import alembic_runner
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.deliveries import Deliveries
from bot.store.factory import open_database, warn_of_late_commits
from bot.store.inbox import Inbox
from bot.store.migrate import migrate
from bot.updates import ReceivedUpdate
from tests.engines import PostgresServer

ROOT = Path(__file__).parents[2]
CHAT = ChatKey(chat=1)
NORMAL, FULL = 1, 2
UPDATE = ReceivedUpdate(update=7, chat=1, payload={"text": "hello"})

PLANNED = (
    "INSERT INTO chats (chat_id, created_at, seen_at) VALUES (1, 0, 0)",
    "INSERT INTO reminders (id, chat_id, no, at_minute, days, created_at) VALUES (1, 1, 1, 600, 127, 0)",
    "INSERT INTO deliveries (id, reminder_id, chat_id, day, kind, due, send_at, until, state, changed_at) "
    "VALUES (1, 1, 1, 1, 'walk', 0, 0, 9, 'planned', 0)",
)


class NotingConnection(sqlite3.Connection):
    """Notes how the commits were made."""

    commits: list[int]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self.commits.append(super().execute("PRAGMA synchronous").fetchone()[0])
        return super().execute(sql, parameters)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How the commits of connections opened from now on were made."""
    found: list[int] = []
    monkeypatch.setattr(NotingConnection, "commits", found, raising=False)
    opened = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: opened(*args, **options, factory=NotingConnection))
    return found


def reply(outcome: Outcome) -> Reply:
    return Reply(outcome=outcome, cards=(Card(blocks=block("Call now.")),))


def of_inbox(database: SQLiteDatabase, cipher: Cipher) -> Awaitable[object]:
    return Inbox(database, cipher, "me").add([UPDATE])


def of_claim(database: SQLiteDatabase, cipher: Cipher) -> Awaitable[object]:
    return Deliveries(database, cipher).claim(Claim(id=1, chat=1, owner="me", minutes=5), 1)


def of_alarm(database: SQLiteDatabase, cipher: Cipher) -> Awaitable[object]:
    return saving(database, cipher, Outcome.ALARM)


def of_answer(database: SQLiteDatabase, cipher: Cipher) -> Awaitable[object]:
    return saving(database, cipher, Outcome.ANSWER)


def of_forget(database: SQLiteDatabase, cipher: Cipher) -> Awaitable[object]:
    return ChatStore(database, cipher, context_hours=24).forget(1)


def saving(database: SQLiteDatabase, cipher: Cipher, outcome: Outcome) -> Awaitable[object]:
    chats = ChatStore(database, cipher, context_hours=24)
    return chats.save(CHAT, ChatState(), Kept(update=7, reply=reply(outcome)))


@pytest.mark.parametrize(
    ("act", "mode"),
    [(of_inbox, FULL), (of_claim, FULL), (of_alarm, FULL), (of_forget, FULL), (of_answer, NORMAL)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_commits_that_are_waited_for(
    database_file: Path,
    key: str,
    commits: list[int],
    act: Callable[[SQLiteDatabase, Cipher], Awaitable[object]],
    mode: int,
) -> None:
    database = SQLiteDatabase(database_file)
    async with database.transaction() as tx:
        for row in PLANNED:
            await tx.execute(row)
    async with database.transaction(durable=True):
        pass  # what was set for a block before does not count for the next
    commits.clear()
    await act(database, Cipher([key]))
    assert commits == [mode]
    await database.close()


def test_a_step_of_the_schema_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    begin = alembic_runner._begin

    def noted(connection: Any, *others: Any) -> None:
        modes.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
        begin(connection, *others)

    monkeypatch.setattr(alembic_runner, "_begin", noted)
    assert migrate(DatabaseUrl.of_file(tmp_path / "bot.sqlite3"))
    assert set(modes) == {FULL}


ADDS = """
import asyncio, os, sys
from pathlib import Path
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.inbox import Inbox
from bot.updates import ReceivedUpdate
async def main():
    inbox = Inbox(SQLiteDatabase(Path(sys.argv[1])), Cipher(sys.argv[2:]), "me")
    os.write(1, b"begun")
    await inbox.add([ReceivedUpdate(update=7, chat=1, payload={})])
    os.write(1, b"kept")
    os._exit(0)
asyncio.run(main())
"""


def test_the_disk_is_waited_for_between_receiving_and_confirming(database_file: Path, tmp_path: Path, key: str) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    calls = tmp_path / "calls"
    command = ["strace", "-f", "-o", str(calls), "-e", "trace=write,fsync,fdatasync"]
    command += [sys.executable, "-c", ADDS, str(database_file), key]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if "ptrace" in done.stderr:
        pytest.skip("strace may not be used here")
    assert done.stdout == "begunkept"
    between = calls.read_text().partition('"begun"')[2].partition('"kept"')[0]
    assert "sync(" in between


@pytest.mark.parametrize(("setting", "warned"), [("off", True), ("local", False), ("on", False)])
async def test_a_server_that_does_not_wait_for_its_disk_is_warned_of(
    postgres_server: PostgresServer,
    postgres_url: str,
    postgres_database: str,
    caplog: pytest.LogCaptureFixture,
    setting: str,
    warned: bool,
) -> None:
    postgres_server.run(f"ALTER DATABASE {postgres_database} SET synchronous_commit = {setting}")
    database = open_database(DatabaseUrl.parse(postgres_url))
    with caplog.at_level(logging.WARNING):
        await warn_of_late_commits(database)
    await database.close()
    postgres_server.run(f"ALTER DATABASE {postgres_database} RESET synchronous_commit")
    assert [getattr(record, "action", "") for record in caplog.records] == ["commits-late"] * warned


async def test_a_file_is_not_asked_for_the_setting_of_a_server(
    database_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = SQLiteDatabase(database_file)
    await warn_of_late_commits(database)
    await database.close()
    assert not caplog.records
