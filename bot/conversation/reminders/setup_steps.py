"""The questions of a set-up: which come, in which order, and their cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time

from bot.conversation.actions.parts import CheckAnswer, GentleAnswer
from bot.conversation.actions.reminders import (
    AnswerCleared,
    AnswerEarly,
    AnswerGentle,
    AnswerPain,
    AnswerSafety,
    ChooseDays,
    ChooseMinutes,
    ChoosePause,
    ChooseQuietHours,
    ChooseTime,
    ChooseZone,
    ConfirmSetup,
    DropSetup,
    GoBack,
    GoToStep,
    PickDays,
    PickedDays,
    SkipStep,
    StepAnswer,
    ToggleDays,
)
from bot.conversation.cards import block
from bot.conversation.reminders.formatting import WEEKDAYS, date_said, day_name, days_said, read_clock, time_said
from bot.conversation.reminders.holds import hold_lines
from bot.conversation.reminders.plan_inputs import cleared_on, needs_clearance, walker, wants_walks
from bot.conversation.reminders.setup_draft import CHANGE, NEW, PAIN, SAFETY, SetupDraft
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Block, Button, ButtonStyle, Card
from bot.conversation.state import Stage
from bot.schedule.model import DEFAULT_DAYS, Hold, Reminder, SetCare
from bot.schedule.occurrence import EVERY_DAY, local_time
from bot.schedule.plan import next_walk
from bot.schedule.plan_model import PAIN_MOST
from bot.schedule.quiet import QuietHours
from bot.timezones.search import Zone

STEPS = ("days", "time", "early", "safety", "cleared", "gentle", "minutes", "zone", "confirm")
DEFAULT_TIME = "10:00"
TIMES = (time(9), time(10), time(11), time(15), time(17))
DAY_SETS = (DEFAULT_DAYS, frozenset((1, 3, 5)), WEEKDAYS, EVERY_DAY)
QUIET_SETS = (QuietHours(time(21), time(8)), QuietHours(time(22), time(7)), QuietHours(time(20), time(9)))
PAUSES = (3, 7, 14, None)
"""Days; None until she resumes."""
MINUTES = (5, 10, 15, 20, 30)
ZONES_SHOWN = 6
NEXT_SHOWN = 3


def applies(step: str, draft: SetupDraft, builder: TurnBuilder, today_cleared: bool) -> bool:
    """True where a step has something to ask."""
    match step:
        case "early":
            is_told = bool(draft.at) or "time" in draft.done
            return is_told and builder.book.quiet.covers(read_clock(draft.at or DEFAULT_TIME))
        case "safety":
            return needs_clearance(builder.state) is None and not cleared_on(builder.state)
        case "cleared":
            return needs_clearance(builder.state) is True and not today_cleared
        case "gentle":
            return not today_cleared and not builder.book.care.gentle
        case "zone":
            return not builder.book.zone and not draft.zone
    return True


def next_step(draft: SetupDraft, builder: TurnBuilder, today_cleared: bool) -> str:
    """The first step that is open."""
    asked = (*draft.done, *draft.given)
    return next(s for s in STEPS if s == "confirm" or (s not in asked and applies(s, draft, builder, today_cleared)))


def step_before(draft: SetupDraft) -> str | None:
    """Where Back leads; None at the beginning."""
    before = STEPS[: STEPS.index(draft.step)] if draft.step in STEPS else ()
    own = ("days", "time", "minutes") if draft.purpose == NEW else ()
    return next((s for s in reversed(before) if s in draft.done or s in own), None)


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
    is_new = draft.minutes is not None and ("minutes" in draft.done or old is None or old.minutes != draft.minutes)
    return builder.changing(SetCare(replace(builder.book.care, chosen_at=builder.now))) if is_new else builder


class SetupSteps:
    """The cards of the steps."""

    def __init__(self, resources: Resources) -> None:
        """Arguments: as made by the conversation."""
        self._resources = resources
        self._texts = resources.texts

    def ask(self, draft: SetupDraft, builder: TurnBuilder, *above: Block) -> Card:
        """The card of the open step, with blocks above its question."""
        body, rows = self._question(draft, builder)
        return card(above, body, buttons=(*rows, self._around(draft)))

    def _around(self, draft: SetupDraft) -> Sequence[Button]:
        t = self._texts
        if draft.purpose == PAIN:
            return ()
        buttons = [Button(label=t("walk-back"), action=GoBack().pack())]
        if draft.step != "confirm" and draft.purpose in (NEW, CHANGE, SAFETY):
            buttons.append(Button(label=t("profile-skip"), action=SkipStep(draft.step).pack()))
        buttons.append(Button(label=t("walk-cancel"), action=DropSetup().pack()))
        return buttons

    def _question(self, draft: SetupDraft, builder: TurnBuilder) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t = self._texts
        match draft.step:
            case "days":
                return block(t("walk-ask-days")), self._days(draft)
            case "time":
                times = [(ChooseTime(at), time_said(at)) for at in TIMES]
                return block(t("walk-ask-time")), _rows(times, 3)
            case "early":
                return self._early(draft, builder)
            case "safety" | "cleared":
                return self._safety(draft, builder)
            case "gentle":
                most = self._resources.plan.numbers.before_clearance_most
                options = [(AnswerGentle(answer), t(f"walk-gentle-{answer}")) for answer in GentleAnswer]
                return block(t("walk-ask-gentle", most=most)), _rows(options, 1)
            case "minutes":
                return self._minutes(builder)
            case "zone":
                return block(t("walk-ask-zone")), self._zones(builder)
            case "quiet":
                hours = [(ChooseQuietHours(quiet), _span(quiet)) for quiet in QUIET_SETS]
                return block(t("walk-ask-quiet", quiet=self.quiet_said(builder.book.quiet))), _rows(hours, 1)
            case "pause":
                pauses = [(ChoosePause(days), t(f"walk-pause-{days or 'open'}")) for days in PAUSES]
                return block(t("walk-ask-pause")), _rows(pauses, 2)
            case "pain":
                return block(t("walk-ask-pain")), self._pains(draft)
        return block(self.summary(draft, builder)), self._confirming()

    def _pains(self, draft: SetupDraft) -> Sequence[Sequence[Button]]:
        options = [(pain, str(pain)) for pain in range(PAIN_MOST + 1)]
        skip = (None, self._texts("profile-skip"))
        no, day, at = draft.no or 0, date.fromisoformat(draft.day), draft.walked_at
        return _rows([(AnswerPain(no, day, at, pain), label) for pain, label in (*options, skip)], 6)

    def _days(self, draft: SetupDraft) -> Sequence[Sequence[Button]]:
        t = self._texts
        if not draft.picking:
            sets = [(ChooseDays(d), days_said(t, d)) for d in DAY_SETS]
            return _rows([*sets, (PickDays(), t("walk-pick-days"))], 1)
        toggles = [(ToggleDays(frozenset((d,))), f"{'✓ ' if d in draft.days else ''}{day_name(d)}") for d in range(7)]
        ready = [(PickedDays(), t("walk-days-ready"))] if draft.days else []
        return (*_rows(toggles, 4), *_rows(ready, 1))

    def _early(self, draft: SetupDraft, builder: TurnBuilder) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t, at = self._texts, read_clock(draft.at or DEFAULT_TIME)
        new = builder.book.quiet.narrowed(at)
        text = t("walk-ask-early", at=time_said(at), quiet=_span(builder.book.quiet), new=_span(new))
        options = [(AnswerEarly(True), t("walk-early-yes", at=time_said(at)))]
        if draft.other and not builder.book.quiet.covers(read_clock(draft.other)):  # "half seven" may mean the evening
            options.append((AnswerEarly(read_clock(draft.other)), draft.other))
        options.append((AnswerEarly(False), t("walk-early-no")))
        return block(text), _rows(options, 1)

    def _safety(self, draft: SetupDraft, builder: TurnBuilder) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t = self._texts
        stage = builder.state.profile.stage
        if draft.step == "cleared":
            text = t("walk-ask-cleared-pregnant" if stage is Stage.PREGNANT else "walk-ask-cleared")
            cleared = [(AnswerCleared(True), t("check-yes")), (AnswerCleared(False), t("profile-cleared-no"))]
            return block(text), _rows(cleared, 2)
        name = {Stage.PREGNANT: "pregnant", Stage.AFTER_BIRTH: "birth", Stage.LOSS: "loss"}.get(stage) if stage else ""
        name = "" if draft.purpose == SAFETY and stage is Stage.PREGNANT else name  # she may have given birth since
        options = [(AnswerSafety(answer), t(f"check-{answer}")) for answer in CheckAnswer]
        return block(t(f"walk-ask-safety-{name or 'any'}")), _rows(options, 3)

    def _minutes(self, builder: TurnBuilder) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t, numbers = self._texts, self._resources.plan.numbers
        plan = next_walk(walker(builder.state), numbers, self._resources.today(builder))
        most = numbers.before_clearance_most if plan.gentle else numbers.most
        options = [(ChooseMinutes(None), t("walk-minutes-plan"))]
        options += [(ChooseMinutes(n), t("walk-minutes", minutes=n)) for n in MINUTES if n <= most]
        name = "walk-ask-minutes-gentle" if plan.gentle else "walk-ask-minutes"
        return block(t(name, minutes=plan.minutes, goal=numbers.goal, most=most)), _rows(options, 1)

    def _zones(self, builder: TurnBuilder) -> Sequence[Sequence[Button]]:
        country = builder.state.profile.country
        found = self._resources.zones.of_country(country, builder.now) if country else ()
        if not found and self._resources.default_zone not in (None, "UTC"):
            found = self._resources.zones.find(self._resources.default_zone or "", builder.now)
        return self.zone_buttons(found)

    @staticmethod
    def zone_buttons(zones: Iterable[Zone]) -> Sequence[Sequence[Button]]:
        """One button a zone, the likeliest first."""
        shown = list(zones)[:ZONES_SHOWN]
        return _rows(
            [(ChooseZone(z.key), f"{z.place}, {z.note}" if z.note and len(shown) > 1 else z.place) for z in shown], 1
        )

    def summary(self, draft: SetupDraft, builder: TurnBuilder) -> str:
        """One line to confirm, her local time, and the next dates."""
        t, reminder = self._texts, drafted(draft, builder)
        builder = choosing(draft, builder)
        lines = [t("walk-confirm", what=self.reminder_said(reminder, builder)), self.clock_said(draft.zone, builder)]
        book = builder.book
        if draft.zone:
            lines.append(t("walk-zone-offset") if draft.zone.startswith("UTC") else "")
            book = replace(book, zone=draft.zone)
        if waiting := self.waiting(builder):
            lines.append(waiting)
        elif book.zone:
            dates = [date_said(o.day) for o in self._resources.next_dates(book, reminder, builder.now, NEXT_SHOWN)]
            lines.append(t("walk-next-dates", dates=", ".join(dates)) if dates else "")
        return "\n".join(line for line in (*lines, t("walk-confirm-question")) if line)

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

    def _confirming(self) -> Sequence[Sequence[Button]]:
        t = self._texts
        yes = Button(label=t("walk-confirm-yes"), action=ConfirmSetup().pack(), style=ButtonStyle.SUCCESS)
        names = ("days", "time", "minutes", "zone")
        change = [Button(label=t(f"walk-change-{n}"), action=GoToStep(n).pack()) for n in names]
        return (yes,), change[:2], change[2:]


def _span(quiet: QuietHours) -> str:
    return f"{time_said(quiet.start)}-{time_said(quiet.end)}"


def _rows(options: Sequence[tuple[StepAnswer, str]], a_row: int) -> Sequence[Sequence[Button]]:
    buttons = [Button(label=label, action=answer.pack()) for answer, label in options]
    return tuple(tuple(buttons[i : i + a_row]) for i in range(0, len(buttons), a_row))
