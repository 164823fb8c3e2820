"""What is kept of her, told: a short card, and the file with everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.conversation.cards import block
from bot.conversation.reply import Block, BlockKind, Card, Document
from bot.conversation.texts import Texts
from bot.settings.parts import RetentionTimes

FILE_NAME = "my-data.txt"
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\+00:00")

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
    """The file with everything: plain text, which every phone opens."""
    title = texts("mydata-caption")
    parts = [[title, "=" * len(title)]]
    for part, rows in data.items():
        if not rows:
            continue
        head = _named(part).capitalize()
        parts.append([head, "-" * len(head)])
        parts += [list(_lines(row)) for row in rows]
    if len(parts) == 1:
        parts.append([texts("mydata-nothing")])
    return Document(name=FILE_NAME, text="\n\n".join("\n".join(lines) for lines in parts) + "\n", caption=title)


def _lines(value: Any, inset: str = "") -> Iterator[str]:
    """A JSON value as lines, each field of an object on its own; what lies inside is set in."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if isinstance(one, Mapping | list) and not _is_short(one):
                yield f"{inset}{_named(name)}:"
                yield from _lines(one, f"{inset}  ")
            else:
                yield f"{inset}{_named(name)}: {_said(one)}"
    elif isinstance(value, list) and not _is_short(value):
        for one in value:
            first, *others = _lines(one) if one else ("-",)
            yield f"{inset}- {first}"
            yield from (f"{inset}  {line}" for line in others)
    else:
        yield f"{inset}{_said(value)}"


def _is_short(value: Any) -> bool:
    """Whether a value fits behind its name: empty, or a list of words and numbers."""
    return not value or (isinstance(value, list) and not any(isinstance(one, Mapping | list) for one in value))


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == {}:
        return "-"
    return _INSTANT.sub(r"\1 \2 UTC", str(value))


def _named(name: str) -> str:
    return name.replace("_", " ")
