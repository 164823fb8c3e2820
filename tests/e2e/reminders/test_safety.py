"""A caesarean, alarms and pain: what holds walks, and what lets them go on."""

from __future__ import annotations

from tests.e2e.reminders.walking import Walking, labels, told, words

ALARM = "my calf is swollen and i cannot breathe"


async def after_a_caesarean(walking: Walking, *answers: str) -> str:
    return words(await walking.sets(answers=("Yes", *answers)))


async def test_before_the_clearance_only_gentle_walks_and_no_growth(walking: Walking) -> None:
    said = await after_a_caesarean(walking, "Not yet", "Yes, and to ask at my check-up")
    assert told("walk-gentle-only", most=10) in said
    for day in range(23, 30):
        (nudge,) = await walking.go(f"2026-11-{day} 10:06")
        assert nudge.text.startswith(told("walk-nudge", minutes=10))
        assert told("walk-nudge-gentle") in nudge.text
        assert told("walk-nudge-ask") in nudge.text
        assert "poles" not in nudge.text
        await walking.presses("Done", "0")
    await walking.says("/reminders")
    asked = await walking.presses("Every day 10:00", "Minutes")
    assert [label for label in labels(asked) if label.endswith("minutes")] == ["5 minutes", "10 minutes"]
    await walking.says("45")
    await walking.presses("Yes, set it")
    (nudge,) = await walking.go("2026-11-30 10:06")
    assert nudge.text.startswith(told("walk-nudge", minutes=10))


async def test_she_wants_none_before(walking: Walking) -> None:
    said = await after_a_caesarean(walking, "Not yet", "No, wait until I may")
    assert told("walk-waits") in said
    assert await walking.go("2026-11-23 10:06") == []
    await walking.says("/reminders")
    await walking.presses("I may exercise now", "Yes")
    (nudge,) = await walking.go("2026-11-24 10:06")
    assert told("walk-nudge-gentle") not in nudge.text


async def test_with_clearance_the_plan_grows(walking: Walking) -> None:
    await after_a_caesarean(walking, "Yes")
    for day in range(23, 31):
        (nudge,) = await walking.go(f"2026-11-{day} 10:06")
        said = nudge.text
        assert told("walk-nudge-gentle") not in said
        await walking.presses("Done", "1")
    assert said.startswith(told("walk-nudge", minutes=15))


async def test_the_clearance_that_comes_later_starts_the_growing_plan(walking: Walking) -> None:
    await after_a_caesarean(walking, "Not yet", "Yes, gentle walks")
    for day in range(23, 27):
        await walking.go(f"2026-11-{day} 10:06")
        await walking.presses("Done", "1")
    await walking.says("/reminders")
    await walking.presses("I may exercise now", "Yes")
    for day in range(27, 31):
        (nudge,) = await walking.go(f"2026-11-{day} 10:06")
        assert told("walk-nudge-gentle") not in nudge.text
        await walking.presses("Done", "1")
    grown = await walking.go("2026-12-05 10:06")
    assert grown[0].text.startswith(told("walk-nudge", minutes=15))


async def test_an_alarm_drops_what_is_put_off(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Later", "In 1 hour")
    await walking.says(ALARM)
    assert await walking.go("11:15") == []
    assert await walking.deliveries() == [("sent", ""), ("dropped", "held")]
    assert await walking.go("2026-11-30 10:06") == []
    assert told("walk-held-alarm") in words(await walking.says("/reminders"))
    assert told("walk-seen-said") in words(await walking.says("i have been seen"))
    assert len(await walking.go("2026-12-01 10:06")) == 1


async def test_an_open_check_holds_walks_until_it_is_answered(walking: Walking) -> None:
    await walking.sets()
    await walking.go("19:00")
    (check,) = [s for s in await walking.says("38.6") if "Not sure" in s.labels]
    assert await walking.go("2026-11-23 10:06") == []
    await walking.presses("No")
    assert check.labels == []
    assert len(await walking.go("2026-11-24 10:06")) == 1


async def test_strong_pain_asks_the_check_and_shortens(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    found = await walking.presses("Done", "7")
    assert told("walk-check-strong") in found[-1].text
    assert found[-1].labels == ["Yes", "Not sure", "No"]
    assert told("walk-check-no") in words(await walking.presses("No"))
    (nudge,) = await walking.go("2026-11-24 10:06")
    assert nudge.text.startswith(told("walk-nudge", minutes=5))
    assert told("walk-why-pain-high") in nudge.text


async def test_yes_to_that_check_is_an_alarm(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Done", "8")
    found = await walking.presses("Yes")
    assert "Phone your maternity unit" in words(found)
    assert await walking.go("2026-11-24 10:06") == []


async def test_a_typed_answer_to_how_it_felt_goes_through_triage(walking: Walking) -> None:
    await walking.sets()
    await walking.go("2026-11-23 10:06")
    await walking.presses("Done")
    assert "112" in words(await walking.says("bad, i cant feel my legs"))
    assert await walking.go("2026-11-24 10:06") == []


async def test_after_a_loss_no_message_speaks_of_a_baby(walking: Walking) -> None:
    await walking.sets()
    await walking.says("i lost my baby")
    await walking.says("/reminders")
    said = ""
    for day in range(23, 28):
        nudge = words(await walking.go(f"2026-11-{day} 10:06")).lower()
        if nudge:
            await walking.presses("Done", "1")
        said += nudge
    assert "minutes outside" in said
    assert not any(word in said for word in ("baby", "pram", "feed", "breast"))
