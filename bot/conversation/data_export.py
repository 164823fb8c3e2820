"""What is kept of her, told: a short card, and the file with everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.conversation.cards import block
from bot.conversation.reply import Block, BlockKind, Card, Document
from bot.conversation.texts import Texts
from bot.settings.parts import RetentionTimes

FILE_NAME = "my-data.json"

_COUNTED = {
    "ratings": "mydata-ratings",
    "walk_reminders": "mydata-reminders",
    "walk_reminders_sent": "mydata-sent",
    "walks": "mydata-walks",
    "questions_kept_to_improve_the_bot": "mydata-questions",
    "latest_messages": "mydata-messages",
}
"""Parts of the export, in the order told, and the sentence on each."""


def told(data: Mapping[str, Any], about_her: tuple[Block, ...], texts: Texts, keeping: RetentionTimes) -> Card:
    """The readable summary.

    Args:
        data: the export: a list of rows by the name of each part.
        about_her: what she has told, in words.
        texts: the sentences.
        keeping: how long what is kept.
    """
    hours, months = f"{keeping.context_hours:g}", keeping.chat_months
    lines = [texts("mydata-chat")] if data.get("chat") else []
    if data.get("last_talk"):
        lines.append(texts("mydata-talk", hours=hours))
    for part, name in _COUNTED.items():
        if count := len(data.get(part, ())):
            lines.append(texts(name, count=count, hours=f"{keeping.inbox_hours:g}"))
    items = tuple(line for line in lines if line)
    parts = (Block(kind=BlockKind.TIPS, items=items),) if items else block(texts("mydata-nothing"))
    how = block(texts("mydata-how", months=months), BlockKind.NOTE)
    return Card(blocks=(*block(texts("mydata-title"), BlockKind.TITLE), *parts, *about_her, *how))


def file_of(data: Mapping[str, Any], texts: Texts) -> Document:
    """The file with everything."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return Document(name=FILE_NAME, text=f"{text}\n", caption=texts("mydata-caption"))
