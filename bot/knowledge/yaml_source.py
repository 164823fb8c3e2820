"""YAML in which every value knows its line, and every scalar stays the text as written ("no" is no, not false)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import yaml

from bot.errors import BotError
from bot.knowledge.problems import Problem

T = TypeVar("T")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LARGEST_FILE = 10_000_000
"""Bytes; the largest file of the built-in knowledge base has 200,000. More is a mistake, and takes minutes to read."""
DEEPEST = 20
"""Levels of values inside values; the form needs six. A limit, so that no file can exhaust the stack."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_SAVE_AS_TEXT = "Save the file as UTF-8 text."


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a YAML file: text, a list of values, or a mapping of names to values."""

    content: str | list[Value] | dict[str, Value]
    line: int
    """Where it begins; for a block (`|`), the line of its first words."""

    @property
    def text(self) -> str:
        """The text of a scalar, "" for anything else."""
        return self.content if isinstance(self.content, str) else ""

    def at(self, *path: str | int) -> Value:
        """The value below, by names and positions; as far as the path leads."""
        value = self
        for step in path:
            inside = value.content
            if isinstance(inside, dict) and step in inside:
                value = inside[str(step)]
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                value = inside[step]
            else:
                break
        return value


class _FormError(BotError):
    """YAML that is valid, and of no use here."""

    def __init__(self, line: int, message: str, fix: str) -> None:
        self.line, self.message, self.fix = line, message, fix
        super().__init__(message)


class _Builder:
    """Makes values of the parser's events, without recursion, which a deeply nested file would exhaust."""

    def __init__(self) -> None:
        self.root: Value | None = None
        self.twice: list[tuple[int, str]] = []
        self._documents = 0
        self._open: list[Value] = []
        self._names: list[tuple[str, int] | None] = []

    def take(self, event: yaml.Event) -> None:
        """Take the next event.

        Raises:
            _FormError: it is nothing that a knowledge base can hold.
        """
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _FormError(line, "a second document begins here.", "Remove the line `---`.")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _FormError(
                line, "the signs & and * (anchors) are not used here.", "Write the value out, or put it in quotes."
            )
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(Value({}, line))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(Value([], line))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._names.pop()
            self._put(self._open.pop())

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._open and isinstance(self._open[-1].content, dict) and self._names[-1] is None:
            self._names[-1] = (event.value, line)
            if event.value in self._open[-1].content:
                self.twice.append((line, event.value))
            return
        is_block = event.style in ("|", ">")
        is_null = event.implicit[0] and event.value in _NULLS
        self._put(Value("" if is_null else event.value, line + is_block))

    def _begin(self, value: Value) -> None:
        if self._open and isinstance(self._open[-1].content, dict) and self._names[-1] is None:
            raise _FormError(value.line, "a name must be a text.", "Put a text that begins with {, [ or ? in quotes.")
        if len(self._open) >= DEEPEST:
            raise _FormError(value.line, "this is nested too deeply.", "Keep to the form of the other files.")
        self._open.append(value)
        self._names.append(None)

    def _put(self, value: Value) -> None:
        if not self._open:
            self.root = value
            return
        inside = self._open[-1].content
        if isinstance(inside, list):
            inside.append(value)
        elif isinstance(inside, dict) and (name := self._names[-1]):
            inside[name[0]] = value
            self._names[-1] = None


