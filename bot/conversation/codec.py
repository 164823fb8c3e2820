"""A reply as plain JSON values and back, so that one that was decided can be sent after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation.plain_values import plain
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle, Card, Document, Outcome, Reply
from bot.knowledge.level import Level


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """Plain JSON values (enums are strings)."""
    data: dict[str, Any] = plain(reply)
    return data


def reply_from_json(data: Mapping[str, Any]) -> Reply:
    """The reply that `reply_to_json` was given, also after a round through JSON.

    Raises:
        KeyError, TypeError, ValueError: it was written by a version that knew other fields.
    """
    level, document = data["level"], data.get("document")
    return Reply(
        **{
            **data,
            "outcome": Outcome(data["outcome"]),
            "cards": tuple(_card(card) for card in data["cards"]),
            "topics": tuple(data["topics"]),
            "spent": tuple(data.get("spent", ())),
            "level": None if level is None else Level(level),
            "document": None if document is None else Document(**document),
        }
    )


def _card(data: Mapping[str, Any]) -> Card:
    blocks = tuple(Block(**{**b, "kind": BlockKind(b["kind"]), "items": tuple(b["items"])}) for b in data["blocks"])
    buttons = tuple(tuple(Button(**{**b, "style": ButtonStyle(b["style"])}) for b in row) for row in data["buttons"])
    return Card(blocks=blocks, buttons=buttons, replace=data["replace"], lasting=data.get("lasting", False))
