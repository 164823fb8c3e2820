"""Stop, pause, resume, delete, and undo: each in one tap, and harmless when tapped twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.cards import block
from bot.conversation.reminders.context import Call, Kit, card
from bot.conversation.reminders.formatting import date_said, read_clock
from bot.conversation.reminders.holds import SAFETY_HOLDS, waiting, woken
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.setup_flow import SetUpTalk
from bot.conversation.reminders.setup_state import PAUSE
from bot.conversation.reply import Button
from bot.conversation.state import Turn
from bot.language.reminder_request import Pause, Refusal, Stop
from bot.language.spans import LONGEST_PAUSE
from bot.schedule.model import FOREVER, MOST_REMINDERS, DeleteReminder, Hold, PutReminder, Reminder

ALL = "all"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Changes:
    """What is done to reminders that are there."""

    def __init__(self, kit: Kit, listing: Listing, setup: SetUpTalk) -> None:
        """Arguments: as made by the conversation."""
        self._kit = kit
        self._texts = kit.texts
        self._listing = listing
        self._setup = setup

    def stop(self, call: Call, which: str) -> Turn:
        """Stop one, or all, in one tap."""
        return self._stop(call, _chosen(call, which))

    def stop_said(self, call: Call, wanted: Stop) -> Turn:
        """Stop those that were named in words."""
        found = [r for r in call.book.reminders if _fits(r, wanted)]
        if not call.book.reminders:
            return self._listing.all(call)
        if not found:
            return self._listing.all(call, *block(self._texts("walk-no-such")))
        return self._stop(call, found)

    def _stop(self, call: Call, reminders: Sequence[Reminder]) -> Turn:
        t = self._texts
        on = [r for r in reminders if r.enabled]
        if not on:
            return self._listing.all(call, *block(t("walk-stopped-already")))
        call = call.changing(*(PutReminder(replace(r, enabled=False)) for r in on)).drafting(None)
        undo = Button(label=t("walk-undo-button"), action=f"walk:on:{packed(r.no for r in on)}")
        said = block(t("walk-stopped" if len(on) == 1 else "walk-stopped-all"))
        return call.says(card(said, buttons=[[undo, Button(label=t("walk-list-button"), action="walk:list")]]))

    def on(self, call: Call, numbers: str) -> Turn:
        """Undo a stop."""
        found = [r for no in unpacked(numbers) if (r := call.book.reminder(no))]
        if not found:
            raise KeyError(numbers)
        return self._resumed(call, found)

    def resume(self, call: Call, which: str) -> Turn:
        """Start what is stopped or paused."""
        found = _chosen(call, which)
        return self._resumed(call, found) if found else self._listing.all(call)

    def unpause(self, call: Call, which: str) -> Turn:
        """Undo a pause; what was stopped stays so."""
        return self._resumed(call, [r for r in _chosen(call, which) if r.enabled])

    def _resumed(self, call: Call, reminders: Sequence[Reminder]) -> Turn:
        t = self._texts
        changed = [PutReminder(replace(r, enabled=True, paused_until=None)) for r in reminders]
        call = call.changing(*(c for c in changed if c.reminder != call.book.reminder(c.reminder.no))).drafting(None)
        if call.book.care.hold in (Hold.UNANSWERED, Hold.AWAY):
            call = woken(call)
        if call.book.care.hold in SAFETY_HOLDS:
            return waiting(self._kit, call)
        said = block(t("walk-resumed"))
        return self._listing.all(call, *said)

    def pause(self, call: Call, which: str) -> Turn:
        """Ask for how long."""
        found = _chosen(call, which)
        if not found:
            return self._listing.all(call)
        return self._setup.single(call, PAUSE, "pause", no=None if which == ALL else found[0].no)

    def pause_for(self, call: Call, value: str) -> Turn:
        """Pause for days, or until she resumes ("open")."""
        draft = call.draft
        if draft is None or draft.step != "pause":
            raise KeyError("draft")
        days = None if value == "open" else int(value)
        if days is not None and not 1 <= days <= LONGEST_PAUSE:
            raise ValueError(value)
        until = FOREVER if days is None else self._kit.today(call) + timedelta(days=days)
        return self._pause(call, _chosen(call, ALL if draft.no is None else str(draft.no)), until)

    def pause_said(self, call: Call, wanted: Pause) -> Turn:
        """Pause in words: those of the open question, or all."""
        if not call.book.reminders:
            return self._listing.all(call)
        draft = call.draft if call.draft and call.draft.step == "pause" else None
        if wanted.until is None:
            return self.pause(call, ALL)
        which = str(draft.no) if draft and draft.no is not None else ALL
        return self._pause(call, _chosen(call, which), wanted.until)

    def pause_refused(self, call: Call, refusal: Refusal) -> Turn:
        """The end of a pause could not be read."""
        return self._setup.single(call, PAUSE, "pause", *block(self._setup.why_refused(refusal)),
                                  no=call.draft.no if call.draft else None)  # fmt: skip

    def _pause(self, call: Call, reminders: Sequence[Reminder], until: date) -> Turn:
        t = self._texts
        put = [PutReminder(replace(r, paused_until=until)) for r in reminders if r.paused_until != until]
        call = call.changing(*put).drafting(None)
        said = t("walk-paused") if until == FOREVER else t("walk-paused-until", day=date_said(until))
        which = str(reminders[0].no) if len(reminders) == 1 else ALL
        undo = Button(label=t("walk-undo-button"), action=f"walk:unpause:{which}")
        return call.says(card(block(said), buttons=[[undo, Button(label=t("walk-list-button"), action="walk:list")]]))

    def delete(self, call: Call, no: int) -> Turn:
        """Delete one; the button to undo it carries all there is to know."""
        t, reminder = self._texts, call.book.reminder(no)
        if reminder is None:
            raise KeyError(no)
        days = "".join(map(str, sorted(reminder.days)))
        spec = f"{reminder.at:%H%M}:{days}:{reminder.minutes or ''}:{'' if reminder.enabled else 'off'}"
        spec += f":{reminder.paused_until or ''}:{reminder.last_day or ''}"
        call = call.changing(DeleteReminder(no)).drafting(None)
        undo = Button(label=t("walk-undo-button"), action=f"walk:put:{spec}")
        said = block(t("walk-deleted"))
        return call.says(card(said, buttons=[[undo, Button(label=t("walk-list-button"), action="walk:list")]]))

    def put(self, call: Call, at: str, days: str, minutes: str, *others: str) -> Turn:
        """Undo a deletion, unless the same reminder is there.

        Args:
            call: of her press.
            at: its time, as 1000.
            days: its weekdays, 0 to 6.
            minutes: her own, or "".
            others: "off" or "", and the dates until which it is paused and of its last occurrence, or "".
        """
        off, paused, last = (*others, "", "", "")[:3]
        wanted = Reminder(
            no=call.now,
            at=read_clock(at),
            days=frozenset(int(d) for d in days),
            minutes=int(minutes) if minutes else None,
            enabled=off != "off",
            paused_until=date.fromisoformat(paused) if paused else None,
            last_day=date.fromisoformat(last) if last else None,
        )
        same = [r for r in call.book.reminders if (r.at, r.days, r.minutes) == (wanted.at, wanted.days, wanted.minutes)]
        if same:
            return self._listing.all(call)
        if len(call.book.reminders) >= MOST_REMINDERS:
            return self._setup.begin(call)
        while call.book.reminder(wanted.no):
            wanted = replace(wanted, no=wanted.no + 1)
        return self._listing.all(call.changing(PutReminder(wanted)), *block(self._texts("walk-undone")))


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


def _chosen(call: Call, which: str) -> list[Reminder]:
    """Raises KeyError where the one named is not there."""
    if which == ALL:
        return list(call.book.reminders)
    reminder = call.book.reminder(int(which))
    if reminder is None:
        raise KeyError(which)
    return [reminder]


def _fits(reminder: Reminder, wanted: Stop) -> bool:
    if wanted.at is not None and reminder.at != wanted.at:
        return False
    return wanted.days is None or bool(reminder.days & wanted.days)
