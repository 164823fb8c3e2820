"""What cannot be: a clear line, and nothing is changed."""

from __future__ import annotations

import pytest

from bot.telegram import double_taps
from tests.e2e.reminders.walking import Walking, told, words

MADE_UP = (
    "walk:done:1:2026-11-23", "walk:done:x:y", "walk:later:1:2026-11-23:30", "walk:later:{no}:2026-11-23:-5",
    "walk:not-today:{no}:2026-02-30", "walk:a:zone:../../etc/passwd", "walk:a:zone:Europe/Oslo", "walk:a:days:9",
    "walk:a:confirm:yes", "walk:a:pain:{no}:2026-11-20:3", "walk:a:pause:99999999999999999999", "walk:edit:1:days",
    "walk:put:2500:0:",
    "walk:put:1000:0:3000000000", "walk:put:1000:0:99999999999999999999",
    "walk:put:1000::", "walk:stop:99", "walk:on:zz", "walk:delete:-1", "walk:", "walk:nonsense",
    "walk:a:quiet:9999-0000",
)  # fmt: skip


@pytest.mark.parametrize("said", ["remind me at 25:00", "remind me to walk every day at 25:00", "/remind mon at 25:00"])
async def test_no_such_time(walking: Walking, said: str) -> None:
    assert told("walk-refused-no-such-time", part="25:00") in words(await walking.says(said))
    assert await walking.reminders() == []


async def test_no_such_time_at_the_question(walking: Walking) -> None:
    await walking.says("/remind")
    await walking.presses("Every day")
    assert told("walk-refused-no-such-time", part="25:00") in words(await walking.says("25:00"))
    assert "caesarean" in words(await walking.says("9:30"))


async def test_no_such_date(walking: Walking) -> None:
    await walking.sets()
    before = await walking.reminders()
    assert told("walk-refused-no-such-date", part="feb 30") in words(await walking.says("pause until feb 30"))
    await walking.says("/reminders")
    await walking.presses("Pause")
    assert told("walk-refused-no-such-date", part="feb 30") in words(await walking.says("feb 30"))
    assert await walking.reminders() == before
    assert len(await walking.go("2026-11-23 10:06")) == 1


@pytest.mark.parametrize(
    "place",
    ["atlantis", "../../etc/passwd", "Europe/../../etc/passwd", "/etc/localtime", "posixrules", "Europe/", "\x00"],
)
async def test_no_such_place(walking: Walking, place: str) -> None:
    await walking.says("/remind")
    await walking.presses("Every day", "10:00", "No", "As the plan says")
    said = await walking.says(place)
    assert "Yes, set it" not in [label for s in said for label in s.labels]
    if not place.startswith("/") and place != "\x00":
        assert told("walk-zone-unknown") in words(said)
    assert "(Oslo)" in words(await walking.says("oslo"))


async def test_three_hundred_reminders(walking: Walking) -> None:
    await walking.sets("remind me to walk every day at 9")
    for hour in range(10, 14):
        await walking.sets(f"remind me to walk every day at {hour}", answers=())
    before = await walking.reminders()
    assert len(before) == 5
    assert told("walk-most", most=5) in words(await walking.says("remind me to walk every day at 15"))
    assert told("walk-too-many", most=5) in words(await walking.says("set 300 reminders"))
    assert await walking.reminders() == before


async def test_set_pressed_twice_sets_one(walking: Walking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(double_taps, "DOUBLE_S", 3600.0)  # seconds, however slow the machine is
    (done,) = await walking.sets()
    found = await walking.does(walking.she.presses_data("walk:a:confirm:yes", done))
    assert told("walk-stale") in words(found)
    found = await walking.does(walking.she.presses_data("walk:a:confirm:yes", done))
    assert words(found) == "", "and is only acknowledged when it is tapped again"
    assert len(await walking.reminders()) == 1


async def test_stale_and_made_up_buttons(walking: Walking) -> None:
    (done,) = await walking.sets()
    ((no,),) = await walking.rows("SELECT no FROM reminders")
    chats = "SELECT timezone, quiet_start, quiet_end, care FROM chats"
    before = await walking.reminders(), await walking.rows(chats)
    for action in MADE_UP:
        found = await walking.does(walking.she.presses_data(action.format(no=no), done))
        assert told("walk-stale") in words(found), action
        assert (await walking.reminders(), await walking.rows(chats)) == before, action
    assert await walking.rows("SELECT count(*) FROM walks") == [(0,)]


async def test_the_buttons_of_yesterdays_reminder(walking: Walking) -> None:
    await walking.sets()
    (old,) = await walking.go("2026-11-23 10:06")
    actions = [b["callback_data"] for row in old.keyboard for b in row]
    await walking.presses("Done", "2")
    walks = await walking.rows("SELECT count(*) FROM walks")
    await walking.go("2026-11-24 10:06")
    for action in (actions[0], actions[0], actions[1], f"{actions[1]}:30", actions[2]):
        await walking.does(walking.she.presses_data(action, old))
    assert await walking.rows("SELECT count(*) FROM walks") == walks
    assert await walking.go("20:59") == []
