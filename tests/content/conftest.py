"""The built-in knowledge base, loaded, checked and trained once for all the tests of it."""

from __future__ import annotations

import fcntl
from datetime import date
from pathlib import Path

import pytest

from bot.authoring.check_texts import reading_grade
from bot.authoring.checker import check
from bot.knowledge.loader import built_in, load
from bot.knowledge.models import Knowledge
from bot.knowledge.problems import Problem
from bot.matching.factory import build_matcher
from bot.matching.matcher import Matcher

WRITTEN = date(2026, 11, 22)
"""What is due is told by `bot check`, not by a test that would fail of itself one day."""


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The built-in knowledge base."""
    return load(built_in())


@pytest.fixture(scope="session")
def problems() -> tuple[Problem, ...]:
    """All that `bot check` finds."""
    return check(built_in(), WRITTEN, reading_grade())


@pytest.fixture(scope="session")
def matcher(knowledge: Knowledge, pytestconfig: pytest.Config) -> Matcher:
    """The matcher, trained by the first worker that wants it and kept until something changes that it came from."""
    folder = pytestconfig.cache.mkdir("models")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return build_matcher(knowledge, folder)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The brief that the knowledge base was written from, where it lies beside the project."""
    folder = Path(__file__).parents[2].parent / "shared"
    if not (folder / "evidence.md").is_file():
        pytest.skip("the brief does not lie beside the project")
    return folder
