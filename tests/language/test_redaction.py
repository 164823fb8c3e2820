"""What could tell who asked is taken out; what is asked stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.dialogue import Conversation
from bot.conversation.missed_questions import MissedQuestions
from bot.language.redaction import GAP, LONGEST, RedactionWords, Redactor


@pytest.fixture(scope="session")
def redact(conversation: Conversation) -> Redactor:
    return MissedQuestions(conversation.knowledge, conversation.understanding)._redact


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("My name is Sarah Miller and my back hurts", f"My name is {GAP} and my back hurts"),
        ("my husband john says i should not lift", f"my husband {GAP} says i should not lift"),
        ("hi its priya here, can i use a tens machine", f"hi its {GAP} here, can i use a tens machine"),
        ("I told Rose that my hips hurt", f"I told {GAP} that my hips hurt"),
        ("I live in Leeds and cannot walk far", f"I live in {GAP} and cannot walk far"),
        ("i live in manchester, may i swim", f"i live in {GAP}, may i swim"),
        ("at St Marys hospital they gave me a belt", f"at {GAP} hospital they gave me a belt"),
        ("is it ok to fly from new york with a sore back", f"is it ok to fly from {GAP} with a sore back"),
        ("call me on 07700 900 123 please", f"call me on {GAP} please"),
        ("my nhs number is 943 476 5919", f"my nhs number is {GAP}"),
        ("mail me at a.b@example.org what to do", f"mail me at {GAP} what to do"),
        ("write to @sarah_m about my back", f"write to {GAP} about my back"),
        ("is https://x.example/y?z=1 right about hips", f"is {GAP} right about hips"),
        ("due on 12 March 2027, may i run", f"due on {GAP}, may i run"),
        ("born 01/02/1990, may i run", f"born {GAP}, may i run"),
        ("near SW1A 1AA is there a class", f"near {GAP} is there a class"),
    ],
)
def test_taken_out(redact: Redactor, text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "can i use a tens machine at 20 weeks with spd",
        "temp 38.6 and my l5 disc hurts at 2am",
        "Why can't I lift? I'm 34 and it hurts 3 times a day.",
        "the baby sleeps on my hip, is that bad",
    ],
)
def test_left_as_it_is(redact: Redactor, text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("text", ["", "Sarah", "priya fatima", "Ich habe Rückenschmerzen", "🙂🙂", "…"])
def test_nothing_where_too_little_is_left(redact: Redactor, text: str) -> None:
    assert redact(text) == ""


def test_without_a_list_of_names_nothing_is_kept() -> None:
    assert Redactor(lambda _: True, RedactionWords())("my back hurts when i lift") == ""
    assert Redactor(lambda _: True, RedactionWords(names=frozenset(("sarah",))))("sarah says it hurts") == (
        f"{GAP} says it hurts"
    )


def test_shouting_is_no_name(redact: Redactor) -> None:
    assert redact("WHY DOES MY BACK HURT") == "why does my back hurt"


def test_a_story_is_cut(redact: Redactor) -> None:
    assert len(redact("my back hurts a lot and " * 100)) <= LONGEST


@given(st.text(max_size=300))
def test_no_digits_in_a_row_and_no_addresses(redact: Redactor, text: str) -> None:
    left = redact(text)
    assert not re.search(r"\d{4}|@\w|://", left)
