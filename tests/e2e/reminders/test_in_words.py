"""Everything that buttons do, typed."""

from __future__ import annotations

import pytest

from tests.e2e.reminders.walking import Walking, told, words


async def test_set_up_in_words(walking: Walking) -> None:
    (asked,) = await walking.says("remind me to walk mon wed fri at 10 for 15 minutes")
    assert "caesarean" in asked.text
    await walking.says("no")
    (line,) = await walking.says("new york")
    assert line.text.splitlines()[:2] == [
        "A walk: Mon, Wed, Fri around 10:00, 15 minutes.", "Your time now: 06:00 (New York)."
    ]  # fmt: skip
    assert told("walk-set") in words(await walking.says("yes"))
    assert await walking.go("2026-11-23 15:59") == []
    (nudge,) = await walking.go("2026-11-23 16:06")
    assert nudge.text.startswith(told("walk-nudge", minutes=15))


async def test_every_day_7_30_lies_in_the_quiet_hours(walking: Walking) -> None:
    await walking.sets("remind me to walk every day 7:30", ("Yes, write at 07:30", "No"), "norway")
    assert len(await walking.go("2026-11-23 07:36")) == 1
    assert told("walk-quiet-hours", start="21:00", end="07:30") in words(await walking.says("/reminders"))


async def test_a_country_with_several_zones_asks_back(walking: Walking) -> None:
    await walking.says("/remind")
    await walking.presses("Every day", "10:00", "No", "As the plan says")
    (asked,) = await walking.says("australia")
    assert told("walk-which-zone") in asked.text
    assert any("Perth" in label for label in asked.labels)
    (line,) = await walking.says("perth")
    assert "(Perth)" in line.text


async def test_a_place_shared_once_is_not_kept(walking: Walking) -> None:
    await walking.says("/remind")
    await walking.presses("Every day", "10:00", "No", "As the plan says")
    place = {"latitude": -33.87, "longitude": 151.21}
    (line,) = await walking.does(walking.she.sends("location", location=place, date=walking.clock.now))
    assert "(Sydney)" in line.text
    await walking.restart()  # what has been answered is noted by then
    assert await walking.rows("SELECT count(*) FROM inbox WHERE payload IS NOT NULL") == [(0,)]


async def test_answers_to_a_reminder(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    assert told("walk-ask-pain") in words(await walking.says("done"))
    assert told("walk-pain-noted", pain=3) in words(await walking.says("3"))
    await walking.go("2026-11-24 10:06")
    assert "10:36" in words(await walking.says("in 30 minutes"))
    assert len(await walking.go("10:42")) == 1
    assert told("walk-rest") in words(await walking.says("not today"))
    assert await walking.go("20:59") == []


@pytest.mark.parametrize("said", ["walk reminders off", "stop the walk reminders", "don't remind me any more"])
async def test_stop_and_undo(walking: Walking, said: str) -> None:
    await walking.sets()
    (stopped,) = await walking.says(said)
    assert stopped.text == told("walk-stopped")
    assert await walking.go("2026-11-23 10:06") == []
    assert told("walk-resumed") in words(await walking.presses("Undo"))
    assert len(await walking.go("2026-11-24 10:06")) == 1


async def test_a_pause_ends_by_itself(walking: Walking) -> None:
    await walking.sets()
    paused = await walking.says("pause my walks for 3 days")
    assert told("walk-paused-until", day="Wed 25 Nov") in paused[0].text
    assert await walking.go("2026-11-24 10:06") == []
    assert len(await walking.go("2026-11-25 10:06")) == 1


async def test_a_half_finished_set_up_blocks_neither_a_question_nor_an_alarm(walking: Walking) -> None:
    await walking.says("/remind")
    answer, *_ = await walking.says("how do i lift")
    assert answer.text.startswith("How do I lift")
    assert "Go on with the reminder" in [label for s in walking.api.sent for label in s.labels]
    assert "112" in words(await walking.says("i cant feel my legs"))
    assert await walking.reminders() == []


async def test_in_a_group_only_the_way_to_a_chat_of_two(walking: Walking) -> None:
    she = walking.api.group(-1001).user(7)
    for said in (
        "/remind@OurBot",
        "/reminders@OurBot",
        "@OurBot remind me to walk mon at 10",
        "@OurBot walk reminders off",
    ):
        await she.says(said, date=walking.clock.now)
        await she.caught_up()
    opening, *refusals = await walking.api.replies(5, -1001)
    assert "nobody watches this chat" in opening.text
    assert all(s.text == told("walk-alone") for s in refusals)
    assert all(s.keyboard[0][0]["url"].startswith("https://t.me/OurBot?start=") for s in refusals)
    assert len(refusals) == 4
    assert await walking.reminders() == []
