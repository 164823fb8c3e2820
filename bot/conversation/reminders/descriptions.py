"""A reminder, her time and her quiet hours in words, as they are now."""

from __future__ import annotations

from bot.conversation.reminders.formatting import days_said, time_said
from bot.conversation.reminders.holds import hold_lines
from bot.conversation.reminders.plan_inputs import walker, wants_walks
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder
from bot.schedule.model import Hold, Reminder
from bot.schedule.occurrence import local_time
from bot.schedule.plan import next_walk
from bot.schedule.quiet import QuietHours


class Descriptions:
    """Lines that stand on several cards."""

    def __init__(self, resources: Resources) -> None:
        """Take the parts that the conversation makes."""
        self._resources = resources
        self._texts = resources.texts

    def waiting(self, builder: TurnBuilder) -> str:
        """Why no walk comes at all for now; "" where they come."""
        found = hold_lines(self._resources, builder)
        is_held = builder.book.care.hold is not Hold.NONE or not wants_walks(
            builder.state, self._resources.today(builder)
        )
        return found[0].text if is_held and found else ""

    def reminder_said(self, reminder: Reminder, builder: TurnBuilder) -> str:
        """One reminder in a line, with the minutes that a walk has now."""
        t = self._texts
        days, at = days_said(t, reminder.days), time_said(reminder.at)
        plan = next_walk(walker(builder.state, reminder), self._resources.plan.numbers, self._resources.today(builder))
        if reminder.minutes is None:
            return t("walk-reminder-plan", days=days, at=at, minutes=plan.minutes)
        name = "walk-reminder-own" if plan.minutes == reminder.minutes else "walk-reminder-own-now"
        return t(name, days=days, at=at, minutes=reminder.minutes, now=plan.minutes)

    def clock_said(self, zone: str, builder: TurnBuilder) -> str:
        """Her local time now, so that a wrong zone shows at once."""
        key = zone or builder.book.zone or ""
        tz = self._resources.zone(key)
        if tz is None:
            return self._texts("walk-no-zone")
        city = key.rpartition("/")[2].replace("_", " ")
        return self._texts("walk-clock", now=f"{local_time(tz, builder.now):%H:%M}", city=city)

    def quiet_said(self, quiet: QuietHours) -> str:
        """Quiet hours in words."""
        if quiet.start == quiet.end:
            return self._texts("walk-quiet-none")
        return self._texts("walk-quiet-hours", start=time_said(quiet.start), end=time_said(quiet.end))
