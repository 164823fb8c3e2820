"""What the engine needs from outside, as interfaces."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.state import ChatState
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
    chat: int
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
    """A delivery that this process, and no other, is sending. minutes, tip: what the message names.

    nonce: tells it from any other claim, also of another delivery that has got the number of a deleted one.
    """

    id: int
    chat: int
    owner: str
    minutes: int
    tip: str | None = None
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))


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


class Result(StrEnum):
    """What became of a message that was handed over."""

    SENT = "sent"
    FAILED = "failed"
    """Refused; it did not arrive."""
    UNCERTAIN = "uncertain"
    """It may have arrived."""
    UNREACHABLE = "unreachable"
    """The chat is blocked or gone."""
    MIGRATED = "migrated"
    """Not sent; the chat has another id now."""
    EXPIRED = "expired"
    """It did not leave in the time given, and surely did not arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The answer of the postman. detail: for the log and the record, without text of messages."""

    result: Result
    message_id: int | None = None
    detail: str = ""
    new_chat: int | None = None


class Postman(Protocol):
    """Sends a message at most once: nothing that may have arrived is sent again."""

    async def post(self, chat: int, reply: Reply, *, until: float) -> Posted:
        """Send to a private chat.

        Args:
            until: epoch seconds, the latest time at which it may leave.
        """
        ...


class Leases(Protocol):
    """Who does what among processes, see `bot.store.leases`."""

    async def take(self, name: str, owner: str, seconds: float) -> bool:
        """Take or keep a lease; False while another has it."""
        ...

    async def release(self, name: str, owner: str) -> None:
        """Let go of it."""
        ...

    async def live(self) -> frozenset[str]:
        """The processes that are alive."""
        ...


class Chats(Protocol):
    """The part of the store of conversations that the engine uses."""

    async def load(self, key: ChatKey) -> ChatState:
        """The state of a chat."""
        ...

    async def mark_away(self, chat: int, now: float) -> None:
        """It cannot be written to."""
        ...

    async def migrated(self, old_chat: int, new_chat: int) -> None:
        """It has another id."""
        ...


class DeliveryStore(Protocol):
    """Keeps deliveries. Every method may raise `bot.errors.StoreError`; instants are epoch seconds."""

    async def due(self, now: int, most: int) -> list[DueReminder]:
        """Reminders whose time has come, the longest due first. Costs the same however many are kept."""
        ...

    async def keep(self, moves: Sequence[Move], now: int, release: str) -> list[Move]:
        """Advance reminders and write their deliveries in one transaction; returns the moves that this call made."""
        ...

    async def waiting(self, now: int, most: int) -> list[int]:
        """Planned deliveries whose time to send has come, the oldest first."""
        ...

    async def look(self, delivery: int) -> Waiting | None:
        """A delivery, None where it is not planned any more."""
        ...

    async def claim(self, claim: Claim, now: int) -> bool:
        """Take a planned delivery for sending; False where another was first, or it has been dropped."""
        ...

    async def unclaim(self, claim: Claim, now: int) -> None:
        """Put back what surely was not sent."""
        ...

    async def record(self, claim: Claim, outcome: Outcome, now: int) -> bool:
        """Keep how a claim ended; False where the delivery is gone."""
        ...

    async def drop(self, waiting: Waiting, why: Drop, now: int) -> bool:
        """Drop a planned delivery; False where it is not planned any more."""
        ...

    async def drop_late(self, now: int) -> int:
        """Drop all planned deliveries whose window has closed; how many."""
        ...

    async def owners(self) -> frozenset[str]:
        """The processes that have claims."""
        ...

    async def give_up(self, owners: Collection[str], now: int) -> int:
        """What these were sending becomes uncertain; how many."""
        ...

    async def hold_unanswered(self, chat: int, now: int) -> None:
        """Pause a chat that answered neither its reminders nor the question whether to go on."""
        ...

    async def of_other_zone_data(
        self, release: str, after: tuple[int, int], most: int
    ) -> tuple[list[DueReminder], tuple[int, int] | None]:
        """Look through some reminders, the soonest due first, for those derived with another release.

        Args:
            release: of the zone data at hand.
            after: instant and id at which to go on.
            most: looked at, so that one call never takes long.

        Returns:
            Those found, and where to go on; None at the end.
        """
        ...

    async def rederive(self, reminders: Sequence[Rederived], release: str) -> int:
        """Keep what they wait for by this release; how many were still waiting for what they waited for."""
        ...


class Observer(Protocol):
    """Told what the engine does, for figures. Nothing here may raise."""

    def ticked(self, at: float) -> None:
        """A tick went through, at epoch seconds; also one that found nothing, or was not this process's to do."""
        ...

    def counted(self, what: str, count: int = 1) -> None:
        """So many deliveries became `what`: planned, sent, failed, uncertain, or dropped-REASON."""
        ...

    def late_by(self, seconds: float) -> None:
        """A reminder left so long after the time at which it was to be sent."""
        ...
