"""`bot check` finds every kind of problem, on its line, and finds nothing where there is none."""

from __future__ import annotations

from datetime import date

import pytest

from bot.authoring.check_texts import reading_grade
from bot.authoring.checker import check
from bot.knowledge.problems import Problem
from tests.small_knowledge import TOPIC, Write

TODAY = date(2026, 11, 22)
WORDS = "signs:\n  numb: [numb]\n  fever: [fever, hot]\nthings:\n  leg: [leg]\n"
FLAG = """\
- id: saddle
  level: emergency
  title: Numb
  say: |
    Go to hospital now.
    Do not wait.
  ask: Are you numb?
  if_yes: Go now.
  patterns:
    - numb
    - numb + leg
"""
BLOCK = "  answer: |\n    Fine so far.\n    It is a miracle. Then\n    it goes on.\n"
COUNTRY = "- country: GB\n  name: Britain\n  health:\n"


def _line(fields: str) -> str:
    return f"{COUNTRY}    - {{{fields}}}\n"


CASES: dict[str, tuple[dict[str, str], str, int, str]] = {
    "phrasings": ({"rules.yaml": "phrasings: 3\n"}, "topics/group.yaml", 4, "there are 2 phrasings"),
    "title": ({"rules.yaml": "title: 5\n"}, "topics/group.yaml", 2, "the title has 14 characters"),
    "answer": ({"rules.yaml": "answer: 3\n"}, "topics/group.yaml", 6, "the answer has 6 characters"),
    "tip": (
        {"rules.yaml": "tip: 3\n", "topics/group.yaml": TOPIC + "  tips:\n    - One\n    - Move a bit\n"},
        "topics/group.yaml",
        9,
        "a tip has 10 characters",
    ),
    "tips": (
        {"rules.yaml": "tips: 1\n", "topics/group.yaml": TOPIC + "  tips:\n    - One\n    - Two\n    - Three\n"},
        "topics/group.yaml",
        9,
        "more than 1 tips",
    ),
    "variant answer": (
        {"rules.yaml": "answer: 6\n", "topics/group.yaml": TOPIC + "  when:\n    pregnant:\n      answer: Too long\n"},
        "topics/group.yaml",
        9,
        "the answer has 8 characters",
    ),
    "variant missing": (
        {"rules.yaml": "variants: {lifting: [pregnant]}\n"},
        "topics/group.yaml",
        1,
        "no variant for pregnant",
    ),
    "variants of no topic": (
        {"rules.yaml": "variants:\n  nothing: [pregnant]\n"},
        "rules.yaml",
        2,
        "there is no topic 'nothing'",
    ),
    "no such stage": ({"rules.yaml": "variants:\n  lifting: [never]\n"}, "rules.yaml", 2, "there is no stage 'never'"),
    "topic missing": (
        {"rules.yaml": "topics:\n  - lifting\n  - sleep\n"},
        "rules.yaml",
        3,
        "the topic 'sleep' is not there",
    ),
    "flag missing": (
        {"rules.yaml": "flags:\n  saddle: emergency\n"},
        "rules.yaml",
        2,
        "the flag 'saddle' is not there",
    ),
    "flag lowered": (
        {"rules.yaml": "flags: {saddle: urgent}\n", "triage/e.yaml": FLAG, "triage/words.yaml": WORDS},
        "triage/e.yaml",
        2,
        "the level is emergency",
    ),
    "forbidden": (
        {
            "rules.yaml": "forbidden: [{say: miracle, why: x}]\n",
            "topics/group.yaml": TOPIC.replace("  answer: Close.\n", BLOCK),
        },
        "topics/group.yaml",
        8,
        "says 'miracle'",
    ),
    "forbidden over a line end": (
        {
            "rules.yaml": "forbidden: [{say: then it, why: x}]\n",
            "topics/group.yaml": TOPIC.replace("  answer: Close.\n", BLOCK),
        },
        "topics/group.yaml",
        8,
        "says 'then it'",
    ),
    "forbidden in a text": (
        {"rules.yaml": "forbidden: [{say: cure, why: x}]\n", "texts.yaml": "a: b\nc: A cure.\n"},
        "texts.yaml",
        2,
        "says 'cure'",
    ),
    "forbidden in a flag": (
        {"rules.yaml": "forbidden: [{say: dont wait, why: x}]\n", "triage/e.yaml": FLAG, "triage/words.yaml": WORDS},
        "triage/e.yaml",
        6,
        "says 'dont wait'",
    ),
    "a group that nothing reads": (
        {"withheld.yaml": "treatment:\n  - walk <place>\nplace: [home]\ntreatmint: [rest]\n"},
        "withheld.yaml",
        4,
        "nothing reads the group 'treatmint'",
    ),
    "a word that is never found": (
        {"withheld.yaml": "treatment:\n  - rest\n  - walk/mom to\n"},
        "withheld.yaml",
        3,
        "'walk/mom to' is never found",
    ),
    "words that are never found": (
        {"withheld.yaml": "treatment: [you ?do/did not rest]\n"},
        "withheld.yaml",
        1,
        "'you ?do/did not rest' is never found",
    ),
    "a phrase of withheld words": (
        {"withheld.yaml": "treatment:\n  - rest <place>\n"},
        "withheld.yaml",
        2,
        "names the group 'place', which is not there",
    ),
    "a list of names in capitals": (
        {"redaction.yaml": "names:\n  - sarah\n  - Emma\n"},
        "redaction.yaml",
        3,
        "'Emma' is never found",
    ),
    "a list that nothing reads": (
        {"redaction.yaml": "names: [sarah]\nnamse: [emma]\n"},
        "redaction.yaml",
        2,
        "nothing reads the list 'namse'",
    ),
    "no names": ({"redaction.yaml": "ordinary: [the]\n"}, "redaction.yaml", 1, "there are no names"),
    "a role of no topic": ({"roles.yaml": "thanks: lifting\nabout: abuot\n"}, "roles.yaml", 2, "no topic 'abuot'"),
    "a role of no topic in a list": (
        {"roles.yaml": "small_talk:\n  - lifting\n  - hi\n"},
        "roles.yaml",
        3,
        "there is no topic 'hi'",
    ),
    "a role of no country": ({"roles.yaml": "country_menu: [GB]\n"}, "roles.yaml", 1, "there is no country 'GB'"),
    "a kind of help lines": (
        {"triage/e.yaml": f"{FLAG}  help_line: police\n", "triage/words.yaml": WORDS},
        "triage/e.yaml",
        12,
        "'help_line' cannot be 'police'",
    ),
    "never found": ({"rules.yaml": "forbidden:\n  - {say: do not worry, why: x}\n"}, "rules.yaml", 2, "is never found"),
    "unreadable phrase": (
        {"rules.yaml": "forbidden:\n  - {say: .. worry, why: x}\n"},
        "rules.yaml",
        2,
        "must begin and end",
    ),
    "rules are no mapping": ({"rules.yaml": "- x\n"}, "rules.yaml", 1, "must hold names"),
    "rule is no number": ({"rules.yaml": "tips: four\n"}, "rules.yaml", 1, "cannot be 'four'"),
    "rule has no end": ({"rules.yaml": "phrasings: inf\n"}, "rules.yaml", 1, "cannot be 'inf'"),
    "no such place": (
        {"rules.yaml": "forbidden:\n  - {say: cure, why: x, in: menus}\n"},
        "rules.yaml",
        2,
        "'in' cannot be 'menus'",
    ),
    "avoid": (
        {"triage/e.yaml": FLAG + "  avoid: [hospital now]\n", "triage/words.yaml": WORDS},
        "triage/e.yaml",
        5,
        "which `avoid` forbids",
    ),
    "product": (
        {"rules.yaml": "products: [Snoogle]\n", "topics/group.yaml": TOPIC.replace("Close.", "Get a Snoogle.")},
        "topics/group.yaml",
        6,
        "not as an example",
    ),
    "see also": (
        {"topics/group.yaml": TOPIC + "  see_also:\n    - nothing\n"},
        "topics/group.yaml",
        8,
        "names 'nothing'",
    ),
    "see itself": (
        {"topics/group.yaml": TOPIC + "  see_also: [lifting]\n"},
        "topics/group.yaml",
        7,
        "the topic itself",
    ),
    "reminder": ({"topics/group.yaml": TOPIC + "  reminder: run\n"}, "topics/group.yaml", 7, "no reminder 'run'"),
    "source": (
        {"topics/group.yaml": TOPIC + "  sources:\n    - S9\n", "sources.yaml": "- {id: S1, says: x}\n"},
        "topics/group.yaml",
        8,
        "source 'S9'",
    ),
    "article": (
        {"rules.yaml": "article: [A1]\n", "sources.yaml": "- {id: S1, says: x}\n- {id: A1, says: x}\n"},
        "sources.yaml",
        2,
        "no topic uses the fact A1",
    ),
    "no patterns": (
        {"triage/e.yaml": FLAG[: FLAG.index("  patterns")], "triage/words.yaml": WORDS},
        "triage/e.yaml",
        1,
        "no patterns",
    ),
    "unknown group": (
        {"triage/e.yaml": FLAG.replace("numb + leg", "numb + arm"), "triage/words.yaml": WORDS},
        "triage/e.yaml",
        11,
        "the group 'arm'",
    ),
    "nothing reported": (
        {"triage/e.yaml": FLAG.replace("numb + leg", "'!leg'"), "triage/words.yaml": WORDS},
        "triage/e.yaml",
        11,
        "at least one part",
    ),
    "phrase": (
        {"triage/words.yaml": "signs:\n  numb:\n    - numb\n    - .. leg\n"},
        "triage/words.yaml",
        4,
        "must begin and end",
    ),
    "phrase names nothing": (
        {"triage/words.yaml": "signs:\n  numb:\n    - no <feeling>\n"},
        "triage/words.yaml",
        3,
        "the group 'feeling'",
    ),
    "phrase in a circle": (
        {"triage/words.yaml": "signs:\n  numb: [<dead>]\n  dead: [<numb>]\n"},
        "triage/words.yaml",
        2,
        "leads back to itself",
    ),
    "half-sign": (
        {"triage/words.yaml": WORDS + "half_signs: [cold]\n"},
        "triage/words.yaml",
        6,
        "the half-sign 'cold'",
    ),
    "lexicon": ({"lexicon.yaml": "a: [b]\nseat:\n  - bum\n  - ?bottom\n"}, "lexicon.yaml", 4, "must begin and end"),
    "lexicon in a circle": ({"lexicon.yaml": "a: [<b>]\nb: [<a>]\n"}, "lexicon.yaml", 1, "leads back to itself"),
    "commands": ({"commands.yaml": "stop: [..]\n"}, "commands.yaml", 1, "must begin and end"),
    "lone brace": ({"texts.yaml": "a: b\nc: Hello {\n"}, "texts.yaml", 2, "stands alone"),
    "nameless field": ({"texts.yaml": "a: b\nc: Hello {}\n"}, "texts.yaml", 2, "no plain name"),
    "empty text": ({"texts.yaml": "a: b\nc:\n"}, "texts.yaml", 2, "the text is empty"),
    "group without title": (
        {
            "texts.yaml": "groups:\n  other: Other\n",
            "topics/other.yaml": "- {id: o, title: O, questions: [o], answer: O.}\n",
        },
        "texts.yaml",
        2,
        "topics/group.yaml has no title",
    ),
    "group without topics": (
        {"texts.yaml": "groups:\n  group: Group\n  other: Other\n"},
        "texts.yaml",
        3,
        "has no topics",
    ),
    "phrasing twice": (
        {"rules.yaml": "phrasings: 1\n", "outside.yaml": "- id: x\n  title: X\n  questions:\n    - HOW do I lift?\n"},
        "outside.yaml",
        4,
        "stands in 'lifting' too",
    ),
    "phrasing twice here": (
        {"rules.yaml": "phrasings: 1\n", "topics/group.yaml": TOPIC.replace("lifting the baby", "How do I lift?")},
        "topics/group.yaml",
        5,
        "stands here twice",
    ),
    "help line without dates": (
        {"help_lines.yaml": _line("number: '111', code: o")},
        "help_lines.yaml",
        4,
        "has no dates",
    ),
    "help line without code": (
        {"help_lines.yaml": _line("number: '111', checked: 2026-01-01, next: 2027-01-01")},
        "help_lines.yaml",
        4,
        "has no code",
    ),
    "help line in words": (
        {"help_lines.yaml": _line("number: call me, code: o, checked: 2026-01-01, next: 2027-01-01")},
        "help_lines.yaml",
        4,
        "no number that can be called",
    ),
    "help line due before": (
        {"help_lines.yaml": _line("number: '111', code: o, checked: 2027-01-01, next: 2026-01-01")},
        "help_lines.yaml",
        4,
        "is due before",
    ),
    "review without date": (
        {"topics/group.yaml": TOPIC + "  reviewed: {by: Dr X}\n"},
        "topics/group.yaml",
        7,
        "without a date",
    ),
}
WARNINGS: dict[str, tuple[dict[str, str], str, int, str]] = {
    "help line due": (
        {"help_lines.yaml": _line("number: '111', code: o, checked: 2026-01-01, next: 2026-11-22")},
        "help_lines.yaml",
        4,
        "checked again by 2026-11-22",
    ),
    "review due": (
        {"topics/group.yaml": TOPIC + "  reviewed: {next: 2026-11-22}\n"},
        "topics/group.yaml",
        7,
        "the review was due",
    ),
    "odd id": (
        {"topics/group.yaml": TOPIC.replace("lifting\n", "how to lift\n", 1)},
        "topics/group.yaml",
        1,
        "cannot stand in a link",
    ),
    "phrasing twice in a foreign base": (
        {"topics/group.yaml": TOPIC.replace("lifting the baby", "How do I lift?")},
        "topics/group.yaml",
        5,
        "stands here twice",
    ),
}


