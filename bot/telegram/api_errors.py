"""What an error of Telegram's, or of the way there, says: whether the call may have arrived, and what to do."""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.errors import AddressError, NeverLeftError, NotTelegramError, TransportError

_CAUSES = (
    ("DNS", "the name is not found"),
    ("ertificate", "the certificate is not accepted"),
    ("SSL", "TLS failed"),
    ("Proxy", "the proxy refuses"),
    ("Timeout", "no answer in time"),
    ("TimedOut", "no answer in time"),
    ("ConnectorError", "the connection is refused, or there is no way there"),
    ("InvalidToken", "the token is refused"),
    ("NetworkError", "it answers with an error of its own"),
)
"""Parts of the names of errors, and what they mean."""


def never_left(err: NetworkError) -> bool:
    """Whether the request surely did not reach Telegram, so that it can be made again without doubt."""
    return isinstance(err.__cause__, NeverLeftError | httpx.PoolTimeout | httpx.ConnectTimeout | httpx.ConnectError)


def was_answered(err: NetworkError) -> bool:
    """Whether the server answered, with an error of its own (5xx): the call most probably took no effect."""
    return not isinstance(err, TimedOut) and (err.__cause__ is None or isinstance(err.__cause__, TelegramError))


def took_no_effect(err: TelegramError) -> bool:
    """Whether a call surely or most probably did nothing, so that it can be made again.

    It never left, or was answered: by Telegram with an error of its own (5xx), or by somebody else.
    """
    if not isinstance(err, NetworkError):
        return True
    return never_left(err) or was_answered(err) or isinstance(err.__cause__, NotTelegramError)


def seconds_of(err: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = err.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def is_unreachable(err: TelegramError) -> bool:
    """Whether the chat cannot be written to: blocked, deleted, kicked, never started."""
    # Only this text of a 400 is decided by; any other is a mistake of ours in what we sent.
    return isinstance(err, Forbidden) or (isinstance(err, BadRequest) and "chat not found" in err.message.lower())


def is_unchanged(err: TelegramError) -> bool:
    """Whether an edit was refused because the message shows it already."""
    return isinstance(err, BadRequest) and "message is not modified" in err.message.lower()


def name_of(err: TelegramError) -> str:
    """For the log: the reason of a refusal, but not what it quotes, which may be a text."""
    reason = ": " + err.message.split('"')[0] if isinstance(err, BadRequest) else ""
    return type(err).__name__ + reason


def cause_of(err: BaseException) -> str:
    """Why Telegram could not be asked, in words for an operator."""
    if isinstance(err, RetryAfter):
        return "it asks to wait"
    cause = err.__cause__ or err
    if isinstance(cause, NotTelegramError):
        return "something else answers"
    if isinstance(cause, AddressError):
        return "the address is none"
    name = str(cause).rpartition(": ")[2] if isinstance(cause, TransportError) else type(cause).__name__
    return next((said for part, said in _CAUSES if part in name), name)
