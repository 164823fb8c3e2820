"""The ids are fixed: links, buttons and tools name them."""

from __future__ import annotations

import re
from pathlib import Path

from bot.authoring.wording_rules import load_rules
from bot.knowledge.loader import built_in, load
from bot.knowledge.models import Knowledge
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


PLANNED_TOPICS = frozenset(
    ("afterpains", "back-spasm", "bones-and-feeding", "clicking-joints", "disc-and-spine-history",
     "inflammatory-back", "prolapse-heaviness", "rib-pain", "round-ligament", "weight-and-back", "wrist-and-thumb",
     "medicines-while-feeding", "tens-and-acupuncture", "while-you-wait", "bowels-and-back", "bra-and-clothes",
     "partner-help", "sex-and-pelvis", "work-and-travel", "birthing-ball-and-yoga", "first-weeks", "scar-care",
     "danger-signs", "loss-and-back", "pgp-and-birth", "walking-aids-and-work")
)  # fmt: skip
"""On the list, and not written yet: who writes one takes it out here."""
PLANNED_FLAGS = frozenset(
    ("baby-in-danger", "belly-acute", "cannot-walk", "childbirth-haematoma", "early-pregnancy-pain",
     "medicine-overdose", "pregnancy-itch", "stroke", "unwanted-thoughts")
)  # fmt: skip
"""The same, of flags."""


def test_exactly_the_topics_of_the_list(shared: Path, knowledge: Knowledge) -> None:
    parts = _parts(shared)
    listed = {name: _ids(part) - PLANNED_TOPICS for name, part in parts.items() if name != "Red"}
    found = {group.id: {t.id for t in knowledge.members(group.id)} for group in knowledge.groups}
    assert found == listed


def test_exactly_the_flags_of_the_list_with_their_levels(shared: Path, knowledge: Knowledge) -> None:
    listed = dict(_LEVEL.findall(_parts(shared)["Red"]))
    assert set(listed) >= PLANNED_FLAGS
    written = {flag: level for flag, level in listed.items() if flag not in PLANNED_FLAGS}
    assert {f.id: f.level.value for f in knowledge.flags.values()} == written


def test_the_rules_hold_every_flag_to_its_level() -> None:
    rules = load_rules(Source(built_in()))
    assert {f.id: f.level.value for f in load(built_in()).flags.values()} == dict(rules.flags)
    assert len(rules.article) == 27
