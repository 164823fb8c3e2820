"""Addresses of databases: what is taken, and that no password shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.database_url import DatabaseUrl, without_login


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("sqlite:///bot.sqlite3", "sqlite"),
        ("sqlite:////var/lib/bot/bot.sqlite3", "sqlite"),
        ("postgresql://bot:secret@db.example.org:5432/bot", "postgresql"),
        ("postgres://bot:secret@db.example.org/bot?sslmode=require", "postgresql"),
        ("POSTGRES://db/bot", "postgresql"),
        ("postgresql://postgres@/bot?host=/var/run/postgresql", "postgresql"),
        ("postgresql:///bot?host=/var/run/postgresql", "postgresql"),
        ("postgresql://[::1]:5432/bot", "postgresql"),
    ],
)
def test_addresses_of_both_engines(url: str, dialect: str) -> None:
    parsed = DatabaseUrl.parse(url)
    assert parsed.dialect == dialect
    assert (parsed.sqlite_path is None) == (dialect == "postgresql")
    assert parsed.text == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bot.sqlite3",
        "mysql://h/bot",
        "postgresql://h",
        "postgresql://h/",
        "postgresql:///bot",
        "postgresql://h:0/b",
        "mysql://bot:hunter2@db/bot",
        "postgresql://bot:hunter2@localhost",
    ],
)
def test_others_are_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(ValueError, match="postgresql://user:password@host") as caught:
        DatabaseUrl.parse(url)
    assert "hunter2" not in str(caught.value)


def test_the_file_of_an_address() -> None:
    absolute = DatabaseUrl.parse("sqlite:////var/bot.sqlite3")
    assert absolute.sqlite_path == Path("/var/bot.sqlite3")
    assert absolute.shown == str(absolute) == absolute.text
    assert absolute == DatabaseUrl.of_file(Path("/var/bot.sqlite3"))
    assert DatabaseUrl.parse("sqlite:///bot.sqlite3").sqlite_path == Path("bot.sqlite3")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=4))
def test_a_password_shows_nowhere(password: str) -> None:
    mark = "hunter2"
    for url in (
        f"postgres://bot:{mark}{password}{mark}@db/bot",
        f"postgresql://bot@/bot?host=/run&password={mark}",
        f"postgresql://bot@/bot?host=/run&sslpassword={mark}&port=5433",
    ):
        assert mark not in without_login(url)
        try:
            parsed = DatabaseUrl.parse(url)
        except ValueError as error:
            said = str(error)
        else:
            said = f"{parsed} {parsed!r} {parsed.shown}"
        assert mark not in said
