"""`--knowledge DIR` works with topics alone: id, title, questions, answer."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.small_knowledge import Write

TOPICS = """\
- id: 12
  title: Watering
  questions: [how often do i water the fern, the fern is dry, water for my fern]
  answer: Once a week.
- id: light
  title: Light
  questions: [how much sun does a cactus need, cactus in the window, is shade fine for a cactus]
  answer: Much.
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *args: str, lines: list[str]
) -> list[Any]:
    stdin = io.TextIOWrapper(io.BytesIO("".join(f"{line}\n" for line in lines).encode()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["ask", *args]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("in_front", [True, False])
def test_asks(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], in_front: bool
) -> None:
    root = str(write(topic=TOPICS))
    args = ("--knowledge", root, "--json", "-") if in_front else ("--json", "-", "--knowledge", root)
    lines = [
        '{"q": "how often should I water my fern"}',
        "no json",
        '{"q": "my chest hurts and I cannot breathe"}',
        '{"q": ""}',
        '{"q": "wie viel sonne braucht ein cactus"}',
    ]
    replies = _ask(monkeypatch, capsys, *args, lines=lines)
    assert replies[0]["outcome"] == "answer"
    assert replies[0]["topics"][0] == "12"
    assert "error" in replies[1]
    assert replies[2]["flag"] is None, "never the built-in triage"
    assert replies[3]["outcome"] == "fallback"
    assert "light" in replies[4]["topics"], "never the built-in language check"


def test_a_single_topic(write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(write())
    (reply,) = _ask(monkeypatch, capsys, "--knowledge", root, "--json", "-", lines=['{"q": "how do i lift"}'])
    assert reply["topics"] == ["lifting"]


def test_checks(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--knowledge", str(write(topic=TOPICS))]) == 0
    assert "0 problems, 0 warnings" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["check"], ["ask", "x"]])
def test_a_broken_one_ends_with_status_1_and_every_line(
    write: Write, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    root = str(write({"lexicon.yaml": "a: [x]\n b: c\n", "topics/b.yaml": "- id: x\n"}))
    assert main([*command, "--knowledge", root]) == 1
    shown = "".join(capsys.readouterr())
    assert "lexicon.yaml:2: " in shown
    assert "topics/b.yaml:1: x: 'answer' is missing" in shown


def test_phrases_that_cannot_be_compiled_are_located(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(write({"lexicon.yaml": "a: [b]\nseat:\n  - ..\n  - a <b\n  - <c>\n"}))
    assert main(["ask", "x", "--knowledge", root]) == 1
    shown = capsys.readouterr().err
    assert "lexicon.yaml:3: seat: " in shown
    assert "lexicon.yaml:5: seat: " in shown
