"""The first line of a process says what runs; the last one says why it ends."""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.store.schema_version import HEAD
from tests.e2e.program import Program
from tests.fake_telegram.server import TOKEN, FakeApi


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    api = FakeApi()
    api.patience_s = 60
    await api.start()
    yield api
    await api.stop()


async def test_what_runs_is_told_on_one_line(api: FakeApi, tmp_path: Path) -> None:
    async with Program(api, tmp_path, LOG_FORMAT="json", LOG_LEVEL="INFO") as program:
        await api.called("getUpdates")
        await program.send(signal.SIGTERM)
    lines = [json.loads(line) for line in program.said.splitlines()]
    (started,) = [line["message"] for line in lines if line["action"] == "started"]
    for part in ("Version 0.", "as run", "sqlite", f"at step {HEAD}", "knowledge base", "polling"):
        assert part in started


def test_the_reason_of_an_end_is_json_alone_where_machines_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.sqlite3")
    monkeypatch.setenv("LOG_FORMAT", "json")
    assert main(["worker"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (lines[-1]["action"], lines[-1]["exit_status"]) == ("ended", 1)
    assert "bot migrate" in lines[-1]["message"]


def test_in_plain_form_it_is_printed_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "nowhere")
    monkeypatch.setenv("PORT", "x")
    assert main(["run"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("A setting cannot be used")
    assert lines[-1].endswith("[ended]")
    assert "WEBHOOK_URL" in lines[-1]
    assert "PORT" in lines[-1]


def test_a_setting_that_cannot_be_used_is_told_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("LOG_FORMAT", "JSON")
    assert main(["run"]) == 2
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert line["exit_status"] == 2
