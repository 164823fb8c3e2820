"""The questions of a set-up: which come, in which order, and their cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.conversation.cards import block
from bot.conversation.reminders.context import Call, Kit, card
from bot.conversation.reminders.formatting import WEEKDAYS, date_said, day_name, days_said, read_clock, time_said
from bot.conversation.reminders.holds import hold_lines
from bot.conversation.reminders.plan_inputs import cleared_on, needs_clearance, walker, wants_walks
from bot.conversation.reminders.setup_state import CHANGE, NEW, PAIN, SAFETY, Draft
from bot.conversation.reply import Block, Button, ButtonStyle, Card
from bot.conversation.state import Stage
from bot.schedule.model import DEFAULT_DAYS, Hold, Reminder, SetCare
from bot.schedule.occurrence import EVERY_DAY, local_time
from bot.schedule.plan import next_walk
from bot.schedule.quiet import QuietHours
from bot.timezones.search import Zone

STEPS = ("days", "time", "early", "safety", "cleared", "gentle", "minutes", "zone", "confirm")
DEFAULT_TIME = "10:00"
TIMES = ("09:00", "10:00", "11:00", "15:00", "17:00")
DAY_SETS = (DEFAULT_DAYS, frozenset((1, 3, 5)), WEEKDAYS, EVERY_DAY)
MINUTES = (5, 10, 15, 20, 30)
ZONES_SHOWN = 6
NEXT_SHOWN = 3


def applies(step: str, draft: Draft, call: Call, today_cleared: bool) -> bool:
    """True where a step has something to ask."""
    match step:
        case "early":
            is_told = bool(draft.at) or "time" in draft.done
            return is_told and call.book.quiet.covers(read_clock(draft.at or DEFAULT_TIME))
        case "safety":
            return needs_clearance(call.state) is None and not cleared_on(call.state)
        case "cleared":
            return needs_clearance(call.state) is True and not today_cleared
        case "gentle":
            return not today_cleared and not call.book.care.gentle
        case "zone":
            return not call.book.zone and not draft.zone
    return True


def next_step(draft: Draft, call: Call, today_cleared: bool) -> str:
    """The first step that is open."""
    asked = (*draft.done, *draft.given)
    return next(s for s in STEPS if s == "confirm" or (s not in asked and applies(s, draft, call, today_cleared)))


def step_before(draft: Draft) -> str | None:
    """Where Back leads; None at the beginning."""
    before = STEPS[: STEPS.index(draft.step)] if draft.step in STEPS else ()
    own = ("days", "time", "minutes") if draft.purpose == NEW else ()
    return next((s for s in reversed(before) if s in draft.done or s in own), None)


def drafted(draft: Draft, call: Call) -> Reminder:
    """The reminder that a draft stands for; what was skipped is the default."""
    old = call.book.reminder(draft.no) if draft.no is not None else None
    at = read_clock(draft.at or DEFAULT_TIME)
    days = frozenset(draft.days) or DEFAULT_DAYS
    if old:
        return replace(old, at=at, days=days, minutes=draft.minutes)
    return Reminder(no=call.now, at=at, days=days, minutes=draft.minutes)


def choosing(draft: Draft, call: Call) -> Call:
    """The call as it will be once she confirms: minutes that she chooses now are not shortened by earlier pain."""
    old = call.book.reminder(draft.no) if draft.no is not None else None
    is_new = draft.minutes is not None and ("minutes" in draft.done or old is None or old.minutes != draft.minutes)
    return call.changing(SetCare(replace(call.book.care, chosen_at=call.now))) if is_new else call


class Steps:
    """The cards of the steps."""

    def __init__(self, kit: Kit) -> None:
        """Arguments: as made by the conversation."""
        self._kit = kit
        self._texts = kit.texts

    def ask(self, draft: Draft, call: Call, *above: Block) -> Card:
        """The card of the open step, with blocks above its question."""
        body, rows = self._question(draft, call)
        return card(above, body, buttons=(*rows, self._around(draft)))

    def _around(self, draft: Draft) -> Sequence[Button]:
        t = self._texts
        if draft.purpose == PAIN:
            return ()
        buttons = [Button(label=t("walk-back"), action="walk:back")]
        if draft.step != "confirm" and draft.purpose in (NEW, CHANGE, SAFETY):
            buttons.append(Button(label=t("profile-skip"), action=f"walk:a:{draft.step}:skip"))
        buttons.append(Button(label=t("walk-cancel"), action="walk:drop"))
        return buttons

    def _question(self, draft: Draft, call: Call) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t = self._texts
        match draft.step:
            case "days":
                return block(t("walk-ask-days")), self._days(draft)
            case "time":
                times = [(value.replace(":", ""), value) for value in TIMES]
                return block(t("walk-ask-time")), _rows(draft, times, 3)
            case "early":
                return self._early(draft, call)
            case "safety" | "cleared":
                return self._safety(draft, call)
            case "gentle":
                most = self._kit.plan.numbers.before_clearance_most
                names = ("yes", "ask", "no")
                options = [(n, t(f"walk-gentle-{n}")) for n in names]
                return block(t("walk-ask-gentle", most=most)), _rows(draft, options, 1)
            case "minutes":
                return self._minutes(draft, call)
            case "zone":
                return block(t("walk-ask-zone")), self._zones(draft, call)
            case "quiet":
                hours = [("2100-0800", "21:00-08:00"), ("2200-0700", "22:00-07:00"), ("2000-0900", "20:00-09:00")]
                return block(t("walk-ask-quiet", quiet=self.quiet_said(call.book.quiet))), _rows(draft, hours, 1)
            case "pause":
                options = [(n, t(f"walk-pause-{n}")) for n in ("3", "7", "14", "open")]
                return block(t("walk-ask-pause")), _rows(draft, options, 2)
            case "pain":
                numbers = [(str(n), str(n)) for n in range(11)]
                return block(t("walk-ask-pain")), _rows(draft, [*numbers, ("skip", t("profile-skip"))], 6)
        return block(self.summary(draft, call)), self._confirming()

    def _days(self, draft: Draft) -> Sequence[Sequence[Button]]:
        t = self._texts
        if not draft.picking:
            sets = [("".join(map(str, sorted(d))), days_said(t, d)) for d in DAY_SETS]
            return _rows(draft, [*sets, ("pick", t("walk-pick-days"))], 1)
        toggles = [(f"+{d}", f"{'✓ ' if d in draft.days else ''}{day_name(d)}") for d in range(7)]
        ready = [("ok", t("walk-days-ready"))] if draft.days else []
        return (*_rows(draft, toggles, 4), *_rows(draft, ready, 1))

    def _early(self, draft: Draft, call: Call) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t, at = self._texts, read_clock(draft.at or DEFAULT_TIME)
        new = call.book.quiet.narrowed(at)
        text = t("walk-ask-early", at=time_said(at), quiet=_span(call.book.quiet), new=_span(new))
        options = [("yes", t("walk-early-yes", at=time_said(at)))]
        if draft.other and not call.book.quiet.covers(read_clock(draft.other)):  # "half seven" may mean the evening
            options.append((draft.other.replace(":", ""), draft.other))
        options.append(("no", t("walk-early-no")))
        return block(text), _rows(draft, options, 1)

    def _safety(self, draft: Draft, call: Call) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t = self._texts
        stage = call.state.profile.stage
        if draft.step == "cleared":
            text = t("walk-ask-cleared-pregnant" if stage is Stage.PREGNANT else "walk-ask-cleared")
            return block(text), _rows(draft, [("yes", t("check-yes")), ("no", t("profile-cleared-no"))], 2)
        name = {Stage.PREGNANT: "pregnant", Stage.AFTER_BIRTH: "birth", Stage.LOSS: "loss"}.get(stage) if stage else ""
        name = "" if draft.purpose == SAFETY and stage is Stage.PREGNANT else name  # she may have given birth since
        options = [("yes", t("check-yes")), ("unsure", t("check-unsure")), ("no", t("check-no"))]
        return block(t(f"walk-ask-safety-{name or 'any'}")), _rows(draft, options, 3)

    def _minutes(self, draft: Draft, call: Call) -> tuple[Sequence[Block], Sequence[Sequence[Button]]]:
        t, numbers = self._texts, self._kit.plan.numbers
        plan = next_walk(walker(call.state), numbers, self._kit.today(call))
        most = numbers.before_clearance_most if plan.gentle else numbers.most
        options = [("plan", t("walk-minutes-plan"))]
        options += [(str(n), t("walk-minutes", minutes=n)) for n in MINUTES if n <= most]
        name = "walk-ask-minutes-gentle" if plan.gentle else "walk-ask-minutes"
        return block(t(name, minutes=plan.minutes, goal=numbers.goal, most=most)), _rows(draft, options, 1)

    def _zones(self, draft: Draft, call: Call) -> Sequence[Sequence[Button]]:
        country = call.state.profile.country
        found = self._kit.zones.of_country(country, call.now) if country else ()
        if not found and self._kit.default_zone not in (None, "UTC"):
            found = self._kit.zones.find(self._kit.default_zone or "", call.now)
        return self.zone_buttons(draft, found)

    @staticmethod
    def zone_buttons(draft: Draft, zones: Iterable[Zone]) -> Sequence[Sequence[Button]]:
        """One button a zone, the likeliest first."""
        shown = list(zones)[:ZONES_SHOWN]
        return _rows(
            draft, [(z.key, f"{z.place}, {z.note}" if z.note and len(shown) > 1 else z.place) for z in shown], 1
        )

    def summary(self, draft: Draft, call: Call) -> str:
        """One line to confirm, her local time, and the next dates."""
        t, reminder = self._texts, drafted(draft, call)
        call = choosing(draft, call)
        lines = [t("walk-confirm", what=self.reminder_said(reminder, call)), self.clock_said(draft.zone, call)]
        book = call.book
        if draft.zone:
            lines.append(t("walk-zone-offset") if draft.zone.startswith("UTC") else "")
            book = replace(book, zone=draft.zone)
        if waiting := self.waiting(call):
            lines.append(waiting)
        elif book.zone:
            dates = [date_said(o.day) for o in self._kit.next_dates(book, reminder, call.now, NEXT_SHOWN)]
            lines.append(t("walk-next-dates", dates=", ".join(dates)) if dates else "")
        return "\n".join(line for line in (*lines, t("walk-confirm-question")) if line)

    def waiting(self, call: Call) -> str:
        """Why no walk comes at all for now; "" where they come."""
        found = hold_lines(self._kit, call)
        is_held = call.book.care.hold is not Hold.NONE or not wants_walks(call.state, self._kit.today(call))
        return found[0].text if is_held and found else ""

    def reminder_said(self, reminder: Reminder, call: Call) -> str:
        """One reminder in a line, with the minutes that a walk has now."""
        t = self._texts
        days, at = days_said(t, reminder.days), time_said(reminder.at)
        plan = next_walk(walker(call.state, reminder), self._kit.plan.numbers, self._kit.today(call))
        if reminder.minutes is None:
            return t("walk-reminder-plan", days=days, at=at, minutes=plan.minutes)
        name = "walk-reminder-own" if plan.minutes == reminder.minutes else "walk-reminder-own-now"
        return t(name, days=days, at=at, minutes=reminder.minutes, now=plan.minutes)

    def clock_said(self, zone: str, call: Call) -> str:
        """Her local time now, so that a wrong zone shows at once."""
        key = zone or call.book.zone or ""
        tz = self._kit.zone(key)
        if tz is None:
            return self._texts("walk-no-zone")
        city = key.rpartition("/")[2].replace("_", " ")
        return self._texts("walk-clock", now=f"{local_time(tz, call.now):%H:%M}", city=city)

    def quiet_said(self, quiet: QuietHours) -> str:
        """Quiet hours in words."""
        if quiet.start == quiet.end:
            return self._texts("walk-quiet-none")
        return self._texts("walk-quiet-hours", start=time_said(quiet.start), end=time_said(quiet.end))

    def _confirming(self) -> Sequence[Sequence[Button]]:
        t = self._texts
        yes = Button(label=t("walk-confirm-yes"), action="walk:a:confirm:yes", style=ButtonStyle.SUCCESS)
        names = ("days", "time", "minutes", "zone")
        change = [Button(label=t(f"walk-change-{n}"), action=f"walk:step:{n}") for n in names]
        return (yes,), change[:2], change[2:]


def _span(quiet: QuietHours) -> str:
    return f"{time_said(quiet.start)}-{time_said(quiet.end)}"


def _rows(draft: Draft, options: Sequence[tuple[str, str]], a_row: int) -> Sequence[Sequence[Button]]:
    step = f"pain:{draft.no}:{draft.day}:{draft.walked_at}" if draft.step == "pain" else draft.step
    buttons = [Button(label=label, action=f"walk:a:{step}:{value}") for value, label in options]
    return tuple(tuple(buttons[i : i + a_row]) for i in range(0, len(buttons), a_row))
