"""Stop, pause, resume, delete, and undo: each in one tap, and harmless when tapped twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.actions.reminders import (
    UndoDelete,
    UndoStop,
)
from bot.conversation.cards import block
from bot.conversation.reminders.holds import SAFETY_HOLDS, waiting, woken
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.setup_draft import PAUSE
from bot.conversation.reminders.setup_flow import SetupFlow
from bot.conversation.reminders.steps.pause import PauseStep, paused
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card, list_button
from bot.conversation.reply import Button
from bot.conversation.state import Turn
from bot.language.reminder_request import Pause, Stop
from bot.schedule.model import MOST_REMINDERS, DeleteReminder, Hold, PutReminder, Reminder


class ReminderChanges:
    """What is done to reminders that are there."""

    def __init__(self, resources: Resources, listing: Listing, setup: SetupFlow) -> None:
        """Take the parts that the conversation makes."""
        self._resources = resources
        self._texts = resources.texts
        self._listing = listing
        self._setup = setup

    def stop(self, builder: TurnBuilder, which: int | None) -> Turn:
        """Stop one, or (None) all, in one tap."""
        return self._stop(builder, builder.chosen(which))

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
        if not builder.book.reminders:
            return builder.says(card(block(t("walk-stop-nothing"))))
        if not on:
            return self._listing.all(builder, *block(t("walk-stopped-already")))
        builder = builder.changing(*(PutReminder(replace(r, enabled=False)) for r in on)).drafting(None)
        undo = Button(label=t("walk-undo-button"), action=UndoStop(tuple(r.no for r in on)).pack())
        said = block(t("walk-stopped" if len(on) == 1 else "walk-stopped-all"))
        return builder.says(card(said, buttons=[[undo, list_button(t)]]))

    def on(self, builder: TurnBuilder, numbers: Sequence[int]) -> Turn:
        """Undo a stop."""
        found = [r for no in numbers if (r := builder.book.reminder(no))]
        if not found:
            raise KeyError(numbers)
        return self._resumed(builder, found)

    def resume(self, builder: TurnBuilder, which: int | None) -> Turn:
        """Start what is stopped or paused."""
        found = builder.chosen(which)
        return self._resumed(builder, found) if found else self._listing.all(builder)

    def unpause(self, builder: TurnBuilder, which: int | None) -> Turn:
        """Undo a pause; what was stopped stays so."""
        return self._resumed(builder, [r for r in builder.chosen(which) if r.enabled])

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
        found = builder.chosen(which)
        if not found:
            return self._listing.all(builder)
        return self._setup.single(builder, PAUSE, PauseStep.name, no=which)

    def pause_said(self, builder: TurnBuilder, wanted: Pause) -> Turn:
        """Pause in words: those of the open question, or all."""
        if not builder.book.reminders:
            return self._listing.all(builder)
        if wanted.until is None:
            return self.pause(builder, None)
        draft = builder.draft
        which = draft.no if draft and draft.step == PauseStep.name else None
        return paused(self._texts, builder, builder.chosen(which), wanted.until)

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
        return builder.says(card(said, buttons=[[undo, list_button(t)]]))

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


def _fits(reminder: Reminder, wanted: Stop) -> bool:
    if wanted.at is not None and reminder.at != wanted.at:
        return False
    return wanted.days is None or bool(reminder.days & wanted.days)
