"""Dates as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.dates import read_date

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 March 2026", date(2026, 3, 12)),
        ("12th of march", date(2026, 3, 12)),
        ("march 12, 2026", date(2026, 3, 12)),
        ("3rd febuary 2026", date(2026, 2, 3)),
        ("2026-03-12", date(2026, 3, 12)),
        ("12/3/26", date(2026, 3, 12)),
        ("3/25/2026", date(2026, 3, 25)),
        ("12.3.2026", date(2026, 3, 12)),
        ("25 December", date(2025, 12, 25)),
        ("29 feb", date(2024, 2, 29)),
        ("she was born on 3 june", date(2026, 6, 3)),
        ("yesterday", date(2026, 11, 21)),
        ("last week", date(2026, 11, 15)),
        ("5 weeks ago", date(2026, 10, 18)),
        ("about 6wks ago", date(2026, 10, 11)),
        ("two weeks pp", date(2026, 11, 8)),
        ("a month ago", date(2026, 10, 23)),
    ],
)
def test_births(text: str, expected: date) -> None:
    assert read_date(text, TODAY, future=False) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 march", date(2027, 3, 12)),
        ("due 1 december", date(2026, 12, 1)),
        ("in 3 weeks", date(2026, 12, 13)),
        ("in two months time", date(2027, 1, 22)),
        ("3 weeks from now", date(2026, 12, 13)),
        ("tomorrow", date(2026, 11, 23)),
        ("30 weeks", None),
        ("5 weeks ago", None),
    ],
)
def test_due_dates(text: str, expected: date | None) -> None:
    assert read_date(text, TODAY, future=True) == expected


def test_the_american_order() -> None:
    assert read_date("3/4/2026", TODAY, future=False) == date(2026, 4, 3)
    assert read_date("3/4/2026", TODAY, future=False, month_first=True) == date(2026, 3, 4)


@pytest.mark.parametrize(
    "text", ["", "feb 30", "0/0/0", "99-99", "2026-13-01", "how do i lift", "may", "²/3", "30 weeks"]
)
def test_no_dates(text: str) -> None:
    assert read_date(text, TODAY, future=False) is None or text == "30 weeks"


@given(text=st.text(max_size=40), today=st.dates(), future=st.booleans())
def test_never_raises(text: str, today: date, future: bool) -> None:
    found = read_date(text, today, future=future)
    assert found is None or isinstance(found, date)


@given(
    count=st.integers(0, 999), unit=st.sampled_from(["days", "weeks", "months", "years"]),
    today=st.dates(), future=st.booleans(),
)  # fmt: skip
def test_spans_never_raise(count: int, unit: str, today: date, future: bool) -> None:
    for text in (f"{count} {unit} ago", f"in {count} {unit}"):
        read_date(text, today, future=future)


@given(day=st.dates(date(1950, 1, 1), date(2090, 1, 1)), future=st.booleans())
def test_a_whole_date_is_read_back(day: date, future: bool) -> None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y"):
        assert read_date(day.strftime(form), TODAY, future=future) == day


@given(day=st.dates(date(2020, 1, 1), date(2026, 11, 22)))
def test_without_a_year_a_birth_is_past_and_a_due_date_to_come(day: date) -> None:
    text = f"{day.day} {day:%B}"
    born, due = read_date(text, TODAY, future=False), read_date(text, TODAY, future=True)
    assert born is not None
    assert due is not None
    assert born <= TODAY <= due
    assert due - born <= timedelta(days=366 * 8)
