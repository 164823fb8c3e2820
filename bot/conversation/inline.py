"""What inline mode offers: articles she can post into another chat, or the way to the bot itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.reply import Card


@dataclass(frozen=True, kw_only=True)
class Article:
    """One entry of the list above her keyboard."""

    id: str
    """Unique in one list, 1 to 64 bytes: the topic id."""
    title: str
    description: str
    """One line below the title."""
    card: Card
    """What is posted. Buttons with an `action` are left out: they have no chat to answer in."""


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """The whole list for what she has typed so far."""

    articles: tuple[Article, ...] = ()
    """Best first; exactly one, whose text says to open the bot, where `open_bot` is set."""
    open_bot: str | None = None
    """Text of the button that leads to the private chat; set when the query raises a flag."""
