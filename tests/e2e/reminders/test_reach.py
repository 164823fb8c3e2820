"""A chat that is blocked, and back."""

from __future__ import annotations

from tests.e2e.reminders.walking import Walking, told, words


async def test_blocked_and_back_is_asked_once(walking: Walking) -> None:
    await walking.sets()
    walking.api.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user", times=1)
    assert await walking.go("2026-11-23 10:06") == []
    assert await walking.deliveries() == [("dropped", "away")]
    assert await walking.go("2026-11-24 10:06") == []
    await walking.does(walking.she.comes_back())
    assert await walking.go("2026-11-25 10:06") == []
    assert told("walk-back-again") in words(await walking.says("how do i lift"))
    assert told("walk-back-again") not in words(await walking.says("how do i sleep"))
    assert await walking.go("2026-11-26 10:06") == []
    await walking.presses("Start again")
    assert len(await walking.go("2026-11-27 10:06")) == 1


async def test_told_of_the_block_nothing_is_tried(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Later", "In 1 hour")
    await walking.does(walking.she.blocks())
    calls = len(walking.api.calls)
    assert await walking.go("2026-11-24 10:06") == []
    assert not [name for name, _ in walking.api.calls[calls:] if name == "sendMessage"]
    await walking.does(walking.she.comes_back())
    assert told("walk-back-again") in words(await walking.says("hello"))
    assert told("walk-left-off") in words(await walking.presses("Leave them off"))
    assert await walking.go("2026-11-30 10:06") == []


async def test_an_alarm_before_the_block_still_holds_afterwards(walking: Walking) -> None:
    await walking.sets()
    await walking.says("my calf is swollen and i cannot breathe")
    await walking.does(walking.she.blocks())
    await walking.does(walking.she.comes_back())
    await walking.says("hello")
    assert await walking.go("2026-11-30 10:06") == []
    assert told("walk-held-alarm") in words(await walking.says("/reminders"))


async def test_a_429_is_waited_out(walking: Walking) -> None:
    await walking.sets()
    walking.api.limits.flood(1)
    (nudge,) = await walking.go("2026-11-23 10:06")
    assert "Done" in nudge.labels
    assert walking.api.limits.violations["early"] == 0
