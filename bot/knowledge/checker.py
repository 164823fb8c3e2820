"""Checks what the knowledge base says: lengths, sources, forbidden phrases, dates. All problems at once."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Formatter

from bot.errors import KnowledgeError
from bot.knowledge.loader import read
from bot.knowledge.models import Flag, Knowledge, Topic
from bot.knowledge.problems import Problem
from bot.knowledge.yaml_source import Entry, Source
from bot.matching.text import split
from bot.triage.build import build_triage
from bot.triage.phrases import PhraseGroups

Grade = Callable[[str], float]
"""The Flesch-Kincaid grade of a text (school years, about 0 to 18)."""


@dataclass(frozen=True)
class Rules:
    """What the texts are held to; a number of 0 is no rule."""

    phrasings: int = 0
    title: int = 0
    answer: int = 0
    tips: int = 0
    tip: int = 0
    grade_median: float = 0
    grade_most: float = 0
    article: tuple[str, ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    """Phrases and why they are forbidden."""


def load_rules(source: Source) -> Rules:
    """Read rules.yaml; without one there are no rules."""
    path = source.root / "rules.yaml"
    value = source.read(path) if path.exists() else None
    if value is None or not isinstance(value.content, dict):
        return Rules()
    entry = Entry(source, source.name(path), value.content, value.line)
    number = lambda name: entry.parsed(name, float, "a number", 0.0)  # noqa: E731
    forbidden = tuple((e.text("say", required=True), e.text("why", required=True)) for e in entry.entries("forbidden"))
    return Rules(
        phrasings=int(number("phrasings")),
        title=int(number("title")),
        answer=int(number("answer")),
        tips=int(number("tips")),
        tip=int(number("tip")),
        grade_median=number("grade-median"),
        grade_most=number("grade-most"),
        article=entry.texts("article"),
        forbidden=forbidden,
    )


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
    checks = _Checks(knowledge, rules, today, grade)
    return tuple(sorted((*source.problems, *checks.run())))


class _Checks:
    def __init__(self, knowledge: Knowledge, rules: Rules, today: date, grade: Grade | None) -> None:
        self.knowledge = knowledge
        self.rules = rules
        self.today = today
        self.grade = grade

    def run(self) -> Iterator[Problem]:
        yield from self._triage()
        yield from self._forbidden_readable()
        for topic in self.knowledge.topics.values():
            yield from self._topic(topic)
        for flag in self.knowledge.flags.values():
            yield from self._flag(flag)
        yield from self._article()
        yield from self._twice()
        yield from self._help_lines()
        yield from self._texts()
        if self.grade:
            yield from self._grades(self.grade)

    def _triage(self) -> Iterator[Problem]:
        try:
            build_triage(self.knowledge)
        except KnowledgeError as error:
            yield Problem("triage/words.yaml", 1, "", str(error), "Mend the pattern or the phrase.")
        for name, groups in (("lexicon.yaml", self.knowledge.lexicon), ("commands.yaml", self.knowledge.commands)):
            try:
                PhraseGroups(groups)
            except KnowledgeError as error:
                yield Problem(name, 1, "", str(error), "Mend the phrase.")

    def _forbidden_readable(self) -> Iterator[Problem]:
        try:
            self._forbidden = PhraseGroups({f"{n}": [say] for n, (say, _) in enumerate(self.rules.forbidden)})
        except KnowledgeError as error:
            self._forbidden = PhraseGroups({})
            yield Problem("rules.yaml", 1, "", str(error), "Mend the phrase.")

    def _said(self, file: str, line: int, entry: str, text: str) -> Iterator[Problem]:
        words = split(text)
        sentences, number = [], 0
        for gap in words.breaks[:-1]:
            number += any(c in ".!?;:\n" for c in gap)
            sentences.append(number)
        search = self._forbidden.search(words.words, sentences)
        for n, (say, why) in enumerate(self.rules.forbidden):
            if search.spans(str(n)):
                yield Problem(file, line, entry, f"the text says {say!r}.", f"Say it in another way: {why}.")

    def _topic(self, topic: Topic) -> Iterator[Problem]:
        def problem(message: str, fix: str = "", *, warning: bool = False) -> Problem:
            return Problem(topic.file, topic.line, topic.id, message, fix, warning)

        rules = self.rules
        if len(topic.questions) < rules.phrasings:
            yield problem(
                f"there are {len(topic.questions)} phrasings.",
                f"Write at least {rules.phrasings}, as different as you can.",
            )
        if rules.title and len(topic.title) > rules.title:
            yield problem(f"the title has {len(topic.title)} characters.", f"It is a button: {rules.title} at most.")
        for stage in (None, *topic.when):
            text = topic.for_stage(stage)
            where = f"for {stage}" if stage else "for every stage"
            if rules.answer and len(text.answer or "") > rules.answer:
                yield problem(
                    f"the answer {where} has {len(text.answer or '')} characters.",
                    f"Move what is over {rules.answer} to `more`.",
                )
            if rules.tips and len(text.tips or ()) > rules.tips:
                yield problem(f"there are {len(text.tips or ())} tips {where}.", f"Keep the best {rules.tips}.")
            for tip in text.tips or ():
                if rules.tip and len(tip) > rules.tip:
                    yield problem(f"a tip {where} has {len(tip)} characters.", f"One action, {rules.tip} at most.")
            yield from self._said(
                topic.file, topic.line, topic.id, "\n".join([text.answer or "", text.more or "", *(text.tips or ())])
            )
        for other in topic.see_also:
            if other not in self.knowledge.topics:
                yield problem(f"see_also names {other!r}, which is not there.", "Correct the id or remove it.")
            elif other == topic.id:
                yield problem("see_also names the topic itself.", "Remove it.")
        if self.knowledge.sources:
            for name in topic.sources:
                if name not in self.knowledge.sources:
                    yield problem(f"the source {name!r} is not in sources.yaml.", "Correct it or add the source.")
        if topic.reviewed.next and topic.reviewed.next <= self.today:
            yield problem(
                f"the review was due on {topic.reviewed.next}.", "Read it again and set `reviewed`.", warning=True
            )

    def _flag(self, flag: Flag) -> Iterator[Problem]:
        said = "\n".join([flag.say, flag.escalated, flag.if_yes])
        yield from self._said(flag.file, flag.line, flag.id, said)
        if not flag.patterns:
            yield Problem(flag.file, flag.line, flag.id, "the flag has no patterns.", "Add a list `patterns:`.")
        words = " ".join(split(said).words)
        for phrase in flag.avoid:
            if " ".join(split(phrase).words) in words:
                yield Problem(
                    flag.file,
                    flag.line,
                    flag.id,
                    f"the text says {phrase!r}, which `avoid` forbids.",
                    "Say it in another way.",
                )
        for name in flag.sources:
            if self.knowledge.sources and name not in self.knowledge.sources:
                yield Problem(
                    flag.file,
                    flag.line,
                    flag.id,
                    f"the source {name!r} is not in sources.yaml.",
                    "Correct it or add the source.",
                )
        if flag.reviewed.next and flag.reviewed.next <= self.today:
            yield Problem(
                flag.file,
                flag.line,
                flag.id,
                f"the review was due on {flag.reviewed.next}.",
                "Read it again and set `reviewed`.",
                is_warning=True,
            )

    def _article(self) -> Iterator[Problem]:
        used = {s for t in self.knowledge.topics.values() for s in t.sources}
        for fact in self.rules.article:
            if fact not in used:
                yield Problem("topics", 1, "", f"no topic uses the fact {fact}.", "Use it and name it in `sources`.")

    def _twice(self) -> Iterator[Problem]:
        first: dict[tuple[str, ...], str] = {}
        named = [(t.id, t.file, t.line, q) for t in self.knowledge.topics.values() for q in t.questions]
        named += [(g.id, "outside.yaml", 1, q) for g in self.knowledge.outside for q in g.questions]
        for entry, file, line, question in named:
            words = split(question).words
            if words in first and (self.rules.phrasings or first[words] != entry):
                yield Problem(
                    file,
                    line,
                    entry,
                    f"the phrasing {question!r} stands in {first[words]!r} too.",
                    "Keep it where it fits best.",
                    is_warning=not self.rules.phrasings,
                )
            first.setdefault(words, entry)

    def _help_lines(self) -> Iterator[Problem]:
        for country in self.knowledge.countries.values():
            for line in country.lines:
                what = line.number or line.text or line.web
                if line.checked is None or line.next is None:
                    yield Problem(
                        "help_lines.yaml",
                        line.line,
                        country.code,
                        f"{what} has no dates.",
                        "Give `checked:` and `next:`.",
                    )
                elif line.next <= self.today:
                    yield Problem(
                        "help_lines.yaml",
                        line.line,
                        country.code,
                        f"{what} was to be checked again by {line.next}.",
                        "Check it on the service's own page and set the dates.",
                        is_warning=True,
                    )

    def _texts(self) -> Iterator[Problem]:
        for name, text in self.knowledge.texts.items():
            try:
                fields = [f for _, f, _, _ in Formatter().parse(text) if f is not None]
            except ValueError:
                yield Problem(
                    "texts.yaml",
                    1,
                    name,
                    "a { or } stands alone.",
                    "Write {name}, or {{ and }} for the signs themselves.",
                )
                continue
            if any(not f.isidentifier() for f in fields):
                yield Problem("texts.yaml", 1, name, "there is an empty {}.", "Give the field its name.")
            yield from self._said("texts.yaml", 1, name, text)

    def _grades(self, grade: Grade) -> Iterator[Problem]:
        grades: list[float] = []
        for topic in self.knowledge.topics.values():
            for stage in (None, *topic.when):
                text = topic.for_stage(stage)
                value = grade(
                    "\n".join([text.answer or "", text.more or "", *(f"{tip.rstrip('.')}." for tip in text.tips or ())])
                )
                if stage is None:
                    grades.append(value)
                if self.rules.grade_most and value > self.rules.grade_most:
                    yield Problem(
                        topic.file,
                        topic.line,
                        topic.id,
                        f"the reading grade for {stage or 'every stage'} is {value:.1f}.",
                        f"Shorter sentences, shorter words: {self.rules.grade_most:g} at most.",
                    )
        for flag in self.knowledge.flags.values():
            value = grade("\n".join([flag.say, flag.escalated]))
            if self.rules.grade_most and value > self.rules.grade_most:
                yield Problem(
                    flag.file,
                    flag.line,
                    flag.id,
                    f"the reading grade is {value:.1f}.",
                    f"Shorter sentences, shorter words: {self.rules.grade_most:g} at most.",
                )
        if self.rules.grade_median and grades and statistics.median(grades) > self.rules.grade_median:
            yield Problem(
                "topics",
                1,
                "",
                f"the median reading grade is {statistics.median(grades):.1f}.",
                f"It may be {self.rules.grade_median:g} at most.",
            )
