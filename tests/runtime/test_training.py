"""Training: never in the process that answers where it was killed, and beforehand with `bot warm`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.errors import TrainingError
from bot.runtime import training
from bot.runtime.training import train_apart
from tests.small_knowledge import Write


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setattr(training, "model_cache", lambda: folder)
    return folder


@pytest.fixture
def root(write: Write) -> Path:
    return write({})


def test_who_is_killed_for_memory_is_not_followed_by_the_one_that_answers(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise subprocess.CalledProcessError(-9, "x")

    monkeypatch.setattr(subprocess, "run", killed)
    with pytest.raises(TrainingError, match=r"signal 9.*memory.*bot warm") as caught:
        train_apart(root)
    assert caught.value.exit_code == 1


def test_any_other_failure_is_logged(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failed(*_: Any, **__: Any) -> None:
        raise subprocess.CalledProcessError(1, "x")

    monkeypatch.setattr(subprocess, "run", failed)
    train_apart(root)
    assert "training-failed" in [getattr(r, "action", "") for r in caplog.records]


def test_warm_fills_the_cache_once(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KNOWLEDGE_DIR", str(root))
    assert main(["warm"]) == 0
    assert "were trained" in capsys.readouterr().out
    assert list(tmp_path.glob("home/*/*.npz"))
    assert main(["warm"]) == 0
    assert "are there already" in capsys.readouterr().out


def test_a_cache_that_cannot_be_written_is_told(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KNOWLEDGE_DIR", str(root))
    assert main(["warm"]) == 1
    assert "can that folder be written" in capsys.readouterr().err
