"""Answers an inline query: articles to post, and where a flag is raised the button to the private chat."""

from __future__ import annotations

import logging

from telegram import InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent
from telegram.constants import InlineQueryLimit, ParseMode
from telegram.error import TelegramError

from bot.conversation.suggestions import Article, Suggestions
from bot.errors import ExpiredError
from bot.telegram.render import keyboard, render
from bot.telegram.sender import RetryingSender

OPEN_PAYLOAD = "inline"
"""The `/start` payload of the button to the private chat."""
KEPT_S = 60
"""How long Telegram may repeat the list for the same words; short, so that corrected content soon shows."""

WORTH_S = 5.0
"""A list that comes later than this shows for words that have long been typed on."""

_log = logging.getLogger(__name__)


async def answer_inline(query: InlineQuery, suggestions: Suggestions, username: str, sender: RetryingSender) -> None:
    """Send the list. A refusal is only logged: she has typed on by then, and the next query comes by itself.

    Args:
        query: what she typed.
        suggestions: what to offer.
        username: the bot's own, without "@".
        sender: makes the call at its turn.

    Raises:
        ValueError: a card cannot be rendered: a bug of ours.
    """
    articles = suggestions.articles[: InlineQueryLimit.RESULTS]
    button = None
    if suggestions.open_bot is not None:
        articles = articles[:1]
        button = InlineQueryResultsButton(suggestions.open_bot, start_parameter=OPEN_PAYLOAD)
    results = [_result(article, username) for article in articles]
    try:
        await sender.make(
            lambda: query.answer(results, cache_time=KEPT_S, is_personal=True, button=button), seconds=WORTH_S
        )
    except (TelegramError, ExpiredError) as err:
        _log.info("An inline query was not answered: %s", type(err).__name__, extra={"action": "inline-unanswered"})


def _result(article: Article, username: str) -> InlineQueryResultArticle:
    first = render(article.card, username)[0]
    return InlineQueryResultArticle(
        id=article.id,
        title=article.title,
        description=article.description,
        input_message_content=InputTextMessageContent(first.html, parse_mode=ParseMode.HTML),
        reply_markup=keyboard(article.card, username, inline=True),
    )
