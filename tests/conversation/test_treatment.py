"""What is safe to read beside an alarm is written at the group, and no name of a file decides it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.authoring.checker import check
from bot.conversation.cards import Cards
from bot.conversation.reply import Block, BlockKind, Card
from bot.conversation.texts import Texts
from bot.conversation.treatment import TreatmentFilter
from bot.knowledge.loader import built_in, load
from bot.knowledge.models import STAGES, Group, Knowledge, Topic
from bot.language.phrases import PhraseGroups

RENAMED = {"relief": "ease", "everyday": "day", "move": "exercise"}


def shown(knowledge: Knowledge) -> dict[tuple[str, str | None], Card | None]:
    """What is left of every answer beside an alarm, by topic and stage."""
    cards = Cards(knowledge, Texts(knowledge.texts))
    kept = TreatmentFilter(knowledge.groups, PhraseGroups(knowledge.withheld.phrases))
    return {
        (topic.id, stage): kept(topic, cards.plain_answer(topic, stage))
        for topic in knowledge.topics.values()
        for stage in (None, *STAGES)
    }


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """The built-in knowledge base with other names of groups."""
    root = tmp_path / "knowledge"
    shutil.copytree(built_in(), root)
    texts = (root / "texts.yaml").read_text(encoding="utf-8")
    for old, new in RENAMED.items():
        (root / "topics" / f"{old}.yaml").rename(root / "topics" / f"{new}.yaml")
        texts = texts.replace(f"\n  {old}: ", f"\n  {new}: ", 1)
    (root / "texts.yaml").write_text(texts, encoding="utf-8")
    return root


def test_a_renamed_group_changes_nothing(renamed: Path) -> None:
    before, after = load(built_in()), load(renamed)
    assert not [p for p in check(renamed, date(2026, 11, 22)) if not p.is_warning]
    assert shown(after) == shown(before)
    assert {g.title for g in after.groups if g.exercise} == {g.title for g in before.groups if g.exercise} != set()


def test_a_group_of_which_nothing_is_said_waits(renamed: Path) -> None:
    (renamed / "texts.yaml").write_text("groups: {understand: Understand the pain}\n", encoding="utf-8")
    assert not any(shown(load(renamed)).values())


def test_all_of_the_treatment_waits() -> None:
    knowledge = load(built_in())
    kept = {topic for (topic, _), card in shown(knowledge).items() if card}
    assert kept
    assert {knowledge.topics[t].group for t in kept} == {g.id for g in knowledge.groups if g.beside_alarm}


def test_sentences_and_titles_of_treatment_wait() -> None:
    phrases = PhraseGroups({"treatment": ("walk*", "rest")})
    kept = TreatmentFilter((Group(id="any", title="Any", beside_alarm=True),), phrases)
    topic = Topic(id="x", title="Why?", questions=(), answer="It is common. Walking helps.", group="any")
    title = Block(kind=BlockKind.TITLE, text=topic.title)
    assert kept(topic, Card(blocks=(title, Block(text=topic.answer)))) == Card(
        blocks=(title, Block(text="It is common."))
    )
    assert kept(topic, Card(blocks=(title, Block(text="Rest.")))) is None
    rest = Topic(id="x", title="May I rest?", questions=(), answer="Yes.", group="any")
    assert kept(rest, Card(blocks=(title, Block(text="Yes.")))) is None
