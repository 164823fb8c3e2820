"""What is kept of her walks, and what changes of them make due."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.ports import ChatKey, Kept
from bot.conversation.state import ChatState
from bot.schedule.model import (
    FOREVER,
    NUDGES_S,
    Answer,
    Book,
    Care,
    DeleteReminder,
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
    WalkChange,
)
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.columns import bits, day_number, day_of, days_of
from bot.store.memory import MemoryStore
from bot.store.reminders import walk_json
from bot.store.sealed_columns import CARE, WALK
from tests.schedule.changes import changes
from tests.store.conftest import NUDGE_BODY, Clock

Store = ChatStore | MemoryStore
HER = ChatKey(chat=5_000_000_001)
OSLO = ZoneInfo("Europe/Oslo")
TUESDAY = date(2026, 11, 24)
TEN = Reminder(no=1, at=time(10), days=frozenset(range(7)))


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=OSLO).timestamp())


@pytest.fixture(autouse=True)
def _server_first(request: pytest.FixtureRequest) -> None:
    """The server is started and migrated outside of the event loop that `store` is made in."""
    if "[postgresql" in request.node.name:
        request.getfixturevalue("postgres_url")


@pytest.fixture
def clock() -> Clock:
    return Clock(instant("2026-11-24 09:00"))


async def change(store: Store, *changes: WalkChange, key: ChatKey = HER) -> Book:
    await store.save(key, await store.load(key), Kept(walks=changes))
    return (await store.load(key)).book


async def set_up(store: Store) -> Book:
    return await change(store, SetZone("Europe/Oslo"), PutReminder(TEN))


async def sent(store: Store, day: date, *, no: int = 1, state: str = "sent", kind: Kind = Kind.WALK) -> None:
    """A nudge of that day at ten, as the engine records it."""
    at = instant(f"{day} 10:00")
    if isinstance(store, MemoryStore):
        store.nudge(HER.chat, Nudge(no=no, day=day, kind=kind, due=at, at=at, minutes=10))
        return
    async with store._database.transaction() as tx:
        await tx.execute(
            """INSERT INTO deliveries (reminder_id, chat_id, day, kind, due, send_at, until, state, changed_at, body)
            SELECT id, chat_id, :day, :kind, :at, :at, :at, :state, :at, :body FROM reminders WHERE no = :no""",
            {
                "no": no,
                "day": day_number(day),
                "kind": kind.value,
                "at": at,
                "state": state,
                "body": NUDGE_BODY,
            },
        )


async def deliveries(store: ChatStore) -> list[tuple[Any, ...]]:
    async with store._database.transaction(write=False) as tx:
        return await tx.fetch_all("SELECT kind, day, state, reason, said FROM deliveries ORDER BY day, kind")


async def planned(store: ChatStore, day: date = TUESDAY) -> None:
    await sent(store, day, state="planned")


def due_of(book: Book, no: int = 1) -> int | None:
    reminder = book.reminder(no)
    assert reminder
    return reminder.next_due


async def test_what_is_put_is_loaded_and_due(store: Store) -> None:
    book = await set_up(store)
    assert book == Book(zone="Europe/Oslo", reminders=(replace(TEN, next_due=instant("2026-11-24 10:00")),))
    evening = Reminder(no=9, at=time(18, 30), days=frozenset((1, 6)), minutes=15, paused_until=TUESDAY + timedelta(1))
    book = await change(store, PutReminder(evening), SetQuiet(QuietHours(time(22), time(7, 30))))
    assert book.reminder(9) == replace(evening, next_due=instant("2026-11-29 18:30"))
    assert book.quiet == QuietHours(time(22), time(7, 30))
    assert (await store.load(ChatKey(chat=HER.chat, user=4))).book == Book()
    assert (await store.load(ChatKey(chat=2))).book == Book()


async def test_without_a_zone_nothing_is_due_until_there_is_one(store: Store) -> None:
    assert due_of(await change(store, PutReminder(TEN))) is None
    assert due_of(await change(store, SetZone("Nowhere/At_All"))) is None
    assert due_of(await change(store, SetZone("Europe/Oslo"))) == instant("2026-11-24 10:00")
    assert due_of(await change(store, SetZone("UTC+09:00"))) == instant("2026-11-25 02:00")


async def test_off_paused_and_deleted(store: Store) -> None:
    await set_up(store)
    assert due_of(await change(store, PutReminder(replace(TEN, enabled=False)))) is None
    assert due_of(await change(store, PutReminder(TEN))) == instant("2026-11-24 10:00")
    assert due_of(await change(store, PutReminder(replace(TEN, paused_until=FOREVER)))) is None
    until = replace(TEN, paused_until=TUESDAY + timedelta(3))
    assert due_of(await change(store, PutReminder(until))) == instant("2026-11-27 10:00")
    assert (await change(store, DeleteReminder(1))).reminders == ()


async def test_an_edit_of_something_else_does_not_lose_what_is_due_this_second(store: Store, clock: Clock) -> None:
    await set_up(store)
    clock.now = instant("2026-11-24 10:00") + 1
    minutes = replace(TEN, minutes=20)
    assert due_of(await change(store, PutReminder(minutes), SetCare(Care(gentle=True)))) == instant("2026-11-24 10:00")
    assert due_of(await change(store, PutReminder(replace(minutes, at=time(11))))) == instant("2026-11-24 11:00")


async def test_a_hold_stops_all_and_its_end_starts_anew(store: Store) -> None:
    await set_up(store)
    for hold in (Hold.ALARM, Hold.CHECK, Hold.UNANSWERED, Hold.AWAY):
        book = await change(store, SetCare(Care(hold=hold, since=5, flag="fever", cleared_on=TUESDAY)))
        assert book.care == Care(hold=hold, since=5, flag="fever", cleared_on=TUESDAY)
        assert due_of(book) is None
        assert due_of(await change(store, PutReminder(replace(TEN, minutes=7)))) is None
        assert due_of(await change(store, SetCare(Care()))) == instant("2026-11-24 10:00")


@pytest.mark.parametrize(
    ("hold", "why"), [(Hold.ALARM, "held"), (Hold.CHECK, "held"), (Hold.AWAY, "away"), (Hold.UNANSWERED, "stopped")]
)
async def test_a_hold_drops_what_is_planned(chat_store: ChatStore, hold: Hold, why: str) -> None:
    await set_up(chat_store)
    await planned(chat_store)
    await change(chat_store, Snooze(1, TUESDAY, instant("2026-11-24 11:00"), instant("2026-11-24 11:45")))
    await change(chat_store, SetCare(Care(hold=hold)))
    day = day_number(TUESDAY)
    assert await deliveries(chat_store) == [
        ("later", day, "dropped", why, None),
        ("walk", day, "dropped", why, None),
    ]


@pytest.mark.parametrize("said", [Said.DONE, Said.NOT_TODAY])
async def test_an_answer_ends_the_day(store: Store, said: Said, clock: Clock) -> None:
    await set_up(store)
    book = await change(store, Answer(1, TUESDAY, said))  # said before it came
    assert due_of(book) == instant("2026-11-25 10:00")
    await sent(store, TUESDAY)
    clock.now = instant("2026-11-24 10:05")
    assert (await store.load(HER)).book.unanswered == 1
    book = await change(store, Answer(1, TUESDAY, said))
    assert [n.said for n in book.nudges] == [said]
    assert book.unanswered == 0
    assert due_of(book) == instant("2026-11-25 10:00")


async def test_done_drops_the_later_of_that_day_and_no_more(chat_store: ChatStore) -> None:
    await set_up(chat_store)
    await sent(chat_store, TUESDAY)
    later = Snooze(1, TUESDAY, instant("2026-11-24 11:00"), instant("2026-11-24 11:45"))
    await change(chat_store, later)
    day = day_number(TUESDAY)
    assert await deliveries(chat_store) == [
        ("later", day, "planned", None, None),
        ("walk", day, "sent", None, "later"),
    ]
    await change(chat_store, Answer(1, TUESDAY, Said.DONE))
    done = [("later", day, "dropped", "stopped", None), ("walk", day, "sent", None, "done")]
    assert await deliveries(chat_store) == done
    await change(chat_store, later)  # a stale button
    assert (await deliveries(chat_store))[0][2:4] == ("dropped", "stopped")


async def test_a_later_of_a_later_is_sent_once_more(chat_store: ChatStore) -> None:
    await set_up(chat_store)
    await sent(chat_store, TUESDAY, kind=Kind.LATER)
    await change(chat_store, Snooze(1, TUESDAY, 10, 20))
    assert (await deliveries(chat_store))[0][2:] == ("planned", None, None)


async def test_nothing_is_put_off_while_it_is_being_sent(chat_store: ChatStore) -> None:
    await set_up(chat_store)
    await sent(chat_store, TUESDAY, kind=Kind.LATER, state="sending")
    await change(chat_store, Snooze(1, TUESDAY, 10, 20))
    assert (await deliveries(chat_store))[0][2:] == ("sending", None, "later")


async def test_a_change_of_the_reminder_drops_what_is_planned_of_it(chat_store: ChatStore) -> None:
    await set_up(chat_store)
    await change(chat_store, PutReminder(replace(TEN, no=2)))
    await planned(chat_store)
    await sent(chat_store, TUESDAY, no=2, state="planned")
    await change(chat_store, PutReminder(replace(TEN, enabled=False)))
    states = sorted(row[2:4] for row in await deliveries(chat_store))
    assert states == [("dropped", "stopped"), ("planned", None)]
    await change(chat_store, DeleteReminder(2))
    assert len(await deliveries(chat_store)) == 1


async def test_a_move_to_another_zone_or_time_never_gives_two_on_a_date(chat_store: ChatStore, clock: Clock) -> None:
    await set_up(chat_store)
    await change(chat_store, Answer(1, TUESDAY, Said.DONE))
    for changed in (SetZone("America/New_York"), PutReminder(replace(TEN, at=time(23)))):
        book = await change(chat_store, changed)
        due = due_of(book)
        assert due
        assert datetime.fromtimestamp(due, ZoneInfo("America/New_York")).date() > TUESDAY


async def test_pressed_before_the_sending_is_recorded(chat_store: ChatStore, clock: Clock) -> None:
    await set_up(chat_store)
    for n, state in enumerate(("sending", "uncertain", "failed", "dropped")):
        await sent(chat_store, TUESDAY - timedelta(days=n), state=state)
    book = (await chat_store.load(HER)).book
    assert [n.day for n in book.nudges] == [TUESDAY - timedelta(days=1), TUESDAY]
    assert book.unanswered == 0
    assert [n.said for n in (await change(chat_store, Answer(1, TUESDAY, Said.DONE))).nudges] == [None, Said.DONE]


async def test_nudges_of_eight_days_and_what_counts_as_unanswered(store: Store, clock: Clock) -> None:
    await set_up(store)
    for ago in range(10, 0, -1):
        await sent(store, TUESDAY - timedelta(days=ago))
    book = (await store.load(HER)).book
    assert [n.day for n in book.nudges] == [TUESDAY - timedelta(days=ago) for ago in range(8, 0, -1)]
    assert book.nudges[0].at >= clock.now - NUDGES_S
    assert book.unanswered == 10
    assert (await change(store, SetCare(Care(asked=True)))).unanswered == 10
    assert (await change(store, SetCare(Care()))).unanswered == 0  # she was asked whether to go on, and said so
    await sent(store, TUESDAY)
    assert (await store.load(HER)).book.unanswered == 1
    assert (await change(store, Answer(1, TUESDAY, Said.LATER))).unanswered == 0


async def test_walks_are_kept_by_reminder_and_day(store: Store) -> None:
    walk = Walk(at=instant("2026-11-24 10:20"), day=TUESDAY, minutes=10)
    earlier = replace(walk, at=walk.at - 86400, day=TUESDAY - timedelta(1), pain=0)
    assert (await change(store, RecordWalk(1, walk), RecordWalk(1, earlier))).walks == (earlier, walk)
    told = replace(walk, pain=4)
    assert (await change(store, RecordWalk(1, told))).walks == (earlier, told)
    assert walk_json(told) == {"at": told.at, "minutes": 10, "done": True, "pain": 4}
    for n in range(70):
        day = TUESDAY + timedelta(n)
        await change(store, RecordWalk(1, Walk(at=walk.at + n * 86400, day=day, minutes=5)))
    walks = (await store.load(HER)).book.walks
    assert len(walks) == 60
    assert walks[-1].day == TUESDAY + timedelta(69)


async def test_away_and_back(store: Store, clock: Clock) -> None:
    await set_up(store)
    await change(store, SetCare(Care(gentle=True, asked=True)))
    await store.mark_away(HER.chat, clock.now)
    book = (await store.load(HER)).book
    assert book.care == Care(gentle=True, hold=Hold.AWAY, since=int(clock.now))
    assert due_of(book) is None
    await store.mark_back(HER.chat)
    assert due_of((await store.load(HER)).book) is None
    assert due_of(await change(store, SetCare(Care(gentle=True)))) == instant("2026-11-24 10:00")


async def test_being_away_lifts_no_alarm(store: Store, clock: Clock) -> None:
    await set_up(store)
    await change(store, SetCare(Care(hold=Hold.ALARM, flag="fever")))
    await store.mark_away(HER.chat, clock.now)
    assert (await store.load(HER)).book.care == Care(hold=Hold.ALARM, flag="fever")


async def test_the_state_of_a_chat_that_goes_and_comes(chat_store: ChatStore, clock: Clock) -> None:
    async def state() -> str:
        async with chat_store._database.transaction(write=False) as tx:
            row = await tx.fetch_one("SELECT state FROM chats")
        assert row
        return str(row[0])

    await chat_store.mark_away(HER.chat, clock.now)  # nobody knows her
    await chat_store.save(HER, ChatState())
    await chat_store.mark_away(HER.chat, clock.now)
    assert await state() == "blocked"
    assert (await chat_store.load(HER)).book == Book()  # without reminders there is nothing to hold
    await chat_store.mark_back(HER.chat)
    assert await state() == "active"
    await chat_store.mark_away(HER.chat, clock.now)
    await chat_store.save(HER, ChatState())  # whoever writes can be written to
    assert await state() == "active"


@pytest.mark.parametrize("known", [False, True])
async def test_a_chat_that_moves_takes_all_along(chat_store: ChatStore, known: bool) -> None:
    new = ChatKey(chat=-100_5)
    await set_up(chat_store)
    await sent(chat_store, TUESDAY)
    walk = Walk(at=1, day=TUESDAY, minutes=10)
    await change(chat_store, RecordWalk(1, walk))
    if known:
        await chat_store.save(new, ChatState(), Kept(walks=(SetZone("Asia/Tokyo"), PutReminder(replace(TEN, no=3)))))
    old = (await chat_store.load(HER)).book
    for _ in range(2):
        await chat_store.migrated(HER.chat, new.chat)
    book = (await chat_store.load(new)).book
    assert (await chat_store.load(HER)) == ChatState()
    assert book.walks == old.walks
    assert len(book.nudges) == 1
    if known:
        assert [r.no for r in book.reminders] == [3, 4]
        assert book.zone == "Asia/Tokyo"
    else:
        assert book == old
    await chat_store.migrated(new.chat, new.chat)
    assert (await chat_store.load(new)).book == book


async def test_care_and_walks_are_sealed(chat_store: ChatStore, key: str) -> None:
    await set_up(chat_store)
    await change(chat_store, SetCare(Care(flag="fever")), RecordWalk(1, Walk(at=1, day=TUESDAY, minutes=10, pain=7)))
    async with chat_store._database.transaction(write=False) as tx:
        chat, care = await tx.fetch_one("SELECT chat_id, care FROM chats") or (0, b"")
        no, day, walk = await tx.fetch_one("SELECT reminder_no, day, body FROM walks") or (0, 0, b"")
    assert Cipher([key]).open(care, CARE.of(chat))["flag"] == "fever"
    assert Cipher([key]).open(walk, WALK.of(chat, no, day))["pain"] == 7


@given(st.dates(), st.sets(st.integers(0, 6)))
def test_dates_and_weekdays_come_back(day: date, days: set[int]) -> None:
    assert day_of(day_number(day)) == day
    assert days_of(bits(days)) == days


@settings(max_examples=60, deadline=None)
@given(turns=st.lists(st.tuples(st.lists(changes, max_size=3), st.integers(0, 40_000)), max_size=6))
def test_the_twin_in_memory_keeps_the_same_book(fresh_store: Any, turns: list[tuple[list[WalkChange], int]]) -> None:
    clock = Clock(instant("2026-11-24 09:00"))
    twin = MemoryStore(clock=clock)

    async def run() -> None:
        store = fresh_store()
        store._clock = clock
        try:
            for changed, seconds in turns:
                for each in (store, twin):
                    await change(each, *changed)
                assert (await store.load(HER)).book == (await twin.load(HER)).book
                clock.now += seconds
        finally:
            await store.close()

    asyncio.run(run())


def test_instants_are_of_utc() -> None:
    assert instant("2026-11-24 10:00") == int(datetime(2026, 11, 24, 9, tzinfo=UTC).timestamp())
