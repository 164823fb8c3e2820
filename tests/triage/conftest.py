from __future__ import annotations

import pytest

from bot.knowledge.loader import built_in, load
from bot.triage.factory import build_rules
from bot.triage.rules import Triage


@pytest.fixture(scope="session")
def triage() -> Triage:
    """The rules of the built-in knowledge base."""
    return build_rules(load(built_in()))