@dataclass
class Source:
    """Reads YAML files below a folder and collects what is wrong with them."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, str], Value] = field(default_factory=dict)
    """Every entry that was read, by file and id ("" for a file that is one mapping), for the lines of its fields."""

    def name(self, path: Path) -> str:
        """The path as an author sees it, relative to the folder."""
        return path.relative_to(self.root).as_posix()

    def line(self, file: str, entry: str, *path: str | int) -> int:
        """The line of a field of an entry, or of the nearest thing around it."""
        value = self.places.get((file, entry))
        return value.at(*path).line if value else 1

    def read(self, path: Path) -> Value | None:
        """Parse one file.

        Returns:
            None where it is empty or cannot be parsed; the latter is a problem.
        """
        builder = _Builder()
        try:
            for event in yaml.parse(_text(path), Loader=_Loader):
                builder.take(event)
        except (yaml.YAMLError, _FormError, UnicodeDecodeError, OSError) as error:
            line, message, fix = _explained(error)
            self.problems.append(Problem(self.name(path), line, "", message, fix))
            return None
        self.problems += [
            Problem(self.name(path), line, "", f"{key!r} is given twice.", "Keep one of the two.")
            for line, key in builder.twice
        ]
        return builder.root if builder.root and builder.root.content != "" else None


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE:
        raise _FormError(
            1, f"the file has more than {LARGEST_FILE // 1_000_000} MB.", "Split it, or move it elsewhere."
        )
    return path.read_text(encoding="utf-8-sig")


def _explained(error: Exception) -> tuple[int, str, str]:
    """Line, message and what to do."""
    if isinstance(error, _FormError):
        return error.line, error.message, error.fix
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return (
            mark.line + 1 if mark else 1,
            f"this is not YAML: {error.problem or error.context}.",
            'Look at this line and the one above: indentation, a missing "-", or a text with ": " that needs quotes.',
        )
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return line, f"this cannot be read: {error.reason} (not UTF-8).", _SAVE_AS_TEXT
    if isinstance(error, OSError):
        return 1, f"this cannot be opened: {error.strerror}.", "It must be a file that this user may read."
    return 1, f"this cannot be read: {str(error).splitlines()[0]}.", _SAVE_AS_TEXT


@dataclass(frozen=True)
class Entry:
    """One mapping, read field by field; what does not fit becomes a problem and a default takes its place."""

    source: Source
    file: str
    fields: dict[str, Value]
    line: int
    id: str = ""

    def problem(self, message: str, fix: str = "", line: int | None = None, *, is_warning: bool = False) -> None:
        """Note a problem with this entry."""
        self.source.problems.append(Problem(self.file, line or self.line, self.id, message, fix, is_warning))

    def line_of(self, name: str) -> int:
        """The line of a field, or of the entry where it is not given."""
        return self.fields[name].line if name in self.fields else self.line

    def only(self, *names: str) -> None:
        """Note every field that is none of these."""
        for name, value in self.fields.items():
            if name not in names:
                self.problem(f"there is no field {name!r}.", f"Known fields: {', '.join(names)}.", value.line)

    def text(self, name: str, *, required: bool = False) -> str:
        """A text, with blanks at its ends removed."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value.content, str):
            self.problem(f"{name!r} must be a text.", "Write it on one line, or in quotes.", value.line)
            return ""
        text = value.text.strip() if value else ""
        if required and not text:
            self.problem(f"{name!r} is missing.", f"Add a line `{name}: ...`.")
        return text

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        return tuple(v.text.strip() for v in self.located(name, required=required))

    def located(self, name: str, *, required: bool = False) -> list[Value]:
        """A list of texts with their lines; empty ones are problems and are left out."""
        value = self.fields.get(name)
        found: list[Value] = []
        for item in self._items(value):
            if not isinstance(item.content, str):
                self.problem(f"{name!r} must be a list of texts.", 'Put a text with ": " in quotes.', item.line)
            elif not item.text.strip():
                self.problem(f"{name!r} has an empty line.", "Fill it or remove it.", item.line)
            else:
                found.append(item)
        if required and not found:
            self.problem(f"{name!r} is missing or empty.", f"Add a list `{name}:`.")
        return found

    @staticmethod
    def _items(value: Value | None) -> list[Value]:
        if value is None or value.content == "":
            return []
        if isinstance(value.content, list):
            return value.content
        return [value]

    def parsed(self, name: str, parse: Callable[[str], T], allowed: str, default: T) -> T:
        """A text that has to be something: a date, a level.

        Args:
            name: the field.
            parse: raises ValueError where the text is no such thing.
            allowed: what it may be, in words.
            default: where it is missing or wrong.
        """
        text = self.text(name)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self.problem(f"{name!r} cannot be {text!r}.", f"It must be {allowed}.", self.line_of(name))
            return default

    def date(self, name: str) -> date | None:
        """A date as 2026-11-22."""
        return self.parsed(name, date.fromisoformat, "a date such as 2026-11-22", None)

    def flag(self, name: str) -> bool:
        """A yes or no, as true or false; missing is false."""
        return self.parsed(name, _boolean, "true or false", False)

    def entry(self, name: str) -> Entry | None:
        """A mapping inside this one."""
        value = self.fields.get(name)
        if value is None or value.content == "":
            return None
        if not isinstance(value.content, dict):
            self.problem(f"{name!r} must hold fields.", "Write them below it, further in: `name: ...`.", value.line)
            return None
        return Entry(self.source, self.file, value.content, value.line, self.id)

    def entries(self, name: str) -> Iterator[Entry]:
        """A list of mappings inside this one."""
        for item in self._items(self.fields.get(name)):
            if isinstance(item.content, dict):
                yield Entry(self.source, self.file, item.content, item.line, self.id)
            else:
                self.problem(f"{name!r} must be a list of entries.", "Begin each with `- name: ...`.", item.line)


def _boolean(text: str) -> bool:
    known = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


def list_entries(source: Source, path: Path, *, key: str = "id") -> Iterator[Entry]:
    """The entries of a file that is a list of mappings (also under one top-level name, or a single mapping).

    Args:
        source: collects the problems.
        path: the file.
        key: the field that names an entry.
    """
    value = source.read(path)
    if value is None:
        return
    file, items = source.name(path), _top_level(value, key)
    if items is None:
        source.problems.append(
            Problem(file, value.line, "", "this must be a list of entries.", f"Begin each with `- {key}: ...`.")
        )
        return
    for item in items:
        if not isinstance(item.content, dict):
            source.problems.append(Problem(file, item.line, "", "this is no entry.", f"Begin it with `- {key}: ...`."))
            continue
        named = item.content.get(key)
        entry = Entry(source, file, item.content, item.line, named.text.strip() if named else "")
        if not entry.id:
            entry.problem(f"{key!r} is missing.", f"Begin the entry with `- {key}: ...`.")
            continue
        source.places.setdefault((file, entry.id), item)
        yield entry


def _top_level(value: Value, key: str) -> list[Value] | None:
    if isinstance(value.content, list):
        return value.content
    if isinstance(value.content, dict):
        if key in value.content:
            return [value]
        lists = [v.content for v in value.content.values() if isinstance(v.content, list)]
        if len(lists) == 1:
            return lists[0]
    return None
