"""YAML in which every value knows its line, and every scalar stays the text that was written ("no" is no, not false)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot.knowledge.problems import Problem

T = TypeVar("T")

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Value:
    """A node of a YAML file: text, a list of values, or a mapping of names to values."""

    content: str | list[Value] | dict[str, Value]
    line: int

    @property
    def text(self) -> str:
        """The text of a scalar, "" for anything else."""
        return self.content if isinstance(self.content, str) else ""


def _convert(node: yaml.Node, twice: list[tuple[int, str]]) -> Value:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Value] = {}
        for key, value in node.value:
            if key.value in mapping:
                twice.append((key.start_mark.line + 1, str(key.value)))
            mapping[str(key.value)] = _convert(value, twice)
        return Value(mapping, line)
    if isinstance(node, yaml.SequenceNode):
        return Value([_convert(n, twice) for n in node.value], line)
    text = str(node.value)
    is_null = node.tag == "tag:yaml.org,2002:null"
    return Value("" if is_null else text, line)


@dataclass
class Source:
    """Reads YAML files below a folder and collects what is wrong with them."""

    root: Path
    problems: list[Problem] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """The path as an author sees it, relative to the folder."""
        return path.relative_to(self.root).as_posix()

    def read(self, path: Path) -> Value | None:
        """Parse one file.

        Returns:
            None where it is empty or cannot be parsed; the latter is a problem.
        """
        twice: list[tuple[int, str]] = []
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
            value = None if node is None else _convert(node, twice)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problems.append(
                Problem(
                    self.name(path),
                    line,
                    "",
                    f"this is not YAML: {error.problem or error.context}.",
                    'Look at this line and the one above: indentation, a missing "-", or a text with ": " that needs quotes.',
                )
            )
            return None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.problems.append(
                Problem(
                    self.name(path),
                    1,
                    "",
                    f"this cannot be read: {str(error).splitlines()[0]}.",
                    "Save the file as UTF-8 text.",
                )
            )
            return None
        except OSError as error:
            self.problems.append(
                Problem(self.name(path), 1, "", f"this cannot be opened: {error.strerror}.", "Check the file's rights.")
            )
            return None
        except RecursionError:
            self.problems.append(
                Problem(self.name(path), 1, "", "this is nested too deeply.", "Keep to the form of the other files.")
            )
            return None
        self.problems += [
            Problem(self.name(path), line, "", f"{key!r} is given twice.", "Keep one of the two.")
            for line, key in twice
        ]
        return value


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
            self.problem(f"{name!r} must be a text.", line=value.line)
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
        """true or false; missing is false."""
        return self.parsed(name, _boolean, "true or false", False)

    def entry(self, name: str) -> Entry | None:
        """A mapping inside this one."""
        value = self.fields.get(name)
        if value is None or value.content == "":
            return None
        if not isinstance(value.content, dict):
            self.problem(f"{name!r} must hold fields.", line=value.line)
            return None
        return Entry(self.source, self.file, value.content, value.line, self.id)

    def entries(self, name: str) -> Iterator[Entry]:
        """A list of mappings inside this one."""
        for item in self._items(self.fields.get(name)):
            if isinstance(item.content, dict):
                yield Entry(self.source, self.file, item.content, item.line, self.id)
            else:
                self.problem(f"{name!r} must be a list of entries with fields.", line=item.line)


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
        named: Any = item.content.get(key)
        entry = Entry(source, file, item.content, item.line, named.text if named else "")
        if not entry.id:
            entry.problem(f"{key!r} is missing.", f"Begin the entry with `- {key}: ...`.")
            continue
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
