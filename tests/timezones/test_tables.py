"""The tables beside the zone data, from the system or from the package."""

from __future__ import annotations

import zoneinfo
from pathlib import Path

import pytest

from bot.timezones import tables as zone_tables
from bot.timezones.tables import Row, load_tables

COUNTRIES = "# comment\nNO\tNorway\nDE\tGermany\nXX\tNowhere\n"


def only(monkeypatch: pytest.MonkeyPatch, folder: Path, names: set[str]) -> None:
    monkeypatch.setattr(zone_tables, "_folders", lambda: iter([folder]))
    monkeypatch.setattr(zoneinfo, "available_timezones", lambda: names)


def test_a_city_of_the_country_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, tmp_path, {"Europe/Oslo", "Europe/Berlin"})
    (tmp_path / "iso3166.tab").write_text(COUNTRIES)
    (tmp_path / "zone.tab").write_text("#\nNO\t+5955+01045\tEurope/Oslo\nDE\t+5230+01322\tEurope/Berlin\tmost of it\n")
    (tmp_path / "zone1970.tab").write_text("DE,NO\t+5230+01322\tEurope/Berlin\n")
    tables = load_tables()
    assert tables.zones == {"NO": (Row("Europe/Oslo"),), "DE": (Row("Europe/Berlin", "most of it"),)}
    assert tables.countries["NO"] == "Norway"


def test_the_other_table_where_that_is_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, tmp_path, {"Europe/Berlin"})
    (tmp_path / "zone1970.tab").write_text("DE,NO\t+5230+01322\tEurope/Berlin\nXX\t+0+0\t../../etc/passwd\n")
    assert load_tables().zones == {"NO": (Row("Europe/Berlin"),), "DE": (Row("Europe/Berlin"),)}


def test_no_tables_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, tmp_path, {"Europe/Oslo"})
    tables = load_tables()
    assert (tables.names, tables.countries, tables.zones) == ({"Europe/Oslo"}, {}, {})


def test_it_looks_where_zoneinfo_looks() -> None:
    assert [str(folder) for folder in zone_tables._folders()][: len(zoneinfo.TZPATH)] == list(zoneinfo.TZPATH)
