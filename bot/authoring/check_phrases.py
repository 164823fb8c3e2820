"""Finds every pattern and phrase that cannot be read, with its line; compiling them stops at the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.authoring.check_words import named_phrases
from bot.errors import KnowledgeError
from bot.knowledge.models import Flag, Knowledge
from bot.knowledge.problems import Problem, reason
from bot.knowledge.yaml_source import Source
from bot.language.phrases import PhraseGroups, parse_phrase, spelled_out
from bot.triage.factory import build_rules
from bot.triage.rules import parse_pattern

WORDS = "triage/words.yaml"
_GROUP = re.compile(r"<([^<>]*)>")
_FIX = "Write it in the form that the head of triage/words.yaml shows."

Path = tuple[str | int, ...]


def check_phrases(source: Source, knowledge: Knowledge) -> Iterator[Problem]:
    """Every pattern and phrase that cannot be read."""
    words = knowledge.words
    kinds = {"signs": words.signs, "things": words.things, "cues": words.cues}
    named = {(kind, name): phrases for kind, groups in kinds.items() for name, phrases in groups.items()}
    names = {f"~{name}" if kind == "cues" else name for kind, name in named}
    problems = [p for path, phrases in named.items() for p in _group(source, WORDS, path, phrases, names)]
    files: dict[str, Mapping[str, Sequence[str]]] = {
        "lexicon.yaml": knowledge.lexicon,
        "commands.yaml": knowledge.commands,
    }
    files |= {file: groups for file, (groups, _) in named_phrases(knowledge).items()}
    for file, groups in files.items():
        found = [p for name, phrases in groups.items() for p in _group(source, file, (name,), phrases, set(groups))]
        problems += found or _circles(source, file, groups)
    if not problems:
        problems = _all_patterns(source, knowledge) or _rest(source, knowledge)
    yield from problems


def _group(source: Source, file: str, path: Path, phrases: Sequence[str], names: set[str]) -> Iterator[Problem]:
    for n, phrase in enumerate(phrases):
        for message in _wrong(phrase, names):
            yield Problem(file, source.line(file, "", *path, n), str(path[-1]), message, _FIX)


def _wrong(phrase: str, names: set[str]) -> Iterator[str]:
    try:
        for written in spelled_out(phrase):
            parse_phrase(written)
    except KnowledgeError as error:
        yield reason(error)
    for name in _GROUP.findall(phrase):
        if name not in names and not name.startswith("#"):
            yield f"the phrase {phrase!r} names the group {name!r}, which is not there."


def _circles(source: Source, file: str, groups: Mapping[str, Sequence[str]]) -> list[Problem]:
    try:
        PhraseGroups(groups)
    except KnowledgeError as error:
        return [Problem(file, _line_of_named(source, file, reason(error)), "", reason(error), _FIX)]
    return []


def _all_patterns(source: Source, knowledge: Knowledge) -> list[Problem]:
    try:
        groups = PhraseGroups({**knowledge.words.signs, **knowledge.words.things})
    except KnowledgeError:
        return []  # a group leads back to itself, or names a cue: `_rest` tells
    return [p for flag in knowledge.flags.values() for p in _patterns(source, groups, flag)]


def _patterns(source: Source, groups: PhraseGroups, flag: Flag) -> Iterator[Problem]:
    for name in ("patterns", "check", "always_ask", "escalate"):
        texts: tuple[str, ...] = getattr(flag, name)
        for n, text in enumerate(texts):
            try:
                parse_pattern(text, groups)
            except KnowledgeError as error:
                yield Problem(
                    flag.file,
                    source.line(flag.file, flag.id, name, n),
                    flag.id,
                    reason(error),
                    f"Name groups that stand in {WORDS}, joined by + & | or !.",
                )


def _rest(source: Source, knowledge: Knowledge) -> list[Problem]:
    try:
        build_rules(knowledge)
    except KnowledgeError as error:
        return [Problem(WORDS, _line_of_named(source, WORDS, reason(error)), "", reason(error), _FIX)]
    return []


def _line_of_named(source: Source, file: str, message: str) -> int:
    """The line of the first group that a message names in quotes."""
    root = source.places.get((file, ""))
    if root and message.startswith("the half-sign"):
        return root.at("half_signs").line
    for name in re.findall(r"'~?([^']+)'", message):
        for above in ((), ("signs",), ("things",), ("cues",)):
            value = root.at(*above) if root else None
            if value and isinstance(value.content, dict) and name in value.content:
                return value.content[name].line
    return 1
