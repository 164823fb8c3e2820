"""Requests as people type them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.reminder_reader import is_about_reminders, read, read_minutes
from bot.language.reminder_request import Pause, Reason, Refusal, Request, Resume, SetUp, Show, Stop

TODAY = date(2026, 11, 22)  # a Sunday
DAILY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
MWF = frozenset((0, 2, 4))


@pytest.mark.parametrize(
    ("text", "days", "at"),
    [
        ("remind me to walk mon wed fri at 10", MWF, "10:00"),
        ("every day 7:30", DAILY, "07:30"),
        ("weekdays at half nine", WEEKDAYS, "09:30"),
        ("remind me every morning at 8", DAILY, "08:00"),
        ("every monday morning 9", {0}, "09:00"),
        ("every evening at 7", DAILY, "19:00"),
        ("remind me to walk 3 times a week at noon", MWF, "12:00"),
        ("mon-fri 10am", WEEKDAYS, "10:00"),
        ("Monday to Friday at 10.30", WEEKDAYS, "10:30"),
        ("sunday to tuesday at 10", {6, 0, 1}, "10:00"),
        ("every day except sunday at 6pm", DAILY - {6}, "18:00"),
        ("not on weekends at 9", WEEKDAYS, "09:00"),
        ("on mondays not tuesdays at 10", {0}, "10:00"),
        ("8 in the morning mon tue", {0, 1}, "08:00"),
        ("evry day at 8", DAILY, "08:00"),
        ("wensday and fryday 9:15", {2, 4}, "09:15"),
        ("remindr to walk on tuesdays at 11", {1}, "11:00"),
        ("sun 10", {6}, "10:00"),
        ("remind me to walk in the sun at 10", None, "10:00"),
        ("tues/thurs 9.15", {1, 3}, "09:15"),
        ("mon, wed & fri around 10:00", MWF, "10:00"),
        ("remind me at 10 o'clock on sat", {5}, "10:00"),
        ("7.30 p.m. daily", DAILY, "19:30"),
        ("18h30 daily", DAILY, "18:30"),
        ("mwf 9am", MWF, "09:00"),
        ("daily @ 9", DAILY, "09:00"),
        ("7 days a week at 9", DAILY, "09:00"),
        ("around 8ish daily", DAILY, "08:00"),
        ("at 1030 mon", {0}, "10:30"),
        ("weekends at quarter to ten", {5, 6}, "09:45"),
        ("friday", {4}, None),
        ("10", None, "10:00"),
        ("1030", None, "10:30"),
        ("ten thirty", None, "10:30"),
        ("5 minutes past ten", None, "10:05"),
        ("20 to ten", None, "09:40"),
        ("quarter past 9 in the evening", None, "21:15"),
        ("at seven thirty in the evening", None, "19:30"),
        ("9 at night", None, "21:00"),
        ("12am", None, "00:00"),
        ("12pm", None, "12:00"),
        ("midnight", None, "00:00"),
        ("18:00 pm", None, "18:00"),
        ("remind me to walk", None, None),
    ],
)
def test_a_reminder(text: str, days: set[int] | frozenset[int] | None, at: str | None) -> None:
    found = read(text, TODAY)
    assert isinstance(found, SetUp)
    assert found.days == days
    assert found.at == (time.fromisoformat(at) if at else None)


@pytest.mark.parametrize(
    ("text", "other"),
    [("half nine", time(21, 30)), ("10", time(22)), ("09:30", None), ("9am", None), ("15:00", None), ("12", None)],
)
def test_the_other_reading_of_a_time(text: str, other: time | None) -> None:
    found = read(text, TODAY)
    assert isinstance(found, SetUp)
    assert found.or_at == other


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("remind me to walk for 20 minutes at 10 every day", 20),
        ("mon 10 20 minutes", 20),
        ("15 min", 15),
        ("half an hour", 30),
        ("ten minutes daily at ten", 10),
        ("an hour and a half", 90),
        ("1 hour", 60),
    ],
)
def test_minutes(text: str, minutes: int) -> None:
    found = read(text, TODAY)
    assert isinstance(found, SetUp)
    assert found.minutes == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15", 15),
        ("15 min", 15),
        ("twenty minutes please", 20),
        ("ten", 10),
        ("Forty five", 45),
        ("twenty-five please", 25),
        ("ten oclock", None),
        ("0", None),
        ("500", None),
        ("lots", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_minutes_asked_for(text: str, minutes: int | None) -> None:
    found = read_minutes(text)
    assert found == minutes or (minutes is None and isinstance(found, Refusal) and found.reason == Reason.MINUTES)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("walk reminders off", Stop()),
        ("stop", Stop()),
        ("turn off the reminders", Stop()),
        ("don't remind me any more", Stop()),
        ("no more reminders please", Stop()),
        ("stop the 10:00 reminder", Stop(at=time(10))),
        ("cancel the monday reminder", Stop(days=frozenset((0,)))),
        ("resume", Resume()),
        ("turn the reminders back on", Resume()),
        ("start again", Resume()),
        ("my reminders", Show()),
        ("show my walk reminders", Show()),
        ("when is my next walk", Show()),
        ("pause", Pause()),
        ("pause for 2 weeks", Pause(date(2026, 12, 6))),
        ("pause 3 days", Pause(date(2026, 11, 25))),
        ("no walks for a week", Pause(date(2026, 11, 29))),
        ("stop reminders until january", Pause(date(2027, 1, 1))),
        ("until 5 march", Pause(date(2027, 3, 5))),
        ("pause until the 5th of march", Pause(date(2027, 3, 5))),
        ("pause until 2026-12-24", Pause(date(2026, 12, 24))),
        ("pause until friday", Pause(date(2026, 11, 27))),
        ("pause till next monday", Pause(date(2026, 11, 23))),
        ("pause until sunday", Pause(date(2026, 11, 29))),
        ("pause until next week", Pause(date(2026, 11, 23))),
        ("pause until tomorrow", Pause(date(2026, 11, 23))),
        ("pause today", Pause(date(2026, 11, 23))),
        ("pause for the weekend", Pause(date(2026, 11, 23))),
    ],
)
def test_other_requests(text: str, request_: Request) -> None:
    assert read(text, TODAY) == request_


@pytest.mark.parametrize(
    ("text", "reason", "part"),
    [
        ("25:00", Reason.NO_SUCH_TIME, "25:00"),
        ("24:00", Reason.NO_SUCH_TIME, "24:00"),
        ("10:75", Reason.NO_SUCH_TIME, "10:75"),
        ("at 25 daily", Reason.NO_SUCH_TIME, "at 25"),
        ("13am", Reason.NO_SUCH_TIME, "13am"),
        ("0pm", Reason.NO_SUCH_TIME, "0pm"),
        ("feb 30", Reason.NO_SUCH_DATE, "feb 30"),
        ("2026-02-30", Reason.NO_SUCH_DATE, "2026-02-30"),
        ("until feb 30", Reason.NO_SUCH_DATE, "feb 30"),
        ("pause until 5 march 2020", Reason.PAST_DATE, "2020-03-05"),
        ("pause until yesterday", Reason.PAST_DATE, "yesterday"),
        ("pause for 3 years", Reason.TOO_FAR, "3 years"),
        ("pause until 5 march 2031", Reason.TOO_FAR, "2031-03-05"),
        ("pause for 10", Reason.UNCLEAR, "pause for 10"),
        ("pause for 0 days", Reason.UNCLEAR, "0 days"),
        ("pause until i feel better", Reason.UNCLEAR, "i feel better"),
        ("5 march at 10", Reason.ONE_OFF, "5 march"),
        ("remind me tomorrow at 10", Reason.ONE_OFF, "tomorrow"),
        ("remind me to walk in 20 minutes", Reason.ONE_OFF, "in 20 minutes"),
        ("twice a week", Reason.WHICH_DAYS, "twice a week"),
        ("monday except monday", Reason.WHICH_DAYS, ""),
        ("every other day at 10", Reason.OTHER_RHYTHM, "every other day"),
        ("monthly", Reason.OTHER_RHYTHM, "monthly"),
        ("at 10 and at 18:00", Reason.TWO_TIMES, ""),
        ("from 10 to 11 daily", Reason.TWO_TIMES, ""),
        ("remind me to walk 20", Reason.UNCLEAR, "20"),
        ("walk at 10-11", Reason.UNCLEAR, "11"),
        ("munday at 10", Reason.UNCLEAR, "munday"),
        ("don't stop", Reason.UNCLEAR, "dont stop"),
        ("0 minutes", Reason.MINUTES, "0 minutes"),
        ("500 minutes", Reason.MINUTES, "500 minutes"),
        ("", Reason.NOTHING, ""),
        ("🙂", Reason.NOTHING, ""),
        ("my back hurts", Reason.NOTHING, ""),
        ("remind me " * 50, Reason.TOO_LONG, ""),
    ],
)
def test_refusals(text: str, reason: Reason, part: str) -> None:
    assert read(text, TODAY) == Refusal(reason, part)


@pytest.mark.parametrize(
    "text",
    [
        "remind me to walk mon wed fri at 10", "walk reminders off", "pause my walks till next monday", "my reminders",
        "no walks for a week", "turn the reminders back on", "remind me to walk", "set a walk reminder",
        "don't remind me any more", "can you remind me to walk daily at 10am please", "remind me to walk at 25:00",
        "remind me at 25:00",
        "stop the 10:00 reminder", "i want to stop the walk reminders",
    ],
)  # fmt: skip
def test_meant_for_the_reminders(text: str) -> None:
    assert is_about_reminders(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "remind me tomorrow to take my pills",
        "remind me why my back hurts", "can i walk every day after a c section", "how do walk reminders work", "stop",
        "my hips hurt when walking, started monday at 10", "stop walking hurts", "remind me when to stop ibuprofen",
        "my physio told me to stop walking", "sat in pain since monday", "remind me to take my pills at 10", "10", "",
        "walk me through pelvic floor exercises every day", "stop the pain", "how do i stop the reminders", "x" * 5000,
    ],
)  # fmt: skip
def test_not_meant_for_the_reminders(text: str) -> None:
    assert not is_about_reminders(text, TODAY)


PIECES = [
    "remind", "me", "to", "walk", "mon", "wed", "every", "day", "days", "except",
    "at", "10", "7:30", "25:00", "half",
    "nine", "quarter", "past", "pause", "until", "for", "2", "weeks", "feb", "30",
    "march", "31/12", "stop", "not", "off",
    "am", "pm", "in",
    "the", "morning", "minutes", "-", "²", "٣", "Ⅷ", "99999999999", ".", ":", "'", "week", "times", "a",
]  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=1500, database=None)
@given(
    st.one_of(st.text(max_size=350), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)),
    st.dates(date(1970, 1, 1), date(9999, 12, 31)),
)
def test_it_never_raises_and_gives_what_can_be_used(text: str, today: date) -> None:
    is_about_reminders(text, today)
    minutes = read_minutes(text)
    assert isinstance(minutes, Refusal) or 1 <= minutes <= 120
    found = read(text, today)
    if isinstance(found, SetUp):
        assert found.days is None or (found.days and found.days <= DAILY)
        assert found.minutes is None or 1 <= found.minutes <= 120
        assert found.at is not None or found.or_at is None
    if isinstance(found, Pause) and found.until:
        assert 1 <= (found.until - today).days <= 366


@pytest.mark.parametrize("text", ["remind me tomorrow at 5", "Remind me tonight please", "remind me in an hour"])
def test_a_single_day_is_a_request_that_is_refused(text: str) -> None:
    assert is_about_reminders(text, TODAY)
    found = read(text, TODAY)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.ONE_OFF
