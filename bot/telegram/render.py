"""A card as Telegram messages: HTML in parts of allowed length, the buttons on the last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.conversation.reply import Block, BlockKind, Button, Card
from bot.telegram.split import pieces, units

_TAGS = {BlockKind.TITLE: "b", BlockKind.NOTE: "i"}
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Part(NamedTuple):
    """One message to be."""

    html: str
    keyboard: InlineKeyboardMarkup | None
    plain: str
    """The same without any markup, for when the HTML is refused."""


class _Paragraph(NamedTuple):
    text: str
    tag: str = ""
    gap: str = "\n\n"
    """What parts it from the paragraph before."""

    @property
    def html(self) -> str:
        text = escape(self.text, quote=False)
        return f"<{self.tag}>{text}</{self.tag}>" if self.tag else text


def render(card: Card, username: str, *, limit: int = MessageLimit.MAX_TEXT_LENGTH) -> list[Part]:
    """Turn a card into one message or, where it is too long, several.

    Args:
        card: what to show.
        username: the bot's own, without "@", for deep links.
        limit: the longest text of one message after entity parsing, in UTF-16 code units.

    Returns:
        At least one part; the keyboard is on the last, no tag is ever cut.

    Raises:
        ValueError: the card has no text, or a button breaks a limit of Telegram's: a bug of ours.
    """
    packed = list(_pack((p for block in card.blocks for p in _paragraphs(block)), limit))
    if not packed:
        raise ValueError("a card without text")
    board = keyboard(card, username)
    last = len(packed) - 1
    return [
        Part(_join(part, html=True), board if number == last else None, _join(part, html=False))
        for number, part in enumerate(packed)
    ]


def keyboard(card: Card, username: str, *, inline: bool = False) -> InlineKeyboardMarkup | None:
    """The buttons of a card, or None where it has none; with `inline`, only those that need no chat with us.

    Raises:
        ValueError: a button breaks a limit of Telegram's, or has not exactly one thing to do.
    """
    rows = [[_button(b, username) for b in row if not (inline and b.action)] for row in card.buttons]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _paragraphs(block: Block) -> Iterator[_Paragraph]:
    tag = _TAGS.get(block.kind, "")
    for text in _BLANK_LINES.split(block.text):
        if text.strip():
            yield _Paragraph(text.strip(), tag)
    gap = "\n\n"
    for item in block.items:
        if item.strip():
            yield _Paragraph(f"• {item.strip()}", gap=gap)
            gap = "\n"


def _pack(paragraphs: Iterator[_Paragraph], limit: int) -> Iterator[list[_Paragraph]]:
    part: list[_Paragraph] = []
    size = 0
    for whole in paragraphs:
        for text in pieces(whole.text, limit):
            added = units(text)
            if part and size + units(whole.gap) + added > limit:
                yield part
                part, size = [], 0
            size += added + (units(whole.gap) if part else 0)
            part.append(whole._replace(text=text))
    if part:
        yield part


def _join(part: list[_Paragraph], *, html: bool) -> str:
    texts = (("" if n == 0 else p.gap) + (p.html if html else p.text) for n, p in enumerate(part))
    return "".join(texts)


def _button(button: Button, username: str) -> InlineKeyboardButton:
    style = button.style.value or None
    if not button.label.strip():
        raise ValueError("a button without a label")
    if sum(map(bool, (button.action, button.deep_link, button.copy))) != 1:
        raise ValueError(f"button {button.label!r} needs exactly one of action, deep_link and copy")
    if button.action:
        if len(button.action.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
            raise ValueError(f"action of button {button.label!r} is longer than 64 bytes: {button.action!r}")
        return InlineKeyboardButton(button.label, callback_data=button.action, style=style)
    if button.deep_link:
        if not _PAYLOAD.fullmatch(button.deep_link):
            raise ValueError(f"deep link of button {button.label!r} is no payload: {button.deep_link!r}")
        return InlineKeyboardButton(button.label, url=f"https://t.me/{username}?start={button.deep_link}", style=style)
    if len(button.copy) > InlineKeyboardButtonLimit.MAX_COPY_TEXT:
        raise ValueError(f"copied text of button {button.label!r} is longer than 256 characters")
    return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy), style=style)