def _texts(problems: tuple[Problem, ...]) -> str:
    return "\n".join(str(p) for p in problems)


@pytest.mark.parametrize("name", [*CASES, *WARNINGS])
def test_finds_it_on_its_line_and_nothing_else(name: str, write: Write) -> None:
    files, file, line, message = {**CASES, **WARNINGS}[name]
    problems = check(write(files), TODAY)
    assert len(problems) == 1, _texts(problems)
    (problem,) = problems
    assert (problem.file, problem.line) == (file, line), problem
    assert message in problem.message
    assert problem.fix
    assert problem.is_warning == (name in WARNINGS)


@pytest.mark.parametrize("said", ["Feel free.", "Curious?", "If you feel a cure is near.", "There is no sure cure."])
def test_what_is_excused_is_no_problem(said: str, write: Write) -> None:
    excused = "  - {say: cure, why: x, unless: ['no sure cure', if .. cure]}\n"
    rules = f"forbidden:\n{excused}  - {{say: free, why: x, in: flags}}\n"
    assert not check(write({"rules.yaml": rules, "topics/group.yaml": TOPIC.replace("Close.", said)}), TODAY)


def test_a_product_may_be_named_as_an_example(write: Write) -> None:
    topic = TOPIC.replace("Close.", "The article names the Snoogle as its example.")
    assert not check(write({"rules.yaml": "products: [Snoogle]\n", "topics/group.yaml": topic}), TODAY)


