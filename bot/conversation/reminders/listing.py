"""/reminders: what she has set, and one reminder with what can be done to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.conversation.actions.reminders import (
    ChangeQuietHours,
    ChangeZone,
    EditReminder,
    ListReminders,
    NewReminder,
    PauseReminders,
    RemoveReminder,
    ResumeReminders,
    ShowReminder,
    StopReminders,
)
from bot.conversation.cards import block
from bot.conversation.reminders.descriptions import Descriptions
from bot.conversation.reminders.formatting import date_said, days_said, time_said
from bot.conversation.reminders.holds import hold_buttons, hold_lines
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Block, BlockKind, Button, ButtonStyle
from bot.conversation.state import Turn
from bot.schedule.model import FOREVER, MOST_REMINDERS, Hold, Reminder


class Listing:
    """The cards of the list."""

    def __init__(self, resources: Resources, descriptions: Descriptions) -> None:
        """Take the parts that the conversation makes."""
        self._resources = resources
        self._descriptions = descriptions
        self._texts = resources.texts

    def all(self, builder: TurnBuilder, *above: Block) -> Turn:
        """Every reminder of hers; her time, her quiet hours, and what holds them."""
        t, book = self._texts, builder.book
        new = Button(label=t("walk-new-button"), action=NewReminder().pack(), style=ButtonStyle.PRIMARY)
        if not book.reminders:
            return builder.says(card(above, block(t("walk-none")), buttons=[[new]]))
        said = self._descriptions
        lines = tuple(f"{said.reminder_said(r, builder)} {self.state_said(r, builder)}" for r in book.reminders)
        rows: list[Sequence[Button]] = [*hold_buttons(self._resources, builder)]
        rows += [[Button(label=self._label(r), action=ShowReminder(r.no).pack())] for r in book.reminders]
        rows += [[new]] if len(book.reminders) < MOST_REMINDERS else []
        rows.append([
            Button(label=t("walk-change-zone"), action=ChangeZone().pack()),
            Button(label=t("walk-quiet-button"), action=ChangeQuietHours().pack()),
        ])  # fmt: skip
        is_on = any(r.enabled and not _is_paused(r, self._resources.today(builder)) for r in book.reminders)
        rows.append([
            Button(label=t("walk-pause-button"), action=PauseReminders(None).pack()),
            Button(label=t("walk-stop-all-button"), action=StopReminders(None).pack()),
        ] if is_on else [Button(label=t("walk-resume-button"), action=ResumeReminders(None).pack())])  # fmt: skip
        times = f"{said.clock_said('', builder)} {said.quiet_said(book.quiet)}"
        return builder.says(
            card(
                above,
                block(t("walk-list-title"), BlockKind.TITLE),
                (Block(kind=BlockKind.TIPS, items=lines),),
                hold_lines(self._resources, builder),
                block(times, BlockKind.NOTE),
                buttons=rows,
            )
        )

    def one(self, builder: TurnBuilder, no: int, *above: Block) -> Turn:
        """One reminder with what can be done to it. Raises KeyError where it is not there."""
        t, reminder = self._texts, builder.book.reminder(no)
        if reminder is None:
            raise KeyError(no)
        paused = _is_paused(reminder, self._resources.today(builder))
        is_on = reminder.enabled and not paused
        names = ("days", "time", "minutes")
        rows = [
            [Button(label=t(f"walk-change-{n}"), action=EditReminder(no, n).pack()) for n in names],
            [
                Button(label=t("walk-pause-button"), action=PauseReminders(no).pack()),
                Button(label=t("walk-stop-button"), action=StopReminders(no).pack()),
            ]
            if is_on
            else [Button(label=t("walk-resume-button"), action=ResumeReminders(no).pack(), style=ButtonStyle.SUCCESS)],
            [
                Button(label=t("walk-delete-button"), action=RemoveReminder(no).pack()),
                Button(label=t("walk-back"), action=ListReminders().pack()),
            ],
        ]
        said = block(f"{self._descriptions.reminder_said(reminder, builder)} {self.state_said(reminder, builder)}")
        return builder.says(card(above, said, hold_lines(self._resources, builder), buttons=rows))

    def is_off(self, builder: TurnBuilder) -> bool:
        """True where a reminder is stopped or paused, or all of them for want of an answer."""
        today = self._resources.today(builder)
        is_held = builder.book.care.hold in (Hold.UNANSWERED, Hold.AWAY)
        return is_held or any(not r.enabled or _is_paused(r, today) for r in builder.book.reminders)

    def state_said(self, reminder: Reminder, builder: TurnBuilder) -> str:
        """Whether a reminder is on, and when it comes next."""
        t = self._texts
        if not reminder.enabled:
            return t("walk-state-stopped")
        if reminder.paused_until == FOREVER:
            return t("walk-state-paused")
        if reminder.paused_until and _is_paused(reminder, self._resources.today(builder)):
            return t("walk-state-paused-until", day=date_said(reminder.paused_until))
        dates = self._resources.next_dates(builder.book, reminder, builder.now, 1)
        if not dates or not builder.book.zone or self._descriptions.waiting(builder):
            return ""
        return t("walk-state-next", day=date_said(dates[0].day))

    def _label(self, reminder: Reminder) -> str:
        return f"{days_said(self._texts, reminder.days)} {time_said(reminder.at)}"


def _is_paused(reminder: Reminder, today: date) -> bool:
    return reminder.paused_until is not None and reminder.paused_until > today
