"""The line to confirm: what will be set, with her time and the next dates."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.actions.reminders import ConfirmSetup, GoToStep, RemoveReminder, StepAnswer
from bot.conversation.cards import block
from bot.conversation.reminders.descriptions import Descriptions
from bot.conversation.reminders.formatting import date_said, read_clock, time_said
from bot.conversation.reminders.holds import hold_buttons, hold_lines
from bot.conversation.reminders.setup_draft import DEFAULT_TIME, NEW, SetupDraft
from bot.conversation.reminders.steps.base import Question, Reading, Rows, Step, Taken, TypedText
from bot.conversation.reminders.steps.minutes import MinutesStep
from bot.conversation.reminders.steps.times import EarlyStep
from bot.conversation.reminders.steps.zone import ZoneStep
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card, list_button, too_many
from bot.conversation.reply import Button, ButtonStyle
from bot.language.reminder_request import Refusal
from bot.language.walk_phrases import words_of
from bot.schedule.model import DEFAULT_DAYS, MOST_REMINDERS, PutReminder, Reminder, SetCare, SetQuiet, SetZone
from bot.schedule.plan_model import Why

NEXT_SHOWN = 3


class ConfirmStep(Step):
    """Is that right?"""

    name = "confirm"
    is_skippable = False
    is_apart = True

    def __init__(self, resources: Resources, descriptions: Descriptions, zone: ZoneStep) -> None:
        """Make one.

        Args:
            zone: as a place may be typed instead of a yes.
        """
        super().__init__(resources, descriptions)
        self._zone = zone

    def asks(self, draft: SetupDraft, builder: TurnBuilder) -> Question:
        """See `Step.asks`."""
        return block(self._summary(draft, builder)), self._buttons()

    def _summary(self, draft: SetupDraft, builder: TurnBuilder) -> str:
        t, reminder = self._texts, drafted(draft, builder)
        builder = choosing(draft, builder)
        said, clock = self._descriptions.reminder_said(reminder, builder), self._descriptions.clock_said
        lines = [t("walk-confirm", what=said), clock(draft.zone, builder)]
        book = builder.book
        if draft.zone:
            lines.append(t("walk-zone-offset") if draft.zone.startswith("UTC") else "")
            book = replace(book, zone=draft.zone)
        if waiting := self._descriptions.waiting(builder):
            lines.append(waiting)
        elif book.zone:
            dates = [date_said(o.day) for o in self._resources.next_dates(book, reminder, builder.now, NEXT_SHOWN)]
            lines.append(t("walk-next-dates", dates=", ".join(dates)) if dates else "")
        return "\n".join(line for line in (*lines, t("walk-confirm-question")) if line)

    def _buttons(self) -> Rows:
        t = self._texts
        yes = Button(label=t("walk-confirm-yes"), action=ConfirmSetup().pack(), style=ButtonStyle.SUCCESS)
        names = ("days", "time", "minutes", "zone")
        change = [Button(label=t(f"walk-change-{n}"), action=GoToStep(n).pack()) for n in names]
        return (yes,), change[:2], change[2:]

    def chooses(self, said: TypedText) -> StepAnswer | None:
        """See `Step.chooses`."""
        return ConfirmSetup() if said.agrees else None

    def reads(self, said: TypedText, draft: SetupDraft, builder: TurnBuilder) -> Reading | None:
        """See `Step.reads`; a place instead of a yes is where she lives."""
        place = self._place(said, draft, builder) if said.is_short else None
        return place or super().reads(said, draft, builder)

    def _place(self, said: TypedText, draft: SetupDraft, builder: TurnBuilder) -> Taken | None:
        repaired = said.understanding.words(said.text)
        is_reply = any(said.understanding.says(group, repaired) for group in ("no", "refuse", "all-right"))
        is_reply = is_reply or said.replies.are("no-place", words_of(said.text))
        if is_reply or not isinstance(self.request(said, builder), Refusal):
            return None
        return self._zone.typed(said.text, draft.with_step(ZoneStep.name), builder)

    def takes(self, answer: StepAnswer, draft: SetupDraft, builder: TurnBuilder) -> Taken:
        """See `Step.takes`."""
        reminder = drafted(draft, builder)
        if draft.purpose == NEW:
            if len(builder.book.reminders) >= MOST_REMINDERS:
                return too_many(self._texts, builder.drafting(None))
            no = reminder.no
            while builder.book.reminder(no):
                no += 1
            reminder = replace(reminder, no=no)
        elif builder.book.reminder(reminder.no) is None:
            raise KeyError(reminder.no)
        if draft.zone and draft.zone != builder.book.zone:
            builder = builder.changing(SetZone(draft.zone))
        quiet = builder.book.quiet.narrowed(reminder.at)
        if quiet != builder.book.quiet and EarlyStep.name in draft.done:
            builder = builder.changing(SetQuiet(quiet))
        builder = choosing(draft, builder).changing(PutReminder(reminder)).drafting(None)
        return self._done(builder, draft, reminder.no)

    def _done(self, builder: TurnBuilder, draft: SetupDraft, no: int) -> Taken:
        t = self._texts
        reminder = builder.book.reminder(no)
        is_new = draft.purpose == NEW
        comes = reminder and reminder.enabled and builder.book.zone and not self._descriptions.waiting(builder)
        dates = self._resources.next_dates(builder.book, reminder, builder.now, 1) if reminder and comes else ()
        lines = [t("walk-set" if is_new else "walk-changed")]
        if dates and reminder:
            name = "walk-first" if is_new else "walk-comes"
            lines.append(t(name, day=date_said(dates[0].day), at=time_said(reminder.at)))
        if not builder.book.zone:
            lines.append(t("walk-no-zone"))
        buttons = [list_button(t)]
        if is_new:
            buttons.insert(0, Button(label=t("walk-undo-button"), action=RemoveReminder(no).pack()))
        own = reminder.minutes if reminder else None
        most = self._resources.plan.numbers.before_clearance_most
        is_shortened = own and own > most and not self.is_cleared(builder)
        short = block(t(f"walk-why-{Why.OWN_SHORTENED}")) if is_shortened else ()
        text = block(" ".join(line for line in lines if line))
        rows = hold_buttons(self._resources, builder) if builder.book.care.hold else ()
        return builder.says(card(text, short, hold_lines(self._resources, builder), buttons=[*rows, buttons]))


def drafted(draft: SetupDraft, builder: TurnBuilder) -> Reminder:
    """The reminder that a draft stands for; what was skipped is the default."""
    old = builder.book.reminder(draft.no) if draft.no is not None else None
    at = read_clock(draft.at or DEFAULT_TIME)
    days = frozenset(draft.days) or DEFAULT_DAYS
    if old:
        return replace(old, at=at, days=days, minutes=draft.minutes)
    return Reminder(no=builder.now, at=at, days=days, minutes=draft.minutes)


def choosing(draft: SetupDraft, builder: TurnBuilder) -> TurnBuilder:
    """The call as it will be once she confirms: minutes that she chooses now are not shortened by earlier pain."""
    old = builder.book.reminder(draft.no) if draft.no is not None else None
    is_answered = MinutesStep.name in draft.done
    is_new = draft.minutes is not None and (is_answered or old is None or old.minutes != draft.minutes)
    return builder.changing(SetCare(replace(builder.book.care, chosen_at=builder.now))) if is_new else builder
