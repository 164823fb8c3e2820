"""Unreadable is not unavailable: a sealed value that cannot be read costs that value, and not the chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bot.errors import SealError
from bot.store.cipher import Cipher

NOT_READABLE = (SealError, TypeError, ValueError, KeyError, AttributeError)
"""Sealed with a key that is lost or for another row, damaged, or of a form that no version wrote."""

_Value = TypeVar("_Value")


def read_or(
    cipher: Cipher,
    sealed: bytes | None,
    purpose: str,
    read: Callable[[dict[str, Any]], _Value],
    *,
    unset: _Value,
    instead: _Value,
    lost: set[str],
) -> _Value:
    """What a sealed value says.

    Args:
        cipher: opens it.
        sealed: the value, None where nothing is kept.
        purpose: for which it was sealed.
        read: makes the result of its fields.
        unset: the result where nothing is kept.
        instead: the result where it cannot be read; the name of its column is then added to `lost`.
        lost: of the chat.
    """
    if sealed is None:
        return unset
    try:
        return read(cipher.open(sealed, purpose))
    except NOT_READABLE:
        lost.add(purpose.partition(":")[0])
        return instead
