"""Copies made before a step of the schema go after a week, and nothing else does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings.parts import RetentionTimes
from bot.store.database import SQLiteDatabase
from bot.store.old_copies import copy_before, delete_old_copies
from bot.store.retention import SECONDS_A_DAY, Retention

NOW = 1_790_000_000


def made(path: Path, days_ago: float) -> Path:
    path.write_bytes(b"chats")
    os.utime(path, (NOW, NOW - days_ago * SECONDS_A_DAY))
    return path


def test_the_old_ones_go_with_their_side_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    path = made(tmp_path / "bot[1].sqlite3", 30)
    old, new = made(copy_before(path, "0003"), 7), made(copy_before(path, "0004"), 6.9)
    side = made(old.with_name(f"{old.name}-wal"), 0)
    stays = [path, new, made(tmp_path / "other.sqlite3-before-0003", 30), made(tmp_path / f"{old.name}.mine", 30)]
    assert delete_old_copies(path, NOW) == 1
    assert sorted(tmp_path.iterdir()) == sorted(stays)
    assert not side.exists()
    assert [getattr(record, "action", "") for record in caplog.records] == ["copy-deleted"]
    assert delete_old_copies(path, NOW) == 0


def test_one_that_cannot_be_deleted_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "bot.sqlite3"
    folder = copy_before(path, "0003")
    folder.mkdir()
    os.utime(folder, (0, 0))
    assert delete_old_copies(path, NOW) == 0
    assert [getattr(record, "action", "") for record in caplog.records] == ["copy-stays"]


async def test_the_job_of_the_day_deletes_them(database_file: Path) -> None:
    made(copy_before(database_file, "0003"), 8)
    database = SQLiteDatabase(database_file)
    retention = Retention(database, RetentionTimes(), file=database_file, clock=lambda: NOW)
    assert ("copies", 1) in [step async for step in retention.batches()]
    assert delete_old_copies(database_file, NOW) == 0
    await database.close()
