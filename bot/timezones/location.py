"""The time zone of a place on the map, looked up offline. The place itself is kept nowhere."""

from __future__ import annotations

import math


def zone_at(latitude: float, longitude: float) -> str | None:
    """The name of the zone there.

    Args:
        latitude: degrees, -90 to 90.
        longitude: degrees, -180 to 180.

    Returns:
        None at sea and for what is no place on Earth.
    """
    import tzfpy  # noqa: PLC0415  (unpacks its map when first used, which most processes never need)

    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    found: str = tzfpy.get_tz(longitude, latitude)
    return None if not found or found.startswith("Etc/") else found
