"""The ids are fixed: links, buttons and tools name them."""

from __future__ import annotations

import re
from pathlib import Path

from bot.knowledge.loader import built_in, load
from bot.knowledge.models import Knowledge
from bot.knowledge.rules import load_rules
from bot.knowledge.yaml_source import Source

_ROW = re.compile(r"^\| ([a-z-]+) \| ", re.MULTILINE)
_LEVEL = re.compile(r"^\| ([a-z-]+) \| (emergency|urgent|soon) \| ", re.MULTILINE)


def _parts(shared: Path) -> dict[str, str]:
    """The sections of topics.md by the first word of their headings."""
    text = (shared / "topics.md").read_text(encoding="utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {re.split(r"\W", part, maxsplit=1)[0]: part for part in parts}


def _ids(part: str) -> set[str]:
    return set(_ROW.findall(part)) - {"id", "flag"}


def test_exactly_the_topics_of_the_list(shared: Path, knowledge: Knowledge) -> None:
    parts = _parts(shared)
    listed = {name: _ids(part) for name, part in parts.items() if name != "Red"}
    found = {group.id: {t.id for t in knowledge.members(group.id)} for group in knowledge.groups}
    assert found == listed


def test_exactly_the_flags_of_the_list_with_their_levels(shared: Path, knowledge: Knowledge) -> None:
    listed = dict(_LEVEL.findall(_parts(shared)["Red"]))
    assert len(listed) == 22
    assert {f.id: f.level.value for f in knowledge.flags.values()} == listed


def test_the_rules_hold_every_flag_to_its_level() -> None:
    rules = load_rules(Source(built_in()))
    assert {f.id: f.level.value for f in load(built_in()).flags.values()} == dict(rules.flags)
    assert len(rules.article) == 27
