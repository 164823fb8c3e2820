"""A reply as steps, each one call to Telegram, in an order that is the same after a crash."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from telegram import InlineKeyboardMarkup

from bot.conversation.reply import Card, Document, Reply
from bot.conversation.state import Exchange
from bot.telegram.render import Part, render

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendPart:
    """A new message.

    lasting: an edit of what it answers leaves it as it is.
    """

    part: Part
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class SendFile:
    """A file as a new message."""

    file: Document


@dataclass(frozen=True, slots=True)
class EditOrSend:
    """A part in the place of a message of ours; a new message where that cannot be changed.

    clear: where it cannot be changed, its buttons are taken off.
    """

    message: int
    part: Part
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """A message of ours is taken back."""

    message: int


@dataclass(frozen=True, slots=True)
class ClearButtons:
    """Buttons of a message of ours have been used.

    left: those that stay.
    """

    message: int
    left: InlineKeyboardMarkup | None = None


Step = SendPart | SendFile | EditOrSend | Delete | ClearButtons


def new(reply: Reply, username: str) -> tuple[Step, ...]:
    """Every card as new messages, then the document. Raises ValueError only for a card that has no text at all."""
    steps: list[Step] = [
        SendPart(part, lasting=card.lasting) for card in reply.cards for part in _parts((card,), username)
    ]
    return (*steps, SendFile(reply.document)) if reply.document is not None else tuple(steps)


def after_edit(reply: Reply, earlier: Exchange | None, username: str) -> tuple[Step, ...]:
    """The answer to a message, or to her edit of one: then `earlier` is what was sent before, and changes in place.

    New messages are sent where there is nothing earlier, or where the earlier or this reply is about safety.
    """
    if earlier is None or earlier.safety or reply.is_safety or not reply.cards or reply.document is not None:
        return new(reply, username)
    steps: list[Step] = []
    for old, part in zip_longest(earlier.replies, _parts(reply.cards, username)):
        if part is None:
            steps.append(Delete(old))
        else:
            steps.append(SendPart(part) if old is None else EditOrSend(old, part))
    return tuple(steps)


def after_press(
    reply: Reply, pressed: int | None, username: str, *, keyboard: InlineKeyboardMarkup | None = None
) -> tuple[Step, ...]:
    """The answer to a pressed button.

    Args:
        reply: what to show; of its cards the first with `replace` takes the place of the pressed button's message.
        pressed: the message of the button; None where Telegram no longer lets it be changed.
        username: the bot's own, without "@".
        keyboard: that of the pressed button's message.
    """
    steps: list[Step] = []
    if reply.spent and pressed is not None and keyboard is not None:
        left = _without(keyboard, reply.spent)
        steps += [ClearButtons(pressed, left)] if left != keyboard else []
    for card in reply.cards:
        parts = _parts((card,), username)
        if card.replace and pressed is not None and not reply.is_safety:
            steps.append(EditOrSend(pressed, parts[0], clear=reply.remove_buttons))
            pressed, parts = None, parts[1:]
        steps += [SendPart(part) for part in parts]
    if reply.document is not None:
        steps.append(SendFile(reply.document))
    if reply.remove_buttons and pressed is not None:
        steps.append(ClearButtons(pressed))
    return tuple(steps)


def _without(keyboard: InlineKeyboardMarkup, spent: Sequence[str]) -> InlineKeyboardMarkup | None:
    """The buttons that are left; None for none."""
    rows = [[b for b in row if b.callback_data not in spent] for row in keyboard.inline_keyboard]
    return InlineKeyboardMarkup([row for row in rows if row]) if any(rows) else None


def _parts(cards: Sequence[Card], username: str) -> list[Part]:
    parts: list[Part] = []
    for card in cards:
        try:
            parts += render(card, username)
        except ValueError as err:
            # Words without buttons are better than neither; the mistake is ours.
            _log.error("A card cannot be shown as it is: %s", err, extra={"action": "render-failed"})
            parts += render(replace(card, buttons=()), username)
    return parts
