"""Every setting of the bot, read once from the environment; no other module reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bot.errors import SettingsError
from bot.settings.database_url import without_login
from bot.settings.parsers import MASK
from bot.settings.parts import (
    PARTS,
    Clinic,
    ConversationSettings,
    HttpSettings,
    LoggingSettings,
    RetentionTimes,
    StorageSettings,
    TelegramSettings,
)
from bot.settings.proxies import proxy_for
from bot.settings.table import SETTINGS, in_words

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


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process. Built once; the parts are handed on."""

    telegram: TelegramSettings = field(default_factory=TelegramSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    retention: RetentionTimes = field(default_factory=RetentionTimes)
    conversation: ConversationSettings = field(default_factory=ConversationSettings)
    clinic: Clinic = field(default_factory=Clinic)
    logging: LoggingSettings = field(default_factory=LoggingSettings)
    given: frozenset[str] = frozenset()
    """The variables that were set."""

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Self:
        """The settings of `env`, usually `os.environ`; a variable that is empty counts as not set.

        Raises:
            SettingsError: naming every value that cannot be used, one a line.
        """
        found: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
        given: set[str] = set()
        problems: list[str] = []
        for setting in SETTINGS:
            raw = env.get(setting.variable, "").strip()
            if not raw:
                continue
            try:
                found[setting.part][setting.name] = setting.parse(raw)
            except ValueError as error:
                may_hold_login = "://" in raw or setting.variable.endswith("_URL")
                shown = MASK if setting.secret else repr(without_login(raw) if may_hold_login else raw)
                problems.append(f"{setting.variable} is {shown}; allowed: {error}")
            given.add(setting.variable)
        if problems:
            raise SettingsError("".join(f"\n  {line}" for line in problems))
        if env.get(_HOST_WITHOUT_DISK, "").strip():
            found["storage"]["ephemeral_disk"] = True
        found["telegram"]["proxy"] = proxy_for(found["telegram"].get("api_url", TelegramSettings.api_url), env)
        return cls(**{part: PARTS[part](**values) for part, values in found.items()}, given=frozenset(given))

    def describe(self) -> tuple[SettingRow, ...]:
        """One row a setting, for `bot settings`; secrets are masked."""
        rows = []
        for setting in SETTINGS:
            shown = in_words(getattr(getattr(self, setting.part), setting.name))
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


def logging_of(env: Mapping[str, str]) -> LoggingSettings:
    """How to log that the settings cannot be used: in the form that is asked for, if at least that can be read."""
    is_json = env.get("LOG_FORMAT", "").strip().lower() == "json"
    return LoggingSettings(format="json" if is_json else LoggingSettings.format)
