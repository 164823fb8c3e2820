"""Settings: defaults, what is read, what is refused, and that nothing secret shows."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.settings import parsers as values
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import PARTS
from bot.settings.settings import Settings
from bot.settings.table import SETTINGS

BOT = Path(values.__file__).parents[1]
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"

BAD = {
    "TELEGRAM_BOT_TOKEN": ["no-colon", ":abc", "12 34:abc", "١٢:abc"],
    "TELEGRAM_API_URL": [
        "api.example.org",
        "ftp://example.org",
        "https://example.org/bot",
        "https://example.org/bot/",
        "http://",
        "http://example.org:99999",
        "http://example.org:x",
        "http://[::1",
        "https://user:pass@example.org",
        "https://example.org/?a=1",
        "https://exa mple.org",
        "http://api.example.org",
        "http://8.8.8.8:8081",
        "http://0.0.0.0:8081",
        "http://[2001:4860:4860::8888]",
    ],
    "DATABASE_URL": [
        "bot.sqlite3",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:////var/lib/",
        "sqlite:///a?mode=ro",
        "mysql://localhost/bot",
        "postgresql+asyncpg://localhost/bot",
        "postgresql://localhost",
        "postgresql:///bot",
        "postgresql://localhost:x/bot",
        "postgresql://localhost:99999/bot",
        "postgresql://bot:hunter#2@localhost/bot",
        "postgresql://localhost/b ot",
    ],
    "WEBHOOK_URL": [
        "example.org",
        "http://example.org",
        "https://",
        "https://a.org/?x=1",
        "https://u:p@a.org",
        "https://[::1",
        "https://a.org:0",
    ],
    "WEBHOOK_SECRET": ["with blank", "x" * 257, "ümlaut", "a:b"],
    "PORT": ["0", "65536", "-1", "http", "8080.0", "٨٠"],
    "METRICS_PORT": ["0", "1e3"],
    "HOST": ["localhost", "x86_64-conda-linux-gnu", "1.2.3", "::g"],
    "ADMIN_IDS": ["@admin", "1,", "0", "-5", "1 2", "9" * 20],
    "SEND_RATE": ["-1", "nan", "inf", "fast", "0.0001"],
    "EPHEMERAL_DISK": ["maybe", "2"],
    "ALLOW_EPHEMERAL_SQLITE": ["maybe"],
    "KNOWLEDGE_DIR": ["/nowhere/at/all", "a\0b"],
    "DATA_KEY": ["short", f"{KEY},", f"{KEY},nonsense", KEY[:-1], "é" * 44],
    "CLINIC_NAME": ["x" * 101, "two\nlines"],
    "CLINIC_PHONE": ["call us", "+", "1" * 40, "12\n34"],
    "PRIVACY_CONTACT": ["x" * 201],
    "COUNTRY": ["UK", "GBR", "G", "1A", "ÄÖ"],
    "TIMEZONE": ["../../etc/passwd", "/etc/localtime", "Europe/../UTC", "Europe", "Mars/Base", "./UTC", "a b"],
    "CONTEXT_HOURS": ["0", "-1", "nan", "inf", "a day", "1e9"],
    "INBOX_HOURS": ["0", "24", "24.9", "nan", "1000", "two days"],
    "CHAT_MONTHS": ["0", "121", "1.5", "two"],
    "LOG_LEVEL": ["LOUD", "10"],
    "LOG_FORMAT": ["xml"],
}

GOOD = {
    "TELEGRAM_BOT_TOKEN": (TOKEN, TOKEN),
    "TELEGRAM_API_URL": ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
    "DATABASE_URL": (
        "sqlite:////var/lib/bot/bot.sqlite3",
        DatabaseUrl("sqlite:////var/lib/bot/bot.sqlite3", Path("/var/lib/bot/bot.sqlite3")),
    ),
    "WEBHOOK_URL": ("https://bot.example.org:8443/telegram/", "https://bot.example.org:8443/telegram"),
    "WEBHOOK_SECRET": ("aZ0_-", "aZ0_-"),
    "PORT": ("80", 80),
    "METRICS_PORT": ("9100", 9100),
    "HOST": ("::1", "::1"),
    "ADMIN_IDS": ("123456789, 987654321", (123456789, 987654321)),
    "SEND_RATE": ("0", 0.0),
    "EPHEMERAL_DISK": ("True", True),
    "ALLOW_EPHEMERAL_SQLITE": ("False", False),
    "KNOWLEDGE_DIR": (".", Path()),
    "DATA_KEY": (f" {KEY} , {OTHER_KEY}", (KEY, OTHER_KEY)),
    "CLINIC_NAME": ("Clínica Sol", "Clínica Sol"),
    "CLINIC_PHONE": ("+44 (0)20 7946-0000", "+44 (0)20 7946-0000"),
    "PRIVACY_CONTACT": ("privacy@example.org", "privacy@example.org"),
    "COUNTRY": ("gb", "GB"),
    "TIMEZONE": ("UTC", "UTC"),
    "CONTEXT_HOURS": ("0.5", 0.5),
    "INBOX_HOURS": ("48", 48.0),
    "CHAT_MONTHS": ("24", 24),
    "LOG_LEVEL": ("debug", "DEBUG"),
    "LOG_FORMAT": ("JSON", "json"),
}


def test_the_table_and_the_fields_are_the_same_set() -> None:
    assert [f.name for f in dataclasses.fields(Settings)] == [*PARTS, "given"]
    names = {f"{part}.{f.name}" for part, kind in PARTS.items() for f in dataclasses.fields(kind)}
    assert {s.field for s in SETTINGS} | {"storage.key_file", "telegram.proxy"} == names
    assert len({s.field for s in SETTINGS}) == len(SETTINGS)
    assert len({s.variable for s in SETTINGS}) == len(SETTINGS)
    assert {s.variable for s in SETTINGS} == set(GOOD) == set(BAD)
    assert all(s.help.endswith(".") and s.default for s in SETTINGS)


def test_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings = Settings.from_environment({})
    assert settings == Settings()
    database, key_file = settings.storage.database_url.sqlite_path, settings.storage.key_file
    assert database
    assert database.is_absolute()
    assert key_file.is_absolute()
    assert key_file.parent not in database.parents
    assert settings.given == frozenset()


@pytest.mark.parametrize("name", GOOD)
def test_a_value_is_read_and_named_as_given(name: str) -> None:
    raw, expected = GOOD[name]
    settings = Settings.from_environment({name: f"  {raw}\n", "DATABASE_URL": "sqlite:///x", **{name: raw}})
    setting = next(s for s in SETTINGS if s.variable == name)
    assert getattr(getattr(settings, setting.part), setting.name) == expected
    assert name in settings.given


@pytest.mark.parametrize(("name", "raw"), [(name, raw) for name, raws in BAD.items() for raw in raws])
def test_a_bad_value_is_named_with_what_is_allowed(name: str, raw: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: raw})
    message = str(caught.value)
    assert name in message
    assert "allowed: " in message
    secret = next(s.secret for s in SETTINGS if s.variable == name)
    if secret:
        assert raw not in message
    elif "@" not in raw:
        assert repr(raw.strip()) in message


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: raws[0] for name, raws in BAD.items()})
    assert all(name in str(caught.value) for name in BAD)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://bot:hunter2@db.example.org/bot",
        "postgresql://bot:hunter2@db.example.org:5432/bot?sslmode=require",
        "postgresql://bot:hunt@er/2@db.example.org/bot",
        "postgresql://bot@/bot?host=/var/run/postgresql&password=hunter2",
    ],
)
def test_postgresql_is_taken_and_its_password_never_shown(url: str) -> None:
    settings = Settings.from_environment({"DATABASE_URL": url})
    assert settings.storage.database_url.text == url
    assert "hunter2" not in repr(settings) + repr(settings.describe())
    assert "er/2" not in repr(settings) + repr(settings.describe())


@pytest.mark.parametrize("url", ["postgresql://bot:hunter2@db/", "postgres:/bot:hunter2@db/bot", "bot:hunter2@db"])
def test_the_password_of_a_wrong_address_does_not_show(url: str) -> None:
    with pytest.raises(SettingsError, match="postgresql://user:password@host") as caught:
        Settings.from_environment({"DATABASE_URL": url})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("env", "expected"),
    [({}, False), ({"DYNO": "web.1"}, True), ({"DYNO": ""}, False), ({"EPHEMERAL_DISK": "yes"}, True)],
)
def test_hosts_that_wipe_their_disk(env: dict[str, str], expected: bool) -> None:
    assert Settings.from_environment(env).storage.ephemeral_disk is expected


def test_a_webhook_without_tls_is_for_this_machine_only() -> None:
    for url in ("http://127.0.0.1:8443/x", "http://localhost/x"):
        assert Settings.from_environment({"WEBHOOK_URL": url}).telegram.webhook_url == url


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_an_empty_variable_counts_as_not_set(blank: str) -> None:
    env = {s.variable: blank for s in SETTINGS}
    assert Settings.from_environment(env) == Settings.from_environment({})


def imported(path: Path) -> set[str]:
    """The modules that a file imports, and the names that it takes from them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_settings_know_nothing_of_the_rooms_that_they_are_for() -> None:
    names = {name for path in (BOT / "settings").glob("*.py") for name in imported(path) if name.startswith("bot.")}
    assert all(name.startswith(("bot.settings.", "bot.errors.")) for name in names)


