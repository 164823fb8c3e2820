"""Checks what the knowledge base says: `bot check`. All problems at once, each with file, line and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from itertools import chain
from pathlib import Path

from bot.authoring.check_phrases import check_phrases
from bot.authoring.check_texts import Grade, TextChecks
from bot.authoring.check_words import check_words
from bot.authoring.wording_rules import FILE, Rules, load_rules
from bot.knowledge.loader import read
from bot.knowledge.models import Country, Flag, HelpLine, Knowledge, Review, Topic
from bot.knowledge.problems import Problem
from bot.knowledge.yaml_source import Source
from bot.language.text import split

HELP = "help_lines.yaml"
OUTSIDE = "outside.yaml"
PLAN = "plan.yaml"
ROLES = "roles.yaml"
REMINDERS = ("walk",)
_NUMBER = re.compile(r"\+?\d[\d -]*")
_ID = re.compile(r"[A-Za-z0-9_-]{1,48}")
"""What Telegram takes in a deep link and in a button's data, with room for the button's kind."""


def check(root: Path, today: date, grade: Grade | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with a knowledge base, and (as warnings) what is due.

    Args:
        root: its folder.
        today: what is due by then.
        grade: measures reading grades; None leaves them out.
    """
    source = Source(root)
    knowledge = read(source)
    rules = load_rules(source)
    found = chain(
        check_phrases(source, knowledge),
        check_words(source, knowledge),
        TextChecks(source, knowledge, rules).run(grade),
        _Entries(source, knowledge, rules, today).run(),
    )
    return tuple(sorted({*source.problems, *found}))


