"""The parts of the settings, each handed on whole to whom it concerns. Every default stands here, and only here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings.database_url import DatabaseUrl

APP_NAME = "after-birth-back-bot"
"""Names the folders in which the bot keeps its files."""


def _folder(kind: str) -> Path:
    """The bot's own folder; platformdirs is imported only where a default is really needed."""
    import platformdirs  # noqa: PLC0415

    return platformdirs.user_data_path(APP_NAME) if kind == "data" else platformdirs.user_config_path(APP_NAME)


def _database_url() -> DatabaseUrl:
    return DatabaseUrl.of_file(_folder("data") / "database" / "bot.sqlite3")


def _key_file() -> Path:
    return _folder("config") / "keys" / "data.key"


@dataclass(frozen=True, kw_only=True)
class TelegramSettings:
    """How Telegram is reached, and what may be said to it."""

    token: str = field(default="", repr=False)
    """Empty: no Telegram."""
    api_url: str = "https://api.telegram.org"
    """Without a slash at the end and without `/bot`."""
    proxy: str = field(default="", repr=False)
    """By which `api_url` is reached; empty: directly. May hold a password. No setting of ours, see `proxies`."""
    webhook_url: str = ""
    """Without a slash at the end; empty: polling."""
    webhook_secret: str = field(default="", repr=False)
    admin_ids: tuple[int, ...] = ()
    send_rate: float = 25.0
    """Messages a second over all chats, Telegram's word is "about 30"; 0: no pace at all."""


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """The ports that are listened on."""

    port: int = 8080
    metrics_port: int | None = None
    host: str = ""
    """On which both listen. Empty: `port`, which hosts and Telegram are to reach, on all addresses; `metrics_port` on
    this machine's own only."""


@dataclass(frozen=True, kw_only=True)
class StorageSettings:
    """Where everything is kept, and the keys that seal it."""

    database_url: DatabaseUrl = field(default_factory=_database_url)
    ephemeral_disk: bool = False
    """The host wipes its disk: said so, or `DYNO` is set."""
    allow_ephemeral_sqlite: bool = False
    data_keys: tuple[str, ...] = field(default=(), repr=False)
    """Newest first; empty: the key file."""
    key_file: Path = field(default_factory=_key_file)
    """Where the data key lies when none is given: apart from the database, on every platform. Several, newest first,
    are parted by commas or lines."""

    @property
    def spool_file(self) -> Path | None:
        """Where updates wait while the database fails, on this machine's disk; None where the disk is wiped."""
        if self.ephemeral_disk:
            return None
        path = self.database_url.sqlite_path
        if path is not None:
            return path.with_name(f"{path.name}.spool")
        name = hashlib.sha256(self.database_url.text.encode()).hexdigest()[:16]
        return _folder("data") / "spool" / f"{name}.spool"


@dataclass(frozen=True, kw_only=True)
class RetentionTimes:
    """How long what is kept."""

    context_hours: float = 24.0
    inbox_hours: float = 48.0
    chat_months: int = 24


@dataclass(frozen=True, kw_only=True)
class ConversationSettings:
    """The knowledge base, and what is taken of chats that have not said where they are."""

    knowledge_dir: Path | None = None
    """None: the built-in one."""
    country: str | None = None
    """ISO 3166 alpha-2, capital letters."""
    timezone: str = "UTC"


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """Who runs the bot; every field may be empty."""

    name: str = ""
    phone: str = ""
    privacy_contact: str = ""


@dataclass(frozen=True, kw_only=True)
class LoggingSettings:
    """What is logged, and how."""

    level: str = "INFO"
    format: str = "plain"


PARTS: dict[str, type[Any]] = {
    "telegram": TelegramSettings,
    "http": HttpSettings,
    "storage": StorageSettings,
    "retention": RetentionTimes,
    "conversation": ConversationSettings,
    "clinic": Clinic,
    "logging": LoggingSettings,
}
"""By the names that they have in `bot.settings.settings.Settings`."""
