"""A reminder that is there: changed, paused, deleted, undone; and the answers by buttons."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tests.e2e.reminders.walking import Walking, told, words


async def test_change_the_time_from_the_message(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Change", "Time")
    await walking.says("7 pm")
    assert told("walk-comes", day="Tue 24 Nov", at="19:00") in words(await walking.presses("Yes, set it"))
    assert await walking.go("19:06") == []  # one a day
    assert await walking.go("2026-11-24 10:06") == []
    assert len(await walking.go("19:06")) == 1


async def test_change_days_and_minutes(walking: Walking) -> None:
    await walking.sets()
    await walking.says("/reminders")
    await walking.presses("Every day 10:00", "Days", "Other days", "Tue", "Sat")
    (line,) = await walking.presses("These days")
    assert "Tue, Sat around 10:00" in line.text
    await walking.presses("Yes, set it", "My reminders", "Tue, Sat 10:00", "Minutes", "20 minutes", "Yes, set it")
    assert await walking.go("2026-11-23 10:06") == []
    (nudge,) = await walking.go("2026-11-24 10:06")
    assert nudge.text.startswith(told("walk-nudge", minutes=20))


async def test_pause_and_undo_by_buttons(walking: Walking) -> None:
    await walking.sets()
    await walking.says("/reminders")
    assert told("walk-paused-until", day="Wed 25 Nov") in words(await walking.presses("Pause", "3 days"))
    assert await walking.go("2026-11-23 10:06") == []
    await walking.presses("Undo")
    assert len(await walking.go("2026-11-24 10:06")) == 1


async def test_stop_drops_what_is_put_off_and_undo_brings_the_reminder_back(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Later", "In 1 hour")
    await walking.says("/reminders")
    await walking.presses("Stop all")
    assert await walking.go("12:00") == []
    assert await walking.deliveries() == [("sent", ""), ("dropped", "stopped")]
    await walking.presses("Undo")
    assert len(await walking.go("2026-11-24 10:06")) == 1


async def test_delete_and_undo(walking: Walking) -> None:
    await walking.sets()
    await walking.presses("Undo")
    assert await walking.reminders() == []
    await walking.presses("Undo")
    assert len(await walking.reminders()) == 1
    assert len(await walking.go("2026-11-23 10:06")) == 1


async def test_back_and_skip_at_every_step(walking: Walking) -> None:
    await walking.says("/remind")
    await walking.presses("Skip", "Back")
    (asked,) = await walking.presses("Skip")
    assert told("walk-ask-time") in asked.text
    for _ in range(10):
        (asked,) = await walking.presses("Skip")
        if "Yes, set it" in asked.labels:
            break
    assert "Mon, Wed, Fri around 10:00" in asked.text
    waits = words(await walking.presses("Yes, set it"))
    assert told("walk-waits") in waits  # skipped is not cleared
    assert await walking.go("2026-11-23 12:00") == []


async def test_later_is_offered_only_where_it_ends_before_quiet_hours(walking: Walking) -> None:
    await walking.sets("remind me to walk every day at 20:00")
    await walking.go("2026-11-23 20:06")
    (asked,) = await walking.presses("Later")
    assert asked.labels == ["In 30 minutes", "Not today"]
    walking.clock.go("20:45")
    assert told("walk-later-none") in words(await walking.presses("In 30 minutes"))
    assert await walking.go("23:30") == []


async def test_quiet_hours_changed_later_win(walking: Walking) -> None:
    await walking.sets("remind me to walk every day at 20:30")
    await walking.says("/reminders")
    await walking.presses("Quiet hours", "20:00-09:00")
    assert await walking.go("2026-11-23 20:36") == []
    assert await walking.go("2026-11-24 09:30") == []


async def test_another_zone_moves_the_reminder_and_gives_no_second_one_that_day(walking: Walking) -> None:
    await walking.sets()
    assert len(await walking.go("2026-11-23 10:06")) == 1
    await walking.says("/reminders")
    await walking.presses("Time zone")
    assert "(New York)" in words(await walking.says("new york"))
    walking.clock.zone = ZoneInfo("America/New_York")
    assert await walking.go("2026-11-23 23:00") == []
    assert await walking.go("2026-11-24 09:59") == []
    assert len(await walking.go("10:06")) == 1


async def test_five_without_an_answer_and_then_the_question(walking: Walking) -> None:
    await walking.sets()
    for day in range(23, 28):
        (nudge,) = await walking.go(f"2026-11-{day} 10:06")
        assert "Done" in nudge.labels
    (question,) = await walking.go("2026-11-28 10:06")
    assert question.labels == ["Yes, go on", "Pause", "Stop"]
    for later in ("11-29", "11-30", "12-01"):
        assert await walking.go(f"2026-{later} 10:06") == []
    assert told("walk-held-unanswered") in words(await walking.says("/reminders"))
    await walking.presses("Start again")
    assert len(await walking.go("2026-12-02 10:06")) == 1


async def test_go_on(walking: Walking) -> None:
    await walking.sets()
    for day in range(23, 29):
        await walking.go(f"2026-11-{day} 10:06")
    assert told("walk-going-on") in words(await walking.presses("Yes, go on"))
    (nudge,) = await walking.go("2026-11-29 10:06")
    assert "Done" in nudge.labels


async def test_done_pressed_twice_is_one_walk(walking: Walking) -> None:
    await walking.sets()
    (nudge,) = await walking.go("2026-11-23 10:06")
    done = nudge.keyboard[0][0]["callback_data"]
    for _ in range(2):
        await walking.does(walking.she.presses_data(done, nudge))
    await walking.presses("4")
    await walking.does(walking.she.presses_data(done, nudge))
    assert await walking.rows("SELECT count(*) FROM walks") == [(1,)]


async def test_forget_leaves_no_reminder(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Done", "2")
    await walking.says("/forget")
    await walking.says("yes")
    for table in ("chats", "reminders", "deliveries", "walks", "context"):
        assert await walking.rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert await walking.go("2026-11-24 10:06") == []