def test_a_small_base_has_no_problems(write: Write) -> None:
    assert not check(write(), TODAY, lambda _: 20.0)


def test_all_problems_at_once_in_order(write: Write) -> None:
    problems = check(write({"lexicon.yaml": "a: [..]\n", "texts.yaml": "c: {\n", "topics/b.yaml": "\t"}), TODAY)
    assert [p.file for p in problems] == ["lexicon.yaml", "texts.yaml", "topics/b.yaml"]


def test_reading_grades(write: Write) -> None:
    rules = {"rules.yaml": "grade-median: 7\ngrade-most: 9\n", "triage/e.yaml": FLAG, "triage/words.yaml": WORDS}
    variant = TOPIC + "  when:\n    pregnant:\n      answer: Hard\n"
    root = write({**rules, "topics/group.yaml": variant})
    found = _texts(check(root, TODAY, lambda text: 9.5 if "Hard" in text else 8.0 if "Close" in text else 9.5))
    assert "topics/group.yaml:9: lifting: the reading grade for pregnant is 9.5." in found
    assert "topics:1: the median reading grade is 8.0." in found
    assert "triage/e.yaml:5: saddle: the reading grade is 9.5." in found


def test_the_reading_grade_works_here_with_words_that_no_list_has() -> None:
    grade = reading_grade()
    assert grade
    assert grade("The cat sat on the mat.") < 3
    assert grade("Physiotherapists recommend individualised rehabilitation programmes.") > 15
