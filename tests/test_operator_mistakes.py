"""What an operator gets wrong is told in words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.cli import main
from bot.errors import SettingsError
from bot.runtime.roles import Role, check
from bot.settings.settings import Settings
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from tests.engines import database_file, empty_database
from tests.store.filling import fill

__all__ = ["database_file", "empty_database"]


def test_a_country_without_numbers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COUNTRY", "ZZ")
    assert main(["settings"]) == 0
    told = capsys.readouterr().err
    assert "COUNTRY is ZZ" in told
    assert " GB " in told
    monkeypatch.setenv("COUNTRY", "GB")
    assert main(["settings"]) == 0
    assert capsys.readouterr().err == ""


async def fill_with(file: Path, key: str) -> None:
    database = SQLiteDatabase(file)
    await fill(database, Cipher([key]), 1)
    await database.close()


async def test_a_wrong_key_is_told_by_migrate(database_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    one, two = (Fernet.generate_key().decode() for _ in range(2))
    await fill_with(database_file, one)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{database_file}")
    monkeypatch.setenv("DATA_KEY", two)
    assert await asyncio.to_thread(main, ["migrate"]) == 2
    monkeypatch.setenv("DATA_KEY", one)
    assert await asyncio.to_thread(main, ["migrate"]) == 0


@pytest.mark.parametrize("command", ["rotate-key", "unanswered"])
def test_a_file_that_is_not_there_is_named_as_such(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/typo.sqlite3")
    monkeypatch.setenv("DATA_KEY", Fernet.generate_key().decode())
    assert main([command]) == 1
    assert "there is no such file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_port_to_which_telegram_does_not_deliver() -> None:
    env = {"WEBHOOK_URL": "https://bot.example.org:8081", "WEBHOOK_SECRET": "x" * 20}
    with pytest.raises(SettingsError, match="8443"):
        check(Settings.from_environment(env), Role.WEB)
    check(Settings.from_environment(env | {"TELEGRAM_API_URL": "http://127.0.0.1:8081"}), Role.WEB)


def test_a_name_in_the_place_of_an_id_is_shown() -> None:
    with pytest.raises(SettingsError, match="'@ann'"):
        Settings.from_environment({"ADMIN_IDS": "@ann"})
