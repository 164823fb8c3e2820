"""Answers that did not get through, as Telegram could not be reached or failed: they have to be sent again."""

from __future__ import annotations

from collections.abc import Callable

from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.errors import UndeliveredError
from bot.telegram.api_errors import never_left


class Undelivered:
    """Collects what the sender gave up. A chat is answered one message after the other, so its id is enough."""

    def __init__(self, on_refused: Callable[[], None] = lambda: None) -> None:
        """Arguments: on_refused, told that Telegram refuses the token."""
        self._doubtful: dict[int, bool] = {}
        self._on_refused = on_refused

    def note(self, chat: int, error: TelegramError) -> None:
        """A message to a chat was given up."""
        if isinstance(error, InvalidToken):
            self._on_refused()
        is_doubtful = not isinstance(error, NetworkError) or not never_left(error)
        self._doubtful[chat] = self._doubtful.get(chat, False) or is_doubtful

    def forget(self, chat: int) -> None:
        """Something is sent to the chat anew: what else was given up there is not part of it."""
        self._doubtful.pop(chat, None)

    def check(self, chat: int) -> None:
        """Raise UndeliveredError where a message to the chat was given up since the last check."""
        is_doubtful = self._doubtful.pop(chat, None)
        if is_doubtful is not None:
            raise UndeliveredError(is_doubtful=is_doubtful)
