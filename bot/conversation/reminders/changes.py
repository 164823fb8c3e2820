"""Stop, pause, resume, delete, and undo: each in one tap, and harmless when tapped twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.cards import block
from bot.conversation.reminders.formatting import date_said, read_clock
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

ALL = "all"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class ReminderChanges:
    """What is done to reminders that are there."""

    def __init__(self, resources: Resources, listing: Listing, setup: SetupFlow) -> None:
        """Arguments: as made by the conversation."""
        self._resources = resources
        self._texts = resources.texts
        self._listing = listing
        self._setup = setup

    def stop(self, builder: TurnBuilder, which: str) -> Turn:
        """Stop one, or all, in one tap."""
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
        undo = Button(label=t("walk-undo-button"), action=f"walk:on:{packed(r.no for r in on)}")
        said = block(t("walk-stopped" if len(on) == 1 else "walk-stopped-all"))
        return builder.says(card(said, buttons=[[undo, Button(label=t("walk-list-button"), action="walk:list")]]))

    def on(self, builder: TurnBuilder, numbers: str) -> Turn:
        """Undo a stop."""
        found = [r for no in unpacked(numbers) if (r := builder.book.reminder(no))]
        if not found:
            raise KeyError(numbers)
        return self._resumed(builder, found)

    def resume(self, builder: TurnBuilder, which: str) -> Turn:
        """Start what is stopped or paused."""
        found = _chosen(builder, which)
        return self._resumed(builder, found) if found else self._listing.all(builder)

    def unpause(self, builder: TurnBuilder, which: str) -> Turn:
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

    def pause(self, builder: TurnBuilder, which: str) -> Turn:
        """Ask for how long."""
        found = _chosen(builder, which)
        if not found:
            return self._listing.all(builder)
        return self._setup.single(builder, PAUSE, "pause", no=None if which == ALL else found[0].no)

    def pause_for(self, builder: TurnBuilder, value: str) -> Turn:
        """Pause for days, or until she resumes ("open")."""
        draft = builder.draft
        if draft is None or draft.step != "pause":
            raise KeyError("draft")
        days = None if value == "open" else int(value)
        if days is not None and not 1 <= days <= LONGEST_PAUSE:
            raise ValueError(value)
        until = FOREVER if days is None else self._resources.today(builder) + timedelta(days=days)
        return self._pause(builder, _chosen(builder, ALL if draft.no is None else str(draft.no)), until)

    def pause_said(self, builder: TurnBuilder, wanted: Pause) -> Turn:
        """Pause in words: those of the open question, or all."""
        if not builder.book.reminders:
            return self._listing.all(builder)
        draft = builder.draft if builder.draft and builder.draft.step == "pause" else None
        if wanted.until is None:
            return self.pause(builder, ALL)
        which = str(draft.no) if draft and draft.no is not None else ALL
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
        which = str(reminders[0].no) if len(reminders) == 1 else ALL
        undo = Button(label=t("walk-undo-button"), action=f"walk:unpause:{which}")
        return builder.says(
            card(block(said), buttons=[[undo, Button(label=t("walk-list-button"), action="walk:list")]])
        )

    def delete(self, builder: TurnBuilder, no: int) -> Turn:
        """Delete one; the button to undo it carries all there is to know."""
        t, reminder = self._texts, builder.book.reminder(no)
        if reminder is None:
            raise KeyError(no)
        days = "".join(map(str, sorted(reminder.days)))
        spec = f"{reminder.at:%H%M}:{days}:{reminder.minutes or ''}:{'' if reminder.enabled else 'off'}"
        spec += f":{reminder.paused_until or ''}:{reminder.last_day or ''}"
        builder = builder.changing(DeleteReminder(no)).drafting(None)
        undo = Button(label=t("walk-undo-button"), action=f"walk:put:{spec}")
        said = block(t("walk-deleted"))
        return builder.says(card(said, buttons=[[undo, Button(label=t("walk-list-button"), action="walk:list")]]))

    def put(self, builder: TurnBuilder, at: str, days: str, minutes: str, *others: str) -> Turn:
        """Undo a deletion, unless the same reminder is there.

        Args:
            builder: of her press.
            at: its time, as 1000.
            days: its weekdays, 0 to 6.
            minutes: her own, or "".
            others: "off" or "", and the dates until which it is paused and of its last occurrence, or "".
        """
        off, paused, last = (*others, "", "", "")[:3]
        wanted = Reminder(
            no=builder.now,
            at=read_clock(at),
            days=frozenset(int(d) for d in days),
            minutes=int(minutes) if minutes else None,
            enabled=off != "off",
            paused_until=date.fromisoformat(paused) if paused else None,
            last_day=date.fromisoformat(last) if last else None,
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


def packed(numbers: Iterable[int]) -> str:
    """Numbers of reminders, short enough for a button: five of them take 34 characters."""
    return ".".join(_base36(n) for n in numbers)


def unpacked(text: str) -> list[int]:
    """What `packed` wrote. Raises ValueError for anything else."""
    return [int(part, 36) for part in text.split(".")]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _chosen(builder: TurnBuilder, which: str) -> list[Reminder]:
    """Raises KeyError where the one named is not there."""
    if which == ALL:
        return list(builder.book.reminders)
    reminder = builder.book.reminder(int(which))
    if reminder is None:
        raise KeyError(which)
    return [reminder]


def _fits(reminder: Reminder, wanted: Stop) -> bool:
    if wanted.at is not None and reminder.at != wanted.at:
        return False
    return wanted.days is None or bool(reminder.days & wanted.days)
