"""The few sentences the adapter needs itself; they are handed in, nothing is said from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TelegramTexts:
    """Sentences for what the conversation never sees. All but `failed` are at most 200 characters."""

    not_yours: str
    """In a group: the button belongs to somebody else's answer."""
    too_old: str
    """The button cannot be read any more."""
    inline_button: str
    """The button stands under a message posted through inline mode: it works in the chat with the bot."""
    failed: str
    """Our own mistake: nothing could be answered; says where help is to be had. Also shown, cut, over the chat."""
    late: str = ""
    """A word of apology with an answer that comes late. Empty: none."""
    too_many: str = ""
    """Too many messages in a short time: answers pause for a minute. Empty: nothing is said."""


@dataclass(frozen=True, kw_only=True)
class SetUpTexts:
    """What Telegram shows of the bot: a description of every command (1 to 256 characters), and of the bot."""

    start: str
    topics: str
    remind: str
    reminders: str
    settings: str
    help: str
    about: str
    privacy: str
    mydata: str
    forget: str
    cancel: str
    description: str
    """Shown in the empty chat, at most 512 characters."""
    short_description: str
    """Shown on the profile and in shared links, at most 120 characters."""
