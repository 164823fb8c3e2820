"""Any book, and any changes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from bot.schedule.model import (
    FOREVER,
    Answer,
    Book,
    Care,
    DeleteReminder,
    DeliveryState,
    Hold,
    Kind,
    Nudge,
    PutReminder,
    RecordWalk,
    Reminder,
    Said,
    SetCare,
    SetQuiet,
    SetZone,
    Snooze,
)
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours

TUESDAY = date(2026, 11, 24)


def noon(day: date, no: int) -> int:
    """An instant for what happened to a reminder on a date; another for each."""
    return int(datetime.combine(day, time(12, no), UTC).timestamp())


def walk_of(no: int, day: date, pain: int | None) -> RecordWalk:
    """A walk whose instant is that of its reminder and day, as the conversation keeps it."""
    return RecordWalk(no, Walk(at=noon(day, no), day=day, minutes=10, pain=pain))


numbers = st.integers(1, 2)
on_their_way = st.sampled_from([DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN])
days = st.sampled_from([TUESDAY + timedelta(n) for n in (0, 1, -1, 4)])
reminders = st.builds(
    Reminder,
    no=numbers,
    at=st.sampled_from([time(8, 30), time(10), time(20, 15)]),
    days=st.sampled_from([frozenset(range(7)), frozenset((1, 3))]),
    minutes=st.none() | st.just(15),
    enabled=st.booleans(),
    paused_until=st.none() | days | st.just(FOREVER),
    last_day=st.none() | days,
    next_due=st.none() | st.just(10),
)
cares = st.builds(Care, hold=st.sampled_from(Hold), asked=st.booleans(), gentle=st.booleans())
zones = st.sampled_from(["Europe/Oslo", "America/Nuuk", "UTC+05:30", "Nowhere/At_All"])
changes = st.one_of(
    st.builds(PutReminder, reminders),
    st.builds(DeleteReminder, numbers),
    st.builds(SetZone, zones),
    st.builds(SetQuiet, st.just(QuietHours(time(22), time(6)))),
    st.builds(SetCare, cares),
    st.builds(Answer, numbers, days, st.sampled_from(Said)),
    st.builds(Snooze, numbers, days, st.just(10), st.just(20)),
    st.builds(walk_of, numbers, days, st.none() | st.integers(0, 10)),
)


def _nudge(no: int, day: date, kind: Kind, state: DeliveryState, said: Said | None) -> Nudge:
    due = noon(day, no) + 60 * (kind is Kind.LATER)
    return Nudge(no=no, day=day, kind=kind, due=due, at=due, minutes=10, state=state, said=said)


nudges = st.lists(
    st.builds(_nudge, numbers, days, st.sampled_from(Kind), on_their_way, st.none() | st.sampled_from(Said)),
    max_size=6,
    unique_by=lambda nudge: (nudge.no, nudge.day, nudge.kind),
)


def _book(zone: str | None, care: Care, kept: list[Reminder], sent: list[Nudge], older: int) -> Book:
    book = Book(zone=zone, care=care, reminders=tuple(sorted(kept, key=lambda reminder: reminder.no)))
    known = {reminder.no for reminder in kept}
    found = tuple(sorted((nudge for nudge in sent if nudge.no in known), key=lambda nudge: nudge.due))
    return replace(book, nudges=found, unanswered=older + len(found))


books = st.builds(
    _book,
    st.none() | zones,
    cares,
    st.lists(reminders, max_size=2, unique_by=lambda reminder: reminder.no),
    nudges,
    st.integers(0, 3),
)
