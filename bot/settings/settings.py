"""Every setting of the bot, read once from the environment; no other module reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bot.errors import SettingsError
from bot.settings.parsers import MASK, without_login
from bot.settings.table import SETTINGS

__all__ = ["SETTINGS", "SettingRow", "Settings"]

APP_NAME = "after-birth-back-bot"
"""Names the folders in which the bot keeps its files."""

_HOST_WITHOUT_DISK = "DYNO"
"""Set by hosts of the Procfile kind that wipe the disk at each restart; no setting of ours."""


@dataclass(frozen=True, kw_only=True)
class SettingRow:
    """One line of `bot settings`."""

    variable: str
    value: str
    is_set: bool
    default: str
    help: str


def _in_words(value: Any) -> str:
    """A value as it would be written in the environment, without logins; empty for none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    text = "" if value is None else str(value)
    return without_login(text) if "://" in text else text


def _folder(kind: str) -> Path:
    """The bot's own folder; platformdirs is imported only where a default is really needed."""
    import platformdirs  # noqa: PLC0415

    return platformdirs.user_data_path(APP_NAME) if kind == "data" else platformdirs.user_config_path(APP_NAME)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process. Built once, handed on."""

    telegram_token: str = field(default="", repr=False)
    """Empty: no Telegram."""
    telegram_api_url: str = "https://api.telegram.org"
    """Without a slash at the end and without `/bot`."""
    webhook_url: str = ""
    """Without a slash at the end; empty: polling."""
    webhook_secret: str = field(default="", repr=False)
    port: int = 8080
    metrics_port: int | None = None
    admin_ids: tuple[int, ...] = ()
    send_rate: float = 25.0
    """Messages a second; 0: no pace at all."""
    database_url: str = field(default="", repr=False)
    """Empty only when built by hand; `from_environment` fills in the default. May hold a password."""
    ephemeral_disk: bool = False
    """The host wipes its disk: said so, or `DYNO` is set."""
    allow_ephemeral_sqlite: bool = False
    knowledge_dir: Path | None = None
    """None: the built-in one."""
    data_keys: tuple[str, ...] = field(default=(), repr=False)
    """Newest first; empty: the key file."""
    clinic_name: str = ""
    clinic_phone: str = ""
    privacy_contact: str = ""
    country: str | None = None
    """ISO 3166 alpha-2, capital letters."""
    timezone: str = "UTC"
    context_hours: float = 24.0
    inbox_hours: float = 48.0
    chat_months: int = 24
    log_level: str = "INFO"
    log_format: str = "plain"
    given: frozenset[str] = frozenset()
    """The variables that were set."""

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Self:
        """The settings of `env`, usually `os.environ`; a variable that is empty counts as not set.

        Raises:
            SettingsError: naming every value that cannot be used, one a line.
        """
        found: dict[str, Any] = {}
        problems: list[str] = []
        for setting in SETTINGS:
            raw = env.get(setting.variable, "").strip()
            if not raw:
                continue
            try:
                found[setting.field] = setting.parse(raw)
            except ValueError as error:
                shown = MASK if setting.secret else repr(without_login(raw))
                problems.append(f"{setting.variable} is {shown}; allowed: {error}")
        if problems:
            raise SettingsError("".join(f"\n  {line}" for line in problems))
        given = frozenset(s.variable for s in SETTINGS if s.field in found)
        if env.get(_HOST_WITHOUT_DISK, "").strip():
            found["ephemeral_disk"] = True
        found.setdefault("database_url", f"sqlite:///{_folder('data') / 'database' / 'bot.sqlite3'}")
        return cls(**found, given=given)

    @property
    def key_file(self) -> Path:
        """Where the data key lies when `DATA_KEY` is not set: apart from the database, on every platform."""
        return _folder("config") / "keys" / "data.key"

    def describe(self) -> tuple[SettingRow, ...]:
        """One row a setting, for `bot settings`; secrets are masked."""
        rows = []
        for setting in SETTINGS:
            value = getattr(self, setting.field)
            shown = _in_words(value)
            rows.append(
                SettingRow(
                    variable=setting.variable,
                    value=MASK if setting.secret and shown else shown,
                    is_set=setting.variable in self.given,
                    default=setting.default,
                    help=setting.help,
                )
            )
        return tuple(rows)
