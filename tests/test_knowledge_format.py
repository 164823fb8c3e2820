"""docs/knowledge-format.md lists exactly the fields that the program reads, and the signs and names it knows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.authoring.check_words import named_phrases
from bot.authoring.checker import check
from bot.knowledge.level import Level
from bot.knowledge.loader import built_in, load
from bot.knowledge.models import REDACTION, STAGES
from bot.triage.measurements import NUMBER_GROUPS

DOCUMENT = (Path(__file__).parents[1] / "docs" / "knowledge-format.md").read_text(encoding="utf-8")
TOPIC = "- id: x\n  title: X\n  questions: [is this x]\n  answer: Yes.\n"
FLAG = "- id: x\n  level: soon\n  title: X\n  say: X\n  ask: X\n  if_yes: X\n  patterns: [numb]\n"
WORDS = "signs: {numb: [numb]}\n"

PROBES = {
    "topics/*.yaml": {"topics/probe.yaml": TOPIC + "  zzz: 1\n"},
    "when": {"topics/probe.yaml": TOPIC + "  when: {pregnant: {zzz: 1}}\n"},
    "reviewed": {"topics/probe.yaml": TOPIC + "  reviewed: {zzz: 1}\n"},
    "triage/*.yaml": {"triage/probe.yaml": FLAG + "  zzz: 1\n", "triage/words.yaml": WORDS},
    "triage/words.yaml": {"triage/words.yaml": WORDS + "zzz: 1\n"},
    "help_lines.yaml": {"help_lines.yaml": "- country: GB\n  name: X\n  zzz: 1\n"},
    "A line": {"help_lines.yaml": "- {country: GB, name: X, health: [{number: '1', zzz: 1}]}\n"},
    "sources.yaml": {"sources.yaml": "- {id: S1, zzz: 1}\n"},
    "outside.yaml": {"outside.yaml": "- {id: x, title: X, questions: [what is y], zzz: 1}\n"},
    "groups": {"texts.yaml": "groups: {a: {title: A, zzz: 1}}\n"},
    "roles.yaml": {"roles.yaml": "zzz: 1\n"},
    "plan.yaml": {"plan.yaml": "zzz: 1\n"},
    "rules.yaml": {"rules.yaml": "zzz: 1\n"},
    "forbidden": {"rules.yaml": "forbidden: [{say: cure, why: no promise, zzz: 1}]\n"},
}


def section(title: str) -> str:
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[2]


def fields(title: str) -> list[str]:
    table = re.search(r"^\| field \|.*?(?=\n\n|\Z)", section(title), re.MULTILINE | re.DOTALL)
    assert table, title
    return re.findall(r"^\| `([^`]+)` \|", table[0], re.MULTILINE)


def write(folder: Path, files: dict[str, str]) -> Path:
    """A knowledge base with one good topic and these files."""
    for name, text in {"topics/a.yaml": TOPIC.replace("x", "a"), **files}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("title", PROBES)
def test_every_field_is_listed(title: str, tmp_path: Path) -> None:
    problems = check(write(tmp_path, PROBES[title]), date(2026, 11, 22))
    known = [re.search(r"Known fields: (.*)\.$", p.fix) for p in problems if "'zzz'" in p.message]
    assert [sorted(k[1].split(", ")) for k in known if k] == [sorted(fields(title))]


@pytest.mark.parametrize(
    ("title", "name", "entry"),
    [
        ("topics/*.yaml", "topics/probe.yaml", "- id: x\n"),
        ("triage/*.yaml", "triage/probe.yaml", "- id: x\n"),
        ("help_lines.yaml", "help_lines.yaml", "- country: GB\n"),
        ("outside.yaml", "outside.yaml", "- id: x\n"),
        ("sources.yaml", "sources.yaml", "- id: S1\n"),
        ("groups", "texts.yaml", "groups: {a: {exercise: true}}\n"),
        ("forbidden", "rules.yaml", "forbidden: [{unless: [a]}]\n"),
    ],
)
def test_what_is_needed_is_said_to_be_needed(title: str, name: str, entry: str, tmp_path: Path) -> None:
    needed = set(re.findall(r"^\| `([^`]+)` \| yes \|", section(title), re.MULTILINE)) - {"id", "country"}
    problems = check(write(tmp_path, {name: entry}), date(2026, 11, 22))
    missing = [re.search(r"^'(\w+)' is missing|^the flag has no (\w+)", p.message) for p in problems]
    assert needed == {m[1] or m[2] for m in missing if m}


def test_stages_levels_and_numbers() -> None:
    assert all(f"`{stage}`" in section("when") for stage in STAGES)
    assert all(f"`{level}`" in section("triage/*.yaml") for level in Level)
    assert re.findall(r"`(#[a-z-]+)`", section("triage/*.yaml")) == list(NUMBER_GROUPS)


def test_every_file_of_the_knowledge_base_is_described() -> None:
    root = Path(__file__).parents[1] / "knowledge"
    assert all(re.search(rf"^## {re.escape(p.name)}$", DOCUMENT, re.MULTILINE) for p in root.glob("*.yaml"))


def test_every_name_in_commands_is_described() -> None:
    knowledge = load(built_in())
    fixed = set(knowledge.commands) - set(knowledge.topics)
    assert fixed <= set(re.findall(r"`([a-z-]+)`", section("commands.yaml")))


@pytest.mark.parametrize("file", named_phrases(load(built_in())))
def test_every_name_of_a_file_of_words_is_described(file: str) -> None:
    _, names = named_phrases(load(built_in()))[file]
    assert re.findall(r"^\| `([a-z-]+)` \|", section(file), re.MULTILINE) == list(names)


def test_every_list_of_redaction_is_described() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", section("redaction.yaml"), re.MULTILINE) == list(REDACTION)
