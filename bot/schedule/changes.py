"""What a change of her walks means: the book after it, and what has to be written. Pure; the one place for both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import assert_never

from bot.schedule.due import derive, zone_of
from bot.schedule.effects import (
    AddReminder,
    DropPlanned,
    Effect,
    PlanSnooze,
    RemoveReminder,
    SaveAnswer,
    SaveCare,
    SaveLastDay,
    SaveNextDue,
    SaveQuiet,
    SaveWalk,
    SaveZone,
    SettleUnanswered,
    UpdateReminder,
)
from bot.schedule.holds import why_held
from bot.schedule.model import (
    WALKS_KEPT,
    Answer,
    Book,
    Care,
    DeleteReminder,
    DeliveryState,
    Drop,
    Hold,
    Kind,
    Nudge,
    PutReminder,
    RecordWalk,
    Reminder,
    Said,
    SetCare,
    SetQuiet,
    SetZone,
    Snooze,
    WalkChange,
)
from bot.schedule.plan_model import Walk

_ENDS_DAY = (Said.DONE, Said.NOT_TODAY)
"""Answers after which nothing more comes of a reminder on that day."""


def apply(book: Book, changes: Iterable[WalkChange], now: int) -> tuple[Book, tuple[Effect, ...]]:
    """Apply changes in order, then derive anew what the reminders that they concern wait for.

    Args:
        book: of the chat.
        changes: of a turn.
        now: epoch seconds.

    Returns:
        The book as it will be loaded, and what has to be written for that, in order. What has to be written follows
        from zone, care and reminders alone: walks and nudges may be left out of a book that is not to be read after.
    """
    applying = _Applying(book)
    for change in changes:
        applying.one(change)
    applying.derive_anew(now)
    return applying.book, tuple(applying.effects)


class _Applying:
    """The changes of one turn."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.effects: list[Effect] = []
        self._anew: set[int] = set()
        """Reminders to derive anew; the others keep what they wait for, for it may be due this very second."""

    def one(self, change: WalkChange) -> None:
        match change:
            case PutReminder(reminder):
                self._put(reminder)
            case DeleteReminder(no):
                self._delete(no)
            case SetZone(zone):
                self._set_zone(zone)
            case SetQuiet(quiet):
                self.book = replace(self.book, quiet=quiet)
                self.effects.append(SaveQuiet(quiet))
            case SetCare(care):
                self._set_care(care)
            case Answer(no, day, said):
                self._answer(no, day, said)
            case Snooze(no, day, at, until):
                self._snooze(PlanSnooze(no, day, at, until))
            case RecordWalk(no, walk):
                self.book = replace(self.book, walks=_recorded(self.book.walks, walk))
                self.effects.append(SaveWalk(no, walk))
            case _:
                assert_never(change)

    def derive_anew(self, now: int) -> None:
        """What the reminders wait for, by the zone and the care that all changes have left."""
        zone = zone_of(self.book.zone)
        for reminder in self.book.reminders:
            if reminder.no in self._anew:
                due = derive(self.book, reminder, zone, now)
                self._keep(replace(reminder, next_due=due.instant if due else None))
                self.effects.append(SaveNextDue(reminder.no, due))

    def _put(self, wanted: Reminder) -> None:
        old = self.book.reminder(wanted.no)
        if old is None:
            wanted = replace(wanted, next_due=None)
            self._keep(wanted)
            self.effects.append(AddReminder(wanted))
            self._anew.add(wanted.no)
            return
        wanted = replace(wanted, last_day=old.last_day, next_due=old.next_due)
        self._keep(wanted)
        self.effects.append(UpdateReminder(wanted))
        is_other_rule = _rule(old) != _rule(wanted)  # other minutes move nothing
        if is_other_rule:
            self.effects.append(DropPlanned(Drop.STOPPED, wanted.no))
        if is_other_rule or old.next_due is None:
            self._anew.add(wanted.no)

    def _delete(self, no: int) -> None:
        if self.book.reminder(no) is None:
            return
        reminders = tuple(r for r in self.book.reminders if r.no != no)
        self.book = _with_nudges(replace(self.book, reminders=reminders), [n for n in self.book.nudges if n.no != no])
        self.effects.append(RemoveReminder(no))

    def _set_zone(self, zone: str) -> None:
        if zone == self.book.zone:
            return
        self.book = replace(self.book, zone=zone)
        self.effects.append(SaveZone(zone))
        self._all_anew()

    def _set_care(self, care: Care) -> None:
        old = self.book.care
        self.book = replace(self.book, care=care)
        self.effects.append(SaveCare(care))
        if why := why_held(care.hold):
            self.effects.append(DropPlanned(why))
        if bool(care.hold) != bool(old.hold):
            self._all_anew()
        if (old.asked and not care.asked) or (old.hold is Hold.UNANSWERED and not care.hold):
            nudges = tuple(replace(nudge, settled=True) if _is_open(nudge) else nudge for nudge in self.book.nudges)
            self.book = replace(self.book, nudges=nudges, unanswered=0)
            self.effects.append(SettleUnanswered())

    def _answer(self, no: int, day: date, said: Said) -> None:
        reminder = self.book.reminder(no)
        if reminder is None:
            return
        self._say(no, day, said)
        if said not in _ENDS_DAY:
            return
        self.effects.append(DropPlanned(Drop.STOPPED, no, day))
        if reminder.last_day is None or reminder.last_day < day:
            self._keep(replace(reminder, last_day=day))
            self.effects.append(SaveLastDay(no, day))
            self._anew.add(no)

    def _snooze(self, wanted: PlanSnooze) -> None:
        no, day = wanted.no, wanted.day
        if self.book.reminder(no) is None:
            return
        self._say(no, day, Said.LATER)
        self.effects.append(wanted)
        of_day = [nudge for nudge in self.book.nudges if (nudge.no, nudge.day) == (no, day)]
        if not any(nudge.said in _ENDS_DAY for nudge in of_day):  # the Later before is planned anew
            gone = {nudge for nudge in of_day if nudge.kind is Kind.LATER and nudge.state is not DeliveryState.SENDING}
            self.book = _with_nudges(self.book, [nudge for nudge in self.book.nudges if nudge not in gone])

    def _say(self, no: int, day: date, said: Said) -> None:
        def told(nudge: Nudge) -> Nudge:
            is_meant = (nudge.no, nudge.day) == (no, day) and (nudge.said not in _ENDS_DAY or said in _ENDS_DAY)
            return replace(nudge, said=said) if is_meant else nudge

        self.book = _with_nudges(self.book, [told(nudge) for nudge in self.book.nudges])
        self.effects.append(SaveAnswer(no, day, said))

    def _keep(self, reminder: Reminder) -> None:
        others = [r for r in self.book.reminders if r.no != reminder.no]
        self.book = replace(self.book, reminders=tuple(sorted((*others, reminder), key=lambda r: r.no)))

    def _all_anew(self) -> None:
        self._anew |= {reminder.no for reminder in self.book.reminders}


