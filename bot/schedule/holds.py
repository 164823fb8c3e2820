"""What stops the walks of a chat as a whole, and when. Pure; the one place for these rules."""

from __future__ import annotations

from dataclasses import replace

from bot.schedule.model import Book, Drop, Hold, SetCare, WalkChange

UNANSWERED_MOST = 5
"""Reminders without an answer in a row; instead of a further one she is asked whether to go on."""

_WHY_HELD = {Hold.UNANSWERED: Drop.STOPPED, Hold.AWAY: Drop.AWAY}


def why_held(hold: Hold) -> Drop | None:
    """The reason for which a hold drops what is planned; None where nothing holds."""
    return None if hold is Hold.NONE else _WHY_HELD.get(hold, Drop.HELD)


def must_ask(book: Book) -> bool:
    """True where she is to be asked whether the reminders go on, instead of reminded."""
    return book.unanswered >= UNANSWERED_MOST and not book.care.asked


def must_stop(book: Book) -> bool:
    """True where she was asked whether the reminders go on, and left that unanswered too."""
    return book.unanswered > UNANSWERED_MOST and book.care.asked


def stopped_unanswered(book: Book, now: int) -> tuple[WalkChange, ...]:
    """What it changes that a chat answers neither its reminders nor the question whether to go on.

    Nothing where a hold is there already, or where she has answered meanwhile.

    Args:
        book: of the chat, as it is when this is written.
        now: epoch seconds.
    """
    if book.care.hold is not Hold.NONE or not book.care.asked:
        return ()
    return (SetCare(replace(book.care, hold=Hold.UNANSWERED, since=now)),)


def gone_away(book: Book, now: int) -> tuple[WalkChange, ...]:
    """What it changes that a chat cannot be written to: its walks are held until she says that they go on.

    A hold for her safety stays what it is, for being away does not lift it. Without reminders there is nothing to
    hold. That the chat can be written to again changes nothing by itself.

    Args:
        book: of the chat.
        now: epoch seconds.
    """
    if not book.reminders or book.care.hold not in (Hold.NONE, Hold.UNANSWERED):
        return ()
    return (SetCare(replace(book.care, hold=Hold.AWAY, since=now, asked=False)),)
