"""A file that is broken in any way is refused with file, line and what to do, and by no other exception."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.loader import load
from bot.knowledge.problems import BrokenKnowledgeError
from bot.knowledge.yaml_source import DEEPEST, LARGEST_FILE

GOOD = "- id: a\n  title: A\n  questions: [what is a]\n  answer: A.\n"
MAPPINGS = ("texts.yaml", "lexicon.yaml", "commands.yaml", "triage/words.yaml")
LISTS = ("topics/other.yaml", "sources.yaml", "outside.yaml", "help_lines.yaml", "triage.yaml")

BROKEN = {
    "tab": ("- id: a\n\ttitle: A\n", 2, "not YAML"),
    "indentation": ("- id: a\n   title: A\n  answer: x\n", 2, "not YAML"),
    "colon": ("- id: a\n  title: What: this\n", 2, "not YAML"),
    "open quote": (GOOD + '- id: "b\n', 6, "not YAML"),
    "open bracket": ("- id: a\n  questions: [one, two\n  answer: x\n", 3, "not YAML"),
    "two documents": (GOOD + "---\n" + GOOD, 5, "second document"),
    "anchor": ("- id: a\n  title: &x A\n", 2, "anchors"),
    "alias": ("- id: a\n  title: *x\n", 2, "anchors"),
    "name is a list": ("- id: a\n  ? [x, y]\n  : z\n", 2, "a name must be a text"),
    "name is a mapping": ("- {id: a}\n- {? {x: y} : z}\n", 2, "a name must be a text"),
    "latin-1": ("- id: a\n  title: caf\xe9\n".encode("latin-1"), 2, "not UTF-8"),
    "binary": (bytes(range(256)), 2, "not UTF-8"),
    "zero bytes": (b"- id: a\0\n", 1, "cannot be read"),
    "deep brackets": ("[" * 10_000 + "]" * 10_000, 1, "nested too deeply"),
    "deep lists": ("- " * 10_000 + "x", 1, "nested too deeply"),
    "deep mappings": ("".join(" " * n + "a:\n" for n in range(1_000)), DEEPEST + 1, "nested too deeply"),
    "never closed": ("{a: " * 10_000, 1, "nested too deeply"),
    "a text": ("hello", 1, "list of entries"),
    "no entries": ("a: b\nc: d\n", 1, "list of entries"),
    "texts in the list": ("- hello\n- id: a\n", 1, "no entry"),
    "no id": ("- title: A\n", 1, "'id' is missing"),
    "id is a list": ("- id: [a]\n  title: A\n", 1, "'id' is missing"),
    "id is empty": ("- id: ~\n", 1, "'id' is missing"),
    "name twice": ("- id: a\n  title: A\n  title: B\n", 3, "given twice"),
    "id twice": (GOOD + GOOD, 5, "given twice"),
    "unknown field": (GOOD + "  anwser: x\n", 5, "no field 'anwser'"),
    "title missing": ("- id: a\n  questions: [x]\n  answer: y\n", 1, "'title' is missing"),
    "title is a list": ("- id: a\n  title: [x]\n", 2, "'title' must be a text"),
    "questions missing": ("- id: a\n  title: x\n  answer: y\n", 1, "'questions' is missing"),
    "questions empty": ("- id: a\n  title: x\n  answer: y\n  questions: []\n", 1, "'questions' is missing"),
    "questions hold a mapping": ("- id: a\n  questions:\n    - what: now\n", 3, "list of texts"),
    "a question is empty": ("- id: a\n  questions:\n    - x\n    -\n", 4, "empty line"),
    "answer missing": ("- id: a\n  title: x\n  questions: [y]\n", 1, "'answer' is missing"),
    "no such stage": (GOOD + "  when:\n    always: {answer: x}\n", 6, "no field 'always'"),
    "when is a text": (GOOD + "  when: pregnant\n", 5, "must hold fields"),
    "no such date": (GOOD + "  reviewed: {by: x, on: 2026-02-30}\n", 5, "cannot be '2026-02-30'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_topic_file_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    text, line, message = BROKEN[name]
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "broken.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BrokenKnowledgeError) as caught:
        load(tmp_path)
    found = [p for p in caught.value.problems if message in p.message]
    assert found, str(caught.value)
    assert (found[0].file, found[0].line) == ("topics/broken.yaml", line)
    assert found[0].fix
    assert f"topics/broken.yaml:{line}: " in str(caught.value)


@pytest.mark.parametrize("file", [*MAPPINGS, *LISTS])
@pytest.mark.parametrize("text", ["\t- a", "[" * 5_000, b"\xff\xfe\x00", "hello", "- - - x", "{a: {b: {c: [d]}}}", "5"])
def test_every_other_file_too(file: str, text: str | bytes, tmp_path: Path) -> None:
    for name, content in (("topics/a.yaml", GOOD), (file, text)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BrokenKnowledgeError) as caught:
        load(tmp_path)
    assert {p.file for p in caught.value.problems} == {file}


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    with (tmp_path / "topics" / "huge.yaml").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(BrokenKnowledgeError, match="more than 10 MB"):
        load(tmp_path)


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "topics" / "folder.yaml").mkdir(parents=True)
    with pytest.raises(BrokenKnowledgeError, match="cannot be opened"):
        load(tmp_path)


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_no_topics_at_all(folder: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenKnowledgeError, match="there are no topics"):
        load(tmp_path / folder)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "~\n", "[]\n"])
def test_an_empty_file_beside_good_ones_is_fine(text: str, tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "a.yaml").write_text(GOOD)
    (tmp_path / "topics" / "empty.yaml").write_text(text)
    assert list(load(tmp_path).topics) == ["a"]


def test_all_problems_at_once(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "a.yaml").write_text("- id: a\n- id: b\n  title: [x]\n  nonsense: 1\n")
    (tmp_path / "topics" / "b.yaml").write_text("\t")
    (tmp_path / "texts.yaml").write_text("- x\n")
    with pytest.raises(BrokenKnowledgeError) as caught:
        load(tmp_path)
    assert len(caught.value.problems) == 9
    assert list(caught.value.problems) == sorted(caught.value.problems)


PIECES = st.sampled_from(
    [*"-[]{}:?&*!|>'\"%@`#,\t\n \\~", "- id: a\n", "  title: x\n", "  when:\n", "    pregnant: ", "\n  "]
)


@settings(max_examples=150)
@given(
    st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60)).map(
        lambda t: t.encode("utf-8", "surrogatepass")
    )
    | st.binary(max_size=60)
)
def test_nothing_but_a_broken_knowledge_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "topics").mkdir()
        for name in ("topics/a.yaml", "texts.yaml", "help_lines.yaml"):
            (root / name).write_bytes(content)
        try:
            load(root)
        except BrokenKnowledgeError as error:
            assert all(p.file and p.line >= 1 and p.message for p in error.problems)  # noqa: PT017
