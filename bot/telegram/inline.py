"""Answers an inline query: articles to post, and where a flag is raised the button to the private chat."""

from __future__ import annotations

import logging

from telegram import InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent
from telegram.constants import InlineQueryLimit, ParseMode
from telegram.error import TelegramError

from bot.conversation.suggestions import Article, Suggestions
from bot.telegram.render import keyboard, render

OPEN_PAYLOAD = "inline"
"""The `/start` payload of the button to the private chat."""
KEPT_S = 60
"""How long Telegram may repeat the list for the same words; short, so that corrected content soon shows."""

_log = logging.getLogger(__name__)


async def answer_inline(query: InlineQuery, suggestions: Suggestions, username: str) -> None:
    """Send the list. A refusal is only logged: she has typed on by then, and the next query comes by itself.

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
        await query.answer(results, cache_time=KEPT_S, is_personal=True, button=button)
    except TelegramError as err:
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
