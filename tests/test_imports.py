"""Top-level folders know each other one way only: bench sees tests, tests see tools, and all see bot."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

MAY_KNOW = {
    "bot": {"bot"},
    "tools": {"tools", "bot"},
    "tests": {"tests", "tools", "bot"},
    "bench": {"bench", "tests", "tools", "bot"},
}


def imported(folder: str) -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                names = [node.module]
            for name in names:
                yield str(file.relative_to(ROOT)), name.partition(".")[0]


@pytest.mark.parametrize("folder", MAY_KNOW)
def test_no_folder_knows_those_above_it(folder: str) -> None:
    others = MAY_KNOW.keys() - MAY_KNOW[folder]
    assert [(file, name) for file, name in imported(folder) if name in others] == []
