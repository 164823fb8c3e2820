"""What the engine and its store tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.schedule.due import Tick
from bot.schedule.model import Care, DeliveryState, Drop, Kind, Reminder
from bot.schedule.occurrence import Occurrence
from bot.schedule.quiet import QuietHours


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A reminder whose time has come. zone: key, as kept. due: what it waits for."""

    id: int
    chat: int
    reminder: Reminder
    zone: str | None
    quiet: QuietHours
    due: Occurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a tick makes of a due reminder, to be kept if it still waits for `due`."""

    id: int
    chat: int
    due: Occurrence
    tick: Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Rederived:
    """What a reminder waits for by other zone data, to be kept if it still waits for `was`, an instant."""

    id: int
    was: int
    ahead: Occurrence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A planned delivery. due: the chosen time; send_at, until: its window. Instants."""

    id: int
    chat: int
    no: int
    day: date
    kind: Kind
    due: int
    send_at: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery that this process, and no other, is sending. minutes, tip: what the message names."""

    id: int
    chat: int
    owner: str
    minutes: int
    tip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a claim ended.

    reason: why it was dropped or failed, no text of hers. was, care: her care before and after, where the message
    changed it; only what differs is kept.
    """

    state: DeliveryState
    message_id: int | None = None
    reason: Drop | str | None = None
    was: Care | None = None
    care: Care | None = None
