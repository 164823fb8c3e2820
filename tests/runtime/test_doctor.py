"""`bot doctor`: what it says of a bot in each state, and that it changes nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.runtime.doctor_store import about_store
from bot.runtime.doctor_telegram import about_telegram
from bot.runtime.findings import Finding, State, ago
from bot.runtime.health import POLLED, TICKED
from bot.settings.database_url import DatabaseUrl
from bot.settings.settings import Settings
from bot.store.cipher import Cipher
from bot.store.factory import open_database
from bot.store.leases import Leases
from tests.fake_telegram.server import TOKEN, FakeApi
from tests.store.filling import fill

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER = KEY[:-2] + "o="
NOW = time.time()


def states(findings: list[Finding]) -> dict[str, str]:
    return {finding.what: finding.state.value for finding in findings}


def settings(**env: str) -> Settings:
    return Settings.from_environment(env)


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    api = FakeApi()
    await api.start()
    yield api
    await api.stop()


async def test_a_database_that_nobody_works_over(database_url: str) -> None:
    found = await about_store(settings(DATABASE_URL=database_url, DATA_KEY=KEY), NOW)
    assert states(found) == {
        "database": "ok", "schema": "ok", "key": "ok", "processes": "warn", "inbox": "ok", "reminders": "ok",
    }  # fmt: skip


async def test_a_bot_at_work_and_one_that_died(database_url: str) -> None:
    database = open_database(DatabaseUrl.parse(database_url))
    leases = Leases(database)
    await leases.beat("one", 5.0)
    for name, mark in (("poll", POLLED), ("remind", TICKED)):
        await leases.take(name, "one", 5.0)
        await leases.put(mark, int(time.time()))
    await database.close()
    asked = settings(DATABASE_URL=database_url, DATA_KEY=KEY)
    assert set(states(await about_store(asked, time.time())).values()) == {"ok"}
    later = states(await about_store(asked, time.time() + 600))
    assert (later["processes"], later["polling"], later["planning"]) == ("fail", "fail", "fail")


async def test_a_wrong_key_and_nothing_is_changed(database_file: Path) -> None:
    database = open_database(DatabaseUrl.of_file(database_file))
    await fill(database, Cipher([KEY]), 1)
    await database.close()
    before = await asyncio.to_thread(database_file.read_bytes)
    found = await about_store(settings(DATABASE_URL=f"sqlite:///{database_file}", DATA_KEY=OTHER), NOW)
    assert states(found)["key"] == "fail"
    assert await asyncio.to_thread(database_file.read_bytes) == before


async def test_an_older_schema(empty_postgres: str) -> None:
    found = await about_store(settings(DATABASE_URL=empty_postgres, DATA_KEY=KEY), NOW)
    assert states(found) == {"database": "ok", "schema": "fail"}


async def test_a_server_that_is_away_is_told_without_the_password() -> None:
    (found,) = await about_store(settings(DATABASE_URL="postgresql://bot:hunter2@127.0.0.1:1/bot", DATA_KEY=KEY), NOW)
    assert found.state is State.FAIL
    assert "hunter2" not in str(found)


async def test_a_good_token_and_one_that_is_refused(api: FakeApi) -> None:
    env = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
    assert states(await about_telegram(settings(**env), NOW)) == {"token": "ok", "updates": "ok"}
    assert {method for method, _ in api.calls} == {"getMe", "getWebhookInfo"}
    env["TELEGRAM_BOT_TOKEN"] = "4242:wrong"
    (found,) = await about_telegram(settings(**env), NOW)
    assert (found.what, found.state) == ("token", State.FAIL)
    assert "wrong" not in str(found)


async def test_a_webhook_that_nobody_asked_for_and_one_that_is_missing(api: FakeApi) -> None:
    env = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}
    api.webhook = {"url": "https://bot.example.org/telegram/webhook"}
    assert states(await about_telegram(settings(**env), NOW))["updates"] == "fail"
    env["WEBHOOK_URL"] = "https://bot.example.org"
    assert states(await about_telegram(settings(**env), NOW))["updates"] == "ok"
    api.webhook = {}
    assert states(await about_telegram(settings(**env), NOW))["updates"] == "fail"


async def test_telegram_away(api: FakeApi) -> None:
    await api.stop()
    (found,) = await about_telegram(settings(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL=api.url), NOW)
    assert (found.what, found.state) == ("telegram", State.FAIL)
    assert "refused" in found.says


def test_without_token_and_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/deep/bot.sqlite3")
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert {line[:4].strip() for line in said} == {"ok", "warn"}
    assert list(tmp_path.iterdir()) == []
    assert main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert {"state", "what", "says", "todo"} == set(told["findings"][0])


def test_what_fails_is_a_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bot.sqlite3").write_text("no database at all, but long enough to be read as one")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.sqlite3")
    assert main(["doctor"]) == 1
    assert "fail  database" in capsys.readouterr().out


def test_lengths_of_time() -> None:
    assert [ago(s) for s in (-1, 5, 90, 7200, 200_000)] == ["0 s", "5 s", "2 min", "2 h", "2 d"]
