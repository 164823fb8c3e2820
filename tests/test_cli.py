"""The command line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import main


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on standard input."""

    def put(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))

    return put


@pytest.mark.parametrize("command", ["run", "web", "worker"])
def test_without_a_token(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command]) == 2
    assert "TELEGRAM_BOT_TOKEN" in capsys.readouterr().err


def test_the_statuses_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["--help"], ["run", "--help"]):
        with pytest.raises(SystemExit):
            main(argv)
        said = capsys.readouterr().out
        assert "  3  updates go elsewhere" in said
        assert "  4  Telegram refuses the token" in said


def test_no_command_and_no_token_is_a_chat(typed: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]) -> None:
    typed(b"\xef\xbb\xbfhow do i lift\n\xff\xfe\n")
    assert main([]) == 0
    assert "How do I lift without hurting my back?" in capsys.readouterr().out


def test_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CONTEXT_HOURS", "soon")
    assert main(["chat"]) == 2
    assert "CONTEXT_HOURS" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["ask", "--json", "how do i lift"], ["ask", "how do i lift", "--json"]])
def test_ask_json(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    assert json.loads(capsys.readouterr().out)["topics"][0] == "lifting"


@pytest.mark.parametrize("argv", [["ask", "--json", "-"], ["ask", "-", "--json"]])
def test_ask_lines(argv: list[str], typed: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]) -> None:
    typed(b'\xef\xbb\xbf{"q": "how do i lift"}\n\xff\n{"q": "\xc3\xa9"}\n')
    assert main(argv) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["q" in line for line in lines] == [True, False, True]


def test_ask_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "how do i lift"]) == 0
    assert capsys.readouterr().out.startswith("** How do I lift")
    assert main(["ask", "--explain", "how do i lift"]) == 0
    assert "decision:" in capsys.readouterr().out
    assert main(["ask"]) == 2


def test_another_knowledge_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "bikes.yaml").write_text(
        "- {id: tyre, title: A flat tyre, questions: [my tyre is flat, flat tyre], answer: Pump it up.}\n"
        "- {id: chain, title: A loose chain, questions: [the chain came off, loose chain], answer: Put it on.}\n"
    )
    assert main(["ask", "--knowledge", str(tmp_path), "--json", "my tyre is flat"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["outcome"], answer["topics"][0], answer["flag"]) == ("answer", "tyre", None)
    assert main(["ask", "--json", "i cant feel my legs", "--knowledge", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["flag"] is None
    assert main(["ask", "--knowledge", str(tmp_path), "flat tyre"]) == 0
    assert "Pump it up." in capsys.readouterr().out


def test_a_broken_knowledge_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "bikes.yaml").write_text("- {id: tyre, title: [\n")
    assert main(["ask", "--knowledge", str(tmp_path), "flat tyre"]) == 1
    assert "bikes.yaml" in capsys.readouterr().err


def test_settings_masks_the_token(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "4242:" + "A" * 35)
    assert main(["settings"]) == 0
    assert "AAAAA" not in capsys.readouterr().out


def test_migrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.sqlite3")
    assert main(["migrate"]) == 0
    assert (tmp_path / "bot.sqlite3").exists()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert __version__ in capsys.readouterr().out
