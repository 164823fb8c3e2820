"""The log of SQLite is emptied in a thread, by what was written, and soon after a deletion."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import checkpoints
from bot.store.checkpoints import Checkpoints, empty_log
from bot.store.database import SQLiteDatabase


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "notes.sqlite3-wal"


async def written(path: Path, rows: int) -> SQLiteDatabase:
    """An open database with so many rows."""
    database = SQLiteDatabase(path)
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE IF NOT EXISTS notes (n INTEGER)")
        for n in range(rows):
            await tx.execute("INSERT INTO notes (n) VALUES (:n)", {"n": n})
    return database


def size(log: Path) -> int:
    return log.stat().st_size


async def emptied(log: Path) -> None:
    """Wait until it is."""
    for _ in range(2000):
        if not size(log):
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the log is not emptied")


async def test_after_so_many_rows_the_log_is_emptied(tmp_path: Path, log: Path) -> None:
    database = await written(tmp_path / "notes.sqlite3", checkpoints.ROWS)
    await emptied(log)
    await database.close()


async def test_after_a_few_rows_it_is_left(tmp_path: Path, log: Path) -> None:
    database = await written(tmp_path / "notes.sqlite3", 5)
    assert database._checkpoints._task is None
    assert size(log)
    await database.close()


async def test_soon_tries_until_nobody_reads(tmp_path: Path, log: Path) -> None:
    database = await written(tmp_path / "notes.sqlite3", 5)
    with closing(sqlite3.connect(tmp_path / "notes.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM notes").fetchone()
        soon = Checkpoints(tmp_path / "notes.sqlite3", soon_s=0.01)
        soon.soon()
        soon.soon()
        await asyncio.sleep(0.1)
        assert size(log)
        reader.execute("COMMIT")
        await emptied(log)
    await soon.close()
    soon.soon()
    assert soon._timer is None or soon._timer.cancelled()
    await database.close()


def test_what_is_no_database_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 500)
    assert empty_log(tmp_path / "letter.txt") is False
    assert [getattr(record, "action", "") for record in caplog.records] == ["checkpoint-failed"]
