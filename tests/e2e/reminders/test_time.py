"""Clock changes, restarts and outages."""

from __future__ import annotations

import pytest

from tests.e2e.reminders.walking import Clock, Walking, told, words


async def at_night(walking: Walking, said: str, place: str) -> None:
    """A reminder in the night, with quiet hours that are no hindrance."""
    await walking.sets(place=place)
    await walking.says("/reminders")
    await walking.presses("Quiet hours")
    await walking.says("none")
    await walking.says("/reminders")
    await walking.presses("Every day 10:00", "Time")
    await walking.says(said)
    await walking.presses("Yes, set it")


async def sent_at(walking: Walking) -> list[str]:
    """The local times for which reminders were sent."""
    rows = await walking.rows("SELECT due, state FROM deliveries ORDER BY due")
    return [f"{Clock.local(due, walking.clock.zone):%m-%d %H:%M %z} {state}" for due, state in rows]


class TestBerlin:
    @pytest.fixture
    def clock(self, request: pytest.FixtureRequest) -> Clock:
        return Clock("Europe/Berlin", request.param)

    @pytest.mark.parametrize("clock", ["2026-10-23 12:00"], indirect=True)
    async def test_a_repeated_time_fires_on_its_first_pass_only(self, walking: Walking) -> None:
        await at_night(walking, "2:30 am", "berlin")
        walking.clock.go("2026-10-24 23:00")
        for _ in range(20):  # through the night, every half hour
            await walking.go_on(1800)
        await walking.go("2026-10-26 02:36")
        assert await sent_at(walking) == [
            "10-24 02:30 +0200 dropped", "10-25 02:30 +0200 sent", "10-26 02:30 +0100 sent"
        ]  # fmt: skip

    @pytest.mark.parametrize("clock", ["2026-03-27 12:00"], indirect=True)
    async def test_a_time_in_the_gap_moves_forward_by_it(self, walking: Walking) -> None:
        await at_night(walking, "2:30 am", "berlin")
        assert len(await walking.go("2026-03-28 02:36")) == 1
        walking.clock.go("2026-03-28 23:00")
        found = []
        for _ in range(20):
            found += await walking.go_on(900)
        assert len(found) == 1
        await walking.go("2026-03-30 02:36")
        assert await sent_at(walking) == [
            "03-28 02:30 +0100 sent", "03-29 03:30 +0200 sent", "03-30 02:30 +0200 sent"
        ]  # fmt: skip


class TestSantiago:
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock("America/Santiago", "2026-04-02 12:00")

    async def test_half_past_eleven_comes_twice_that_night_and_the_reminder_once(self, walking: Walking) -> None:
        await at_night(walking, "11:30 pm", "santiago")
        for day in ("04-02", "04-03"):
            assert len(await walking.go(f"2026-{day} 23:36")) == 1
        walking.clock.go("2026-04-04 22:00")
        found = []
        for _ in range(20):
            found += await walking.go_on(600)
        assert len(found) == 1
        assert len(await walking.go("2026-04-05 23:36")) == 1
        assert (await sent_at(walking))[2:] == ["04-04 23:30 -0300 sent", "04-05 23:30 -0400 sent"]


class TestNuuk:
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock("America/Nuuk", "2026-03-27 12:00")

    async def test_a_time_that_would_move_to_another_date_is_skipped(self, walking: Walking) -> None:
        await at_night(walking, "11:30 pm", "nuuk")
        assert len(await walking.go("2026-03-27 23:36")) == 1
        walking.clock.go("2026-03-28 21:00")
        for _ in range(20):
            assert await walking.go_on(900) == []
        assert len(await walking.go("2026-03-29 23:36")) == 1


async def test_a_restart_between_planning_and_sending(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:00")
    ((state, send_at),) = await walking.rows("SELECT state, send_at FROM deliveries")
    assert (state, send_at > walking.clock.now) == ("planned", True)
    await walking.restart()
    await walking.go("2026-11-23 10:06")
    await walking.restart()
    await walking.go("10:10")
    assert await walking.deliveries() == [("sent", "")]
    assert len([s for s in walking.api.sent if s.text.startswith(told("walk-nudge", minutes=10))]) == 1


async def test_what_is_put_off_outlives_a_restart(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Later", "In 1 hour")
    await walking.restart()
    assert len(await walking.go("11:12")) == 1
    await walking.restart()
    assert await walking.go("12:30") == []


async def test_an_outage_of_half_an_hour_is_made_up(walking: Walking) -> None:
    await walking.sets()
    await walking.end()
    walking.clock.go("2026-11-23 10:30")
    await walking.start()
    await walking.go("10:31")
    assert await walking.deliveries() == [("sent", "")]


async def test_an_outage_of_an_hour_or_of_days_skips_to_the_next(walking: Walking) -> None:
    await walking.sets()
    await walking.end()
    walking.clock.go("2026-11-25 11:00")
    await walking.start()
    assert await walking.go("11:01") == []
    assert set(await walking.deliveries()) == {("dropped", "late")}
    assert len(await walking.go("2026-11-26 10:06")) == 1


async def test_what_may_have_arrived_is_not_sent_again(walking: Walking) -> None:
    await walking.sets()
    walking.api.trouble("sendMessage", "drop", effect=True)
    await walking.go("2026-11-23 10:06")
    assert [state for state, _ in await walking.deliveries()] == ["uncertain"]
    await walking.restart()
    await walking.go("10:20")
    assert len([s for s in walking.api.sent if s.text.startswith(told("walk-nudge", minutes=10))]) == 1
    assert told("walk-ask-pain") in words(await walking.presses("Done"))  # it did arrive