def test_the_environment_is_read_in_one_place() -> None:
    def reads(path: Path) -> bool:
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        found = {node.attr for node in tree if isinstance(node, ast.Attribute)}
        return bool(found & {"environ", "getenv"}) or any("proxies" in n for n in imported(path) if "urllib" in n)

    assert [path.name for path in BOT.rglob("*.py") if reads(path)] == ["cli.py"]


def test_the_environment_of_the_process_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert Settings.from_environment({}).telegram.token == ""


def test_secrets_are_masked_wherever_settings_are_shown() -> None:
    settings = Settings.from_environment({"TELEGRAM_BOT_TOKEN": TOKEN, "DATA_KEY": KEY})
    shown = repr(settings) + repr(settings.describe())
    assert TOKEN not in shown
    assert KEY not in shown
    rows = {row.variable: row for row in settings.describe()}
    assert rows["DATA_KEY"].value == values.MASK
    assert rows["DATA_KEY"].is_set
    assert rows["LOG_LEVEL"].value == "INFO"
    assert not rows["LOG_LEVEL"].is_set
    assert rows["CLINIC_NAME"].value == ""
    assert (rows["EPHEMERAL_DISK"].value, rows["SEND_RATE"].value, rows["METRICS_PORT"].value) == ("false", "25", "")
    assert list(rows) == [s.variable for s in SETTINGS]