class _Entries:
    """Checks of entries and of how they hang together."""

    def __init__(self, source: Source, knowledge: Knowledge, rules: Rules, today: date) -> None:
        self.source = source
        self.knowledge = knowledge
        self.rules = rules
        self.today = today

    def run(self) -> Iterator[Problem]:
        for topic in self.knowledge.topics.values():
            yield from self._topic(topic)
        for flag in self.knowledge.flags.values():
            yield from self._flag(flag)
        yield from self._groups()
        yield from self._required()
        yield from self._article()
        yield from self._twice()
        yield from self._plan()
        yield from self._roles()
        for country in self.knowledge.countries.values():
            for line in country.lines:
                yield from self._help_line(country, line)

    def _at(self, entry: Topic | Flag, message: str, fix: str, *path: str | int, warning: bool = False) -> Problem:
        return Problem(entry.file, self.source.line(entry.file, entry.id, *path), entry.id, message, fix, warning)

    def _topic(self, topic: Topic) -> Iterator[Problem]:
        asked = len(topic.questions)
        if asked < self.rules.phrasings:
            fix = f"Write at least {self.rules.phrasings}, as different as you can."
            yield self._at(topic, f"there are {asked} phrasings.", fix, "questions")
        if not _ID.fullmatch(topic.id):
            fix = "Use at most 48 letters, digits and hyphens, or no link can open it."
            yield self._at(topic, "the id cannot stand in a link.", fix, "id", warning=True)
        for n, other in enumerate(topic.see_also):
            if other not in self.knowledge.topics:
                message = f"see_also names {other!r}, which is not there."
                yield self._at(topic, message, "Correct the id or remove it.", "see_also", n)
            elif other == topic.id or other in topic.see_also[:n]:
                what = "the topic itself" if other == topic.id else f"{other!r} twice"
                yield self._at(topic, f"see_also names {what}.", "Remove it.", "see_also", n)
        for stage in self.rules.variants.get(topic.id, ()):
            if stage not in topic.when:
                fix = f"Add {stage!r} to `when`: what is advised is not the same for her."
                yield self._at(topic, f"there is no variant for {stage}.", fix, "when")
        if topic.reminder and topic.reminder not in REMINDERS:
            fix = f"Known: {', '.join(REMINDERS)}."
            yield self._at(topic, f"there is no reminder {topic.reminder!r}.", fix, "reminder")
        yield from self._sources(topic)
        yield from self._review(topic, topic.reviewed)

    def _flag(self, flag: Flag) -> Iterator[Problem]:
        if not flag.patterns:
            yield self._at(flag, "the flag has no patterns.", "Add a list `patterns:`.", "patterns")
        yield from self._sources(flag)
        yield from self._review(flag, flag.reviewed)

    def _sources(self, entry: Topic | Flag) -> Iterator[Problem]:
        if not self.knowledge.sources:
            return
        for n, name in enumerate(entry.sources):
            if name not in self.knowledge.sources:
                fix = "Correct it or add the source."
                yield self._at(entry, f"the source {name!r} is not in sources.yaml.", fix, "sources", n)

    def _review(self, entry: Topic | Flag, review: Review) -> Iterator[Problem]:
        if review.next and review.next <= self.today:
            message = f"the review was due on {review.next}."
            yield self._at(entry, message, "Read it again and set `reviewed`.", "reviewed", warning=True)
        if review.by and not review.on:
            message = f"{review.by!r} is said to have reviewed it, without a date."
            yield self._at(entry, message, "Add `on:` to `reviewed`.", "reviewed")

    def _groups(self) -> Iterator[Problem]:
        """The menu shows groups: no topic may be in none, no group may be empty."""
        names = {g.id for g in self.knowledge.groups}
        files = {t.group: t.file for t in self.knowledge.topics.values()}
        for group in sorted(files.keys() - names):
            line = self.source.line("texts.yaml", "", "groups")
            yield Problem("texts.yaml", line, "groups", f"{files[group]} has no title.", f"Add `{group}: ...`.")
        for group in sorted(names - files.keys()):
            line = self.source.line("texts.yaml", "", "groups", group)
            fix = f"Remove it, or add topics/{group}.yaml."
            yield Problem("texts.yaml", line, "groups", f"the group {group!r} has no topics.", fix)

    def _required(self) -> Iterator[Problem]:
        for n, topic in enumerate(self.rules.topics):
            if topic not in self.knowledge.topics:
                yield self._rule(f"the topic {topic!r} is not there.", "Write it, or put it back.", "topics", n)
        for name, level in self.rules.flags.items():
            flag = self.knowledge.flags.get(name)
            if flag is None:
                yield self._rule(f"the flag {name!r} is not there.", "Write it, or put it back.", "flags", name)
            elif flag.level.value != level:
                yield self._at(flag, f"the level is {flag.level.value}.", f"It has to be {level}.", "level")
        for topic in self.rules.variants:
            if topic not in self.knowledge.topics:
                yield self._rule(f"there is no topic {topic!r}.", "Correct the id.", "variants", topic)

    def _rule(self, message: str, fix: str, *path: str | int) -> Problem:
        return Problem(FILE, self.source.line(FILE, "", *path), str(path[0]), message, fix)

    def _article(self) -> Iterator[Problem]:
        used = {s for t in self.knowledge.topics.values() for s in t.sources}
        for fact in self.rules.article:
            if fact not in used:
                line = self.source.line("sources.yaml", fact)
                message = f"no topic uses the fact {fact}."
                yield Problem("sources.yaml", line, fact, message, "Use it in a topic and name it in `sources` there.")

    def _twice(self) -> Iterator[Problem]:
        """A phrasing in two places teaches matching nothing; in one entry it is only too much."""
        first: dict[tuple[str, ...], str] = {}
        named = [(t.id, t.file, n, q) for t in self.knowledge.topics.values() for n, q in enumerate(t.questions)]
        named += [(g.id, OUTSIDE, n, q) for g in self.knowledge.outside for n, q in enumerate(g.questions)]
        for entry, file, n, question in named:
            words = split(question).words
            if words and words in first:
                line = self.source.line(file, entry, "questions", n)
                message = f"the phrasing {question!r} stands in {first[words]!r} too."
                is_same = first[words] == entry
                if is_same:
                    message = f"the phrasing {question!r} stands here twice."
                fix = "Remove one." if is_same else "Keep it where it fits best."
                yield Problem(file, line, entry, message, fix, is_warning=not self.rules.phrasings)
            first.setdefault(words, entry)

    def _plan(self) -> Iterator[Problem]:
        plan = self.knowledge.plan
        if plan is None:
            return
        for n, topic in enumerate(plan.tips):
            if topic not in self.knowledge.topics:
                line = self.source.line(PLAN, "", "tips", n)
                yield Problem(PLAN, line, "tips", f"there is no topic {topic!r}.", "Correct the id or remove it.")
        if plan.reviewed.next and plan.reviewed.next <= self.today:
            message = f"the review was due on {plan.reviewed.next}."
            line = self.source.line(PLAN, "", "reviewed")
            yield Problem(PLAN, line, "reviewed", message, "Read it again and set `reviewed`.", is_warning=True)

    def _roles(self) -> Iterator[Problem]:
        """A role of what is not there is played by nobody, and nobody would notice."""
        known = self.knowledge
        for field in fields(known.roles):
            value: str | tuple[str, ...] = getattr(known.roles, field.name)
            what, ids = ("country", known.countries) if field.name == "country_menu" else ("topic", known.topics)
            for n, name in enumerate((value,) if isinstance(value, str) else value):
                if name and name not in ids:
                    path = (field.name,) if isinstance(value, str) else (field.name, n)
                    line = self.source.line(ROLES, "", *path)
                    message = f"there is no {what} {name!r}."
                    yield Problem(ROLES, line, field.name, message, "Correct the id or remove the line.")

    def _help_line(self, country: Country, line: HelpLine) -> Iterator[Problem]:
        what = line.number or line.text or line.web

        def problem(message: str, fix: str, *, warning: bool = False) -> Problem:
            return Problem(HELP, line.line, country.code, f"{what} {message}", fix, warning)

        if not line.code:
            yield problem("has no code of how it was checked.", "Give `code:` o, c, d or n.")
        if line.number and not _NUMBER.fullmatch(line.number):
            yield problem("is no number that can be called.", "Digits, blanks and hyphens; words go to `text:`.")
        if line.checked is None or line.next is None:
            yield problem("has no dates.", "Give `checked:` and `next:`.")
        elif line.next <= line.checked:
            yield problem("is due before it was checked.", "Correct `checked:` or `next:`.")
        elif line.next <= self.today:
            fix = "Check it on the service's own page and set the dates."
            yield problem(f"was to be checked again by {line.next}.", fix, warning=True)
