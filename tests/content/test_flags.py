"""One case a flag: its examples are caught, its counter-examples raise no alarm."""

from __future__ import annotations

import pytest

from bot.knowledge.loader import built_in, load
from bot.matching.factory import build_matcher
from bot.triage.factory import build_triage
from bot.triage.reader import TriageReader

KNOWLEDGE = load(built_in())
RIGHT_SHARE = 0.8
"""The flag itself, or one at least as urgent, is named in most of the examples that are caught."""


@pytest.fixture(scope="session")
def triage() -> TriageReader:
    return build_triage(KNOWLEDGE, build_matcher(KNOWLEDGE).repairer.words)


@pytest.mark.parametrize("flag_id", KNOWLEDGE.flags)
def test_examples(triage: TriageReader, flag_id: str) -> None:
    flag = KNOWLEDGE.flags[flag_id]
    findings = {text: triage.read(text) for text in flag.examples}
    missed = [text for text, finding in findings.items() if not finding.kind]
    assert not missed, f"{flag_id} misses " + " | ".join(missed)
    wrong = [
        text
        for text, finding in findings.items()
        if finding.flag != flag_id and finding.flag and KNOWLEDGE.flags[finding.flag].level.rank > flag.level.rank
    ]
    assert len(wrong) <= (1 - RIGHT_SHARE) * len(findings), f"{flag_id} is taken for less urgent: " + " | ".join(wrong)


@pytest.mark.parametrize("flag_id", KNOWLEDGE.flags)
def test_not_examples(triage: TriageReader, flag_id: str) -> None:
    alarms = [text for text in KNOWLEDGE.flags[flag_id].not_examples if triage.read(text).kind == "alarm"]
    assert not alarms, f"{flag_id} wrongly raised by " + " | ".join(alarms)
