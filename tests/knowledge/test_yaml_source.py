"""Values know their lines, and scalars stay what was written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.yaml_source import Entry, Source, Value, list_entries


def _entry(tmp_path: Path, text: str) -> Entry:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    source = Source(tmp_path)
    value = source.read(tmp_path / "a.yaml")
    assert value
    assert isinstance(value.content, dict)
    return Entry(source, "a.yaml", value.content, value.line, "it")


@pytest.mark.parametrize(
    "written", ["no", "on", "007", "1.50", "2026-11-22", "0x1F", "1e3", "12:30", "!!int 3", "=", "<<"]
)
def test_scalars_stay_text(written: str, tmp_path: Path) -> None:
    assert _entry(tmp_path, f"a: {written}\n").text("a") == written.removeprefix("!!int ")


def test_nothing_is_an_empty_text_and_quoted_null_is_not(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "a: ~\nb: null\nc:\nd: 'null'\n")
    assert [entry.text(n) for n in "abcd"] == ["", "", "", "null"]


def test_lines(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "\ufefftitle: x\nsay: |\n  one\n  two\nlist:\n  - a\n  - b: c\n")
    root = Value(entry.fields, 1)
    assert root.at("title").line == 1
    assert root.at("say").line == 3
    assert root.at("list", 0).line == 6
    assert root.at("list", 1, "b").line == 7
    assert root.at("list", 9, "b").line == 6
    assert root.at("nothing") is root


def test_fields_are_read_as_what_they_should_be(tmp_path: Path) -> None:
    entry = _entry(
        tmp_path, "day: 2026-11-22\nyes: on\none: text\nmany: [a, b]\ninside: {x: y}\nlist: [{x: 1}, {x: 2}]\n"
    )
    assert entry.date("day") == date(2026, 11, 22)
    assert entry.flag("yes")
    assert not entry.flag("missing")
    assert entry.texts("one") == ("text",)
    assert entry.texts("many") == ("a", "b")
    inside = entry.entry("inside")
    assert inside
    assert inside.text("x") == "y"
    assert [e.text("x") for e in entry.entries("list")] == ["1", "2"]
    assert not entry.source.problems


def test_what_does_not_fit_is_noted_and_gets_a_default(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "day: soon\nbool: maybe\ntext: [a]\ninside: text\nlist: [a]\n")
    assert entry.date("day") is None
    assert entry.flag("bool") is False
    assert entry.text("text") == ""
    assert entry.entry("inside") is None
    assert list(entry.entries("list")) == []
    assert [p.line for p in entry.source.problems] == [1, 2, 3, 4, 5]
    assert all(p.fix and p.entry == "it" for p in entry.source.problems)


def test_entries_may_stand_under_one_name_or_alone(tmp_path: Path) -> None:
    for text in ("- id: a\n", "topics:\n  - id: a\n", "id: a\n"):
        (tmp_path / "a.yaml").write_text(text)
        source = Source(tmp_path)
        assert [e.id for e in list_entries(source, tmp_path / "a.yaml")] == ["a"]
        assert not source.problems


def test_a_number_is_an_id_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- id: 12\n- id: 1.0\n")
    assert [e.id for e in list_entries(Source(tmp_path), tmp_path / "a.yaml")] == ["12", "1.0"]
