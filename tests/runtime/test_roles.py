"""What a start says of its settings."""

from __future__ import annotations

import pytest

from bot.runtime.roles import warn_of_country


@pytest.mark.parametrize(("country", "warned"), [("ZZ", 1), ("GB", 0), (None, 0)])
def test_a_country_without_numbers_is_told_at_the_start(
    country: str | None, warned: int, caplog: pytest.LogCaptureFixture
) -> None:
    warn_of_country(country, {"GB": "the United Kingdom"})
    assert [getattr(record, "action", "") for record in caplog.records] == ["country-unknown"] * warned
