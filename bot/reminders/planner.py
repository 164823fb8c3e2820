"""A tick: finds reminders whose time has come, moves each on, and plans or drops its occurrence."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable

from bot.reminders.ports import DeliveryStore, DueReminder, Move, Observer, Rederived
from bot.schedule.due import Tick, derive_again, rule_of, tick, zone_of
from bot.schedule.model import Book

PAGE = 200
"""Due reminders read at once; the rush of a full hour takes several."""
BATCH = 50
"""Reminders worked out, and moved on in one transaction: some milliseconds, in which all else waits on SQLite."""

_log = logging.getLogger(__name__)


class Planner:
    """Plans what is due. Any number of processes may do so at once; one at a time is enough."""

    def __init__(
        self, store: DeliveryStore, observer: Observer, *, release: str, chance: Callable[[int], int] = random.randrange
    ) -> None:
        """Make one.

        Args:
            release: of the zone data at hand.
            chance: a number below a given one, to part processes.
        """
        self._store = store
        self._observer = observer
        self._release = release
        self._chance = chance
        self._rederived_to: tuple[int, int] | None = (0, 0)
        """Instant and id up to which reminders stand by this release of the zone data; None: all do."""

    async def plan(self, now: int) -> int:
        """Plan all that is due now; how many reminders were moved on by this process.

        Args:
            now: epoch seconds.

        Raises:
            StoreError: what was planned by then stays planned.
        """
        total = 0
        while found := await self._store.due(now, PAGE):
            moved = await self._moved(found, now)
            total += moved
            if not moved:  # another process is at it
                break
        return total

    async def _moved(self, found: list[DueReminder], now: int) -> int:
        batches = _batches(sorted(found, key=lambda due: due.id))
        first = self._chance(len(batches))  # another process may be at it too: rather not at the same rows
        moved = 0
        for batch in batches[first:] + batches[:first]:
            kept = await self._store.keep([_move(due, now) for due in batch], now, self._release)
            self._count(kept)
            moved += len(kept)
            if not kept:
                break
        return moved

    def _count(self, kept: list[Move]) -> None:
        rows = (row for move in kept for row in move.tick.rows)
        for what, count in Counter(f"dropped-{r.drop.value}" if r.drop else "planned" for r in rows).items():
            self._observer.counted(what, count)

    async def rederive(self, now: int) -> int:
        """Look through some reminders, and derive anew those derived with other zone data, the soonest first.

        To be called at every tick; costs nothing once all have been looked at.

        Returns:
            How many were derived anew.
        """
        if self._rederived_to is None:
            return 0
        found, self._rederived_to = await self._store.of_other_zone_data(self._release, self._rederived_to, PAGE)
        known = [due for due in found if zone_of(due.zone)]  # where it is not known, the old one stays
        changed = 0
        for batch in _batches(known):
            changed += await self._store.rederive([_again(due, now) for due in batch], self._release)
        return changed


def _batches(found: list[DueReminder]) -> list[list[DueReminder]]:
    return [found[at : at + BATCH] for at in range(0, len(found), BATCH)]


def _move(due: DueReminder, now: int) -> Move:
    zone = zone_of(due.zone)
    if zone is None:  # none, or none that this machine's zone data knows
        _log.error("A reminder rests, as its zone is not known here", extra={"action": "reminder-zone-unknown"})
        step = Tick(rows=(), ahead=None)
    else:
        step = tick(due.id, rule_of(due.reminder, zone), due.due, due.quiet, now)
    return Move(id=due.id, chat=due.chat, due=due.due, tick=step)


def _again(due: DueReminder, now: int) -> Rederived:
    """What it waits for by the zone data at hand. That it waits at all says that nothing holds her walks."""
    book = Book(zone=due.zone, quiet=due.quiet)
    return Rederived(
        id=due.id, chat=due.chat, was=due.due.instant, ahead=derive_again(book, due.reminder, zone_of(due.zone), now)
    )
