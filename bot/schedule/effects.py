"""What has to be written for a change of her walks: a closed set, made by `bot.schedule.changes.apply`. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.schedule.model import Care, Drop, Reminder, Said
from bot.schedule.occurrence import Occurrence
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours


@dataclass(frozen=True, slots=True)
class SaveZone:
    """The chat has another time zone."""

    zone: str


@dataclass(frozen=True, slots=True)
class SaveQuiet:
    """The quiet hours of the chat."""

    quiet: QuietHours


@dataclass(frozen=True, slots=True)
class SaveCare:
    """Her care."""

    care: Care


@dataclass(frozen=True, slots=True)
class AddReminder:
    """A reminder that was not there; what it waits for follows as `SaveNextDue`."""

    reminder: Reminder


@dataclass(frozen=True, slots=True)
class UpdateReminder:
    """What she chose of a reminder that is there; `last_day` and what it waits for stay as they are."""

    reminder: Reminder


@dataclass(frozen=True, slots=True)
class RemoveReminder:
    """A reminder with its deliveries, whatever their state; the walks stay."""

    no: int


@dataclass(frozen=True, slots=True)
class SaveLastDay:
    """The local date up to which nothing more comes of a reminder; later than the one before."""

    no: int
    day: date


@dataclass(frozen=True, slots=True)
class SaveNextDue:
    """What a reminder waits for, derived anew; None: nothing."""

    no: int
    due: Occurrence | None


@dataclass(frozen=True, slots=True)
class DropPlanned:
    """Deliveries that are planned, and not yet on their way, are dropped with a reason.

    Those of the whole chat, of one reminder (`no`), or of one reminder on one local date (`day`).
    """

    why: Drop
    no: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class PlanSnooze:
    """Plan the reminder of that day once more, from an instant until another; it takes the place of a Later before.

    Not where that day has been answered with more than Later, nor while the Later before is on its way: only the
    rows themselves tell at the moment of writing.
    """

    no: int
    day: date
    at: int
    until: int


@dataclass(frozen=True, slots=True)
class SaveAnswer:
    """What she said to the reminders of that day that reached her; Later takes the place of no other answer."""

    no: int
    day: date
    said: Said


@dataclass(frozen=True, slots=True)
class SettleUnanswered:
    """Reminders that were sent and met no answer do not count as unanswered any more."""


@dataclass(frozen=True, slots=True)
class SaveWalk:
    """A walk; it takes the place of the one of that reminder and day."""

    no: int
    walk: Walk


ChatEffect = SaveZone | SaveQuiet | SaveCare
ReminderEffect = AddReminder | UpdateReminder | RemoveReminder | SaveLastDay | SaveNextDue
DeliveryEffect = DropPlanned | PlanSnooze | SaveAnswer | SettleUnanswered
Effect = ChatEffect | ReminderEffect | DeliveryEffect | SaveWalk
