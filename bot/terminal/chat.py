"""The conversation in a terminal, or line by line from a pipe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from bot.conversation.actions import is_about_reminders, parse
from bot.conversation.actions.reminders import AnswerPain
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.service import ConversationService
from bot.terminal.render import reply_text

TERMINAL_CHAT = ChatKey(chat=0)


def read_line(line: str, at: datetime, shown: Reply | None = None) -> Message:
    """A typed line as a message: "/help" is a command, everything else a text.

    Args:
        line: what was typed, with or without its end of line.
        at: aware.
        shown: the reply above, whose buttons have numbers here. Where a number may also be an answer ("10" for ten
            o'clock), it presses the button; other numbers the conversation itself takes for buttons.
    """
    text = line.strip()
    if is_about_reminders(action := _numbered(text, shown)):
        return Message(at=at, action=action)
    if text.startswith("/") and len(text) > 1 and text[1].isalpha():
        name, _, rest = text[1:].partition(" ")
        return Message(at=at, command=name.lower(), text=rest)
    return Message(at=at, text=text)


def _numbered(text: str, shown: Reply | None) -> str:
    """The action of the button with that number, "" where there is none.

    The buttons for pain are labelled 0 to 10: a 3 that is typed there means pain of 3, not the third button.
    """
    buttons = [b for card in shown.cards for row in card.buttons for b in row if b.action] if shown else []
    for button in buttons:
        if button.label == text and isinstance(parse(button.action), AnswerPain):
            return button.action
    actions = [b.action for b in buttons]
    is_number = text.isascii() and text.isdigit() and len(text) < 3
    return actions[int(text) - 1] if is_number and 0 < int(text) <= len(actions) else ""


async def chat(
    service: ConversationService,
    source: TextIO,
    out: TextIO,
    *,
    prompt: str = "",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Answer lines until the input ends.

    Args:
        service: the conversation.
        source: lines.
        out: where replies go.
        prompt: shown before each line, "" where nobody types.
        clock: aware, for tests.
    """
    reply: Reply | None = None
    while True:
        if prompt:
            out.write(prompt)
            out.flush()
        line = source.readline()
        if not line:
            break
        reply = await service.handle(TERMINAL_CHAT, read_line(line, clock(), reply))
        out.write(f"{reply_text(reply)}\n\n")
        out.flush()