def _rule(reminder: Reminder) -> tuple[object, ...]:
    return reminder.at, reminder.days, reminder.enabled, reminder.paused_until


def _is_open(nudge: Nudge) -> bool:
    """True where it waits for an answer. Of one that is on its way nobody knows yet whether she has it."""
    return nudge.state is DeliveryState.SENT and nudge.said is None and not nudge.settled


def _with_nudges(book: Book, nudges: Iterable[Nudge]) -> Book:
    """The book with these nudges, and what is unanswered then: the open ones due since the last that she answered."""
    kept = tuple(nudges)
    older = 0  # than the book goes back; an answer to any that it holds ends them all
    if all(nudge.said is None for nudge in kept):
        older = max(book.unanswered - _open_count(book.nudges), 0)
    return replace(book, nudges=kept, unanswered=older + _open_count(kept))


def _open_count(nudges: Iterable[Nudge]) -> int:
    kept = tuple(nudges)
    answered = max((nudge.due for nudge in kept if nudge.said is not None), default=0)
    return sum(_is_open(nudge) and nudge.due > answered for nudge in kept)


def _recorded(walks: tuple[Walk, ...], walk: Walk) -> tuple[Walk, ...]:
    """A book does not say of which reminder a walk is; the conversation keeps the instant of one that it corrects."""
    others = [w for w in walks if (w.day, w.at) != (walk.day, walk.at)]
    return tuple(sorted((*others, walk), key=lambda w: w.at)[-WALKS_KEPT:])
