"""From the first question to the walks of some weeks, on each engine."""

from __future__ import annotations

import pytest

from tests.e2e.reminders.walking import Walking, told, words


@pytest.fixture
def address(database_url: str) -> str:
    return database_url


async def test_set_up_by_buttons_and_walk(walking: Walking) -> None:
    (asked,) = await walking.says("/remind")
    assert asked.labels[:2] == ["Mon, Wed, Fri", "Tue, Thu, Sat"]
    await walking.presses("Mon, Wed, Fri", "10:00", "No", "As the plan says")
    (line,) = await walking.says("olso")
    assert line.text.splitlines()[:3] == [
        "A walk: Mon, Wed, Fri around 10:00, by the plan (now 10 minutes).",
        "Your time now: 12:00 (Oslo).",
        "The next ones: Mon 23 Nov, Wed 25 Nov, Fri 27 Nov.",
    ]
    assert told("walk-first", day="Mon 23 Nov", at="10:00") in words(await walking.presses("Yes, set it"))

    assert await walking.go("2026-11-23 09:59:59") == []
    (nudge,) = await walking.go("10:05")
    first = nudge.text.splitlines()[0]
    assert first == "10 minutes outside, if it suits you now."
    assert nudge.labels == ["Done", "Later", "Not today", "Change", "Stop"]

    (asked,) = await walking.presses("Later")
    assert asked.labels == ["In 30 minutes", "In 1 hour", "In 2 hours", "Not today"]
    await walking.presses("In 30 minutes")
    assert await walking.go("10:34") == []
    (again,) = await walking.go("10:41")
    assert again.text.splitlines()[0] == first
    (asked,) = await walking.presses("Done")
    assert told("walk-ask-pain") in asked.text
    assert told("walk-next", minutes=10) in words(await walking.presses("2"))
    assert await walking.go("23:59") == []
    assert await walking.go("2026-11-24 20:59") == []

    await walking.restart()
    (second,) = await walking.go("2026-11-25 10:06")
    assert second.text.splitlines()[0] == first
    await walking.presses("Done", "1")
    assert len(await walking.go("2026-11-27 10:06")) == 1
    await walking.presses("Done", "1")
    (grown,) = await walking.go("2026-11-30 10:06")
    assert grown.text.splitlines()[0] == "15 minutes outside, if it suits you now."
    assert told("walk-why-grew") in grown.text

    await walking.presses("Stop")
    assert await walking.go("2026-12-02 10:06") == []
    await walking.presses("Undo")
    assert len(await walking.go("2026-12-04 10:06")) == 1
    assert told("walk-rest") in words(await walking.presses("Not today"))
    assert await walking.go("2026-12-06 23:00") == []
    assert await walking.deliveries() == [("sent", "")] * 6


async def test_times_are_kept_by_the_clock_and_the_message_within_five_minutes(walking: Walking) -> None:
    await walking.sets("remind me to walk every day at 7 pm")
    await walking.go("19:05")
    ((due, send_at, until),) = await walking.rows("SELECT due, send_at, until FROM deliveries")
    walking.clock.go("19:00")
    assert due == walking.clock.now
    assert due <= send_at <= due + 300
    assert send_at < until <= due + 45 * 60


async def test_the_alarm_of_the_evening_before_and_a_restart(walking: Walking) -> None:
    await walking.sets()
    await walking.go("19:00")
    (alarm,) = await walking.says("my calf is swollen and i cannot breathe")
    assert alarm.text.startswith("Call your local emergency number now")
    assert "Start again" in alarm.labels
    await walking.restart()
    assert await walking.go("2026-11-23 10:06") == []
    await walking.presses("Start again")
    assert await walking.go("2026-11-23 12:00") == []
    assert len(await walking.go("2026-11-24 10:06")) == 1
