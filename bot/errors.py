"""Every error of the bot's own. The docstring is the message; details follow it."""

from __future__ import annotations


class BotError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str = "") -> None:
        """Arguments: detail, what exactly, for the operator."""
        message = (self.__doc__ or "").strip().rstrip(".")
        super().__init__(f"{message}: {detail}" if detail else f"{message}.")


class SettingsError(BotError):
    """A setting cannot be used."""


class KnowledgeError(BotError):
    """The knowledge base cannot be used."""


class StoreError(BotError):
    """The store did not answer."""


class SchemaError(StoreError):
    """The database has another schema than this program."""


class TelegramSetupError(BotError):
    """Telegram cannot be used."""
