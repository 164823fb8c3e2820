"""The numbers to call are the checked ones of the brief, and no others."""

from __future__ import annotations

import re
from pathlib import Path

from bot.knowledge.models import HELP_KINDS, Knowledge

COLUMNS = ("emergency", "health", "crisis", "violence")
_NAMES = re.compile(r"\b1800RESPECT\b")
"""A name with digits, which is no number."""
_BRACKETS = re.compile(r"\([^)]*\)")


def _digits(text: str) -> str:
    return re.sub(r"[ -]", "", text)


def _rows(shared: Path) -> dict[str, dict[str, str]]:
    text = (shared / "evidence.md").read_text(encoding="utf-8")
    table = text[text.index("| country | emergency |") :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table]
    return {("EU" if row[0] == "EU-wide" else row[0]): dict(zip(COLUMNS, row[1:], strict=True)) for row in cells}


def _numbers(cell: str) -> dict[str, str]:
    """The numbers of a cell with their codes; a code counts for what stands before it in its part of the cell."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    for part in re.findall(r"[\d][\d -]*\d|\d|[a-z]+\.(?:com|ca)\b|\b[ocdnl]\b", _police_out(cell)):
        if re.fullmatch("[ocdnl]", part):
            found |= dict.fromkeys(waiting, part)
            waiting = []
        else:
            waiting.append(_digits(part))
    return found


def _police_out(cell: str) -> str:
    """Without what is only remarked in brackets, but for the number of the police."""
    police = re.findall(r"\(police (\d+)\)", cell)  # the code after the brackets counts for both
    return _NAMES.sub("", _BRACKETS.sub(", ".join(["", *police]), cell))


def _ours(knowledge: Knowledge, country: str) -> dict[str, dict[str, str]]:
    lines = knowledge.countries[country].lines
    found: dict[str, dict[str, str]] = {column: {} for column in COLUMNS}
    for line in lines:
        what = line.number or line.web or re.sub(r"^\w+ to ", "", line.text)
        found["emergency" if line.kind == "police" else line.kind][_digits(what)] = line.code
    return found


def test_the_same_numbers_with_the_same_codes(shared: Path, knowledge: Knowledge) -> None:
    rows = _rows(shared)
    assert set(knowledge.countries) == set(rows)
    for country, cells in rows.items():
        ours = _ours(knowledge, country)
        for column, cell in cells.items():
            expected = {number: code for number, code in _numbers(cell).items() if code != "l"}
            assert ours[column] == expected, (country, column)


def test_every_line_says_how_and_when_it_was_checked(knowledge: Knowledge) -> None:
    for country in knowledge.countries.values():
        assert country.of("emergency"), country.code
        for line in country.lines:
            assert line.kind in HELP_KINDS
            assert line.code in "ocdn"
            assert line.checked
            assert line.next
