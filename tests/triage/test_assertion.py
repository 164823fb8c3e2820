"""How signs are spoken of, with the cue words of the built-in knowledge base."""

from __future__ import annotations

import pytest

from bot.language.text import split
from bot.triage.assertion import Reading, Status, sentence_numbers
from bot.triage.measurements import number_spans
from bot.triage.rules import Triage


def statuses(triage: Triage, group: str, text: str) -> list[Status]:
    words = split(text)
    search = triage.groups.search(words.words, sentence_numbers(words), number_spans(words.words), words.breaks)
    reading = Reading(words, search)
    return [reading.judge(span).status for span in search.spans(group)]


@pytest.mark.parametrize(
    ("group", "text", "status"),
    [
        ("fever", "I have a fever", Status.REPORTED),
        ("fever", "no fever", Status.DENIED),
        ("chills", "no fever, chills or bleeding", Status.DENIED),
        ("fever", "no pain but a fever", Status.REPORTED),
        ("fever", "no sleep just fever", Status.REPORTED),
        ("fever", "fever? no", Status.DENIED),
        ("chest-pain", "my chest is not tight", Status.DENIED),
        ("cant-feel", "I can't feel my legs", Status.REPORTED),
        ("cant-feel", "is it normal that I can't feel when I wipe", Status.REPORTED),
        ("fever", "my sister had a fever", Status.OTHER),
        ("fever", "my baby has a fever", Status.OTHER),
        ("fever", "my wife has a fever", Status.REPORTED),
        ("fever", "my daughter gave birth yesterday and she has a fever", Status.REPORTED),
        ("fever", "my sister came, and I have a fever", Status.REPORTED),
        ("fever", "baby is five days old, feverish since noon", Status.REPORTED),
        ("hit-me", "my husband hits me", Status.REPORTED),
        ("fainted", "I fainted years ago", Status.PAST),
        ("fainted", "I fainted again just now", Status.REPORTED),
        ("headache", "I had a headache last week, fine now", Status.PAST),
        ("fainted", "what should I do if I pass out", Status.SUPPOSED),
        ("leg-weak", "if my leg went weak, what would I do", Status.SUPPOSED),
        ("chest-pain", "would chest pain be serious", Status.GENERAL),
        ("fainted", "why do people pass out", Status.GENERAL),
        ("fever", "cabin fever", Status.IDIOM),
    ],
)
def test_statuses(triage: Triage, group: str, text: str, status: Status) -> None:
    found = statuses(triage, group, text)
    assert found, f"{group} is not in {text!r}"
    assert found == [status] * len(found)


def test_sentences_are_counted() -> None:
    assert sentence_numbers(split("One two. Three! four")) == [0, 0, 1, 2]


def test_an_empty_text_has_no_clauses(triage: Triage) -> None:
    words = split("")
    assert Reading(words, triage.groups.search((), [])).clauses == []
