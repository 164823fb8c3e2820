"""Names of places that the zone data lacks: everyday names of countries, states, large cities, and zones by letters.

A target is the name of a zone, a fixed offset, or "@" and the code of a country. Several targets ask back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.language.text import clean

_BY_TARGET: Mapping[str, str] = {
    "@GB": "uk, u k, united kingdom, great britain, gb, england, scotland, wales, northern ireland",
    "@US": "us, u s, usa, u s a, america, united states of america, the states",
    "@AE": "uae, emirates",
    "@AU": "aus, oz",
    "@BA": "bosnia",
    "@CD": "drc, dr congo",
    "@CI": "ivory coast",
    "@CZ": "czechia",
    "@IE": "eire, republic of ireland",
    "@KR": "korea, south korea",
    "@MM": "burma",
    "@NL": "holland, the netherlands",
    "@NZ": "nz, aotearoa",
    "@SZ": "swaziland",
    "@TR": "turkiye, turkey",
    "Europe/London": "manchester, birmingham, glasgow, edinburgh, cardiff, liverpool, leeds, sheffield, bristol, "
    "newcastle upon tyne, nottingham, leicester, southampton, aberdeen, swansea, brighton, oxford, cambridge, "
    "derry, bst, uk time",
    "Europe/Dublin": "cork, galway, limerick, waterford",
    "America/New_York": "boston, washington, washington dc, philadelphia, atlanta, miami, orlando, baltimore, "
    "pittsburgh, charlotte, cleveland, brooklyn, nyc, eastern, eastern time, est, edt, et, ohio, virginia, "
    "pennsylvania, massachusetts, new jersey, north carolina, south carolina, maryland, connecticut",
    "America/Chicago": "houston, dallas, austin, san antonio, new orleans, minneapolis, milwaukee, st louis, memphis, "
    "nashville, kansas city, central time, cdt, illinois, minnesota, wisconsin, louisiana, alabama, oklahoma",
    "America/Denver": "salt lake city, albuquerque, mountain time, mdt, colorado, utah, wyoming, montana",
    "America/Phoenix": "tucson, arizona",
    "America/Los_Angeles": "la, san francisco, seattle, san diego, las vegas, sacramento, pacific time, pst, pdt, pt, "
    "california, washington state, nevada",
    "America/Anchorage": "alaska",
    "Pacific/Honolulu": "hawaii",
    "America/Toronto": "ottawa, quebec, quebec city, hamilton ontario, ontario",
    "America/Edmonton": "calgary, alberta",
    "America/Vancouver": "british columbia",
    "America/Halifax": "nova scotia",
    "Australia/Sydney": "wollongong, new south wales, nsw, aest, aedt",
    "Australia/Melbourne": "geelong, victoria",
    "Australia/Brisbane": "gold coast, cairns, townsville, queensland",
    "Australia/Perth": "fremantle, western australia",
    "Australia/Adelaide": "south australia",
    "Australia/Darwin": "alice springs, northern territory",
    "Australia/Hobart": "launceston, tasmania",
    "Pacific/Auckland": "wellington, christchurch, dunedin, nzst, nzdt",
    "Europe/Oslo": "bergen, trondheim, stavanger, tromso",
    "Europe/Stockholm": "gothenburg, goteborg, malmo, uppsala",
    "Europe/Copenhagen": "aarhus, odense",
    "Europe/Berlin": "hamburg, munich, cologne, frankfurt, stuttgart, dusseldorf, leipzig",
    "Europe/Paris": "lyon, marseille, toulouse, nice, bordeaux",
    "Europe/Madrid": "barcelona, valencia, seville, malaga, bilbao",
    "Atlantic/Canary": "tenerife, gran canaria, lanzarote, canary islands",
    "Europe/Rome": "milan, naples, turin, florence",
    "Europe/Amsterdam": "rotterdam, the hague, utrecht",
    "Europe/Zurich": "geneva, basel, bern",
    "Europe/Athens": "thessaloniki",
    "Europe/Kyiv": "kiev, lviv, odesa, kharkiv",
    "Asia/Kolkata": "delhi, new delhi, mumbai, bombay, bangalore, bengaluru, chennai, madras, hyderabad, pune",
    "Asia/Karachi": "lahore, islamabad",
    "Asia/Dubai": "abu dhabi",
    "Asia/Jerusalem": "haifa",
    "Asia/Shanghai": "beijing, guangzhou, shenzhen",
    "Asia/Tokyo": "osaka, kyoto, jst",
    "Asia/Ho_Chi_Minh": "hanoi",
    "Asia/Jakarta": "surabaya, bandung",
    "Asia/Makassar": "bali, denpasar",
    "Africa/Johannesburg": "cape town, durban, pretoria, sast",
    "Africa/Lagos": "abuja",
    "America/Sao_Paulo": "rio, rio de janeiro, brasilia, salvador brazil, belo horizonte",
    "America/Manaus": "amazonas",
    "America/Rio_Branco": "acre",
    "America/Mexico_City": "guadalajara, puebla",
    "America/Winnipeg": "manitoba",
    "America/Regina": "saskatchewan, saskatoon",
    "America/St_Johns": "newfoundland, saint johns",
    "Europe/Lisbon": "porto",
    "Europe/Moscow": "st petersburg, saint petersburg",
    "Africa/Kinshasa": "congo kinshasa",
    "Asia/Kolkata Europe/Dublin Asia/Jerusalem": "ist",
    "America/Chicago Asia/Shanghai": "cst",
    "America/Denver America/Phoenix": "mst",
    "America/New_York America/Chicago": "florida, tennessee, kentucky, indiana, michigan",
    "America/Chicago America/Denver": "texas, nebraska, kansas, south dakota, north dakota",
    "America/Los_Angeles America/New_York": "portland",
    "@GE America/New_York": "georgia",
    "America/Puerto_Rico America/Argentina/San_Juan": "san juan",
    "Europe/London UTC+00:00": "gmt, greenwich",
    "Australia/Sydney Europe/London": "newcastle",
    "Europe/London America/Toronto": "london ontario",
}


def known_places() -> dict[str, tuple[str, ...]]:
    """The targets of each name, which is lower case and without accents."""
    found: dict[str, tuple[str, ...]] = {}
    for targets, names in _BY_TARGET.items():
        for name in names.split(", "):
            found[name] = (*found.get(name, ()), *targets.split(" "))
    return found


def words_of(text: str) -> list[str]:
    """The words of a typed place or of a name: lower case, without accents and marks."""
    return re.sub(r"[^a-z0-9']+", " ", clean(text.replace("&", " and "))).replace("'", "").split()


def city_name(key: str) -> str:
    """The city in the name of a zone: "America/St_Johns" is st johns."""
    return " ".join(words_of(key.rpartition("/")[2].replace("_", " ")))


def country_names(country: str) -> Iterable[str]:
    """Ways to say a country of the table: "Korea (South)" is korea, korea south, south korea."""
    base, _, rest = country.partition(" (")
    first, second = " ".join(words_of(base)), " ".join(words_of(rest))
    return dict.fromkeys((first, f"{second} {first}".strip(), f"{first} {second}".strip()))
