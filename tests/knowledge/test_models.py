"""What the knowledge base knows of itself."""

from __future__ import annotations

from pathlib import Path

from bot.knowledge.level import Level
from bot.knowledge.models import Country, Flag, HelpLine, Knowledge, Review, Topic, Variant

TOPIC = Topic(
    id="a",
    title="A",
    questions=("a",),
    answer="Answer",
    more="More",
    tips=("Tip",),
    group="g",
    when={"pregnant": Variant(answer="Other"), "caesarean": Variant(more="", tips=())},
)


def _knowledge(by_topic: str, by_flag: str) -> Knowledge:
    topic = Topic(id="a", title="A", questions=("a",), answer="A", reviewed=Review(by=by_topic))
    flag = Flag(id="f", level=Level.SOON, title="F", say="F", reviewed=Review(by=by_flag))
    return Knowledge(root=Path(), topics={"a": topic}, flags={"f": flag})


def test_a_variant_replaces_only_what_it_gives() -> None:
    assert TOPIC.for_stage(None) == Variant(answer="Answer", more="More", tips=("Tip",))
    assert TOPIC.for_stage("after-birth") == TOPIC.for_stage(None)
    assert TOPIC.for_stage("pregnant") == Variant(answer="Other", more="More", tips=("Tip",))
    assert TOPIC.for_stage("caesarean") == Variant(answer="Answer", more="", tips=())


def test_it_is_reviewed_only_when_all_of_it_is() -> None:
    assert not _knowledge("", "").is_reviewed
    assert not _knowledge("Dr X", "").is_reviewed
    assert _knowledge("Dr X", "Dr Y").is_reviewed
    assert _knowledge("Dr Y", "Dr X").reviewed_by == ("Dr X", "Dr Y")
    assert _knowledge("", "").reviewed_by == ()


def test_members_and_lines() -> None:
    assert Knowledge(root=Path(), topics={"a": TOPIC}).members("g") == (TOPIC,)
    lines = (HelpLine(kind="health", number="1"), HelpLine(kind="crisis", number="2"))
    assert Country(code="XX", name="X", lines=lines).of("crisis") == lines[1:]
