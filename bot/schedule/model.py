"""What is kept of her walks: the reminders, the care that her walks need, the walks, and what changes them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, time
from enum import StrEnum
from typing import Any, Self

from bot.schedule.occurrence import EVERY_DAY
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours

MOST_REMINDERS = 5
"""Reminders a chat: more would be a nuisance, or a mistake."""
MOST_MINUTES = 120
"""The longest walk that she may choose; a longer one is rather a slip."""
DEFAULT_DAYS = frozenset((0, 2, 4))
"""Monday, Wednesday, Friday: "as little as 20 minutes, 3 times a week" (A22)."""
FOREVER = date.max
"""`Reminder.paused_until` of a pause without an end."""


class Hold(StrEnum):
    """Why no walks are sent. All but NONE also stop what is planned; a hold ends only by a word or a tap of hers."""

    NONE = ""
    ALARM = "alarm"
    """An emergency or urgent alarm, until she says that she has been seen or taps "Start again"."""
    CHECK = "check"
    """A safety check is open; a clear no lifts it."""
    UNANSWERED = "unanswered"
    """Five reminders met no answer, and neither did the question whether to go on."""
    AWAY = "away"
    """The chat was blocked or deleted, or the bot removed; she is asked once when she is back."""


class Kind(StrEnum):
    """What a delivery is: the reminder itself, or the same one later."""

    WALK = "walk"
    LATER = "later"


class DeliveryState(StrEnum):
    """How far a delivery is. The last four are final."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """Telegram refused it."""
    UNCERTAIN = "uncertain"
    """Whether it arrived is unknown: a crash, or a time-out after it left. Never sent again."""
    DROPPED = "dropped"
    """Not sent, with the reason."""


class Drop(StrEnum):
    """Why a delivery was dropped."""

    LATE = "late"
    """More than 45 minutes after its time, or its window closed."""
    HELD = "held"
    """An alarm or an open safety check."""
    STOPPED = "stopped"
    """She stopped, paused, changed or deleted the reminder, or said Not today."""
    AWAY = "away"
    """The chat is blocked or gone."""
    QUIET = "quiet"
    """Nothing of the occurrence lies outside quiet hours."""


class Said(StrEnum):
    """What she answered to a reminder."""

    DONE = "done"
    LATER = "later"
    NOT_TODAY = "not-today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder as she chose it.

    no: names it in her chat, never used again. at: canonical local time. days: 0 (Monday) to 6. minutes: her own,
    None where the plan decides. paused_until: first local date on which it comes again. last_day: local date of the
    last occurrence that was planned or dropped, so that no change gives two on one date. next_due: derived, to show.
    """

    no: int
    at: time
    days: frozenset[int] = DEFAULT_DAYS
    minutes: int | None = None
    enabled: bool = True
    paused_until: date | None = None
    last_day: date | None = None
    next_due: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where days or minutes are out of range."""
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError("a reminder has one to seven weekdays, 0 (Monday) to 6")
        if self.minutes is not None and not 1 <= self.minutes <= MOST_MINUTES:
            raise ValueError(f"a walk has 1 to {MOST_MINUTES} minutes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What her walks must heed; sealed where it is kept.

    needs_clearance: caesarean, bad tear, complications, told to rest; None: not told, which counts as yes. cleared_on:
    local date of the doctor's clearance. gentle: she wants gentle walks before. ask: remind her in them to ask for the
    clearance at her check-up. hold: see `Hold`; since: its instant;
    flag: what raised the alarm, for the words of the question. soon: a soon alarm is open, which holds growth.
    checked_at: the instant at which the last safety check was answered. chosen_at: the instant at which she last chose
    minutes of her own; pain told before does not shorten them. asked: she was asked, once, whether to go on (after
    five without an answer) or to start again (after she was away).
    """

    needs_clearance: bool | None = None
    cleared_on: date | None = None
    gentle: bool = False
    ask: bool = False
    hold: Hold = Hold.NONE
    since: int = 0
    flag: str = ""
    soon: bool = False
    checked_at: int | None = None
    chosen_at: int | None = None
    asked: bool = False

    def rebased(self, was: Self, wanted: Self) -> Self:
        """This care with what differs between two others: what has changed here meanwhile stays.

        Args:
            was: what `wanted` was made from.
            wanted: with the fields to take over.
        """
        names = [f.name for f in fields(self)]
        return replace(self, **{n: getattr(wanted, n) for n in names if getattr(wanted, n) != getattr(was, n)})

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, without the empty fields."""
        return {
            k: v.isoformat() if isinstance(v, date) else v
            for k, v in asdict(self).items()
            if v not in (None, "", 0) or (k == "needs_clearance" and v is False)
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote; fields of another version are ignored."""
        values = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        if "cleared_on" in values:
            values["cleared_on"] = date.fromisoformat(values["cleared_on"])
        if "hold" in values:
            values["hold"] = Hold(values["hold"])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A reminder that she may have before her: of which reminder, for which local date, which kind, what she said.

    due: instant of the chosen time; at: of its latest state. minutes: named in it. state: SENT, or SENDING or UNCERTAIN
    where she may press a button of it all the same. settled: she has said since that her reminders go on.
    """

    no: int
    day: date
    kind: Kind
    due: int
    at: int
    minutes: int
    said: Said | None = None
    state: DeliveryState = DeliveryState.SENT
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Everything of one chat that walks depend on. Empty for a chat without reminders.

    zone: key of `bot.timezones.search.Zones`, None where she has not chosen. walks: the latest, at most `WALKS_KEPT`,
    oldest first. nudges: sent ones of the last `NUDGES_S`, oldest first. unanswered: sent without an answer since the
    last that she answered, or since she said that they go on.
    """

    zone: str | None = None
    quiet: QuietHours = field(default_factory=QuietHours)
    reminders: tuple[Reminder, ...] = ()
    care: Care = field(default_factory=Care)
    walks: tuple[Walk, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    unanswered: int = 0

    def reminder(self, no: int) -> Reminder | None:
        """The reminder of that number."""
        return next((r for r in self.reminders if r.no == no), None)


WALKS_KEPT = 60
"""Walks that a book holds: the plan looks back over some weeks only."""
NUDGES_S = 8 * 86_400
"""Seconds. Buttons of reminders older than eight days are stale."""


# --- what a turn changes: in the order given, in one transaction; what it means is in `bot.schedule.changes` ----


@dataclass(frozen=True, slots=True)
class PutReminder:
    """Make a reminder, or replace the one of that number. With another rule, what was planned is dropped.

    `next_due` is derived whatever it says here, and `last_day` of a reminder that is there stays.
    """

    reminder: Reminder


@dataclass(frozen=True, slots=True)
class DeleteReminder:
    """Delete a reminder with its deliveries; the walks stay."""

    no: int


@dataclass(frozen=True, slots=True)
class SetZone:
    """The chat's time zone."""

    zone: str


@dataclass(frozen=True, slots=True)
class SetQuiet:
    """The chat's quiet hours."""

    quiet: QuietHours


@dataclass(frozen=True, slots=True)
class SetCare:
    """Her care. With a hold, everything planned of the chat is dropped and nothing is due until the hold is NONE."""

    care: Care


@dataclass(frozen=True, slots=True)
class Answer:
    """What she said to a nudge; DONE and NOT_TODAY also drop what is planned of that reminder for that day.

    LATER does not take the place of one of these two.
    """

    no: int
    day: date
    said: Said


@dataclass(frozen=True, slots=True)
class Snooze:
    """Send the reminder of that day once more, at an instant and at the latest at another; LATER is what she said."""

    no: int
    day: date
    at: int
    until: int


@dataclass(frozen=True, slots=True)
class RecordWalk:
    """Keep a walk, or replace the one of that reminder and day (she told the pain, or corrected it)."""

    no: int
    walk: Walk


WalkChange = PutReminder | DeleteReminder | SetZone | SetQuiet | SetCare | Answer | Snooze | RecordWalk
