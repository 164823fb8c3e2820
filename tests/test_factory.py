"""Training takes half a minute: it is announced, once, and only where it takes place."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.factory import build_conversation
from tests.small_knowledge import Write


def announced(caplog: pytest.LogCaptureFixture) -> int:
    found = sum(getattr(record, "action", "") == "training" for record in caplog.records)
    caplog.clear()
    return found


def test_training_is_announced_once_and_not_when_the_models_are_kept(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    root, cache = write(), tmp_path / "cache"
    build_conversation(root, cache=cache)
    assert announced(caplog) == 1
    build_conversation(root, cache=cache)
    assert announced(caplog) == 0
    for model in cache.iterdir():
        model.unlink()
    build_conversation(root, cache=cache)
    assert announced(caplog) == 1
