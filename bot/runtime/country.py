"""Whether new chats get the numbers of their country."""

from __future__ import annotations

from collections.abc import Collection


def unknown_country(country: str | None, known: Collection[str]) -> str | None:
    """What is wrong with COUNTRY; None where nothing is, and where the knowledge base has no numbers at all.

    Args:
        country: as set.
        known: the codes for which the knowledge base has numbers.
    """
    if not known or country in known:
        return None
    said = "COUNTRY is not set" if country is None else f"COUNTRY is {country}, for which no numbers are known"
    return f"{said}: an alarm in a new chat names no number of the country. Known are {' '.join(sorted(known))}"
