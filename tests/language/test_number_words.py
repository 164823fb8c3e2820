"""Numbers in words are the same to every reader."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.conversation.typed_buttons import number_in
from bot.language.dates import read_date
from bot.language.number_words import LARGER, NAMES, NUMBERS, ONE, UP_TO_TWELVE, numbers
from bot.language.spans import read_pause_end
from bot.language.times import lone_time, take_minutes

TODAY = date(2026, 11, 23)


def test_names_and_values() -> None:
    assert [NUMBERS[name] for name in NAMES] == list(range(13))
    assert list(numbers(1, 12)) == list(UP_TO_TWELVE)
    assert numbers(0, 10).keys() < NUMBERS.keys()
    assert all(n > 12 for n in LARGER.values())


@pytest.mark.parametrize(("name", "number"), [*{**ONE, **numbers(1, 12)}.items()])
def test_every_reader_of_days_knows_it(name: str, number: int) -> None:
    assert read_pause_end(f"for {name} days", TODAY) == TODAY + timedelta(days=number)
    assert read_date(f"{name} days ago", TODAY, future=False) == TODAY - timedelta(days=number)


@pytest.mark.parametrize(("name", "number"), [*{**numbers(1, 12), **LARGER}.items()])
def test_every_reader_of_times_knows_it(name: str, number: int) -> None:
    assert take_minutes(f"{name} minutes")[0] == number
    assert (lone_time(name) is None) == (number > 12)


@pytest.mark.parametrize(("n", "name"), [(1, "first"), (2, "second"), (3, "third")])
def test_ordinals_choose_a_button(n: int, name: str) -> None:
    assert number_in(f"the {name} one") == n == number_in(UP_TO_TWELVE[n - 1])
