"""Every error of the bot's own. The docstring is the message; details follow it."""

from __future__ import annotations


class BotError(Exception):
    """Something went wrong."""

    exit_code = 1
    """With which the program ends because of it."""

    def __init__(self, detail: str = "") -> None:
        """Arguments: detail, what exactly, for the operator."""
        message = (self.__doc__ or "").strip().rstrip(".")
        super().__init__(f"{message}: {detail}" if detail else f"{message}.")


class SettingsError(BotError):
    """A setting cannot be used."""

    exit_code = 2


class KnowledgeError(BotError):
    """The knowledge base cannot be used."""


class StoreError(BotError):
    """The store did not answer."""


class StoreSetupError(StoreError):
    """The store cannot be used as it is set up."""


class SchemaError(StoreError):
    """The database has another schema than this program."""


class TelegramSetupError(BotError):
    """Telegram cannot be used."""


class NotAloneError(TelegramSetupError):
    """Updates go elsewhere."""

    exit_code = 3


class TokenRefusedError(TelegramSetupError):
    """Telegram refuses the token."""

    exit_code = 4
