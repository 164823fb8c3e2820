"""Shows a reply as plain text."""

from __future__ import annotations

import textwrap

from bot.conversation.reply import BlockKind, Card, Reply

WIDTH = 92


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    lines = [
        textwrap.fill(line, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
        if line.strip()
        else ""
        for line in text.splitlines()
    ]
    return "\n".join(lines)


def card_text(card: Card, number_from: int = 1) -> str:
    """One card: its blocks, then its buttons with numbers.

    Args:
        card: what to show; buttons that only make sense on a telephone are left out.
        number_from: the number of the first button.
    """
    parts = []
    for shown in card.blocks:
        if shown.kind is BlockKind.TITLE:
            parts.append(_wrapped(f"** {shown.text} **"))
        elif shown.kind is BlockKind.TIPS:
            parts.append("\n".join(_wrapped(item, " - ", "   ") for item in shown.items))
        else:
            parts.append(_wrapped(shown.text))
    buttons = [b for row in card.buttons for b in row if b.action]
    if buttons:
        parts.append("\n".join(f"  [{n}] {b.label}" for n, b in enumerate(buttons, number_from)))
    return "\n\n".join(p for p in parts if p)


def reply_text(reply: Reply) -> str:
    """All cards of a reply, their buttons numbered from 1 through all cards, the file with it, and the notice."""
    parts, number = [], 1
    for card in reply.cards:
        parts.append(card_text(card, number))
        number += sum(bool(b.action) for row in card.buttons for b in row)
    if reply.document is not None:
        parts.append(f"{reply.document.name}:\n{reply.document.text.rstrip()}")
    return "\n\n".join(p for p in (*parts, reply.notice) if p)
