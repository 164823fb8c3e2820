"""Every error of the bot's own, in one tree. The docstring is the message; details follow it.

Three stand beside the types that they carry: `bot.knowledge.problems.BrokenKnowledgeError`,
`bot.conversation.service.UnkeptError` and one inside the reader of YAML. They descend from `BotError` as well.
"""

from __future__ import annotations


class BotError(Exception):
    """Something went wrong."""

    exit_code = 1
    """With which the program ends because of it."""

    def __init__(self, detail: str = "") -> None:
        """Make one.

        Args:
            detail: what exactly, for the operator.
        """
        message = (self.__doc__ or "").strip().rstrip(".")
        super().__init__(f"{message}: {detail}" if detail else f"{message}.")


class SettingsError(BotError):
    """A setting cannot be used."""

    exit_code = 2


class KnowledgeError(BotError):
    """The knowledge base cannot be used."""


class TrainingError(BotError):
    """The models could not be trained."""


class StoreError(BotError):
    """The store did not answer."""


class StoreSetupError(StoreError):
    """The store cannot be used as it is set up."""


class DataKeyError(StoreSetupError):
    """The data key does not fit."""

    exit_code = 2


class SealError(StoreError):
    """What is kept cannot be opened."""


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


class DraftsError(BotError):
    """The drafts cannot be written."""


class TransportError(BotError):
    """A call did not get through to Telegram."""


class NeverLeftError(TransportError):
    """A request surely did not reach Telegram."""


class AddressError(NeverLeftError):
    """The address of the Bot API cannot be asked at all."""


class MaybeSentError(TransportError):
    """A request may have taken effect at Telegram."""


class NotTelegramError(TransportError):
    """What answered is not Telegram: a proxy, a portal, another service."""


class InDoubtError(BotError):
    """A message may have arrived, and sending it once more would be one time too many."""


class UpdateTakenError(BotError):
    """Another process answers the update: this one was out of touch for too long."""


class ExpiredError(BotError):
    """The time of a message was over before it could be sent."""