@pytest.mark.parametrize(("text", "expected"), [("False", False), ("no", False), ("0", False), ("TRUE", True)])
def test_false_is_false(text: str, expected: bool) -> None:
    assert values.as_flag(text) is expected


def test_a_flag_is_true_or_false() -> None:
    with pytest.raises(ValueError, match="true or false"):
        values.as_flag("maybe")


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.5:8081", "http://bot-api:8081", "http://localhost", "http://[::1]:8081", "http://[fd00::5]"],
)
def test_without_tls_only_in_a_network_of_ones_own(url: str) -> None:
    assert Settings.from_environment({"TELEGRAM_API_URL": url}).telegram.api_url == url


def test_who_sets_too_few_inbox_hours_is_told_why() -> None:
    with pytest.raises(SettingsError, match="again for 24"):
        Settings.from_environment({"INBOX_HOURS": "0.5"})
    assert Settings.from_environment({"INBOX_HOURS": "25"}).retention.inbox_hours == 25


def test_a_default_in_words_is_the_value_that_holds() -> None:
    rows = {row.variable: row for row in Settings.from_environment({}).describe()}
    said = {name: row.default for name, row in rows.items() if row.value and name != "DATABASE_URL"}
    assert said == {name: rows[name].value for name in said}
    assert said == {
        "TELEGRAM_API_URL": "https://api.telegram.org",
        "PORT": "8080",
        "SEND_RATE": "25",
        "EPHEMERAL_DISK": "false",
        "ALLOW_EPHEMERAL_SQLITE": "false",
        "TIMEZONE": "UTC",
        "CONTEXT_HOURS": "24",
        "INBOX_HOURS": "48",
        "CHAT_MONTHS": "24",
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "plain",
    }


def test_the_proxy_is_that_of_the_address() -> None:
    env = {"HTTPS_PROXY": "http://her:hunter2@127.0.0.1:3128", "http_proxy": "http://127.0.0.1:8"}
    settings = Settings.from_environment(env)
    assert settings.telegram.proxy == env["HTTPS_PROXY"]
    assert "hunter2" not in repr(settings) + repr(settings.describe())
    plain = Settings.from_environment({**env, "TELEGRAM_API_URL": "http://bot-api:8081"})
    assert plain.telegram.proxy == env["http_proxy"]
    assert Settings.from_environment({**env, "NO_PROXY": "telegram.org"}).telegram.proxy == ""


@given(st.dictionaries(st.sampled_from([s.variable for s in SETTINGS]), st.text(max_size=60)))
def test_any_text_gives_settings_or_one_error_that_names_the_variable(env: dict[str, str]) -> None:
    message = ""
    try:
        assert len(Settings.from_environment(env).describe()) == len(SETTINGS)
    except SettingsError as error:
        message = str(error)
    assert not message or any(name in message for name in env)
