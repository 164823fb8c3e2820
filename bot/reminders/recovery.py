"""What processes that died were sending: it may have arrived, so it becomes uncertain and is not sent again."""

from __future__ import annotations

import logging

from bot.reminders.ports import DeliveryStore, Leases, Watch

_log = logging.getLogger(__name__)


async def recover(store: DeliveryStore, leases: Leases, watch: Watch, now: int) -> int:
    """Give up the claims of processes that are not alive; how many.

    Args:
        store: of deliveries.
        leases: know who is alive.
        watch: counts them.
        now: epoch seconds.
    """
    owners = await store.owners()
    if not owners:
        return 0
    dead = owners - await leases.live()  # asked last: whoever claims has shown before that it is alive
    if not dead:
        return 0
    count = await store.give_up(dead, now)
    if count:
        watch.counted("uncertain", count)
        _log.warning(
            "%d reminders were on their way when a process died; they are not sent again",
            count,
            extra={"action": "reminders-uncertain"},
        )
    return count
