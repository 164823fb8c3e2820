"""The table of settings: variable, where it goes, what it means, how it is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.settings import parsers as values
from bot.settings.database_url import DatabaseUrl, without_login
from bot.settings.parts import PARTS


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One row of the table: where a setting comes from and goes to, what it means, how it is read."""

    variable: str
    field: str
    """The part and the name in it, see `bot.settings.parts`; the default stands there."""
    help: str
    parse: Callable[[str], Any]
    """Gets the value without surrounding blanks, never empty; raises ValueError with what is allowed."""
    unset: str = ""
    """What holds where the variable is not set, in words; only where the default in itself does not say it."""
    secret: bool = False
    """Never shown, neither by `describe` nor in an error."""

    @property
    def part(self) -> str:
        """The part of the settings."""
        return self.field.partition(".")[0]

    @property
    def name(self) -> str:
        """The name in that part."""
        return self.field.partition(".")[2]

    @property
    def default(self) -> str:
        """The default in words, for people."""
        if self.unset:
            return self.unset
        (field,) = (field for field in dataclasses.fields(PARTS[self.part]) if field.name == self.name)
        return in_words(field.default) or "none"


def in_words(value: Any) -> str:
    """A value as it would be written in the environment, without logins; empty for none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    text = "" if value is None else str(value)
    return without_login(text) if "://" in text else text


SETTINGS = (
    Setting(
        variable="TELEGRAM_BOT_TOKEN",
        field="telegram.token",
        help="The token that @BotFather gave you. Without it the bot talks in the terminal only.",
        parse=values.as_token,
        secret=True,
    ),
    Setting(
        variable="TELEGRAM_API_URL",
        field="telegram.api_url",
        help="Root of the Bot API server, without /bot; for a self-hosted one. http only within your own network.",
        parse=values.as_api_url,
    ),
    Setting(
        variable="WEBHOOK_URL",
        field="telegram.webhook_url",
        unset="none: polling",
        help="Public https address at which Telegram delivers updates to bot web.",
        parse=values.as_webhook_url,
    ),
    Setting(
        variable="WEBHOOK_SECRET",
        field="telegram.webhook_secret",
        help="What Telegram sends along to the webhook, so that nobody else can: 1 to 256 of A-Z, a-z, 0-9, _ and -.",
        parse=values.as_webhook_secret,
        secret=True,
    ),
    Setting(
        variable="PORT",
        field="http.port",
        help="Port on which bot web listens.",
        parse=values.as_port,
    ),
    Setting(
        variable="METRICS_PORT",
        field="http.metrics_port",
        unset="none: not opened",
        help="Port for /metrics, apart from the public one.",
        parse=values.as_port,
    ),
    Setting(
        variable="HOST",
        field="http.host",
        unset="all addresses for PORT, 127.0.0.1 for METRICS_PORT",
        help="Address on which PORT and METRICS_PORT listen.",
        parse=values.as_address,
    ),
    Setting(
        variable="ADMIN_IDS",
        field="telegram.admin_ids",
        help="Telegram user ids that may use the admin commands, parted by commas.",
        parse=values.as_ids,
    ),
    Setting(
        variable="SEND_RATE",
        field="telegram.send_rate",
        help="Messages a second over all chats. 0 lifts every pace, for load tests.",
        parse=values.as_rate,
    ),
    Setting(
        variable="DATABASE_URL",
        field="storage.database_url",
        unset="a SQLite file in your data folder",
        help="Where chats are kept: sqlite:////absolute/path, sqlite:///relative/path or postgresql://user:password@host/name.",
        parse=DatabaseUrl.parse,
    ),
    Setting(
        variable="EPHEMERAL_DISK",
        field="storage.ephemeral_disk",
        help="true on a host that wipes its disk at a restart: a SQLite file is refused there, as where DYNO is set.",
        parse=values.as_flag,
    ),
    Setting(
        variable="ALLOW_EPHEMERAL_SQLITE",
        field="storage.allow_ephemeral_sqlite",
        help="true to use a SQLite file on such a host nevertheless; what is kept is lost with it.",
        parse=values.as_flag,
    ),
    Setting(
        variable="KNOWLEDGE_DIR",
        field="conversation.knowledge_dir",
        unset="the built-in one",
        help="Folder of another knowledge base of the same form.",
        parse=values.as_folder,
    ),
    Setting(
        variable="DATA_KEY",
        field="storage.data_keys",
        unset="a key file in your configuration folder",
        help="Keys that encrypt what is kept of a chat, the newest first, parted by commas.",
        parse=values.as_keys,
        secret=True,
    ),
    Setting(
        variable="CLINIC_NAME",
        field="clinic.name",
        help="Who runs this bot, as shown to its users.",
        parse=values.as_line(100),
    ),
    Setting(
        variable="CLINIC_PHONE",
        field="clinic.phone",
        help="Telephone number of the clinic, as shown to its users.",
        parse=values.as_phone,
    ),
    Setting(
        variable="PRIVACY_CONTACT",
        field="clinic.privacy_contact",
        help="Whom to ask about one's data: an address or a telephone number.",
        parse=values.as_line(200),
    ),
    Setting(
        variable="COUNTRY",
        field="conversation.country",
        help="Country of new chats, as two letters (ISO 3166): GB, US, AU. It decides on the help lines shown.",
        parse=values.as_country,
    ),
    Setting(
        variable="TIMEZONE",
        field="conversation.timezone",
        help="Time zone of new chats: Europe/London.",
        parse=values.as_timezone,
    ),
    Setting(
        variable="CONTEXT_HOURS",
        field="retention.context_hours",
        help="Hours until the bot forgets what a chat was about; the profile stays.",
        parse=values.as_hours,
    ),
    Setting(
        variable="INBOX_HOURS",
        field="retention.inbox_hours",
        help="Hours for which the ids of answered updates are kept, so that none is answered twice; at least 25.",
        parse=values.as_inbox_hours,
    ),
    Setting(
        variable="CHAT_MONTHS",
        field="retention.chat_months",
        help="Months without contact until everything kept of a chat is deleted.",
        parse=values.as_months,
    ),
    Setting(
        variable="LOG_LEVEL",
        field="logging.level",
        help="Least important log line to write: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
        parse=values.as_choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    ),
    Setting(
        variable="LOG_FORMAT",
        field="logging.format",
        help="plain for people, json for machines.",
        parse=values.as_choice("plain", "json"),
    ),
)
"""In the order in which they are shown. A test holds the table to the fields of the parts."""
