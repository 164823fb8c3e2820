"""A country without numbers to call is told."""

from __future__ import annotations

import pytest

from bot.runtime.country import unknown_country


@pytest.mark.parametrize(("country", "is_told"), [("ZZ", True), ("GB", False), (None, True)])
def test_a_country_without_numbers(country: str | None, is_told: bool) -> None:
    assert bool(unknown_country(country, {"GB": "the United Kingdom"})) is is_told
