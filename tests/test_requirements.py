"""The pinned requirements: complete, hashed, the same for the bot and for development, without addresses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def pins(name: str) -> dict[str, set[str]]:
    """Package to its pinned versions (one a marker)."""
    found: dict[str, set[str]] = {}
    for package, rest in re.findall(r"^([a-z0-9._-]+)==(.*?) \\$", (ROOT / name).read_text(), re.MULTILINE):
        found.setdefault(package, set()).add(rest)
    return found


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in requirements}


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert wanted(project["dependencies"]) <= set(pins("requirements.txt"))
    assert wanted(project["optional-dependencies"]["dev"]) <= set(pins("requirements-dev.txt"))


def test_development_holds_the_same_versions() -> None:
    development = pins("requirements-dev.txt")
    assert {package: development.get(package) for package in pins("requirements.txt")} == pins("requirements.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(
        r"://|^\s*-", re.sub(r"^ +--hash=sha256:[0-9a-f]{64}( \\)?$", "", text, flags=re.MULTILINE), re.MULTILINE
    )
    blocks = re.split(r"\n(?=[a-z])", text)
    assert all("--hash=sha256:" in block for block in blocks)
