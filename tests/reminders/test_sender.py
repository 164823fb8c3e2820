"""From planned to sent: what is looked at last, and how each end is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from bot.conversation.ports import ChatKey
from bot.errors import StoreError
from bot.reminders.ports import Claim, Posted, Result
from bot.reminders.sender import PATIENCE_S, REST_S
from bot.schedule.model import (
    Answer,
    Care,
    DeleteReminder,
    Drop,
    Hold,
    Kind,
    Nudge,
    PutReminder,
    Said,
    SetCare,
    SetQuiet,
    Snooze,
)
from bot.schedule.quiet import SENDING_S, QuietHours
from bot.store.deliveries import Deliveries
from bot.store.sealed_columns import NUDGE
from tests.reminders.world import OSLO, REPLY, TEN, TUESDAY, World, instant

AT_TEN = "2026-11-24 10:00"


async def planned(world: World) -> int:
    """A delivery that waits, and the clock where it is to be sent."""
    await world.set_up()
    await world.planner.plan(instant(AT_TEN))
    ((delivery, send_at),) = await world.rows("SELECT id, send_at FROM deliveries")
    world.now = float(send_at)
    return int(delivery)


async def test_it_is_sent_and_recorded(world: World) -> None:
    delivery = await planned(world)
    assert await world.sender.send(delivery)
    assert not await world.sender.send(delivery)
    assert world.postman.posts == [(1, REPLY, world.now + PATIENCE_S)]
    ((state, message, owner, body),) = await world.rows("SELECT state, message_id, owner, body FROM deliveries")
    assert (state, message, owner) == ("sent", 101, "me")
    assert world.chats._cipher.open(body, NUDGE.of(delivery)) == {"minutes": 10, "tip": "walking-start"}
    book = (await world.chats.load(ChatKey(chat=1))).book
    nudge = Nudge(no=1, day=TUESDAY, kind=Kind.WALK, due=instant(AT_TEN), at=int(world.now), minutes=10)
    assert book.nudges == (nudge,)
    assert book.unanswered == 1
    (due,) = world.composer.asked_of
    assert (due.no, due.day, due.kind, due.due) == (1, TUESDAY, Kind.WALK, instant(AT_TEN))
    assert world.observer.counts["sent"] == 1
    assert world.observer.late == [0.0]


async def test_the_jitter_is_waited_for(world: World) -> None:
    delivery = await planned(world)
    send_at = world.now
    world.now = send_at - 1
    await world.loop.send_due()
    assert world.posted == []
    world.now = send_at
    await world.loop.send_due()
    assert world.posted == [1]
    assert not await world.sender.send(delivery)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (SetCare(Care(hold=Hold.ALARM)), "held"),
        (SetCare(Care(hold=Hold.CHECK)), "held"),
        (SetCare(Care(hold=Hold.AWAY)), "away"),
        (PutReminder(replace(TEN, enabled=False)), "stopped"),
        (PutReminder(replace(TEN, at=time(18))), "stopped"),
        (Answer(1, TUESDAY, Said.NOT_TODAY), "stopped"),
        (Answer(1, TUESDAY, Said.DONE), "stopped"),
        (SetQuiet(QuietHours(time(10), time(12))), "quiet"),
    ],
)
async def test_what_she_says_before_it_leaves_counts(world: World, change: SetCare, why: str) -> None:
    await planned(world)
    await world.change(change)
    await world.loop.send_due()
    assert world.posted == []
    assert await world.deliveries() == [f"2026-11-24 walk dropped {why}"]


async def test_what_she_says_while_it_is_worded_counts(world: World) -> None:
    """The claim is a compare-and-set, so that a stop that was kept before it wins."""
    delivery = await planned(world)
    claim = Claim(id=delivery, chat=1, owner="me", minutes=5)
    assert await world.store.look(delivery)
    await world.change(SetCare(Care(hold=Hold.ALARM)))
    assert not await world.store.claim(claim, int(world.now))


async def test_a_deleted_reminder_is_not_sent(world: World) -> None:
    delivery = await planned(world)
    await world.change(DeleteReminder(1))
    assert not await world.sender.send(delivery)
    assert await world.deliveries() == []


async def test_deleted_while_it_is_sent(world: World, caplog: pytest.LogCaptureFixture) -> None:
    delivery = await planned(world)
    world.postman.before = lambda: world.change(DeleteReminder(1))
    assert await world.sender.send(delivery)
    assert "reminder-gone" in {getattr(r, "action", "") for r in caplog.records}


async def test_the_composer_may_drop_it(world: World) -> None:
    delivery = await planned(world)
    world.composer.drop = Drop.HELD
    assert await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk dropped held"]
    assert world.observer.counts == {"planned": 1, "dropped-held": 1}


async def test_a_fault_of_ours_fails_one_and_not_the_others(world: World) -> None:
    delivery = await planned(world)
    world.composer.broken = True
    assert await world.sender.send(delivery)
    assert not await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk failed RuntimeError"]


async def test_a_fault_on_the_way_is_uncertain(world: World) -> None:
    delivery = await planned(world)
    world.postman.broken = True
    assert await world.sender.send(delivery)
    assert not await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk uncertain RuntimeError"]


@pytest.mark.parametrize(
    ("posted", "row"),
    [
        (Posted(result=Result.FAILED, detail="BadRequest"), "failed BadRequest"),
        (Posted(result=Result.UNCERTAIN, detail="TimedOut"), "uncertain TimedOut"),
        (Posted(result=Result.UNREACHABLE), "dropped away"),
    ],
)
async def test_how_it_ended(world: World, posted: Posted, row: str) -> None:
    delivery = await planned(world)
    world.postman.results = [posted]
    assert await world.sender.send(delivery)
    await world.loop.send_due()
    assert await world.deliveries() == [f"2026-11-24 walk {row}"]
    assert len(world.posted) == 1
    assert sum(world.observer.counts.values()) == 2


async def test_a_blocked_chat_pauses_at_once_and_nothing_resumes_by_itself(world: World) -> None:
    await world.set_up(TEN, replace(TEN, no=2))
    world.postman.results = [Posted(result=Result.UNREACHABLE)]
    await world.planner.plan(instant(AT_TEN))
    world.now = instant("2026-11-24 10:06")
    for (delivery,) in await world.rows("SELECT id FROM deliveries ORDER BY id"):
        await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk dropped away"] * 2
    assert len(world.posted) == 1
    await world.at("2026-11-25 10:10")
    await world.chats.mark_back(1)
    await world.at("2026-11-26 10:10")
    assert len(world.posted) == 1
    await world.change(SetCare(Care()))
    await world.at("2026-11-27 10:10")
    assert len(world.posted) == 3


async def test_what_waited_in_vain_is_put_back_and_sent_later(world: World) -> None:
    """During a halt of all sending: what she says meanwhile counts."""
    delivery = await planned(world)
    world.postman.results = [Posted(result=Result.EXPIRED)]
    assert await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk planned"]
    assert (await world.chats.load(ChatKey(chat=1))).book.nudges == ()
    assert await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk sent"]


async def test_in_vain_to_the_end_is_late(world: World) -> None:
    delivery = await planned(world)
    world.now = instant(AT_TEN) + 45 * 60.0 - 1

    async def wait() -> None:
        world.now += PATIENCE_S

    world.postman.results, world.postman.before = [Posted(result=Result.EXPIRED)], wait
    assert await world.sender.send(delivery)
    assert world.postman.posts[0][2] == instant(AT_TEN) + 45 * 60
    assert await world.deliveries() == ["2026-11-24 walk dropped late"]


async def test_later_than_45_minutes_is_dropped_and_recorded(world: World) -> None:
    delivery = await planned(world)
    world.now = instant(AT_TEN) + 45 * 60.0 + 1
    assert await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk dropped late"]
    assert world.posted == []


async def test_a_chat_that_moved_is_written_to_once_more(world: World) -> None:
    delivery = await planned(world)
    world.postman.results = [Posted(result=Result.MIGRATED, new_chat=-1005)]
    assert await world.sender.send(delivery)
    assert world.posted == [1, -1005]
    assert await world.deliveries() == ["2026-11-24 walk sent"]
    assert (await world.chats.load(ChatKey(chat=-1005))).book.unanswered == 1


async def test_a_chat_that_moves_on_and_on_is_given_up(world: World) -> None:
    delivery = await planned(world)
    world.postman.results = [Posted(result=Result.MIGRATED, new_chat=n) for n in (-1005, -1006)]
    assert await world.sender.send(delivery)
    assert world.posted == [1, -1005]
    assert await world.deliveries() == ["2026-11-24 walk failed migrated twice"]


async def test_after_five_without_an_answer_she_is_asked_and_then_it_pauses(world: World) -> None:
    await world.set_up()

    def asks(state):  # type: ignore[no-untyped-def]
        book = state.book
        return replace(book.care, asked=True) if book.unanswered >= 5 and not book.care.asked else None

    world.composer.care = asks
    for day in range(24, 30):  # five, and the question
        assert not (await world.chats.load(ChatKey(chat=1))).book.care.asked
        await world.at(f"2026-11-{day} 10:10")
    assert len(world.posted) == 6
    assert (await world.chats.load(ChatKey(chat=1))).book.care == Care(asked=True)
    await world.at("2026-11-30 10:10")
    book = (await world.chats.load(ChatKey(chat=1))).book
    assert book.care == Care(asked=True, hold=Hold.UNANSWERED, since=int(world.now))
    assert (await world.deliveries())[-1] == "2026-11-30 walk dropped stopped"
    await world.at("2026-12-01 10:10")
    assert len(world.posted) == 6
    assert len(await world.deliveries()) == 7
    await world.change(SetCare(Care()))  # "start again"
    await world.at("2026-12-02 10:10")
    assert len(world.posted) == 7
    assert (await world.chats.load(ChatKey(chat=1))).book.unanswered == 1


async def test_an_answer_to_the_question_goes_on(world: World) -> None:
    await world.set_up()
    world.composer.care = lambda state: replace(state.book.care, asked=True) if state.book.unanswered == 5 else None
    for day in range(24, 30):
        await world.at(f"2026-11-{day} 10:10")
    await world.change(SetCare(Care()))
    for day in range(1, 5):
        await world.at(f"2026-12-0{day} 10:10")
    assert len(world.posted) == 10


async def test_an_alarm_on_the_way_is_not_written_over(world: World) -> None:
    delivery = await planned(world)
    world.composer.care = lambda state: replace(state.book.care, asked=True)
    alarm = Care(hold=Hold.ALARM, since=5, flag="fever")
    world.postman.before = lambda: world.change(SetCare(alarm))
    assert await world.sender.send(delivery)
    assert (await world.chats.load(ChatKey(chat=1))).book.care == replace(alarm, asked=True)
    await world.at("2026-11-25 10:10")
    assert len(world.posted) == 1


async def test_later_comes_once_more_and_not_after_done(world: World) -> None:
    await world.set_up()
    await world.at("2026-11-24 10:10")
    eleven = instant("2026-11-24 11:00")
    await world.change(Snooze(1, TUESDAY, eleven, eleven + 2700))
    await world.at("2026-11-24 10:59")
    assert len(world.posted) == 1
    await world.at("2026-11-24 11:00")
    assert await world.deliveries() == ["2026-11-24 later sent", "2026-11-24 walk sent"]
    await world.change(Snooze(1, TUESDAY, eleven + 3600, eleven + 6000))
    await world.change(Answer(1, TUESDAY, Said.DONE))
    await world.at("2026-11-24 12:10")
    assert await world.deliveries() == ["2026-11-24 later dropped stopped", "2026-11-24 walk sent"]
    assert len(world.posted) == 2
    await world.at("2026-11-25 10:10")
    assert len(world.posted) == 3


async def test_an_answer_given_while_it_decides_to_pause_counts(world: World) -> None:
    await planned(world)
    await world.change(SetCare(Care(asked=True)))
    await world.change(SetCare(Care()))  # "yes, go on", after the state was loaded
    await world.store.hold_unanswered(1, int(world.now))
    assert (await world.chats.load(ChatKey(chat=1))).book.care == Care()


async def test_other_minutes_leave_what_is_planned(world: World) -> None:
    delivery = await planned(world)
    await world.change(PutReminder(replace(TEN, minutes=20)))
    assert await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk sent"]


@pytest.mark.parametrize(
    ("result", "row"),
    [(Result.SENT, "sent"), (Result.EXPIRED, "sent"), (Result.FAILED, "failed refused")],
)
async def test_what_could_not_be_recorded_is_recorded_later(world: World, result: Result, row: str) -> None:
    """Otherwise it would stay on its way until the process ends."""
    delivery = await planned(world)
    detail = "refused" if result is Result.FAILED else ""
    world.postman.results = [Posted(result=result, message_id=5, detail=detail)]
    store, broken = world.store, Broken()
    world.sender._store = broken.around(store)  # type: ignore[assignment]
    with pytest.raises(StoreError):
        await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk sending"]
    await world.sender.settle()
    broken.mended = True
    world.now += REST_S
    await world.loop.send_due()
    await world.sender.settle()
    assert await world.deliveries() == [f"2026-11-24 walk {row}"]


async def test_a_claim_of_which_nothing_is_known_is_not_tried_again(world: World) -> None:
    delivery = await planned(world)
    broken = Broken()
    world.sender._store = broken.around(world.store, claims=True)  # type: ignore[assignment]
    with pytest.raises(StoreError):
        await world.sender.send(delivery)
    assert await world.deliveries() == ["2026-11-24 walk sending"]
    broken.mended = True
    await world.sender.settle()
    assert await world.deliveries() == ["2026-11-24 walk uncertain claim"]
    assert world.posted == []


async def test_it_does_not_wait_into_quiet_hours_that_came_after_the_plan(world: World) -> None:
    delivery = await planned(world)
    begin = (int(world.now) // 60 + 1) * 60
    world.now = begin - SENDING_S - 2.0
    at = datetime.fromtimestamp(begin, OSLO).time()
    await world.change(SetQuiet(QuietHours(at, time(8))))
    await world.sender.send(delivery)
    assert world.postman.posts[0][2] == begin - SENDING_S


class Broken:
    """A store that does what it is told and says that it failed, or (`claims`) does so with claims only."""

    def __init__(self) -> None:
        self.mended = False

    def around(self, store: Deliveries, *, claims: bool = False) -> object:
        broken = self

        class Around:
            def __getattr__(self, name: str) -> object:
                real = getattr(store, name)
                if broken.mended or name not in ({"claim"} if claims else {"record", "unclaim"}):
                    return real

                async def fail(*args: object) -> None:
                    if claims:
                        await real(*args)
                    raise StoreError

                return fail

        return Around()


async def test_just_before_quiet_hours_that_came_after_the_plan_nothing_is_claimed(world: World) -> None:
    delivery = await planned(world)
    begin = (int(world.now) // 60 + 1) * 60
    world.now = begin - 5.0
    at = datetime.fromtimestamp(begin, OSLO).time()
    await world.change(SetQuiet(QuietHours(at, time(8))))
    assert await world.sender.send(delivery)
    assert world.postman.posts == []
    assert await world.deliveries() == ["2026-11-24 walk dropped quiet"]


async def test_what_was_put_back_rests(world: World) -> None:
    await planned(world)
    world.postman.results = [Posted(result=Result.EXPIRED)] * 2
    assert await world.loop.send_due() == 1
    assert await world.loop.send_due() == 0
    world.now += REST_S
    assert await world.loop.send_due() == 1
    assert len(world.postman.posts) == 2
