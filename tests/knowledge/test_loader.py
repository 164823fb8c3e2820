"""The loader reads a folder of YAML, small or whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import bot
from bot.knowledge.level import Level
from bot.knowledge.loader import built_in, load
from bot.knowledge.models import Group, Roles
from bot.knowledge.problems import BrokenKnowledgeError
from tests.small_knowledge import Write

WHOLE = {
    "topics/group.yaml": """\
- id: lifting
  title: How do I lift?
  questions: [how do i lift]
  answer: Close.
  more: More.
  tips: [One, Two]
  when:
    pregnant: {answer: Ask first., tips: []}
    caesarean: {more: ""}
  see_also: [sleep]
  sources: [S1]
  reminder: walk
  reviewed: {by: Dr X, on: 2026-01-02, next: 2027-01-02}
""",
    "topics/first.yaml": "- {id: sleep, title: Sleep, questions: how to sleep, answer: Well.}\n",
    "triage/words.yaml": "signs: {numb: [numb]}\nthings: {leg: [leg]}\ncues: {denial: ['no']}\nhalf_signs: [numb]\n",
    "triage/soon.yaml": "- {id: s, level: soon, title: S, say: S, ask: S, if_yes: S, patterns: [numb],\n"
    "   private: true, help_line: crisis}\n",
    "triage/emergency.yaml": "- {id: e, level: emergency, title: E, say: E, ask: E, if_yes: E, past_counts: true}\n",
    "lexicon.yaml": "seat: [bum, bottom]\n",
    "commands.yaml": '"no": [nope]\n',
    "replies.yaml": "stop: [halt]\n",
    "redaction.yaml": "names: [sarah]\n",
    "roles.yaml": "thanks: sleep\nsmall_talk: sleep\n",
    "withheld.yaml": "living-child: [baby]\ninstead: {heavier than a baby: heavy}\n",
    "outside.yaml": "- {id: weather, title: W, questions: [will it rain]}\n",
    "help_lines.yaml": "- {country: 'NO', name: Norway, emergency: [{number: '113', code: c, checked: 2026-10-07}]}\n",
    "sources.yaml": "- {id: S1, who: WHO, title: Guide, year: 2020}\n- {id: A1, says: It hurts.}\n",
    "texts.yaml": "groups: {first: {title: First, beside_alarm: true, exercise: true}, group: Group}\n"
    "hello: Hello {name}\nnot-english: English only\n",
}


def test_a_small_one_is_enough_and_the_rest_is_empty(write: Write) -> None:
    knowledge = load(write())
    assert list(knowledge.topics) == ["lifting"]
    assert knowledge.topics["lifting"].group == "group"
    assert not any((knowledge.flags, knowledge.lexicon, knowledge.commands, knowledge.outside, knowledge.countries))
    assert not any((knowledge.replies, knowledge.redaction, knowledge.withheld.phrases, knowledge.withheld.instead))
    assert knowledge.roles == Roles()
    assert not knowledge.english_only
    assert [g.id for g in knowledge.groups] == ["group"]


def test_a_whole_one(write: Write) -> None:
    knowledge = load(write(WHOLE))
    topic = knowledge.topics["lifting"]
    assert (topic.title, topic.questions, topic.tips) == ("How do I lift?", ("how do i lift",), ("One", "Two"))
    assert (topic.file, topic.line) == ("topics/group.yaml", 1)
    assert topic.for_stage("pregnant").answer == "Ask first."
    assert topic.for_stage("pregnant").tips == ()
    assert topic.for_stage("caesarean").more == ""
    assert topic.reviewed.next == date(2027, 1, 2)
    assert list(knowledge.topics) == ["sleep", "lifting"], "in the order of the groups"
    assert list(knowledge.flags) == ["e", "s"], "the most urgent first"
    assert knowledge.flags["e"].level is Level.EMERGENCY
    assert knowledge.flags["e"].past_counts
    assert knowledge.private_flags == {"s"}
    assert [f.help_line for f in knowledge.flags.values()] == ["", "crisis"]
    assert knowledge.groups[0] == Group(id="first", title="First", beside_alarm=True, exercise=True)
    assert knowledge.groups[1] == Group(id="group", title="Group")
    assert (knowledge.replies, knowledge.redaction) == ({"stop": ("halt",)}, {"names": ("sarah",)})
    assert knowledge.roles == Roles(thanks="sleep", small_talk=("sleep",))
    assert knowledge.withheld.phrases == {"living-child": ("baby",)}
    assert knowledge.withheld.instead == {"heavier than a baby": "heavy"}
    assert knowledge.words.cues == {"denial": ("no",)}
    assert knowledge.commands == {"no": ("nope",)}
    assert knowledge.countries["NO"].lines[0].number == "113"
    assert knowledge.sources == {"S1": "WHO, Guide, 2020", "A1": "It hurts."}
    assert knowledge.texts == {"hello": "Hello {name}", "not-english": "English only"}
    assert knowledge.english_only
    assert knowledge.outside[0].questions == ("will it rain",)


@pytest.mark.parametrize(
    ("file", "text", "line", "message"),
    [
        ("triage/x.yaml", "- {id: e, level: red, title: E, say: E, ask: E, if_yes: E}\n", 1, "cannot be 'red'"),
        ("help_lines.yaml", "- country: GB\n  name: X\n  health:\n    - {code: o}\n", 4, "no number"),
        ("help_lines.yaml", "- country: GB\n  name: X\n  health:\n    - {number: 1, code: l}\n", 4, "cannot be 'l'"),
        ("help_lines.yaml", "- country: GB\n  name: X\n- country: GB\n  name: Y\n", 3, "given twice"),
        ("triage/words.yaml", "signs:\n  numb: []\n", 2, "'numb' is missing or empty"),
        ("texts.yaml", "hello: [x]\n", 1, "must be a text"),
    ],
)
def test_problems_of_other_files(write: Write, file: str, text: str, line: int, message: str) -> None:
    with pytest.raises(BrokenKnowledgeError) as caught:
        load(write({file: text}))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (file, line)
    assert message in problem.message


def test_the_built_in_one_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (built_in() / "topics").is_dir()
    package = tmp_path / "bot"
    (package / "_knowledge").mkdir(parents=True)
    monkeypatch.setattr(bot, "__file__", str(package / "__init__.py"))
    assert built_in() == package / "_knowledge"
