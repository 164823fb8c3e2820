"""Stop, pause, resume, delete, and undo: each in one tap, and harmless when tapped twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.actions.reminders import (
    ListReminders,
    UndoDelete,
    UndoPause,
    UndoStop,
)
from bot.conversation.cards import block
from bot.conversation.reminders.formatting import date_said
from bot.conversation.reminders.holds import SAFETY_HOLDS, waiting, woken
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.setup_draft import PAUSE
from bot.conversation.reminders.setup_flow import SetupFlow
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Button
from bot.conversation.state import Turn
from bot.language.reminder_request import Pause, Refusal, Stop
from bot.language.spans import LONGEST_PAUSE
from bot.schedule.model import FOREVER, MOST_REMINDERS, DeleteReminder, Hold, PutReminder, Reminder


class ReminderChanges:
    """What is done to reminders that are there."""

    def __init__(self, resources: Resources, listing: Listing, setup: SetupFlow) -> None:
        """Arguments: as made by the conversation."""
        self._resources = resources
        self._texts = resources.texts
        self._listing = listing
        self._setup = setup

    def stop(self, builder: TurnBuilder, which: int | None) -> Turn:
        """Stop one, or (None) all, in one tap."""
        return self._stop(builder, _chosen(builder, which))

    def stop_said(self, builder: TurnBuilder, wanted: Stop) -> Turn:
        """Stop those that were named in words."""
        found = [r for r in builder.book.reminders if _fits(r, wanted)]
        if not builder.book.reminders:
            return self._listing.all(builder)
        if not found:
            return self._listing.all(builder, *block(self._texts("walk-no-such")))
        return self._stop(builder, found)

    def _stop(self, builder: TurnBuilder, reminders: Sequence[Reminder]) -> Turn:
        t = self._texts
        on = [r for r in reminders if r.enabled]
        if not on:
            return self._listing.all(builder, *block(t("walk-stopped-already")))
        builder = builder.changing(*(PutReminder(replace(r, enabled=False)) for r in on)).drafting(None)
        undo = Button(label=t("walk-undo-button"), action=UndoStop(tuple(r.no for r in on)).pack())
        said = block(t("walk-stopped" if len(on) == 1 else "walk-stopped-all"))
        return builder.says(
            card(said, buttons=[[undo, Button(label=t("walk-list-button"), action=ListReminders().pack())]])
        )

    def on(self, builder: TurnBuilder, numbers: Sequence[int]) -> Turn:
        """Undo a stop."""
        found = [r for no in numbers if (r := builder.book.reminder(no))]
        if not found:
            raise KeyError(numbers)
        return self._resumed(builder, found)

    def resume(self, builder: TurnBuilder, which: int | None) -> Turn:
        """Start what is stopped or paused."""
        found = _chosen(builder, which)
        return self._resumed(builder, found) if found else self._listing.all(builder)

    def unpause(self, builder: TurnBuilder, which: int | None) -> Turn:
        """Undo a pause; what was stopped stays so."""
        return self._resumed(builder, [r for r in _chosen(builder, which) if r.enabled])

    def _resumed(self, builder: TurnBuilder, reminders: Sequence[Reminder]) -> Turn:
        t = self._texts
        changed = [PutReminder(replace(r, enabled=True, paused_until=None)) for r in reminders]
        builder = builder.changing(
            *(c for c in changed if c.reminder != builder.book.reminder(c.reminder.no))
        ).drafting(None)
        if builder.book.care.hold in (Hold.UNANSWERED, Hold.AWAY):
            builder = woken(builder)
        if builder.book.care.hold in SAFETY_HOLDS:
            return waiting(self._resources, builder)
        said = block(t("walk-resumed"))
        return self._listing.all(builder, *said)

    def pause(self, builder: TurnBuilder, which: int | None) -> Turn:
        """Ask for how long."""
        found = _chosen(builder, which)
        if not found:
            return self._listing.all(builder)
        return self._setup.single(builder, PAUSE, "pause", no=which)

    def pause_for(self, builder: TurnBuilder, days: int | None) -> Turn:
        """Pause for days, or until she resumes (None)."""
        draft = builder.draft
        if draft is None or draft.step != "pause":
            raise KeyError("draft")
        if days is not None and not 1 <= days <= LONGEST_PAUSE:
            raise ValueError(days)
        until = FOREVER if days is None else self._resources.today(builder) + timedelta(days=days)
        return self._pause(builder, _chosen(builder, draft.no), until)

    def pause_said(self, builder: TurnBuilder, wanted: Pause) -> Turn:
        """Pause in words: those of the open question, or all."""
        if not builder.book.reminders:
            return self._listing.all(builder)
        draft = builder.draft if builder.draft and builder.draft.step == "pause" else None
        if wanted.until is None:
            return self.pause(builder, None)
        which = draft.no if draft else None
        return self._pause(builder, _chosen(builder, which), wanted.until)

    def pause_refused(self, builder: TurnBuilder, refusal: Refusal) -> Turn:
        """The end of a pause could not be read."""
        return self._setup.single(builder, PAUSE, "pause", *block(self._setup.why_refused(refusal)),
                                  no=builder.draft.no if builder.draft else None)  # fmt: skip

    def _pause(self, builder: TurnBuilder, reminders: Sequence[Reminder], until: date) -> Turn:
        t = self._texts
        put = [PutReminder(replace(r, paused_until=until)) for r in reminders if r.paused_until != until]
        builder = builder.changing(*put).drafting(None)
        said = t("walk-paused") if until == FOREVER else t("walk-paused-until", day=date_said(until))
        which = reminders[0].no if len(reminders) == 1 else None
        undo = Button(label=t("walk-undo-button"), action=UndoPause(which).pack())
        return builder.says(
            card(block(said), buttons=[[undo, Button(label=t("walk-list-button"), action=ListReminders().pack())]])
        )

    def delete(self, builder: TurnBuilder, no: int) -> Turn:
        """Delete one; the button to undo it carries all there is to know."""
        t, reminder = self._texts, builder.book.reminder(no)
        if reminder is None:
            raise KeyError(no)
        put = UndoDelete(
            at=reminder.at,
            days=reminder.days,
            minutes=reminder.minutes,
            enabled=reminder.enabled,
            paused_until=reminder.paused_until,
            last_day=reminder.last_day,
        )
        builder = builder.changing(DeleteReminder(no)).drafting(None)
        undo = Button(label=t("walk-undo-button"), action=put.pack())
        said = block(t("walk-deleted"))
        return builder.says(
            card(said, buttons=[[undo, Button(label=t("walk-list-button"), action=ListReminders().pack())]])
        )

    def put(self, builder: TurnBuilder, old: UndoDelete) -> Turn:
        """Undo a deletion, unless the same reminder is there."""
        wanted = Reminder(
            no=builder.now,
            at=old.at,
            days=old.days,
            minutes=old.minutes,
            enabled=old.enabled,
            paused_until=old.paused_until,
            last_day=old.last_day,
        )
        same = [
            r for r in builder.book.reminders if (r.at, r.days, r.minutes) == (wanted.at, wanted.days, wanted.minutes)
        ]
        if same:
            return self._listing.all(builder)
        if len(builder.book.reminders) >= MOST_REMINDERS:
            return self._setup.begin(builder)
        while builder.book.reminder(wanted.no):
            wanted = replace(wanted, no=wanted.no + 1)
        return self._listing.all(builder.changing(PutReminder(wanted)), *block(self._texts("walk-undone")))


def _chosen(builder: TurnBuilder, which: int | None) -> list[Reminder]:
    """One, or (None) all. Raises KeyError where the one is not there."""
    if which is None:
        return list(builder.book.reminders)
    reminder = builder.book.reminder(which)
    if reminder is None:
        raise KeyError(which)
    return [reminder]


def _fits(reminder: Reminder, wanted: Stop) -> bool:
    if wanted.at is not None and reminder.at != wanted.at:
        return False
    return wanted.days is None or bool(reminder.days & wanted.days)
