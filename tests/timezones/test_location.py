"""The zone of a place on the map."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timezones.location import zone_at


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [(59.91, 10.75, "Europe/Oslo"), (-33.87, 151.21, "Australia/Sydney"), (27.7, 85.3, "Asia/Kathmandu"),
     (0.0, -140.0, None), (91.0, 0.0, None), (0.0, 181.0, None), (math.nan, 0.0, None), (math.inf, 0.0, None)],
)  # fmt: skip
def test_a_place(latitude: float, longitude: float, zone: str | None) -> None:
    assert zone_at(latitude, longitude) == zone


@given(st.floats(), st.floats())
def test_anywhere(latitude: float, longitude: float) -> None:
    found = zone_at(latitude, longitude)
    assert found is None or "/" in found
