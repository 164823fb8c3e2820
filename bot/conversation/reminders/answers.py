"""What she answers to a reminder: Done with how it felt, Later, Not today."""

from __future__ import annotations

from datetime import date

from bot.conversation.actions.reminders import AnswerPain, SayLater, SayNotToday
from bot.conversation.cards import block
from bot.conversation.reminders.holds import SAFETY_HOLDS, waiting, woken
from bot.conversation.reminders.listing import Listing
from bot.conversation.reminders.plan_inputs import wants_walks
from bot.conversation.reminders.setup_flow import SetupFlow
from bot.conversation.reminders.steps.pain import PainStep, open_pain
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Button
from bot.conversation.state import Turn
from bot.language.walk_answers import WalkAnswer
from bot.schedule.model import Answer, Nudge, RecordWalk, Said, Snooze
from bot.schedule.occurrence import local_time
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import later_options, send_window

FRESH_S = 24 * 3600
"""Seconds: a typed "done" belongs to a reminder of the last day, not to one of last week."""


class ReminderAnswers:
    """Answers to reminders. A stale button raises KeyError or ValueError, and nothing is changed."""

    def __init__(self, resources: Resources, listing: Listing, setup: SetupFlow, pain: PainStep) -> None:
        """Take the parts that the router makes."""
        self._resources = resources
        self._texts = resources.texts
        self._listing = listing
        self._setup = setup
        self._pain = pain

    def pending(self, builder: TurnBuilder) -> Nudge | None:
        """The last reminder, where a typed answer may be meant for it."""
        last = max(builder.book.nudges, key=lambda n: n.at, default=None)
        return last if last and 0 <= builder.now - last.at <= FRESH_S else None

    def done(self, builder: TurnBuilder, no: int, day: date, told: WalkAnswer | None = None) -> Turn:
        """She walked: note it, and ask how her back feels unless she told."""
        nudge = builder.nudge(no, day)
        is_again = nudge.said is Said.DONE
        old = self._walk(builder, nudge) if is_again else None
        if is_again and (old is None or told is None or (told.pain is None and told.minutes is None)):
            if old and open_pain(builder.state.context.walk) == (no, day, old.at):  # tapped twice: the question stays
                return self._setup.pain(builder, no, old, *block(self._texts("walk-done")))
            return builder.says(card(block(self._texts("walk-noted-already"))))
        minutes = (told.minutes if told else None) or (old.minutes if old else nudge.minutes)
        walk = Walk(at=old.at if old else builder.now, day=day, minutes=minutes, pain=old.pain if old else None)
        answer = () if is_again else (Answer(no, day, Said.DONE),)
        builder = builder.changing(*answer, RecordWalk(no, walk))
        if told and told.pain is not None:
            return self._pain.noted(AnswerPain(no, day, walk.at, told.pain), builder)
        return self._setup.pain(builder, no, walk, *block(self._texts("walk-done")))

    def later(self, builder: TurnBuilder, no: int, day: date, delay: int | None = None) -> Turn:
        """Offer the delays that end before quiet hours, or take one."""
        t, nudge = self._texts, builder.nudge(no, day)
        if nudge.said is not None:
            return builder.says(card(block(t("walk-answered-already"))))
        if builder.book.care.hold or not wants_walks(builder.state, self._resources.today(builder)):
            return waiting(self._resources, builder)
        reminder = builder.book.reminder(no)
        if reminder is None or not reminder.enabled or (reminder.paused_until and reminder.paused_until > day):
            return self._listing.one(builder, no)
        zone, quiet = self._resources.zone(builder.book.zone), builder.book.quiet
        options = later_options(quiet, zone, builder.now, day) if zone else ()
        skip = Button(label=t("walk-not-today-button"), action=SayNotToday(no, day).pack())
        if not zone or not options:
            return builder.says(card(block(t("walk-later-none")), buttons=[[skip]]))
        if delay not in options:
            offered = [Button(label=t(f"walk-later-{m}"), action=SayLater(no, day, m).pack()) for m in options]
            return builder.says(card(block(t("walk-ask-later")), buttons=[offered, [skip]]))
        at = builder.now + delay * 60
        window = send_window(at, no, quiet, zone)
        if window is None:
            return builder.says(card(block(t("walk-later-none")), buttons=[[skip]]))
        builder = builder.changing(Snooze(no, day, at, window.closes))
        said = t("walk-later-set", at=f"{local_time(zone, at):%H:%M}")
        return builder.says(card(block(said), buttons=[[skip]]))

    def not_today(self, builder: TurnBuilder, no: int, day: date) -> Turn:
        """A rest day, which is kept like any other."""
        nudge = builder.nudge(no, day)
        if nudge.said in (Said.DONE, Said.NOT_TODAY):
            name = "walk-noted-already" if nudge.said is Said.DONE else "walk-rest"
            return builder.says(card(block(self._texts(name))))
        return builder.changing(Answer(no, day, Said.NOT_TODAY)).says(card(block(self._texts("walk-rest"))))

    def go_on(self, builder: TurnBuilder) -> Turn:
        """She wants the reminders to go on, after five without an answer."""
        builder = woken(builder)
        if builder.book.care.hold in SAFETY_HOLDS:
            return waiting(self._resources, builder)
        return self._listing.all(builder, *block(self._texts("walk-going-on")))

    def typed(self, builder: TurnBuilder, nudge: Nudge, told: WalkAnswer) -> Turn | None:
        """A typed answer to a reminder, stopping aside; None where it fits none."""
        if told.not_today:
            return self.not_today(builder, nudge.no, nudge.day)
        if told.later is not None:
            return self.later(builder, nudge.no, nudge.day, told.later)
        if told.done or (told.pain is not None and nudge.said is Said.DONE):
            return self.done(builder, nudge.no, nudge.day, told)
        return None

    def _walk(self, builder: TurnBuilder, nudge: Nudge) -> Walk | None:
        """The walk that was noted for a reminder, to be corrected; None where it may be that of another reminder.

        A book does not say of which reminder a walk is.
        """
        found = [w for w in builder.book.walks if w.day == nudge.day and w.done and w.at >= nudge.at]
        return found[0] if len(found) == 1 else None
