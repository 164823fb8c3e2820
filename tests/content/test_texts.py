"""texts.yaml has exactly the sentences that the code says, with the fields that the code fills in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from bot.knowledge.models import Knowledge

BOT = Path(__file__).parents[2] / "bot"
SAYING = ("conversation", "telegram", "terminal", "runtime/roles.py")
"""Where sentences are said."""
SAY = {"t", "texts", "_texts", "_say"}
"""Names of what looks a sentence up by its name."""


def _trees() -> Iterator[ast.AST]:
    for name in SAYING:
        path = BOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


NODES = tuple(_trees())


def _literals(node: ast.AST) -> Iterator[str]:
    """The names that an expression can give: "a", or one of the two of `"a" if x else "b"`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _calls() -> Iterator[tuple[str, set[str]]]:
    """Sentences that are said by name, with the fields that are filled in."""
    for node in NODES:
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAY:
                fields = {k.arg for k in node.keywords if k.arg}
                yield from ((text, fields) for text in _literals(node.args[0]))


def _mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every text in the code, and every text that is put together ("profile-{name}"), as a pattern."""
    plain = {n.value for n in NODES if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    patterns = []
    for node in NODES:
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(v.value) if isinstance(v, ast.Constant) else "[a-z0-9-]+" for v in node.values]  # type: ignore[arg-type]
            if re.match(r"[a-z]", parts[0]):
                patterns.append(re.compile("".join(parts)))
    return plain, patterns


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def test_every_sentence_said_is_written(knowledge: Knowledge) -> None:
    said = {name for name, _ in _calls()}
    assert len(said) > 50, "the calls are no longer found; correct SAY"
    assert said <= knowledge.texts.keys() | {""}, sorted(said - knowledge.texts.keys())


def test_every_sentence_written_is_said(knowledge: Knowledge) -> None:
    plain, patterns = _mentioned()
    unsaid = [n for n in knowledge.texts if n not in plain and not any(p.fullmatch(n) for p in patterns)]
    assert not unsaid


def test_the_fields_fit(knowledge: Knowledge) -> None:
    for name, filled in _calls():
        missing = _fields(knowledge.texts.get(name, "")) - filled
        assert not missing, f"{name} has {missing}, which the code does not fill in"


@pytest.mark.parametrize("name", ["not-yours", "stale-button", "thanks-yes", "thanks-no", "check-over"])
def test_what_telegram_shows_over_the_chat_is_short(name: str, knowledge: Knowledge) -> None:
    assert len(knowledge.texts[name]) <= 200


def test_what_telegram_shows_of_the_bot_fits(knowledge: Knowledge) -> None:
    texts = knowledge.texts
    assert len(texts["bot-description"]) <= 512
    assert len(texts["bot-short-description"]) <= 120
    assert all(1 <= len(text) <= 256 for name, text in texts.items() if name.startswith("command-"))
