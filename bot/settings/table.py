"""The table of settings: variable, default, what it means, how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.settings import parsers as values


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One row of the table: where a setting comes from, what it means, how it is read."""

    variable: str
    field: str
    default: str
    """The default in words, for people."""
    help: str
    parse: Callable[[str], Any]
    """Gets the value without surrounding blanks, never empty; raises ValueError with what is allowed."""
    secret: bool = False
    """Never shown, neither by `describe` nor in an error."""


SETTINGS = (
    Setting(
        variable="TELEGRAM_BOT_TOKEN",
        field="telegram_token",
        default="none",
        help="The token that @BotFather gave you. Without it the bot talks in the terminal only.",
        parse=values.as_token,
        secret=True,
    ),
    Setting(
        variable="TELEGRAM_API_URL",
        field="telegram_api_url",
        default="https://api.telegram.org",
        help="Root of the Bot API server, without /bot; for a self-hosted one.",
        parse=values.as_api_url,
    ),
    Setting(
        variable="WEBHOOK_URL",
        field="webhook_url",
        default="none: polling",
        help="Public https address at which Telegram delivers updates to bot web.",
        parse=values.as_webhook_url,
    ),
    Setting(
        variable="WEBHOOK_SECRET",
        field="webhook_secret",
        default="none",
        help="What Telegram sends along to the webhook, so that nobody else can: 1 to 256 of A-Z, a-z, 0-9, _ and -.",
        parse=values.as_webhook_secret,
        secret=True,
    ),
    Setting(
        variable="PORT",
        field="port",
        default="8080",
        help="Port on which bot web listens.",
        parse=values.as_port,
    ),
    Setting(
        variable="METRICS_PORT",
        field="metrics_port",
        default="none: not opened",
        help="Port for /metrics, apart from the public one.",
        parse=values.as_port,
    ),
    Setting(
        variable="ADMIN_IDS",
        field="admin_ids",
        default="none",
        help="Telegram user ids that may use the admin commands, parted by commas.",
        parse=values.as_ids,
    ),
    Setting(
        variable="SEND_RATE",
        field="send_rate",
        default="25",
        help="Messages a second over all chats. 0 lifts every pace, for load tests.",
        parse=values.as_rate,
    ),
    Setting(
        variable="DATABASE_URL",
        field="database_url",
        default="a SQLite file in your data folder",
        help="Where chats are kept: sqlite:////absolute/path, sqlite:///relative/path or postgresql://user:password@host/name.",
        parse=values.as_database_url,
    ),
    Setting(
        variable="EPHEMERAL_DISK",
        field="ephemeral_disk",
        default="false",
        help="true on a host that wipes its disk at a restart: a SQLite file is refused there, as where DYNO is set.",
        parse=values.as_flag,
    ),
    Setting(
        variable="ALLOW_EPHEMERAL_SQLITE",
        field="allow_ephemeral_sqlite",
        default="false",
        help="true to use a SQLite file on such a host nevertheless; what is kept is lost with it.",
        parse=values.as_flag,
    ),
    Setting(
        variable="KNOWLEDGE_DIR",
        field="knowledge_dir",
        default="the built-in one",
        help="Folder of another knowledge base of the same form.",
        parse=values.as_folder,
    ),
    Setting(
        variable="DATA_KEY",
        field="data_keys",
        default="a key file in your configuration folder",
        help="Keys that encrypt what is kept of a chat, the newest first, parted by commas.",
        parse=values.as_keys,
        secret=True,
    ),
    Setting(
        variable="CLINIC_NAME",
        field="clinic_name",
        default="none",
        help="Who runs this bot, as shown to its users.",
        parse=values.as_line(100),
    ),
    Setting(
        variable="CLINIC_PHONE",
        field="clinic_phone",
        default="none",
        help="Telephone number of the clinic, as shown to its users.",
        parse=values.as_phone,
    ),
    Setting(
        variable="PRIVACY_CONTACT",
        field="privacy_contact",
        default="none",
        help="Whom to ask about one's data: an address or a telephone number.",
        parse=values.as_line(200),
    ),
    Setting(
        variable="COUNTRY",
        field="country",
        default="none",
        help="Country of new chats, as two letters (ISO 3166): GB, US, AU. It decides on the help lines shown.",
        parse=values.as_country,
    ),
    Setting(
        variable="TIMEZONE",
        field="timezone",
        default="UTC",
        help="Time zone of new chats: Europe/London.",
        parse=values.as_timezone,
    ),
    Setting(
        variable="CONTEXT_HOURS",
        field="context_hours",
        default="24",
        help="Hours until the bot forgets what a chat was about; the profile stays.",
        parse=values.as_hours,
    ),
    Setting(
        variable="INBOX_HOURS",
        field="inbox_hours",
        default="48",
        help="Hours for which the ids of answered updates are kept, so that none is answered twice.",
        parse=values.as_hours,
    ),
    Setting(
        variable="CHAT_MONTHS",
        field="chat_months",
        default="24",
        help="Months without contact until everything kept of a chat is deleted.",
        parse=values.as_months,
    ),
    Setting(
        variable="LOG_LEVEL",
        field="log_level",
        default="INFO",
        help="Least important log line to write: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
        parse=values.as_choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    ),
    Setting(
        variable="LOG_FORMAT",
        field="log_format",
        default="plain",
        help="plain for people, json for machines.",
        parse=values.as_choice("plain", "json"),
    ),
)
"""In the order in which they are shown. A test holds the table to the fields of `bot.settings.settings.Settings`."""
