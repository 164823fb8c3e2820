"""What the plan knows of her: from what she told here and in the profile. What is not told counts as not cleared."""

from __future__ import annotations

from datetime import date

from bot.conversation.state import Birth, ChatState, Stage
from bot.schedule.model import WALKS_KEPT, Reminder
from bot.schedule.plan_model import Walker


def had_caesarean(state: ChatState) -> bool:
    """True where the profile tells of a caesarean, and of no pregnancy since."""
    return state.profile.birth is Birth.CAESAREAN and state.profile.stage is not Stage.PREGNANT


def needs_clearance(state: ChatState) -> bool | None:
    """Whether a doctor has to agree first; None where she has not told, which counts as yes."""
    return True if had_caesarean(state) else state.book.care.needs_clearance


def cleared_on(state: ChatState) -> date | None:
    """The date of the clearance; the earliest there is where only the profile tells of one."""
    if state.book.care.cleared_on:
        return state.book.care.cleared_on
    return date.min if state.profile.cleared else None


def walker(state: ChatState, reminder: Reminder | None = None) -> Walker:
    """Her, for the plan.

    Args:
        state: of the chat.
        reminder: with her own minutes, if she chose some.
    """
    care = state.book.care
    return Walker(
        walks=state.book.walks,
        from_start=len(state.book.walks) < WALKS_KEPT,
        own=reminder.minutes if reminder else None,
        own_since=care.chosen_at,
        needs_clearance=needs_clearance(state) is not False,
        cleared_on=cleared_on(state),
        soon_alarm=care.soon,
        checked_at=care.checked_at,
    )


def is_cleared(state: ChatState, today: date) -> bool:
    """True where the growing plan may run."""
    return walker(state).cleared_by(today)


def wants_walks(state: ChatState, today: date) -> bool:
    """True where she may be reminded: cleared, or gentle walks wanted before."""
    return state.book.care.gentle or is_cleared(state, today)
