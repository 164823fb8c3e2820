"""Reads a knowledge base from a folder of YAML files, with all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import bot
from bot.knowledge.level import Level
from bot.knowledge.models import (
    FLAG_HELP,
    HELP_KINDS,
    STAGES,
    Country,
    Flag,
    Group,
    HelpLine,
    Knowledge,
    OutsideGroup,
    Review,
    Roles,
    Topic,
    TriageWords,
    Variant,
    WalkPlan,
    Withheld,
)
from bot.knowledge.problems import BrokenKnowledgeError, Problem
from bot.knowledge.yaml_source import Entry, Source, list_entries
from bot.schedule.plan_model import PlanNumbers

T = TypeVar("T", Topic, Flag, Country)


def built_in() -> Path:
    """The folder of the built-in knowledge base: inside the installed package, or beside it in a checkout."""
    package = Path(bot.__file__).resolve().parent
    inside = package / "_knowledge"
    return inside if inside.is_dir() else package.parent / "knowledge"


def load(root: Path) -> Knowledge:
    """Read a knowledge base.

    Args:
        root: a folder with topics/*.yaml; everything else may be missing and is then empty.

    Raises:
        BrokenKnowledgeError: something cannot be read; names every problem with file, line and what to do.
    """
    source = Source(root)
    knowledge = read(source)
    errors = [p for p in source.problems if not p.is_warning]
    if errors:
        raise BrokenKnowledgeError(errors)
    return knowledge


def read(source: Source) -> Knowledge:
    """Read what can be read; what cannot is in `source.problems` afterwards."""
    root = source.root
    topic_files = sorted((root / "topics").glob("*.yaml"))
    if not topic_files:
        source.problems.append(
            Problem("topics", 1, "", "there are no topics.", f"Put YAML files with topics into {root / 'topics'}.")
        )
    topics = _unique(_all(source, topic_files, _topic))
    flags = _unique(_all(source, _triage_files(root), _flag))
    groups, texts = _texts(source, root / "texts.yaml")
    return Knowledge(
        root=root,
        topics=_in_order(topics, groups),
        groups=groups or tuple(Group(id=g, title=g) for g in dict.fromkeys(t.group for t in topics.values())),
        flags=dict(sorted(flags.items(), key=lambda item: item[1].level.rank)),
        words=_words(source, root / "triage" / "words.yaml"),
        lexicon=_phrases(source, root / "lexicon.yaml"),
        commands=_phrases(source, root / "commands.yaml"),
        replies=_phrases(source, root / "replies.yaml"),
        redaction=_phrases(source, root / "redaction.yaml"),
        withheld=_withheld(source, root / "withheld.yaml"),
        roles=_roles(source, root / "roles.yaml"),
        outside=tuple(_outside(source, root / "outside.yaml")),
        countries=_countries(source, root / "help_lines.yaml"),
        sources={e.id: _citation(e) for e in _file(source, root / "sources.yaml")},
        texts=texts,
        plan=_plan(source, root / "plan.yaml"),
        english_only=(root / "texts.yaml").exists() and "not-english" in texts,
    )


def _triage_files(root: Path) -> list[Path]:
    files = sorted(p for p in (root / "triage").glob("*.yaml") if p.name != "words.yaml")
    return [*files, *([root / "triage.yaml"] if (root / "triage.yaml").exists() else [])]


def _file(source: Source, path: Path, key: str = "id") -> Iterator[Entry]:
    if path.exists():
        yield from list_entries(source, path, key=key)


def _all(source: Source, paths: list[Path], read_entry: Callable[[Entry], T]) -> list[tuple[Entry, T]]:
    return [(entry, read_entry(entry)) for path in paths for entry in list_entries(source, path)]


def _unique(items: list[tuple[Entry, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    first: dict[str, Entry] = {}
    for entry, item in items:
        if entry.id in found:
            entry.problem(
                "this id is given twice.", f"The other one is in {first[entry.id].file}:{first[entry.id].line}."
            )
            continue
        found[entry.id], first[entry.id] = item, entry
    return found


def _in_order(topics: dict[str, Topic], groups: tuple[Group, ...]) -> dict[str, Topic]:
    order = {g.id: n for n, g in enumerate(groups)}
    return dict(sorted(topics.items(), key=lambda item: order.get(item[1].group, len(order))))


def _review(entry: Entry) -> Review:
    inside = entry.entry("reviewed")
    if inside is None:
        return Review()
    inside.only("by", "on", "next")
    return Review(by=inside.text("by"), on=inside.date("on"), next=inside.date("next"))


def _topic(entry: Entry) -> Topic:
    entry.only(
        "id", "title", "questions", "answer", "more", "tips", "when", "see_also", "sources", "reminder", "reviewed"
    )
    when: dict[str, Variant] = {}
    if variants := entry.entry("when"):
        variants.only(*STAGES)
        for stage in STAGES:
            if variant := variants.entry(stage):
                variant.only("answer", "more", "tips")
                when[stage] = Variant(
                    answer=variant.text("answer") if "answer" in variant.fields else None,
                    more=variant.text("more") if "more" in variant.fields else None,
                    tips=variant.texts("tips") if "tips" in variant.fields else None,
                )
    return Topic(
        id=entry.id,
        title=entry.text("title", required=True),
        questions=entry.texts("questions", required=True),
        answer=entry.text("answer", required=True),
        group=Path(entry.file).stem,
        more=entry.text("more"),
        tips=entry.texts("tips"),
        when=when,
        see_also=entry.texts("see_also"),
        sources=entry.texts("sources"),
        reminder=entry.text("reminder"),
        reviewed=_review(entry),
        file=entry.file,
        line=entry.line,
    )


def _flag(entry: Entry) -> Flag:
    entry.only(
        "id",
        "level",
        "title",
        "say",
        "escalated",
        "ask",
        "if_yes",
        "past_counts",
        "private",
        "help_line",
        "patterns",
        "escalate",
        "always_ask",
        "check",
        "avoid",
        "sources",
        "reviewed",
        "examples",
        "not_examples",
    )
    return Flag(
        id=entry.id,
        level=entry.parsed("level", Level, "emergency, urgent or soon", Level.EMERGENCY),
        title=entry.text("title", required=True),
        say=entry.text("say", required=True),
        escalated=entry.text("escalated"),
        ask=entry.text("ask", required=True),
        if_yes=entry.text("if_yes", required=True),
        past_counts=entry.flag("past_counts"),
        private=entry.flag("private"),
        help_line=entry.parsed("help_line", _help_kind, " or ".join(FLAG_HELP), ""),
        patterns=entry.texts("patterns"),
        escalate=entry.texts("escalate"),
        always_ask=entry.texts("always_ask"),
        check=entry.texts("check"),
        avoid=entry.texts("avoid"),
        sources=entry.texts("sources"),
        examples=entry.texts("examples"),
        not_examples=entry.texts("not_examples"),
        reviewed=_review(entry),
        file=entry.file,
        line=entry.line,
    )


def _help_kind(text: str) -> str:
    if text not in FLAG_HELP:
        raise ValueError(text)
    return text


def _plan(source: Source, path: Path) -> WalkPlan | None:
    entry = _mapping(source, path)
    return read_plan(entry, _review(entry)) if entry else None


def _words(source: Source, path: Path) -> TriageWords:
    entry = _mapping(source, path)
    if entry is None:
        return TriageWords()
    entry.only("half_signs", "things", "signs", "cues")
    return TriageWords(
        signs=_groups(entry, "signs"),
        things=_groups(entry, "things"),
        cues=_groups(entry, "cues"),
        half_signs=entry.texts("half_signs"),
    )


def _groups(entry: Entry, name: str) -> dict[str, tuple[str, ...]]:
    inside = entry.entry(name)
    return {group: inside.texts(group, required=True) for group in inside.fields} if inside else {}


def _mapping(source: Source, path: Path) -> Entry | None:
    if not path.exists() or (value := source.read(path)) is None:
        return None
    if not isinstance(value.content, dict):
        source.problems.append(
            Problem(source.name(path), value.line, "", "this must hold names with values.", "Write `name: ...`.")
        )
        return None
    source.places[source.name(path), ""] = value
    return Entry(source, source.name(path), value.content, value.line)


def _phrases(source: Source, path: Path) -> dict[str, tuple[str, ...]]:
    entry = _mapping(source, path)
    return {name: entry.texts(name, required=True) for name in entry.fields} if entry else {}


def _outside(source: Source, path: Path) -> Iterator[OutsideGroup]:
    for entry in _file(source, path):
        entry.only("id", "title", "questions")
        yield OutsideGroup(
            id=entry.id, title=entry.text("title", required=True), questions=entry.texts("questions", required=True)
        )


def _countries(source: Source, path: Path) -> dict[str, Country]:
    def read_country(entry: Entry) -> Country:
        entry.only("country", "name", "names", *HELP_KINDS)
        lines = [_help_line(line, kind) for kind in HELP_KINDS for line in entry.entries(kind)]
        return Country(
            code=entry.id, name=entry.text("name", required=True), names=entry.texts("names"), lines=tuple(lines)
        )

    return _unique([(e, read_country(e)) for e in _file(source, path, "country")])


def _help_line(entry: Entry, kind: str) -> HelpLine:
    entry.only("name", "number", "text", "web", "area", "hours", "for", "code", "checked", "next")
    if not any(entry.text(name) for name in ("number", "text", "web")):
        entry.problem("this line has no number.", "Give `number:`, `text:` or `web:`.")
    return HelpLine(
        kind=kind,
        name=entry.text("name"),
        number=entry.text("number"),
        text=entry.text("text"),
        web=entry.text("web"),
        area=entry.text("area"),
        hours=entry.text("hours"),
        whom=entry.text("for"),
        code=entry.parsed("code", _code, "o, c, d or n", ""),
        checked=entry.date("checked"),
        next=entry.date("next"),
        line=entry.line,
    )


def _code(text: str) -> str:
    if text not in ("o", "c", "d", "n"):
        raise ValueError(text)
    return text


def _citation(entry: Entry) -> str:
    entry.only("id", "who", "title", "year", "where", "says", "caution")
    parts = [entry.text("who"), entry.text("title"), entry.text("year"), entry.text("where")]
    return ", ".join(p for p in parts if p) or entry.text("says")


def _texts(source: Source, path: Path) -> tuple[tuple[Group, ...], dict[str, str]]:
    entry = _mapping(source, path)
    if entry is None:
        return (), {}
    groups = entry.entry("groups")
    found = tuple(_group(groups, name) for name in groups.fields) if groups else ()
    return found, {name: entry.text(name) for name in entry.fields if name != "groups"}


def _group(groups: Entry, name: str) -> Group:
    """A group of topics: its title alone, or fields."""
    if not isinstance(groups.fields[name].content, dict) or (entry := groups.entry(name)) is None:
        return Group(id=name, title=groups.text(name))
    entry.only("title", "beside_alarm", "exercise")
    return Group(
        id=name,
        title=entry.text("title", required=True),
        beside_alarm=entry.flag("beside_alarm"),
        exercise=entry.flag("exercise"),
    )


def _withheld(source: Source, path: Path) -> Withheld:
    entry = _mapping(source, path)
    if entry is None:
        return Withheld()
    instead = entry.entry("instead")
    return Withheld(
        phrases={name: entry.texts(name, required=True) for name in entry.fields if name != "instead"},
        instead={said: instead.text(said, required=True) for said in instead.fields} if instead else {},
    )


def _roles(source: Source, path: Path) -> Roles:
    entry = _mapping(source, path)
    if entry is None:
        return Roles()
    entry.only(*(f.name for f in fields(Roles)))
    return Roles(
        small_talk=entry.texts("small_talk"),
        thanks=entry.text("thanks"),
        reminders_help=entry.text("reminders_help"),
        about=entry.text("about"),
        privacy=entry.text("privacy"),
        country_menu=entry.texts("country_menu"),
    )


NUMBERS = tuple(f.name for f in fields(PlanNumbers))


def read_plan(entry: Entry, reviewed: Review) -> WalkPlan | None:
    """The walk plan; None where a number is missing or they contradict each other, which is noted as a problem."""
    entry.only(*NUMBERS, "tips", "reviewed")
    texts = {name: entry.text(name, required=True) for name in NUMBERS}
    numbers = {name: entry.parsed(name, int, "a whole number", 0) for name in NUMBERS}
    if not all(texts.values()):
        return None
    try:
        return WalkPlan(numbers=PlanNumbers(**numbers), tips=entry.texts("tips"), reviewed=reviewed)
    except ValueError as error:
        entry.problem(f"the numbers do not fit: {error}.", "Correct them.")
        return None
