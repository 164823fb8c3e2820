from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.knowledge.level import Level
from bot.language.phrases import PhraseGroups
from bot.triage.rules import FlagRules, Triage, parse_pattern

GROUPS = {"numb": ["numb"], "hot": ["hot"], "red": ["red"], "ill": ["confused"]}


def small(*flags: FlagRules) -> Triage:
    return Triage(flags, GROUPS, {"leg": ["leg", "calf"]}, {"denial": ["no", "not"]}, ["numb"])


def rules(**kinds: object) -> FlagRules:
    return FlagRules(id="x", level=Level.URGENT, **kinds)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "text", "fires"),
    [
        ("numb", "numb", True),
        ("numb + leg", "my leg is numb", True),
        ("numb + leg", "numb. the leg", False),
        ("numb & leg", "numb. the leg", True),
        ("numb | hot & leg", "hot leg", True),
        ("numb & !hot", "numb", True),
        ("numb & !hot", "numb and hot", False),
        ("numb & !hot", "numb, not hot", True),
        ("numb", "not numb", False),
    ],
)
def test_patterns(pattern: str, text: str, fires: bool) -> None:
    assert (small(rules(patterns=[pattern])).read(text).kind == "alarm") is fires


def test_the_higher_level_leads_and_an_alarm_comes_before_a_check() -> None:
    soon = FlagRules(id="soon", level=Level.SOON, patterns=["hot"])
    check = FlagRules(id="check", level=Level.EMERGENCY, check=["hot"])
    urgent = FlagRules(id="urgent", level=Level.URGENT, patterns=["red"])
    triage = small(soon, check, urgent)
    assert triage.read("hot").flag == "soon"
    assert triage.read("hot and red").flag == "urgent"
    assert triage.read("hot and red").flags == ("urgent", "soon")


def test_a_flag_escalates() -> None:
    finding = small(rules(patterns=["hot"], escalate=["hot & ill"])).read("hot and confused")
    assert (finding.level, finding.escalated) == (Level.EMERGENCY, True)


def test_half_signs_are_remembered_and_count_later() -> None:
    triage = small(rules(patterns=["numb & hot"]))
    first = triage.read("numb")
    assert first.signs == {"numb"}
    assert first.kind is None
    assert triage.read("hot now", remembered=first.signs).kind == "alarm"
    assert triage.read("not numb but hot", remembered=first.signs).kind is None


def test_what_held_a_pattern_back_is_told() -> None:
    (held,) = small(rules(patterns=["numb"])).read("not numb").held
    assert (held.pattern, held.by) == ("numb", "not")


@pytest.mark.parametrize("pattern", ["nothing", "!numb", "numb & nothing"])
def test_patterns_that_cannot_be(pattern: str) -> None:
    with pytest.raises(KnowledgeError):
        parse_pattern(pattern, PhraseGroups(GROUPS))


def test_unknown_cues_and_half_signs() -> None:
    with pytest.raises(KnowledgeError, match="knows no cues"):
        Triage(cues={"nonsense": ["x"]})
    with pytest.raises(KnowledgeError, match="is no group"):
        Triage(half_signs=["nonsense"])


def test_somebody_else_in_danger_now(triage: Triage) -> None:
    finding = triage.read("my friend has passed out")
    assert finding.kind is None
    assert finding.bystander


@pytest.mark.parametrize("text", ["burnin hot an ma heid is bangin", "a cannae pee"])
def test_people_write_as_they_speak(triage: Triage, text: str) -> None:
    assert triage.read(text).kind


MESSAGES = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            ["i", "my wife", "baby", "no", "cant feel", "fever", "38.5", "chest", "tight", "if", "?", ",", "."]
        ),
        max_size=14,
    ).map(" ".join),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(MESSAGES)
def test_no_text_raises_or_turns_on_blanks_capitals_or_emoji(triage: Triage, text: str) -> None:
    finding = triage.read(text)
    for same in (f"  {text} ", text + " 🌷"):
        assert (triage.read(same).flag, triage.read(same).kind) == (finding.flag, finding.kind)
    if text.isascii():
        assert triage.read(text.upper()).flag == finding.flag
