"""What has to be known of an update before anything is made of it. Takes any JSON, however malformed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, TypeGuard

from bot.updates import ReceivedUpdate

_LARGEST = 2**63 - 1
"""What a column holds; Telegram's ids have at most 52 significant bits."""
_WITH_CHAT = ("message", "edited_message", "my_chat_member")

_log = logging.getLogger(__name__)


def received_of(raw: object) -> ReceivedUpdate | None:
    """An update to be kept; None, which is logged, for what is no update."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not _is_id(number):
        _log.warning("Something came that is no update", extra={"action": "no-update"})
        return None
    return ReceivedUpdate(update=number, chat=_chat_of(raw), payload=raw)


def _chat_of(raw: dict[str, object]) -> int | None:
    """Whose it is; None for an inline query, a button under an inline message, and what cannot be read."""
    content = next((found for kind in _WITH_CHAT if (found := raw.get(kind)) is not None), None)
    if content is None and isinstance(query := raw.get("callback_query"), dict):
        content = query.get("message")
    chat = content.get("chat") if isinstance(content, dict) else None
    number = chat.get("id") if isinstance(chat, dict) else None
    return number if _is_id(number) else None


def is_sound(raw: Mapping[str, object]) -> bool:
    """Whether an update has the form of what we read of it; the library builds its objects from anything."""
    for kind in ("message", "edited_message"):
        if kind in raw and not _is_message(raw[kind]):
            return False
    query = raw.get("callback_query", _PRESS)
    if not _has(query, id=str, **{"from": dict}) or not _is_person(query["from"]):
        return False
    pressed = query.get("message", _PRESSED)
    if not _has(pressed, message_id=int, chat=dict) or not _is_chat(pressed["chat"]):
        return False
    asked = raw.get("inline_query", _ASKED)
    change = raw.get("my_chat_member", _CHANGE)
    if not _has(asked, id=str, query=str) or not _has(change, chat=dict, old_chat_member=dict, new_chat_member=dict):
        return False
    members = (change["old_chat_member"], change["new_chat_member"])
    return _is_chat(change["chat"]) and all(_has(member, status=str) for member in members)


def _is_message(raw: object) -> bool:
    if not _has(raw, message_id=int, date=int, chat=dict) or not _is_chat(raw["chat"]):
        return False
    return all(isinstance(raw.get(name, ""), str) for name in ("text", "caption")) and (
        "from" not in raw or _is_person(raw["from"])
    )


def _is_chat(raw: object) -> bool:
    return _has(raw, id=int, type=str) and _is_id(raw["id"])


def _is_person(raw: object) -> bool:
    return _has(raw, id=int, is_bot=bool) and _is_id(raw["id"])


def _has(raw: object, **kinds: type) -> TypeGuard[dict[str, Any]]:
    return isinstance(raw, dict) and all(isinstance(raw.get(name), kind) for name, kind in kinds.items())


_PRESS = {"id": "", "from": {"id": 0, "is_bot": False}}
_PRESSED = {"message_id": 0, "chat": {"id": 0, "type": ""}}
_ASKED = {"id": "", "query": ""}
_CHANGE = {"chat": _PRESSED["chat"], "old_chat_member": {"status": ""}, "new_chat_member": {"status": ""}}
"""What stands in for the kinds that an update is not of: sound in form."""


def _is_id(number: object) -> TypeGuard[int]:
    return isinstance(number, int) and not isinstance(number, bool) and -_LARGEST <= number <= _LARGEST
