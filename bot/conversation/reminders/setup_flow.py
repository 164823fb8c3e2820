"""The set-up of a reminder: one question at a time, by buttons or in words, each skippable; then a line to confirm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from bot.conversation.cards import block
from bot.conversation.reminders.formatting import date_said, days_said, read_clock, time_said
from bot.conversation.reminders.holds import hold_buttons, hold_lines
from bot.conversation.reminders.plan_inputs import is_cleared
from bot.conversation.reminders.setup_draft import CHANGE, NEW, PAIN, SAFETY, ZONE, SetupDraft
from bot.conversation.reminders.setup_steps import SetupSteps, choosing, drafted, next_step, step_before
from bot.conversation.reminders.turn_builder import Resources, TurnBuilder, card
from bot.conversation.reply import Block, Button
from bot.conversation.state import Turn
from bot.language.reminder_reader import plain
from bot.language.reminder_request import Refusal, SetUp
from bot.schedule.model import (
    MOST_MINUTES,
    MOST_REMINDERS,
    PutReminder,
    SetCare,
    SetQuiet,
    SetZone,
)
from bot.schedule.plan_model import Walk, Why
from bot.schedule.quiet import QuietHours
from bot.timezones.location import zone_at

_HOURS = re.compile(r"(\d{4})-(\d{4})")
NOT_SAFETY = ("days", "time", "early", "minutes", "zone")
"""Steps that the questions on her safety leave out."""
_FIELDS = ("days", "time", "minutes")


class SetupFlow:
    """Leads through a set-up. A wrong value raises ValueError or KeyError, and nothing is changed."""

    def __init__(self, resources: Resources, steps: SetupSteps) -> None:
        """Arguments: as made by the conversation."""
        self._resources = resources
        self._steps = steps
        self._texts = resources.texts

    # --- beginning ------------------------------------------------------------------------

    def begin(self, builder: TurnBuilder, wanted: SetUp | None = None, *above: Block) -> Turn:
        """A new reminder, with what she has said of it already."""
        if len(builder.book.reminders) >= MOST_REMINDERS:
            button = Button(label=self._texts("walk-list-button"), action="walk:list")
            return builder.says(card(above, block(self._texts("walk-most", most=MOST_REMINDERS)), buttons=[[button]]))
        draft = SetupDraft(zone=self._zone_known(builder))
        return self._on(builder, _wanted(draft, wanted) if wanted else draft, *above)

    def change(self, builder: TurnBuilder, no: int, *steps: str, wanted: SetUp | None = None) -> Turn:
        """Change a reminder: ask for these fields, or take what was said."""
        old = builder.book.reminder(no)
        if old is None:
            raise KeyError(no)
        given = tuple(f for f in (*_FIELDS, "safety", "cleared", "gentle") if f not in steps)
        draft = SetupDraft(
            purpose=CHANGE,
            no=no,
            days=tuple(sorted(old.days)),
            at=time_said(old.at),
            minutes=old.minutes,
            given=(*given, *(() if "time" in steps or (wanted and wanted.at) else ("early",))),
        )
        return self._on(builder, _wanted(draft, wanted) if wanted else draft)

    def single(self, builder: TurnBuilder, purpose: str, step: str, *above: Block, no: int | None = None) -> Turn:
        """One question by itself."""
        return self._show(builder, SetupDraft(purpose=purpose, step=step, no=no), *above)

    def pain(self, builder: TurnBuilder, no: int, walk: Walk, *above: Block) -> Turn:
        """How her back felt after a walk."""
        draft = SetupDraft(purpose=PAIN, step="pain", no=no, day=walk.day.isoformat(), walked_at=walk.at)
        return self._show(builder, draft, *above)

    def safety(self, builder: TurnBuilder, *above: Block) -> Turn:
        """Ask what her walks have to heed, by itself."""
        return self._on(builder, SetupDraft(purpose=SAFETY, given=NOT_SAFETY), *above)

    # --- going on -------------------------------------------------------------------------

    def show(self, builder: TurnBuilder, *above: Block) -> Turn:
        """The open question again."""
        if builder.draft is None:
            raise KeyError("draft")
        return self._show(builder, builder.draft, *above)

    def step(self, builder: TurnBuilder, name: str) -> Turn:
        """Go to a step that she wants to change."""
        if builder.draft is None or name not in (*_FIELDS, "zone"):
            raise KeyError(name)
        given = tuple(s for s in builder.draft.given if s != name)
        return self._show(builder, replace(builder.draft.with_step(name), given=given))

    def labelled(self, builder: TurnBuilder, words: str) -> str:
        """The action of the button of the open question whose label was typed, as `plain` gives it; "" for none."""
        buttons = [b for row in self._steps.ask(builder.draft, builder).buttons for b in row] if builder.draft else []
        return next((b.action for b in buttons if plain(b.label) == words), "")

    def back(self, builder: TurnBuilder) -> Turn | None:
        """The question before; None at the beginning."""
        if builder.draft is None:
            raise KeyError("draft")
        before = step_before(builder.draft)
        return self._show(builder, builder.draft.with_step(before)) if before else None

    def take(self, builder: TurnBuilder, step: str, value: str) -> Turn:
        """Take the answer to a step, as a button holds it.

        Raises:
            ValueError, KeyError: no set-up is open, or the value is none; nothing is changed.
        """
        draft = builder.draft
        if draft is None or draft.step in ("pain", "pause") or (step == "confirm") != (draft.step == "confirm"):
            raise KeyError(step)
        draft = draft if draft.step == step else draft.with_step(step)
        if step == "confirm":
            return self._confirm(builder, draft)
        if value == "skip":
            if step == "early":  # skipping is no leave to write in quiet hours
                return self._show(builder, draft.with_step("time"))
            return self._on(builder, draft.answered(other=""))
        match step:
            case "days":
                return self._take_days(builder, draft, value)
            case "early" if value in ("yes", "no"):
                return (
                    self._on(builder, draft.answered())
                    if value == "yes"
                    else self._show(builder, draft.with_step("time"))
                )
            case "time" | "early":
                draft = replace(draft.with_step("early").with_step("time"), at=time_said(read_clock(value)), other="")
                draft = replace(draft, given=tuple(s for s in draft.given if s != "early"))
                return self._on(builder, draft.answered())
            case "safety" | "cleared" | "gentle":
                return self._take_care(builder, draft, value)
            case "minutes":
                return self._on(builder, draft.answered(minutes=None if value == "plan" else _minutes(value)))
            case "zone":
                return self.take_zone(builder, draft, value)
            case "quiet":
                return self._take_quiet(builder, value)
        raise KeyError(step)

    def take_said(self, builder: TurnBuilder, wanted: SetUp) -> Turn:
        """What she typed at a step: one or several of days, time and minutes."""
        draft = builder.draft or SetupDraft()
        taken = _wanted(draft, wanted, typed=True)
        is_same = next_step(taken, builder, is_cleared(builder.state, self._resources.today(builder))) == draft.step
        return self._on(builder, taken, *(self._noted(wanted) if is_same else ()))

    def refused(self, builder: TurnBuilder, refusal: Refusal) -> Turn:
        """Say why, and ask again; nothing is changed."""
        said = block(self.why_refused(refusal))
        return self.show(builder, *said) if builder.draft else self.begin(builder, None, *said)

    def why_refused(self, refusal: Refusal) -> str:
        """The sentence of a refusal."""
        return self._texts(f"walk-refused-{refusal.reason}", part=refusal.part, most=MOST_MINUTES)

    def take_zone(self, builder: TurnBuilder, draft: SetupDraft, key: str) -> Turn:
        """A zone that she chose or typed; by itself it is noted at once."""
        if self._resources.zone(key) is None:
            raise ValueError(key)
        if draft.purpose != ZONE:
            return self._on(builder, draft.answered(zone=key))
        builder = (builder.changing(SetZone(key)) if key != builder.book.zone else builder).drafting(None)
        note = block(self._texts("walk-zone-offset")) if key.startswith("UTC") else ()
        button = Button(label=self._texts("walk-list-button"), action="walk:list")
        return builder.says(card(block(self._steps.clock_said(key, builder)), note, buttons=[[button]]))

    def typed_zone(self, builder: TurnBuilder, text: str) -> Turn | None:
        """A typed place; None where it is not known."""
        found = self._resources.zones.find(text, builder.now)
        if not found or builder.draft is None:
            return None
        if len(found) == 1:
            return self.take_zone(builder, builder.draft, found[0].key)
        asked = card(
            block(self._texts("walk-which-zone")),
            buttons=(*self._steps.zone_buttons(builder.draft, found), [Button(label=self._texts("walk-back"),
                                                                           action="walk:go")]),
        )  # fmt: skip
        return builder.drafting(builder.draft).says(asked)

    def located(self, builder: TurnBuilder, latitude: float, longitude: float) -> Turn:
        """A place that she shared; nothing of it is kept but the zone."""
        draft = builder.draft or SetupDraft(purpose=ZONE, step="zone")
        key = zone_at(latitude, longitude)
        if key is None or self._resources.zone(key) is None:
            return self._show(builder, draft, *block(self._texts("walk-place-unknown")))
        return self.take_zone(builder, draft, key)

    # --- taking ---------------------------------------------------------------------------

    def _on(self, builder: TurnBuilder, draft: SetupDraft, *above: Block) -> Turn:
        """The next open question."""
        cleared = is_cleared(builder.state, self._resources.today(builder))
        if draft.purpose == SAFETY and next_step(draft, builder, cleared) == "confirm":
            builder = builder.drafting(None)
            said = block(self._texts("walk-safety-noted"))
            button = Button(label=self._texts("walk-list-button"), action="walk:list")
            return builder.says(card(above, said, hold_lines(self._resources, builder), buttons=[[button]]))
        step = next_step(draft, builder, cleared)
        return self._show(builder, replace(draft, step=step, picking=False), *above)

    def _zone_known(self, builder: TurnBuilder) -> str:
        """The zone of the country that she told, where it has one only; the line to confirm shows its time."""
        country = builder.state.profile.country
        found = self._resources.zones.of_country(country, builder.now) if country and not builder.book.zone else ()
        return found[0].key if len(found) == 1 else ""

    def _noted(self, wanted: SetUp) -> Sequence[Block]:
        """What was taken of a text that does not answer the open question."""
        t = self._texts
        said = [days_said(t, wanted.days)] if wanted.days else []
        said += [time_said(wanted.at)] if wanted.at is not None else []
        said += [t("walk-minutes", minutes=wanted.minutes)] if wanted.minutes else []
        return block(t("walk-noted", what=", ".join(said)))

    def _show(self, builder: TurnBuilder, draft: SetupDraft, *above: Block) -> Turn:
        builder = builder.drafting(draft)
        return builder.says(self._steps.ask(draft, builder, *above))

    def _take_days(self, builder: TurnBuilder, draft: SetupDraft, value: str) -> Turn:
        if value == "pick":
            return self._show(builder, replace(draft, picking=True, days=draft.days if draft.picking else ()))
        if value == "ok" and draft.days:
            return self._on(builder, draft.answered())
        days = {int(d) for d in value.removeprefix("+")}
        if not days or not days <= set(range(7)):
            raise ValueError(value)
        if value.startswith("+"):
            chosen = set(draft.days) ^ days
            return self._show(builder, replace(draft, picking=True, days=tuple(sorted(chosen))))
        return self._on(builder, draft.answered(days=tuple(sorted(days))))

    def _take_care(self, builder: TurnBuilder, draft: SetupDraft, value: str) -> Turn:
        care = builder.book.care
        match draft.step:
            case "safety":
                care = replace(care, needs_clearance={"yes": True, "unsure": True, "no": False}[value])
            case "cleared":
                today = self._resources.today(builder)
                care = replace(care, cleared_on=today if {"yes": True, "no": False}[value] else None)
            case _:
                care = replace(care, gentle={"yes": True, "ask": True, "no": False}[value], ask=value == "ask")
        builder = builder.changing(SetCare(care)) if care != builder.book.care else builder
        return self._on(builder, draft.answered())

    def _take_quiet(self, builder: TurnBuilder, value: str) -> Turn:
        match = _HOURS.fullmatch(value)
        if not match:
            raise ValueError(value)
        quiet = QuietHours(read_clock(match[1]), read_clock(match[2]))
        builder = (builder.changing(SetQuiet(quiet)) if quiet != builder.book.quiet else builder).drafting(None)
        t = self._texts
        hit = [time_said(r.at) for r in builder.book.reminders if quiet.covers(r.at)]
        note = block(t("walk-quiet-hit", times=", ".join(dict.fromkeys(hit)))) if hit else ()
        button = Button(label=t("walk-list-button"), action="walk:list")
        said = block(t("walk-quiet-noted", quiet=self._steps.quiet_said(quiet)))
        return builder.says(card(said, note, buttons=[[button]]))

    # --- the end --------------------------------------------------------------------------

    def _confirm(self, builder: TurnBuilder, draft: SetupDraft) -> Turn:
        reminder = drafted(draft, builder)
        if draft.purpose == NEW:
            if len(builder.book.reminders) >= MOST_REMINDERS:
                return self.begin(builder.drafting(None))
            no = reminder.no
            while builder.book.reminder(no):
                no += 1
            reminder = replace(reminder, no=no)
        elif builder.book.reminder(reminder.no) is None:
            raise KeyError(reminder.no)
        if draft.zone and draft.zone != builder.book.zone:
            builder = builder.changing(SetZone(draft.zone))
        quiet = builder.book.quiet.narrowed(reminder.at)
        if quiet != builder.book.quiet and "early" in draft.done:
            builder = builder.changing(SetQuiet(quiet))
        builder = choosing(draft, builder).changing(PutReminder(reminder)).drafting(None)
        return self._done(builder, draft, reminder.no)

    def _done(self, builder: TurnBuilder, draft: SetupDraft, no: int) -> Turn:
        t = self._texts
        reminder = builder.book.reminder(no)
        is_new = draft.purpose == NEW
        comes = reminder and reminder.enabled and builder.book.zone and not self._steps.waiting(builder)
        dates = self._resources.next_dates(builder.book, reminder, builder.now, 1) if reminder and comes else ()
        lines = [t("walk-set" if is_new else "walk-changed")]
        if dates and reminder:
            name = "walk-first" if is_new else "walk-comes"
            lines.append(t(name, day=date_said(dates[0].day), at=time_said(reminder.at)))
        if not builder.book.zone:
            lines.append(t("walk-no-zone"))
        buttons = [Button(label=t("walk-list-button"), action="walk:list")]
        if is_new:
            buttons.insert(0, Button(label=t("walk-undo-button"), action=f"walk:delete:{no}"))
        own = reminder.minutes if reminder else None
        most = self._resources.plan.numbers.before_clearance_most
        cleared = is_cleared(builder.state, self._resources.today(builder))
        short = block(t(f"walk-why-{Why.OWN_SHORTENED}")) if own and own > most and not cleared else ()
        text = block(" ".join(line for line in lines if line))
        rows = hold_buttons(self._resources, builder) if builder.book.care.hold else ()
        return builder.says(card(text, short, hold_lines(self._resources, builder), buttons=[*rows, buttons]))


def _wanted(draft: SetupDraft, wanted: SetUp, *, typed: bool = False) -> SetupDraft:
    """The draft with what was said; `typed` at a step, where it counts as answered."""
    said: list[str] = []
    if wanted.days:
        draft, said = replace(draft, days=tuple(sorted(wanted.days)), picking=False), [*said, "days"]
    if wanted.at is not None:
        other = _clock(wanted.or_at)
        done = tuple(s for s in draft.done if s != "early")
        given = tuple(s for s in draft.given if s != "early")
        draft, said = replace(draft, at=_clock(wanted.at), other=other, done=done, given=given), [*said, "time"]
    if wanted.minutes:
        draft, said = replace(draft, minutes=wanted.minutes), [*said, "minutes"]
    if wanted.days and wanted.at is not None and draft.purpose == NEW and "minutes" not in said:
        draft = replace(draft, given=(*draft.given, "minutes"))  # said in one go: the plan's, shown to be confirmed
    if typed or wanted.minutes:
        draft = replace(draft, done=tuple(dict.fromkeys((*draft.done, *(said if typed else ("minutes",))))))
    if typed:
        return draft
    return replace(draft, given=tuple(dict.fromkeys((*draft.given, *said))))


def _clock(at: time | None) -> str:
    return time_said(at) if at else ""


def _minutes(value: str) -> int:
    minutes = int(value)
    if not 1 <= minutes <= MOST_MINUTES:
        raise ValueError(value)
    return minutes
