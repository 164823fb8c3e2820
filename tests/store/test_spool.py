"""What could not be kept in the database waits in a file: sealed, in order, on the disk before it is confirmed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StoreError
from bot.store.cipher import Cipher
from bot.store.spool import FileSpool
from bot.updates import ReceivedUpdate

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def update(number: int, text: str = "numb") -> ReceivedUpdate:
    return ReceivedUpdate(update=number, chat=number, payload={"update_id": number, "message": {"text": text}})


@pytest.fixture
def spool(tmp_path: Path) -> FileSpool:
    return FileSpool(tmp_path / "deep" / "bot.sqlite3.spool", Cipher([KEY]))


async def test_in_order_and_gone_when_dropped(spool: FileSpool) -> None:
    assert spool.is_empty
    await spool.append([update(1), update(2)])
    await spool.append([update(3)])
    first, marks = await spool.oldest(2)
    assert [u.update for u in first] == [1, 2]
    await spool.drop(marks)
    rest, marks = await spool.oldest(9)
    assert rest == [update(3)]
    await spool.drop(marks)
    assert spool.is_empty


async def test_another_process_goes_on_with_it(spool: FileSpool, tmp_path: Path) -> None:
    await spool.append([update(1)])
    other = FileSpool(tmp_path / "deep" / "bot.sqlite3.spool", Cipher([KEY]))
    assert not other.is_empty
    taken, marks = await other.oldest(9)
    await spool.append([update(2)])
    await other.drop(marks)
    await other.drop(marks)
    assert [u.update for u in taken + (await spool.oldest(9))[0]] == [1, 2]


async def test_nothing_of_hers_can_be_read_in_the_file(spool: FileSpool, tmp_path: Path) -> None:
    await spool.append([update(1, "i cant feel my legs")])
    file = tmp_path / "deep" / "bot.sqlite3.spool"
    assert b"legs" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


async def test_it_is_on_the_disk_when_append_returns(spool: FileSpool, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    really = os.fsync

    def sync(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        really(handle)

    monkeypatch.setattr(os, "fsync", sync)
    await spool.append([update(1)])
    assert len(synced) == 2, "the file and its folder"
    assert synced[0] > 0


async def test_half_a_line_after_a_power_cut_costs_that_line(
    spool: FileSpool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await spool.append([update(1), update(2)])
    file = tmp_path / "deep" / "bot.sqlite3.spool"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[1][:20])
    found, marks = await spool.oldest(9)
    assert [u.update for u in found] == [1]
    await spool.drop(marks)
    assert spool.is_empty
    assert "cannot be read" in caplog.text


async def test_a_line_cannot_be_moved_to_another_update(spool: FileSpool, tmp_path: Path) -> None:
    await spool.append([update(1)])
    file = tmp_path / "deep" / "bot.sqlite3.spool"
    file.write_bytes(file.read_bytes().replace(b'"update": 1', b'"update": 7'))
    assert (await spool.oldest(9))[0] == []


async def test_a_full_spool_confirms_nothing(spool: FileSpool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.spool.MOST_BYTES", 1000)
    with pytest.raises(StoreError):
        await spool.append([update(n, "x" * 500) for n in range(9)])
    assert spool.is_empty


def test_no_spool_where_the_disk_is_wiped(tmp_path: Path) -> None:
    from bot.settings.database_url import DatabaseUrl
    from bot.settings.parts import StorageSettings

    here: Any = {"database_url": DatabaseUrl.of_file(tmp_path / "bot.sqlite3")}
    assert StorageSettings(**here).spool_file == tmp_path / "bot.sqlite3.spool"
    assert StorageSettings(**here, ephemeral_disk=True).spool_file is None
