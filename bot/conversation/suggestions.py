"""What inline mode offers: articles she can post into another chat, or the way to the bot itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.cards import block
from bot.conversation.reply import Card

if TYPE_CHECKING:
    from bot.conversation.dialogue import Conversation

ARTICLES = 5
SHARE = 0.03
"""Share a topic needs to be offered: she sees the titles and chooses, so it may be low."""
DESCRIPTION = 120
"""Characters; Telegram shows about two lines."""


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


def suggest(conversation: Conversation, query: str | None) -> Suggestions:
    """What to offer.

    Args:
        conversation: whose topics they are.
        query: what she has typed so far; None where it could not be read, then as for a red flag.
    """
    understanding, known = conversation.understanding, conversation.knowledge.topics
    if query is None or understanding.triage(query).flag:
        return _open_bot(conversation)
    if query.strip():
        ranking = understanding.rank(query)
        likely = [c.topic for c in ranking.candidates[:ARTICLES] if c.confidence >= SHARE]
        topics = likely if ranking.is_english else []
    else:
        topics = list(known)[:ARTICLES]
    return Suggestions(
        articles=tuple(
            Article(
                id=t,
                title=known[t].title,
                description=known[t].answer.splitlines()[0][:DESCRIPTION],
                card=conversation.cards.shared(known[t]),
            )
            for t in topics
        )
    )


def _open_bot(conversation: Conversation) -> Suggestions:
    texts = conversation.texts
    label = texts("inline-open-bot") or "Open the chat"
    text = texts("inline-open-bot-text") or texts.seek_help
    article = Article(id="open-bot", title=label, description=text[:DESCRIPTION], card=Card(blocks=block(text)))
    return Suggestions(articles=(article,), open_bot=label)
