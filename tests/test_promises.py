"""Each promise in docs/operations.md names a test, and the test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.crashes import OPERATIONS

ROOT = Path(__file__).parents[1]
_, _, _REST = OPERATIONS.read_text(encoding="utf-8").partition("## What is promised\n")
ROWS = [line for line in _REST.partition("\n## ")[0].splitlines() if line.startswith("| ")][1:]


def test_there_are_promises() -> None:
    assert len(ROWS) >= 20


@pytest.mark.parametrize("row", ROWS)
def test_a_promise_names_a_test_that_exists(row: str) -> None:
    named = re.fullmatch(r"\| [^|]+ \| `(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)` \|", row)
    assert named, "one promise, one test"
    file, name = named.groups()
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
