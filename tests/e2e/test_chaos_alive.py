"""Processes over one SQLite file know at once which of them has died."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.runtime import process_locks as alive
from bot.runtime.heartbeat import Heartbeat
from bot.runtime.process_locks import LITTER_S, ProcessLocks
from bot.settings.database_url import DatabaseUrl
from bot.store.factory import open_database
from bot.store.leases import Leases
from tests.conftest import ROOT

HOLD = (
    "import sys,pathlib\nfrom bot.runtime.process_locks import ProcessLocks\n"
    "a = ProcessLocks(pathlib.Path(sys.argv[1]))\n"
)


def held_by_another(file: Path, owner: str) -> subprocess.Popen[bytes]:
    script = f"{HOLD}a.hold({owner!r})\nprint(1, flush=True)\nsys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(file)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    other.stdout.readline()
    return other


def end(other: subprocess.Popen[bytes]) -> None:
    other.kill()
    other.communicate()


def test_a_killed_process_is_known_to_be_dead_at_once(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    other = held_by_another(file, "other")
    here = ProcessLocks(file)
    assert not here.hold("here")
    assert here.dead({"other", "unknown"}) == frozenset()
    end(other)
    assert here.dead({"other", "unknown", "here"}) == {"other"}
    here.leave()
    here.leave()
    assert [path.name for path in (tmp_path / "bot.sqlite3-alive").iterdir()] == ["other"]


def test_alone_it_need_not_wait_for_others(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    assert ProcessLocks(file).hold("here")


def test_litter_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    end(held_by_another(file, "old"))
    old = tmp_path / "bot.sqlite3-alive" / "old"
    os.utime(old, (0, time.time() - LITTER_S - 1))
    here = ProcessLocks(file)
    assert here.hold("here")
    assert not old.exists()
    here.leave()


def test_where_no_file_can_be_locked_leases_alone_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = ProcessLocks(tmp_path / "no-such-folder" / "bot.sqlite3")
    assert not blocked.hold("here")
    assert blocked.dead({"other"}) == frozenset()
    assert "no-locks" in [getattr(record, "action", "") for record in caplog.records]
    monkeypatch.setattr(alive, "fcntl", None)
    assert not ProcessLocks(tmp_path / "bot.sqlite3").hold("here")


async def test_what_a_dead_process_had_is_free_with_the_next_beat(database_file: Path) -> None:
    database = open_database(DatabaseUrl.of_file(database_file))
    leases = Leases(database)
    other = held_by_another(database_file, "other")
    await leases.beat("other", 60)
    await leases.take("poll", "other", 60)
    here = Heartbeat(leases, alive=ProcessLocks(database_file))
    await here.beat()
    assert not here.is_settled
    assert here.live == {here.me, "other"}
    end(other)
    await here.beat()
    assert here.live == {here.me}
    assert await leases.take("poll", here.me, 5)
    await here.leave()
    assert Heartbeat(leases, alive=ProcessLocks(database_file)).is_settled is False  # it has not seen the database yet
    await database.close()
