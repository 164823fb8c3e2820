"""Figures for the operator: how many, never who and never what was said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.store.database import Database

DAYS = 28
"""So far back figures of days go; those of reminders 7 days."""
_SECONDS_A_DAY = 86_400

_CHATS = """
SELECT state, count(*), sum(CASE WHEN seen_at > :week THEN 1 ELSE 0 END),
    sum(CASE WHEN seen_at > :month THEN 1 ELSE 0 END), sum(CASE WHEN chat_id < 0 THEN 1 ELSE 0 END)
FROM chats GROUP BY state
"""
_REMINDED = "SELECT count(DISTINCT chat_id) FROM reminders WHERE next_due IS NOT NULL"
_TALLIES = "SELECT day, kind, name, count FROM tallies WHERE day > :day"
_DELIVERIES = """
SELECT state, COALESCE(reason, ''), count(*) FROM deliveries WHERE due > :week AND due <= :now GROUP BY state, reason
"""
_INBOX = "SELECT count(*), COALESCE(min(received_at), :now) FROM inbox WHERE done_at IS NULL"
_DUE = "SELECT count(*) FROM deliveries WHERE state = 'planned' AND send_at <= :now"


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What /stats tells. Days are those of UTC."""

    today: int
    """Days since 1970-01-01."""
    chats: int
    groups: int
    active: int
    """Chats that can be written to."""
    away: int
    """Chats that block the bot or are gone."""
    week: int
    """Chats that wrote in the last 7 days."""
    month: int
    """Chats that wrote in the last `DAYS` days."""
    reminded: int
    """Chats with a walk reminder that is due some time."""
    tallies: dict[tuple[int, str, str], int]
    """By day, kind and name, the last `DAYS` days."""
    deliveries: dict[tuple[str, str], int]
    """Of the last 7 days, by state and reason."""
    waiting: int
    """Updates that are not answered."""
    oldest_s: int
    """How long the oldest of them has been waiting, in seconds."""
    due: int
    """Reminders whose time has come and that are not sent."""

    def of(self, kind: str, days: int) -> Counter[str]:
        """Counts by name of the last so many days, today included."""
        counts: Counter[str] = Counter()
        for (day, of, name), count in self.tallies.items():
            if of == kind and day > self.today - days:
                counts[name] += count
        return counts


async def figures(database: Database, now: int) -> Statistics:
    """All figures as of now, in epoch seconds. Raises StoreError."""
    today = now // _SECONDS_A_DAY
    times = {"week": now - 7 * _SECONDS_A_DAY, "month": now - DAYS * _SECONDS_A_DAY}
    async with database.transaction(write=False) as tx:
        chats = {state: numbers for state, *numbers in await tx.fetch_all(_CHATS, times)}
        reminded = await tx.fetch_one(_REMINDED)
        tallies = await tx.fetch_all(_TALLIES, {"day": today - DAYS})
        deliveries = await tx.fetch_all(_DELIVERIES, {"week": times["week"], "now": now})
        inbox = await tx.fetch_one(_INBOX, {"now": now})
        due = await tx.fetch_one(_DUE, {"now": now})
    total, week, month, groups = (sum(int(n[i] or 0) for n in chats.values()) for i in range(4))
    away = sum(int(chats[state][0]) for state in ("blocked", "left") if state in chats)
    waiting, oldest = inbox or (0, now)
    return Statistics(
        today=today,
        chats=total,
        groups=groups,
        active=total - away,
        away=away,
        week=week,
        month=month,
        reminded=reminded[0] if reminded else 0,
        tallies={(day, kind, name): int(count) for day, kind, name, count in tallies},
        deliveries={(state, reason): int(count) for state, reason, count in deliveries},
        waiting=waiting,
        oldest_s=max(now - int(oldest), 0),
        due=due[0] if due else 0,
    )
